"""VRM's expression presets, old names and new, as ARKit shapes and THA3 mouth vowels.

For senders that know no ARKit shapes. Presets mean a finished expression, so that most stand for several shapes;
vowels go straight to the mouth. Source of the names: the VRM 0.x and 1.0 specifications, and what is common beside
them.
"""

from __future__ import annotations

from collections.abc import Mapping

Weights = tuple[tuple[str, float], ...]

_SMILE: Weights = (
    ("mouthSmileLeft", 1.0),
    ("mouthSmileRight", 1.0),
    ("cheekSquintLeft", 0.5),
    ("cheekSquintRight", 0.5),
)
_EASE: Weights = (("mouthSmileLeft", 0.4), ("mouthSmileRight", 0.4))
_ANGER: Weights = (("browDownLeft", 0.8), ("browDownRight", 0.8), ("mouthFrownLeft", 0.3), ("mouthFrownRight", 0.3))
_GRIEF: Weights = (("browInnerUp", 0.8), ("mouthFrownLeft", 0.5), ("mouthFrownRight", 0.5))
_SURPRISE: Weights = (
    ("eyeWideLeft", 1.0),
    ("eyeWideRight", 1.0),
    ("browInnerUp", 0.8),
    ("browOuterUpLeft", 0.8),
    ("browOuterUpRight", 0.8),
)
_BLINK_LEFT: Weights = (("eyeBlinkLeft", 1.0),)
_BLINK_RIGHT: Weights = (("eyeBlinkRight", 1.0),)
_AAA: Weights = (("mouth_aaa", 1.0),)
_III: Weights = (("mouth_iii", 1.0),)
_UUU: Weights = (("mouth_uuu", 1.0),)
_EEE: Weights = (("mouth_eee", 1.0),)
_OOO: Weights = (("mouth_ooo", 1.0),)

_BROWS_UP: Weights = (("browInnerUp", 1.0), ("browOuterUpLeft", 1.0), ("browOuterUpRight", 1.0))
_BROWS_DOWN: Weights = (("browDownLeft", 1.0), ("browDownRight", 1.0))
_BROWS_SAD: Weights = (("browInnerUp", 1.0),)
_BLINK: Weights = _BLINK_LEFT + _BLINK_RIGHT
_WIDE: Weights = (("eyeWideLeft", 1.0), ("eyeWideRight", 1.0))
_SMILING_EYES: Weights = (*_BLINK, ("cheekSquintLeft", 1.0), ("cheekSquintRight", 1.0))
_LOOK_UP: Weights = (("eyeLookUpLeft", 1.0), ("eyeLookUpRight", 1.0))
_LOOK_DOWN: Weights = (("eyeLookDownLeft", 1.0), ("eyeLookDownRight", 1.0))
_LOOK_LEFT: Weights = (("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0))
_LOOK_RIGHT: Weights = (("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0))

_MEANINGS: tuple[tuple[Weights, str], ...] = (
    (_SMILE, "joy happy smile grin fclalljoy fclmthjoy にこり"),
    (_EASE, "fun relaxed fclallfun fclmthfun"),
    (_ANGER, "angry anger fclallangry"),
    (_GRIEF, "sorrow sad fclallsorrow"),
    (_SURPRISE, "surprised surprise fclallsurprised びっくり"),
    (_BLINK, "blink blinkboth eyesclosed eyeclose eyesclose closeeyes fcleyeclose まばたき"),
    (_BLINK_LEFT, "blinkl blinkleft winkl winkleft wink eyeclosel eyecloseleft fcleyeclosel ウィンク ウィンク左"),
    (_BLINK_RIGHT, "blinkr blinkright winkr winkright eyecloser eyecloseright fcleyecloser ウィンク右"),
    (_SMILING_EYES, "fcleyejoy eyejoy smileeyes 笑い"),
    (_WIDE, "eyeswide wideeyes fcleyesurprised fcleyespread"),
    (_AAA, "a aa ah va fclmtha visemeaa vrcvaa あ"),
    (_III, "i ih vi fclmthi visemeih vrcvih い"),
    (_UUU, "u ou uu vu fclmthu visemeou vrcvou う"),
    (_EEE, "e ee eh ve fclmthe visemee vrcve え"),
    (_OOO, "o oh vo fclmtho visemeoh vrcvoh お"),
    (_BROWS_UP, "browsup browup browsraised raisebrows eyebrowsup eyebrowup browssurprised fclbrwsurprised 上"),
    (_BROWS_DOWN, "browsdown browdown browslowered browsangry eyebrowsdown eyebrowdown fclbrwangry 下 怒り"),
    (_BROWS_SAD, "browssad browsorrow browssorrow eyebrowssad fclbrwsorrow 困る"),
    (_LOOK_UP, "lookup eyelookup"),
    (_LOOK_DOWN, "lookdown eyelookdown"),
    (_LOOK_LEFT, "lookleft"),
    (_LOOK_RIGHT, "lookright"),
    ((), "neutral"),
)

PRESETS: dict[str, Weights] = {name: weights for weights, names in _MEANINGS for name in names.split()}
"""What a preset stands for, by its name as `preset_of` gives it: VRM's own, VRoid's, MMD's and common ones."""


def preset_of(name: str) -> str | None:
    """The preset that a sender's spelling means, such as `Blink_L`, `Brows up` or `Fcl_MTH_A`; None for no preset."""
    bare = "".join(sign for sign in name.lower() if sign.isalnum()) if len(name) < 64 else ""
    return bare if bare in PRESETS else None


def expressions(values: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """(ARKit shapes, THA3 parameters) of preset weights 0..1; where presets meet, the stronger wins."""
    shapes: dict[str, float] = {}
    parameters: dict[str, float] = {}
    for preset, value in values.items():
        for name, gain in PRESETS[preset]:
            into = parameters if name.startswith("mouth_") else shapes
            into[name] = max(into.get(name, 0.0), gain * value)
    _complete_gaze(shapes)
    return shapes, parameters


def _complete_gaze(shapes: dict[str, float]) -> None:
    """Who sends one direction of the gaze means the others to be 0."""
    if any(name.startswith("eyeLook") for name in shapes):
        for way in ("Up", "Down", "In", "Out"):
            for side in ("Left", "Right"):
                shapes.setdefault(f"eyeLook{way}{side}", 0.0)
