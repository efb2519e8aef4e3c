"""A session as VBridger and its kin hold it: parameters made, then all of them sixty times a second.

The names and ranges are those of the presets that such programs publish; the values follow their formulas.
"""

from __future__ import annotations

import math

import pytest

from tests.vts_api.rig import Plugin, Rig
from vtube.pose import INDEX

CUSTOM = {
    "BodyAngleX": (-40, 40),
    "BodyAngleY": (-40, 40),
    "BodyAngleZ": (-40, 40),
    "BodyPositionX": (-15, 15),
    "BodyPositionY": (-15, 15),
    "BodyPositionZ": (-15, 15),
    "BrowInnerUp": (0, 1),
    "EyeSquintL": (0, 1),
    "EyeSquintR": (0, 1),
    "JawOpen": (0, 1),
    "MouthFunnel": (0, 1),
    "MouthPressLipOpen": (-1.3, 1.3),
    "MouthPucker": (-1, 1),
    "MouthShrug": (0, 1),
}
HZ, SECONDS = 60, 2


def sent(turn: float, jaw: float, blink: float, smile: float, funnel: float = 0.0) -> dict[str, float]:
    """What one face becomes: degrees of turning, and shapes from 0 to 1."""
    return {
        "FaceAngleX": turn,
        "FaceAngleY": -4.0,
        "FaceAngleZ": 0.2 * turn,
        "FacePositionX": 1.0,
        "FacePositionY": 0.0,
        "FacePositionZ": 0.0,
        "MouthOpen": jaw + 0.2 * funnel,
        "MouthSmile": (2 + 2 * smile) / 4,
        "MouthX": 0.0,
        "EyeRightX": -0.1,
        "EyeRightY": 0.3,
        "EyeOpenLeft": 0.5 - 0.8 * blink,
        "EyeOpenRight": 0.5 - 0.8 * blink,
        "BrowLeftY": 0.5,
        "BrowRightY": 0.5,
        "Brows": 0.5,
        "VoiceFrequencyPlusMouthSmile": (2 + 2 * smile) / 4,
        "CheekPuff": 0.0,
        "TongueOut": 0.0,
        "BodyAngleX": 1.5 * turn,
        "BodyAngleY": 0.0,
        "BodyAngleZ": 0.3 * turn,
        "BodyPositionX": 1.0,
        "BodyPositionY": 0.0,
        "BodyPositionZ": 0.0,
        "BrowInnerUp": 0.4,
        "EyeSquintL": 0.2,
        "EyeSquintR": 0.2,
        "JawOpen": jaw,
        "MouthFunnel": max(0.0, funnel - 0.2 * jaw),
        "MouthPressLipOpen": 0.0,
        "MouthPucker": 0.0,
        "MouthShrug": 0.0,
    }


async def test_its_usual_session_moves_the_character(rig: Rig, plugin: Plugin) -> None:
    for name, (low, high) in CUSTOM.items():
        made = {"parameterName": name, "min": low, "max": high, "defaultValue": 0, "explanation": "Custom"}
        assert (await plugin.data("ParameterCreation", made))["parameterName"] == name
    turns, mouths = [], []
    for number in range(HZ * SECONDS):
        phase = 2 * math.pi * number / HZ
        values = sent(20 * math.sin(phase), 0.5 + 0.5 * math.sin(3 * phase), 0.0, 0.5)
        await plugin.inject({"faceFound": True, "mode": "set"}, **values)
        pose = rig.frame(1 / HZ)
        turns.append(float(pose[INDEX["head_y"]]))
        mouths.append(float(pose[INDEX["mouth_aaa"]]))
        assert pose[INDEX["eye_wink_left"]] < 0.1
    assert min(turns) == pytest.approx(-20 / 30, abs=0.02)
    assert max(turns) == pytest.approx(20 / 30, abs=0.02)
    assert min(mouths) < 0.05
    assert max(mouths) > 0.9
    status = rig.service.input(rig.clock())
    assert status is not None
    assert status.rate_hz == pytest.approx(HZ, abs=2)
    assert (await plugin.data("FaceFound"))["found"]


async def test_a_blink_a_smile_and_a_rounded_mouth(rig: Rig, plugin: Plugin) -> None:
    for name, (low, high) in CUSTOM.items():
        await plugin.data("ParameterCreation", {"parameterName": name, "min": low, "max": high, "defaultValue": 0})
    await plugin.inject(**sent(0.0, 0.0, 1.0, 1.0))
    pose = rig.frame()
    assert pose[INDEX["eye_wink_left"]] + pose[INDEX["eye_happy_wink_left"]] > 0.95
    assert pose[INDEX["mouth_raised_corner_right"]] > 0.9
    await plugin.inject(**sent(0.0, 0.3, 0.0, 0.0, funnel=0.9))
    pose = rig.frame()
    assert pose[INDEX["mouth_ooo"]] > 0.5
    assert pose[INDEX["eye_wink_left"]] < 0.1
    assert pose[INDEX["eyebrow_troubled_left"]] == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(
    ("name", "value", "parameter", "expected"),
    [
        ("MouthForm", 1.0, "mouth_raised_corner_left", 1.0),
        ("MouthOpenY", 0.6, "mouth_aaa", 0.6),
        ("MouthPuckerWiden", -0.5, "mouth_uuu", 0.5),
    ],
)
async def test_the_names_of_its_models(
    rig: Rig, plugin: Plugin, name: str, value: float, parameter: str, expected: float
) -> None:
    await plugin.data("ParameterCreation", {"parameterName": name, "min": -1, "max": 1, "defaultValue": 0})
    await plugin.inject(**{name: value})
    assert rig.shows(parameter) == pytest.approx(expected, abs=0.01)
