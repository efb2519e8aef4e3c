import pytest

from vtube.errors import SettingsError
from vtube.spec import Spec, parse_spec, port_argument


def test_the_first_colon_divides() -> None:
    assert parse_spec("file:C:\\out.mov", ["file"], "output") == Spec("file", "C:\\out.mov")
    assert parse_spec("browser", ["browser"], "output") == Spec("browser")
    assert parse_spec("vmc:", ["vmc"], "tracker") == Spec("vmc")


def test_an_unknown_kind_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(SettingsError, match=r"did you mean 'browser'.*browser, camera"):
        parse_spec("browsr", ["browser", "camera"], "output")


def test_a_port_is_a_number_in_range() -> None:
    assert port_argument(Spec("vmc"), 39539) == 39539
    assert port_argument(Spec("vmc", "40000"), 39539) == 40000
    for wrong in ("0", "65536", "x", "-1"):
        with pytest.raises(SettingsError, match="1 to 65535"):
            port_argument(Spec("vmc", wrong), 1)
