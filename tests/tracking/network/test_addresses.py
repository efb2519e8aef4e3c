import pytest

from tests.tracking.packets import has_ipv6
from tests.wine import wine_cannot
from vtube.errors import SettingsError, TrackingError
from vtube.net.own_address import own_address
from vtube.spec import Spec
from vtube.tracking.network.addresses import is_own, phone_address, plain, resolve, shown


@pytest.mark.parametrize("host", ["192.168.1.20", "my-phone.local", "phone", "fe80::1", "fe80::1%en0", "2001:db8::7"])
def test_what_an_address_looks_like(host: str) -> None:
    assert phone_address(Spec("vts", host)) == host


def test_an_ipv6_address_in_brackets() -> None:
    assert phone_address(Spec("vts", "[2001:db8::7]")) == "2001:db8::7"


@pytest.mark.parametrize("host", [None, "", "a b", "x" * 300, "http://phone", ":::1", "[10.0.0.1", "10.0.0.1:80"])
def test_what_is_no_address(host: str | None) -> None:
    with pytest.raises(SettingsError, match=r"192\.168\.1\.20"):
        phone_address(Spec("vts", host))


def test_ipv4_is_preferred_and_a_name_that_nobody_knows_is_told() -> None:
    assert resolve("localhost") in ("127.0.0.1", "::1")
    assert resolve("127.0.0.1") == "127.0.0.1"
    with pytest.raises(TrackingError, match="there is no address for"):
        resolve("no-such-phone.invalid")


@pytest.mark.skipif(not has_ipv6(), reason="this computer has no IPv6")
def test_an_ipv6_address_is_its_own() -> None:
    assert resolve("::1") == "::1"
    assert is_own("::1")


def test_this_computers_own_addresses() -> None:
    assert is_own("127.0.0.1")
    assert is_own(own_address())


@wine_cannot("lets a program listen on an address of another computer")
def test_an_address_of_another_computer() -> None:
    assert not is_own("192.0.2.1")


def test_how_addresses_are_written() -> None:
    assert plain(("fe80::1", 7, 0, 3)) == ("fe80::1%3", 7)
    assert plain(("::1", 7, 0, 0)) == ("::1", 7)
    assert (shown("::1"), shown("10.0.0.1")) == ("[::1]", "10.0.0.1")
