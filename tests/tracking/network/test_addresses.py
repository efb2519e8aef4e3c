import ipaddress

import pytest

from vtube.errors import SettingsError, TrackingError
from vtube.spec import Spec
from vtube.tracking.network.addresses import own_address, phone_address, resolve


@pytest.mark.parametrize("host", ["192.168.1.20", "phone.local", "my-phone_2"])
def test_addresses(host: str) -> None:
    assert phone_address(Spec("vts", host)) == host


@pytest.mark.parametrize("host", [None, "", "a b", "x" * 300, "http://phone", "fe80::1"])
def test_what_is_no_address(host: str | None) -> None:
    with pytest.raises(SettingsError, match=r"192\.168\.1\.20"):
        phone_address(Spec("vts", host))


def test_names_become_numbers() -> None:
    assert resolve("127.0.0.1") == "127.0.0.1"
    with pytest.raises(TrackingError, match="no address"):
        resolve("nobody.invalid")


def test_own_address_is_one() -> None:
    assert ipaddress.IPv4Address(own_address())
