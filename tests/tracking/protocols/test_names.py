import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vtube.signals import ARKIT_SHAPES
from vtube.tracking.protocols.names import arkit_name, collect, fill_cheeks, look_shapes


@pytest.mark.parametrize("name", ARKIT_SHAPES)
def test_every_spelling_leads_to_the_canonical_name(name: str) -> None:
    for spelled in (
        name,
        name[0].upper() + name[1:],
        name.upper(),
        f" {name} ",
        f"ARKit.{name}",
        f"a:b:{name}",
        f"/face/{name}",
    ):
        assert arkit_name(spelled) == name


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("eyeBlink_L", "eyeBlinkLeft"),
        ("EyeBlink_R", "eyeBlinkRight"),
        ("browOuterUp_l", "browOuterUpLeft"),
        ("mouthLeft", "mouthLeft"),
        ("mouthSmile_Left", "mouthSmileLeft"),
        ("jawRight", "jawRight"),
    ],
)
def test_sides(spelled: str, name: str) -> None:
    assert arkit_name(spelled) == name


@pytest.mark.parametrize("text", ["", "mouth_L", "jaw_R", "_neutral", "hapihapi", "browInnerUp_L", "x" * 1000])
def test_what_is_no_shape(text: str) -> None:
    assert arkit_name(text) is None


def test_collect_leaves_out_what_is_not_a_finite_shape() -> None:
    assert collect([("jawOpen", 0.5), ("nonsense", 1.0), ("eyeBlink_L", math.nan), ("cheekPuff", math.inf)]) == {
        "jawOpen": 0.5
    }


def test_collect_bounds_values() -> None:
    assert collect([("jawOpen", 1e9), ("cheekPuff", -1e9), ("tongueOut", 1.05)]) == {
        "jawOpen": 2.0,
        "cheekPuff": -1.0,
        "tongueOut": 1.05,
    }


def test_inner_brows_of_both_sides_become_their_mean() -> None:
    assert collect([("browInnerUp_L", 0.2), ("browInnerUp_R", 0.6)]) == {"browInnerUp": pytest.approx(0.4)}
    assert collect([("browInnerUp", 0.9), ("browInnerUp_L", 0.2)]) == {"browInnerUp": 0.9}


def test_cheeks_follow_squinting_eyes_only_where_they_are_absent() -> None:
    assert fill_cheeks({"eyeSquintLeft": 0.5, "eyeSquintRight": 0.4, "cheekSquintRight": 0.1}) == {
        "eyeSquintLeft": 0.5,
        "eyeSquintRight": 0.4,
        "cheekSquintRight": 0.1,
        "cheekSquintLeft": 0.5,
    }


def test_look_shapes_name_the_side_of_the_nose() -> None:
    both_to_own_left = look_shapes((0.0, 17.5), (0.0, 17.5))
    assert both_to_own_left["eyeLookOutLeft"] == both_to_own_left["eyeLookInRight"] == pytest.approx(0.5)
    assert both_to_own_left["eyeLookInLeft"] == both_to_own_left["eyeLookOutRight"] == 0.0
    up = look_shapes((-28.0, 0.0), None)
    assert up["eyeLookUpLeft"] == 1.0
    assert "eyeLookUpRight" not in up


@given(st.lists(st.tuples(st.text(), st.floats(width=32))))
def test_collect_never_raises(pairs: list[tuple[str, float]]) -> None:
    assert all(math.isfinite(value) for value in collect(pairs).values())
