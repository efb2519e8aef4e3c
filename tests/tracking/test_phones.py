"""What a phone's app is told: the home network's address first, the port that is listened on, who has to be asked."""

from __future__ import annotations

from typing import Any

import pytest

from vtube.net import own_address
from vtube.tracking.phones import phones


def told(*tracking: str, host: str = "0.0.0.0", addresses: tuple[str, ...] = ("192.168.1.5",)) -> dict[str, Any]:
    return phones({"receiver": {"host": host}, "tracking": list(tracking)}, addresses)


def app(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["apps"] if one["name"] == name)


def test_auto_hears_all_but_those_that_have_to_be_asked() -> None:
    found = told("auto")
    assert found["reach"]
    assert {one["name"] for one in found["apps"] if not one["heard"]} == {"VTube Studio", "MeowFace"}
    assert app(found, "VTube Studio")["spec"] == "vts:PHONE_ADDRESS"


def test_a_tracker_with_a_port_and_one_by_its_other_name() -> None:
    found = told("llf:12000", "vts:192.168.1.20")
    assert app(found, "Live Link Face")["port"] == 12000
    assert app(found, "Live Link Face")["heard"]
    assert app(found, "VTube Studio")["port"] == 12345
    assert app(found, "VTube Studio")["heard"]
    assert not app(found, "Face Cap")["heard"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_no_phone_reaches_trackers_on_loopback(host: str) -> None:
    assert not told("auto", host=host)["reach"]


def test_one_address_that_is_listened_on_is_the_one_that_is_told() -> None:
    assert told("auto", host="10.0.0.7")["addresses"] == ["10.0.0.7"]
    assert not told("auto", addresses=())["reach"]


def test_the_home_network_comes_before_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(None, None, None, "", (one, 0)) for one in ("127.0.1.1", "192.168.1.5", "100.100.1.2")]
    monkeypatch.setattr(own_address, "own_address", lambda: "100.100.1.2")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: rows)
    assert own_address.own_addresses() == ["192.168.1.5", "100.100.1.2"]
