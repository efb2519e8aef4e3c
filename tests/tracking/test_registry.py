from __future__ import annotations

import pytest

from vtube.errors import SettingsError
from vtube.settings import Settings, parse
from vtube.signals import InputState
from vtube.tracking.network.auto import PROTOCOLS
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.generic_osc import osc_protocol
from vtube.tracking.registry import SPOKEN, TRACKERS, UDP, TrackerEntry, create_tracker


@pytest.mark.parametrize("kind", [protocol.kind for protocol in PROTOCOLS])
def test_whatever_auto_knows_can_be_named(kind: str) -> None:
    assert kind in TRACKERS


@pytest.mark.parametrize("protocol", [*PROTOCOLS, osc_protocol(Settings().osc)], ids=lambda protocol: protocol.kind)
def test_the_registry_knows_the_ports_of_every_protocol(protocol) -> None:  # type: ignore[no-untyped-def]
    entry = TRACKERS.entry(protocol.kind)
    assert isinstance(entry, TrackerEntry)
    assert tuple(port for kind, port in entry.ports if kind == UDP) == protocol.ports


def test_each_port_once_with_those_who_use_it() -> None:
    ports = list(TRACKERS.ports())
    assert ("UDP", 9000, "vrcft, facecap") in ports
    assert ("TCP", 49986, "ifacialmocap") in ports
    assert len({(kind, port) for kind, port, _ in ports}) == len(ports)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("livelink", (11111,)),
        ("livelink:12000", (12000,)),
        ("openseeface", (11573,)),
        ("ifacialmocap", (49983, 49993)),
        ("ifacialmocap:10.0.0.9", (49983, 49993)),
        ("ifacialmocap:fe80::1%2", (49983, 49993)),
        ("vts:10.0.0.9", (0,)),
        ("vts:[2001:db8::7]", (0,)),
        ("LiveLinkFace", (11111,)),
    ],
)
def test_ports(text: str, ports: tuple[int, ...]) -> None:
    tracker = create_tracker(text, Settings())
    assert isinstance(tracker, NetworkTracker)
    assert tracker.wanted == ports


@pytest.mark.parametrize(
    "text",
    [
        *("livelink:x", "livelink:0", "openseeface:70000", "vts", "replay", "liveling", "vts:a b", "vts:::::1"),
        *("auto:5000", "none:1", "pointer:3"),
    ],
)
def test_wrong_specs(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        create_tracker(text, Settings())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "spec"),
    [
        ("iphone", "ifacialmocap[:PHONE_IP]"),
        ("iPhone", "livelink"),
        ("vtubestudio", "vts:PHONE_IP"),
        ("VTube Studio", "vts:PHONE_IP"),
        ("meowface", "vts:PHONE_IP"),
        ("meowface:192.168.1.7", "vts:PHONE_IP"),
        ("vseeface", "vmc[:PORT]"),
        ("mediapipe", "webcam[:N]"),
        ("babble", "osc:8888"),
        ("mouse", "pointer"),
    ],
)
def test_what_people_type_is_answered_with_the_right_spec(typed: str, spec: str) -> None:
    with pytest.raises(SettingsError) as caught:
        create_tracker(typed, Settings())
    assert f"--tracking {spec}" in str(caught.value) or f", {spec}" in str(caught.value)


@pytest.mark.parametrize("word", SPOKEN)
def test_every_word_of_the_table_names_a_kind_and_is_none_itself(word: str) -> None:
    assert word.isalnum() and word == word.lower()
    assert word not in TRACKERS
    assert SPOKEN[word].partition(":")[0].partition("[")[0].partition(",")[0] in TRACKERS


def test_none_never_sees_a_face() -> None:
    tracker = create_tracker("none", Settings())
    tracker.start()
    assert tracker.latest() is None
    assert tracker.status(0.0).state is InputState.WAITING
    tracker.close()


def test_the_host_comes_from_the_settings() -> None:
    settings = parse({"receiver": {"host": "127.0.0.1"}})
    tracker = create_tracker("livelink", settings)
    assert isinstance(tracker, NetworkTracker)
    assert tracker.host == "127.0.0.1"
