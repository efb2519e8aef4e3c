import json

import pytest

from tests.tracking.packets import sender, vts
from tests.waiting import eventually
from vtube.errors import SettingsError
from vtube.settings import Settings
from vtube.signals import InputState
from vtube.spec import Spec
from vtube.tracking.protocols.vts import VTS, VtsTracker, create, parse, request
from vtube.tracking.protocols.wire import Datagram


def test_iphone_keys() -> None:
    frame = parse(vts(keys={"EyeBlinkLeft": 0.5, "JawOpen": 0.25}), 3.0)
    assert frame is not None
    assert (frame.time, frame.found) == (3.0, True)
    assert frame.shapes == {"eyeBlinkLeft": 0.5, "jawOpen": 0.25}
    assert frame.head == (5.0, 10.0, -3.0)
    assert (frame.eye_left, frame.eye_right) == ((4.0, 9.0), (4.5, 8.0))


def test_android_keys() -> None:
    keys = {"eyeBlink_L": 0.5, "browInnerUp_L": 0.2, "browInnerUp_R": 0.4, "eyeSquint_L": 0.3, "headLeft": 1.0}
    frame = parse(vts(keys=keys), 0.0)
    assert frame is not None
    assert frame.shapes == {
        "eyeBlinkLeft": 0.5,
        "browInnerUp": pytest.approx(0.3),
        "eyeSquintLeft": 0.3,
        "cheekSquintLeft": 0.3,
    }


def test_no_face_has_no_stale_numbers() -> None:
    frame = parse(vts(found=False), 0.0)
    assert frame is not None
    assert not frame.found
    assert not frame.shapes
    assert frame.head is None


def test_unknown_and_missing_fields() -> None:
    entries = [{"k": "JawOpen", "v": 1}, {"k": 5}, "x", {"v": 1}, {"k": "CheekPuff", "v": "x"}]
    packet = json.dumps({"BlendShapes": entries, "More": {"a": []}}).encode()
    frame = parse(packet, 0.0)
    assert frame is not None
    assert frame.shapes == {"jawOpen": 1.0}
    assert frame.head is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"BlendShapes": 5}',
        b'{"BlendShapes": []}',
        b'{"BlendShapes": [' + b"[" * 20_000,
        b'{"BlendShapes": [], "Rotation": {"x": 1e999, "y": 0, "z": 0}}',
        b'{"BlendShapes": [], "Rotation": {"x": ' + b"9" * 400 + b', "y": 0, "z": 0}}',
    ],
)
def test_what_is_no_packet(data: bytes) -> None:
    assert parse(data, 0.0) is None


def test_overtaken_packets_are_dropped() -> None:
    decode = VTS.decoder()

    def sent(stamp: int, now: float) -> bool:
        return decode(Datagram(vts(stamp), ("127.0.0.1", 1), 5, now)) is not None

    assert [sent(5000, 0.0), sent(5032, 0.03), sent(5016, 0.04), sent(5048, 0.05)] == [True, True, False, True]
    assert sent(1000, 0.06), "the phone's clock was set back"


def test_request() -> None:
    asked = json.loads(request(4321))
    assert asked["messageType"] == "iOSTrackingDataRequest"
    assert 0.5 <= asked["time"] <= 10.0
    assert asked["ports"] == [4321]
    assert 1 <= len(asked["sentBy"]) <= 32


def test_spec_needs_an_address() -> None:
    with pytest.raises(SettingsError, match="vts"):
        create(Spec("vts"), Settings())
    with pytest.raises(SettingsError):
        create(Spec("vts", "not an address!"), Settings())


def test_asks_the_phone_and_takes_its_answer() -> None:
    with sender() as phone:
        tracker = VtsTracker("127.0.0.1", "127.0.0.1", (phone.getsockname()[1],))
        tracker.start()
        try:
            data, source = phone.recvfrom(4096)
            assert json.loads(data)["ports"] == [source[1]]
            assert tracker.status(0.0).state is InputState.WAITING
            phone.sendto(vts(), source)
            assert eventually(tracker.latest)
            phone.recvfrom(4096)  # the lease is renewed while frames come
        finally:
            tracker.close()


def test_both_apps_are_asked_and_an_address_of_this_computer_is_said_to_be_that() -> None:
    with sender() as vtube_studio, sender() as meowface:
        ports = vtube_studio.getsockname()[1], meowface.getsockname()[1]
        tracker = VtsTracker("127.0.0.1", "127.0.0.1", ports)
        tracker.start()
        try:
            assert json.loads(vtube_studio.recv(4096)) == json.loads(meowface.recv(4096))
            assert "127.0.0.1 is this computer's own address" in tracker.status(0.0).detail
        finally:
            tracker.close()
    assert VtsTracker("10.0.0.9").phone_ports == (21412, 12345)
    assert VTS.ports == (12345,)
