import pytest

from vtube.errors import SettingsError
from vtube.settings import Settings, parse
from vtube.signals import InputState
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.registry import PROTOCOLS, TRACKERS, create_tracker, create_trackers


@pytest.mark.parametrize("kind", [protocol.kind for protocol in PROTOCOLS])
def test_whatever_auto_knows_can_be_named(kind: str) -> None:
    assert kind in TRACKERS


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("livelink", (11111,)),
        ("livelink:12000", (12000,)),
        ("openseeface", (11573,)),
        ("ifacialmocap", (49983, 49993)),
        ("ifacialmocap:10.0.0.9", (49983, 49993)),
        ("vts:10.0.0.9", (0,)),
    ],
)
def test_ports(text: str, ports: tuple[int, ...]) -> None:
    tracker = create_tracker(text, Settings())
    assert isinstance(tracker, NetworkTracker)
    assert tracker._ports == ports


@pytest.mark.parametrize("text", ["livelink:x", "livelink:0", "openseeface:70000", "vts", "replay", "liveling"])
def test_wrong_specs(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        create_tracker(text, Settings())
    assert "\n" not in str(caught.value)


def test_none_never_sees_a_face() -> None:
    tracker = create_tracker("none", Settings())
    tracker.start()
    assert tracker.latest() is None
    assert tracker.status(0.0).state is InputState.WAITING
    tracker.close()


def test_order_is_importance() -> None:
    group = create_trackers(["livelink", "none"], Settings())
    assert [status.name for status in group.statuses(0.0)] == ["livelink", "none"]


def test_the_host_comes_from_the_settings() -> None:
    settings = parse({"receiver": {"host": "127.0.0.1"}})
    tracker = create_tracker("livelink", settings)
    assert isinstance(tracker, NetworkTracker)
    assert tracker._host == "127.0.0.1"
