"""How the character moves."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from vtube.settings.base import FILE, LIVE, Section

SwayPart = Literal["head_x", "head_y", "neck_z", "body_y", "body_z"]


class IdleSettings(Section):
    """Idle motion: each strength scales one part, 0 switches it off."""

    seed: int = Field(0, description="Another number is another character's way of moving.", json_schema_extra=LIVE)
    breathing: float = Field(1.0, ge=0, le=1, description="Depth of breath, 0 to 1.", json_schema_extra=LIVE)
    breaths_per_minute: float = Field(
        15.0, ge=1, le=60, description="Breaths a minute, on average.", json_schema_extra=LIVE
    )
    blinking: float = Field(
        1.0, ge=0, le=1, description="How far the lids close in a blink, 0 to 1.", json_schema_extra=LIVE
    )
    seconds_between_blinks: float = Field(
        4.0, ge=0.5, le=60, description="Seconds from blink to blink, on average.", json_schema_extra=LIVE
    )
    gaze: float = Field(1.0, ge=0, le=2, description="How far the eyes wander, 0 to 2.", json_schema_extra=LIVE)
    preset: Literal["calm", "natural", "lively"] = Field(
        "natural", description="How much head and body move: calm, natural or lively.", json_schema_extra=LIVE
    )
    energy: float = Field(
        1.0, ge=0, le=2, description="The same in steps of your own: times the preset, 0 to 2.", json_schema_extra=LIVE
    )
    sway: float = Field(1.0, ge=0, le=2, description="How far head and body sway, 0 to 2.", json_schema_extra=LIVE)
    sway_parts: list[SwayPart] = Field(
        default_factory=lambda: list(get_args(SwayPart)),
        max_length=5,
        description="What sways: head_x, head_y, neck_z, body_y, body_z.",
        json_schema_extra=LIVE,
    )
    seconds_between_shifts: float = Field(
        9.0, ge=1, le=120, description="Seconds from one shift of the weight to the next.", json_schema_extra=LIVE
    )
    tremble: float = Field(
        0.0, ge=0, le=0.2, description="How far all that sways trembles, 0 (not at all) to 0.2.", json_schema_extra=LIVE
    )
    face: float = Field(1.0, ge=0, le=2, description="Small smiles and swallows, 0 to 2.", json_schema_extra=LIVE)
    asymmetry: float = Field(
        1.0, ge=0, le=2, description="How different left and right are, 0 to 2.", json_schema_extra=LIVE
    )


class GestureSettings(Section):
    """The body speaks along."""

    strength: float = Field(
        1.0,
        ge=0,
        le=2,
        description="How much head, brows, gaze, breath and body go with the voice, 0 (not at all) to 2.",
        json_schema_extra=LIVE,
    )
    seed: int = Field(0, description="Another number is another way of gesturing.", json_schema_extra=LIVE)


class ReactionSettings(Section):
    """What she does about what happens around her, while no tracked face moves her."""

    rate: float = Field(
        1.0,
        ge=0,
        le=2,
        description="How often she reacts to chat, host and silence by herself, 0 (never) to 2.",
        json_schema_extra=LIVE,
    )
    seed: int = Field(0, description="Another number is another order of reactions.", json_schema_extra=LIVE)
    table: str | None = Field(
        None,
        description="Path of a YAML file with reactions of your own (see config/reactions.yaml); null for none.",
        json_schema_extra=LIVE | FILE,
    )


class MixerSettings(Section):
    """How the layers share the pose."""

    hold_lost_s: float = Field(
        0.5,
        ge=0,
        le=10,
        description="Seconds that a lost face is held before it eases into idle motion.",
        json_schema_extra=LIVE,
    )
    ease_s: float = Field(
        0.6, ge=0, le=10, description="Seconds that easing between face and idle motion takes.", json_schema_extra=LIVE
    )
    mouth_policy: Literal["voice", "face", "strongest"] = Field(
        "voice",
        description=(
            "Whose the mouth is while you speak and a face is tracked: voice, face or strongest (whichever opens it "
            "more). What she says herself always moves it."
        ),
        json_schema_extra=LIVE,
    )


class EmotionSettings(Section):
    """Emotions laid over the face."""

    strength: float = Field(1.0, ge=0, le=1, description="How strongly, 0 to 1.", json_schema_extra=LIVE)
    motion: float = Field(
        1.0,
        ge=0,
        le=1,
        description="How much emotions move over time (start, tremble, sink, breathe otherwise), 0 to 1.",
        json_schema_extra=LIVE,
    )
    marks: float = Field(
        0.0,
        ge=0,
        le=1,
        description="How strongly blush, sweat, tears and other drawn marks show an emotion, 0 to 1; 0 draws none.",
        json_schema_extra=LIVE,
    )
    ease_s: float = Field(0.5, ge=0, le=10, description="Seconds from one emotion to the next.", json_schema_extra=LIVE)
    templates: str | None = Field(
        None,
        description="Path of a YAML file with emotions of your own (see config/emotions.yaml); null for none.",
        json_schema_extra=LIVE | FILE,
    )
    favourites: list[str] = Field(
        max_length=8,
        default_factory=lambda: ["neutral", "joy", "love", "surprise", "pride", "anger", "sadness", "fear"],
        description="The expressions on the keys 1 to 8 of the control room.",
        json_schema_extra=LIVE,
    )


class ParameterCurve(Section):
    """The user's own response of one value: what is beyond deadzone, to the power of curve, times gain, plus offset.

    What comes of it is never more than limit, to either side.
    """

    gain: float = Field(1.0, ge=0, le=10, description="Factor, 0 to 10.")
    curve: float = Field(1.0, ge=0.1, le=10, description="Exponent, 0.1 to 10; above 1 small movements get smaller.")
    limit: float = Field(1.0, ge=0, le=1, description="The most it reaches, 0 to 1.")
    deadzone: float = Field(0.0, ge=0, le=0.9, description="What is smaller counts as nothing, 0 to 0.9.")
    offset: float = Field(0.0, ge=-1, le=1, description="Where it rests, -1 to 1.")


class RetargetSettings(Section):
    """How a tracked face becomes a pose."""

    mode: Literal["natural", "classic"] = Field(
        "natural",
        description="natural is made for drawn faces; classic is the THA3 demo's own conversion.",
        json_schema_extra=LIVE,
    )
    mirror: bool = Field(
        False, description="true: your left is the character's right, as in a mirror.", json_schema_extra=LIVE
    )
    invert: list[Literal["pitch", "yaw", "roll", "gaze_x", "gaze_y", "position_x", "position_y", "position_z"]] = Field(
        default_factory=list,
        description="Axes to turn round: pitch, yaw, roll, gaze_x, gaze_y, position_x, position_y, position_z.",
        json_schema_extra=LIVE,
    )
    smoothing: float = Field(0.5, ge=0, le=1, description="0 raw to 1 soft.", json_schema_extra=LIVE)
    calibrate_after_s: float = Field(
        2.0,
        ge=0,
        le=30,
        description="Seconds of a still head after which the neutral face is taken by itself; 0 never.",
        json_schema_extra=LIVE,
    )
    keep_neutral: bool = Field(
        True,
        description=(
            'A neutral face that you asked for (key C, "Calibrate") counts at the next start, for each kind of tracker.'
        ),
        json_schema_extra=LIVE,
    )
    brow: Literal["auto", "angry", "troubled", "lowered", "serious"] = Field(
        "auto",
        description="What lowered brows mean: auto, angry, troubled, lowered or serious.",
        json_schema_extra=LIVE,
    )
    pitch_range_deg: float = Field(
        25.0,
        ge=5,
        le=90,
        description="Degrees of nodding at which the character's head reaches its limit.",
        json_schema_extra=LIVE,
    )
    yaw_range_deg: float = Field(
        25.0,
        ge=5,
        le=90,
        description="Degrees of turning at which the character's head reaches its limit.",
        json_schema_extra=LIVE,
    )
    roll_range_deg: float = Field(
        25.0,
        ge=5,
        le=90,
        description="Degrees of tilting at which the character's head reaches its limit.",
        json_schema_extra=LIVE,
    )
    gaze_range_deg: float = Field(
        24.0, ge=5, le=60, description="Degrees of gaze at which the irises reach their limit.", json_schema_extra=LIVE
    )
    body_follow: float = Field(
        0.6, ge=0, le=1, description="How far the body follows the head, 0 to 1.", json_schema_extra=LIVE
    )
    body_lag_s: float = Field(
        0.25, ge=0, le=2, description="Seconds that the body is behind the head.", json_schema_extra=LIVE
    )
    lean: float = Field(
        0.5, ge=0, le=2, description="How far the whole figure moves with you, 0 to 2.", json_schema_extra=LIVE
    )
    parameters: dict[str, ParameterCurve] = Field(
        default_factory=dict,
        max_length=45,
        description=(
            "Your own response of single parameters: {mouth_aaa: {gain: 1.5, curve: 1.0, limit: 1.0, deadzone: 0.1, "
            "offset: 0.0}}; drawn and dragged under Face on the page."
        ),
        json_schema_extra=LIVE,
    )
    shapes: dict[str, ParameterCurve] = Field(
        default_factory=dict,
        max_length=52,
        description="The same for single blend shapes as the tracker sends them, such as {jawOpen: {gain: 1.5}}.",
        json_schema_extra=LIVE,
    )
