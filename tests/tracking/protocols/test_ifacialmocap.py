import json

import pytest

from tests.captures import captures
from tests.tracking.packets import IFM_V1, recorded_texts, v2
from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.tracking.protocols.ifacialmocap import is_v1, parse


def read(text: str) -> FaceFrame:
    frame = parse(text.encode(), 1.5)
    assert frame is not None
    return frame


@pytest.mark.parametrize("text", [IFM_V1, v2()])
def test_both_separators(text: str) -> None:
    frame = read(text)
    assert frame.time == 1.5
    assert frame.found
    assert frame.shapes == {
        "eyeBlinkLeft": 0.2,
        "eyeBlinkRight": 0.0,
        "jawOpen": 0.35,
        "mouthLeft": 0.04,
        "browInnerUp": 0.5,
    }
    assert frame.head == (-10.5, 4.25, 2.5)
    assert frame.head_position == (-0.03, -0.08, -0.4)
    assert frame.eye_right == (8.5, -4.5)
    assert frame.eye_left == (8.25, -9.0)


def test_versions_are_told_apart() -> None:
    assert is_v1(IFM_V1.encode())
    assert not is_v1(v2().encode())


def test_facemotion3d_names_and_its_own_shapes() -> None:
    frame = read("eyeBlinkLeft&30|FM_SAD&80|mouthSmileRight&55|jawOpen&-7|=head#1,2,3,0,0,0|")
    assert frame.shapes == {"eyeBlinkLeft": 0.3, "mouthSmileRight": 0.55, "jawOpen": -0.07}


def test_meowface_blanks_and_missing_cheeks() -> None:
    frame = read(" eyeBlink_L & 30 | eyeSquint_R & 40 |= head# 1.0 , 2.0 , 3.0 |")
    assert frame.shapes == {"eyeBlinkLeft": 0.3, "eyeSquintRight": 0.4, "cheekSquintRight": 0.4}
    assert frame.head == (1.0, 2.0, 3.0)


@pytest.mark.parametrize("joint", ["=head#", "|head#", "=|head#", "|=head#"])
def test_where_the_head_begins(joint: str) -> None:
    assert read(f"jawOpen-10{joint}1,2,3,0,0,0|leftEye#4,5,6|").head == (1.0, 2.0, 3.0)


def test_order_of_the_eyes_does_not_matter() -> None:
    frame = read("jawOpen-1|=leftEye#1,2,3|rightEye#4,5,6|head#7,8,9,0,0,0")
    assert (frame.eye_left, frame.eye_right, frame.head) == ((1.0, 2.0), (4.0, 5.0), (7.0, 8.0, 9.0))


def test_rubbish_after_the_last_field() -> None:
    assert read(IFM_V1 + "-0.67254096|||||3|") == read(IFM_V1)
    assert read(IFM_V1 + "___iFacialMocap") == read(IFM_V1)


def test_a_negative_percent_with_the_first_separator() -> None:
    assert read("jawOpen--3|=head#1,2,3|").shapes == {"jawOpen": -0.03}


def test_what_is_damaged_is_absent_and_the_rest_is_used() -> None:
    frame = read("jawOpen-x|cheekPuff-5|tongueOut|=head#1,2|leftEye#nan,1|rightEye#1.2E-05,2,0|")
    assert frame.shapes == {"cheekPuff": 0.05}
    assert (frame.head, frame.eye_left, frame.head_position) == (None, None, None)
    assert frame.eye_right == (1.2e-05, 2.0)


def test_a_head_without_shapes_is_a_frame() -> None:
    assert read("|head#1,2,3").head == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(("status", "found"), [("0", False), ("1", True), ("x", True)])
def test_face_lost(status: str, found: bool) -> None:
    assert read(f"trackingStatus-{status}|jawOpen-1|=head#1,2,3|").found is found


@pytest.mark.parametrize(
    "data", [b"", b"|", b"hello", b"head#|", b"{}", b"\x06\x00\x00\x00", b"jawOpen-5", b"a|head#1,2,3" + b"x" * 20_000]
)
def test_what_is_not_this_text(data: bytes) -> None:
    assert parse(data, 0.0) is None


def test_real_packets_keep_every_shape() -> None:
    for text in recorded_texts():
        frame = read(text)
        assert set(frame.shapes) == set(ARKIT_SHAPES)
        fields = dict(field.split("-", 1) for field in text.split("=")[0].split("|") if field)
        assert frame.shapes["browInnerUp"] == int(fields["browInnerUp"]) / 100
        assert frame.shapes["mouthPressLeft"] == int(fields["mouthPress_L"]) / 100
        head = [float(value) for value in text.split("head#")[1].split("|")[0].split(",")]
        assert frame.head == tuple(head[:3])


def test_real_packets_look_where_their_shapes_say() -> None:
    """Eye angles and eyeLook shapes of the same packet agree in sign: x + is down, y + is own left."""
    frame = read(recorded_texts()[1])
    assert frame.eye_left is not None and frame.eye_right is not None
    assert frame.eye_left[0] == pytest.approx(36 * frame.shapes["eyeLookDownLeft"], abs=1.0)
    assert frame.eye_left[1] == pytest.approx(-36 * frame.shapes["eyeLookInLeft"], abs=1.0)
    assert frame.eye_right[1] == pytest.approx(-36 * frame.shapes["eyeLookOutRight"], abs=1.0)


def test_real_heads_agree_with_the_converter_oracle() -> None:
    """head_x = -x/15, head_y = -y/10, neck_z = z/15 of the unmodified converter."""
    oracle = json.loads((captures() / "tha3_converter_oracle.json").read_text(encoding="utf-8"))
    names = oracle["names"]
    cases = [case for case in oracle["cases"] if case["input"].startswith("ifacialmocap_packets")]
    assert cases
    for case, text in zip(cases, recorded_texts(), strict=False):
        x, y, z = read(text).head or (0.0, 0.0, 0.0)
        pose = dict(zip(names, case["pose"], strict=True))
        assert pose["head_x"] == pytest.approx(max(-1, min(1, -x / 15)), abs=0.02)
        assert pose["head_y"] == pytest.approx(max(-1, min(1, -y / 10)), abs=0.02)
        assert pose["neck_z"] == pytest.approx(max(-1, min(1, z / 15)), abs=0.02)
