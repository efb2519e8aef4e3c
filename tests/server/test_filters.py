"""SillyTavern's filter chain as effects of ours."""

from __future__ import annotations

import numpy as np
import pytest

from vtube.scene.registry import EFFECTS
from vtube.server.filters import FILTERS, MOST, effects_of
from vtube.settings import SceneSettings

ALL = sorted(FILTERS)
EXTREMES = (-1e8, -1.0, 0, 0.5, 1.0, 1e8, None)


def parts(spec: str) -> dict[str, str]:
    return dict(part.split("=") for part in spec.partition(":")[2].split(","))


@pytest.mark.parametrize("name", ALL)
def test_every_filter_is_an_effect_that_exists(name: str) -> None:
    effects, dropped = effects_of([[name, {}]])
    assert dropped == []
    [effect] = effects
    frame = np.full((96, 96, 4), 200, np.uint8)
    assert EFFECTS.create(effect, SceneSettings(width=96, height=96)).process(frame, 0.3).shape == frame.shape


@pytest.mark.parametrize("name", ALL)
def test_numbers_beyond_all_bounds_come_to_an_effect_that_can_be_made(name: str) -> None:
    _, defaults, _ = FILTERS[name]
    numbers = [key for key, value in defaults.items() if isinstance(value, int | float) and not isinstance(value, bool)]
    for value in EXTREMES:
        effects, _ = effects_of([[name, dict.fromkeys(numbers, value)]])
        EFFECTS.create(effects[0], SceneSettings(width=96, height=96))


def test_the_order_stays_and_strengths_come_along() -> None:
    chain = [
        ["desaturate", {"strength": 0.5, "tint_rgb": [0.5, 1.0, 0.5]}],
        ["translucency", {"alpha": 0.7}],
        ["banding", {"density": 3, "speed": 16}],
        ["scanlines", {"dynamic": False}],
    ]
    effects, dropped = effects_of(chain)
    assert dropped == []
    assert [effect.partition(":")[0] for effect in effects] == ["tint", "translucency", "banding", "scanlines"]
    tint, translucency, banding, scanlines = map(parts, effects)
    assert tint == {"strength": "0.5", "colour": "#baffba"}
    assert translucency == {"opacity": "0.7"}
    assert (banding["bands"], banding["speed"]) == ("3", "0.7812")
    assert scanlines["speed"] == "0"


def test_a_wrong_option_is_left_out_alone() -> None:
    effects, dropped = effects_of([["bloom", {"hdr_exposure": "bright", "luma_threshold": 0.5, "radius": 3}]])
    assert parts(effects[0]) == {"strength": "0.7", "threshold": "186"}
    assert dropped == ["postprocessor_chain: bloom: hdr_exposure, radius"]


def test_an_unknown_filter_is_left_out_alone() -> None:
    effects, dropped = effects_of([["sparkle", {}], ["translucency", {}], 3, ["bloom", 4], [], "vignetting"])
    assert [effect.partition(":")[0] for effect in effects] == ["translucency", "vignette"]
    assert dropped == [
        "postprocessor_chain: sparkle (unknown)",
        "postprocessor_chain: number 3 (no filter)",
        "postprocessor_chain: number 4 (no filter)",
        "postprocessor_chain: number 5 (no filter)",
    ]


def test_what_has_no_counterpart_is_named_when_it_is_asked_for() -> None:
    chain = [["chromatic_aberration", {"transverse_sigma": 2.0}], ["scanlines", {"channel": "A"}]]
    _, dropped = effects_of(chain)
    assert dropped == [
        "postprocessor_chain: chromatic_aberration: transverse_sigma",
        "postprocessor_chain: scanlines: channel",
    ]


def test_a_chain_is_not_longer_than_ours_may_be() -> None:
    effects, dropped = effects_of([["translucency", {}]] * (MOST + 1))
    assert len(effects) == MOST
    assert dropped == [f"postprocessor_chain: translucency (more than {MOST})"]
    SceneSettings(effects=effects)


def test_the_edge_says_which_way_a_tape_leans() -> None:
    [top], _ = effects_of([["analog_distort", {"strength": 0.2}]])
    [bottom], _ = effects_of([["analog_distort", {"strength": 0.2, "edge": "bottom"}]])
    assert (parts(top)["lean"], parts(bottom)["lean"]) == ("0.1", "-0.1")
