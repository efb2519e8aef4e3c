"""The typed settings: `config/default.yaml`, over it the user's own file, over it the flags.

Every key is documented in `config/default.yaml`; a test keeps that file and these defaults equal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vtube.errors import SettingsError

MAX_SETTINGS_BYTES = 1_000_000


class Section(BaseModel):
    """Unknown keys are refused; values are checked again when they are assigned."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class LoopSettings(Section):
    """The fixed-rate loop."""

    fps: float = Field(30.0, ge=1, le=240)
    in_step: bool = True


class AvatarSettings(Section):
    """The character and the engine that draws it."""

    character: str | None = None
    engine: Literal["auto", "torch", "openvino", "puppet"] = "auto"
    variant: Literal["auto", "separable_float", "separable_half", "standard_float", "standard_half"] = "auto"
    precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    device: str = "auto"
    threads: int = Field(0, ge=0, le=256)
    bake: bool = True


class IdleSettings(Section):
    """Idle motion: each strength scales one part, 0 switches it off."""

    seed: int = 0
    breathing: float = Field(1.0, ge=0, le=1)
    breaths_per_minute: float = Field(15.0, ge=1, le=60)
    blinking: float = Field(1.0, ge=0, le=1)
    seconds_between_blinks: float = Field(4.0, ge=0.5, le=60)
    gaze: float = Field(1.0, ge=0, le=2)
    sway: float = Field(1.0, ge=0, le=2)
    asymmetry: float = Field(1.0, ge=0, le=2)


class MixerSettings(Section):
    """How the layers share the pose."""

    hold_lost_s: float = Field(0.5, ge=0, le=10)
    ease_s: float = Field(0.6, ge=0, le=10)
    mouth_policy: Literal["voice", "face", "strongest"] = "voice"


class EmotionSettings(Section):
    """Emotions laid over the face."""

    strength: float = Field(1.0, ge=0, le=1)
    ease_s: float = Field(0.5, ge=0, le=10)
    templates: str | None = None


class ParameterCurve(Section):
    """The user's own response of one pose parameter: gain times value to the power of curve, at most limit."""

    gain: float = Field(1.0, ge=0, le=10)
    curve: float = Field(1.0, ge=0.1, le=10)
    limit: float = Field(1.0, ge=0, le=1)


class RetargetSettings(Section):
    """How a tracked face becomes a pose."""

    mode: Literal["natural", "classic"] = "natural"
    mirror: bool = False
    invert: list[Literal["pitch", "yaw", "roll", "gaze_x", "gaze_y", "position_x", "position_y", "position_z"]] = Field(
        default_factory=list
    )
    smoothing: float = Field(0.5, ge=0, le=1)
    calibrate_after_s: float = Field(2.0, ge=0, le=30)
    keep_neutral: bool = True
    brow: Literal["auto", "angry", "troubled", "lowered", "serious"] = "auto"
    pitch_range_deg: float = Field(25.0, ge=5, le=90)
    yaw_range_deg: float = Field(25.0, ge=5, le=90)
    roll_range_deg: float = Field(25.0, ge=5, le=90)
    gaze_range_deg: float = Field(24.0, ge=5, le=60)
    body_follow: float = Field(0.6, ge=0, le=1)
    body_lag_s: float = Field(0.25, ge=0, le=2)
    lean: float = Field(0.5, ge=0, le=2)
    parameters: dict[str, ParameterCurve] = Field(default_factory=dict)


class ReceiverSettings(Section):
    """How trackers on the network are received."""

    host: str = "0.0.0.0"


class OscRule(Section):
    """One line of the generic OSC table: argument of an address times scale plus offset drives target."""

    address: str = Field(pattern=r"^/\S+$", max_length=200)
    target: str
    argument: int = Field(0, ge=0, le=255)
    scale: float = Field(1.0, ge=-1000, le=1000)
    offset: float = Field(0.0, ge=-1000, le=1000)


class OscSettings(Section):
    """OSC from anywhere."""

    port: int = Field(9010, ge=1, le=65535)
    rules: list[OscRule] = Field(default_factory=list, max_length=1000)


class WebcamSettings(Section):
    """Face tracking with a webcam."""

    camera: int = Field(0, ge=0, le=63)
    width: int = Field(640, ge=160, le=3840)
    height: int = Field(480, ge=120, le=2160)
    fps: float = Field(30.0, ge=5, le=120)
    mirrored: bool = False


class PointerSettings(Section):
    """Mouse and keyboard in place of a tracker: key to expression, and how far the pointer turns the head."""

    head: float = Field(1.0, ge=0, le=2)
    gaze: float = Field(1.0, ge=0, le=2)
    fps: float = Field(60.0, ge=5, le=120)
    keys: dict[str, str] = Field(
        default_factory=lambda: {
            "f1": "smile",
            "f2": "sad",
            "f3": "angry",
            "f4": "surprised",
            "f5": "wink",
            "f6": "closed",
            "f7": "open",
        }
    )


class LipSyncSettings(Section):
    """How sound moves the mouth."""

    sensitivity: float = Field(1.0, ge=0, le=2)
    strength: float = Field(1.0, ge=0, le=1.5)
    calibration: str | None = None


class ServerSettings(Section):
    """The control server and its pages."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(8787, ge=0, le=65535)
    token: str | None = Field(None, min_length=8, max_length=200)
    allowed_hosts: list[str] = Field(default_factory=list)
    allowed_origins: list[str] = Field(default_factory=list)


class OpenAiVoiceSettings(Section):
    """An OpenAI-compatible `/v1/audio/speech`."""

    model: str = Field("tts-1", max_length=200)
    format: Literal["pcm", "wav", "mp3", "opus", "flac"] = "pcm"
    key_variable: str = Field("OPENAI_API_KEY", max_length=100)


class GptSovitsSettings(Section):
    """GPT-SoVITS: the recording it imitates, as its server sees it."""

    reference: str = ""
    prompt: str = ""
    prompt_language: str = "ja"
    language: str = "ja"


class StyleBertVits2Settings(Section):
    """Style-Bert-VITS2."""

    language: Literal["JP", "EN", "ZH"] = "JP"
    style: str = "Neutral"


class SpeechSettings(Section):
    """The character's own voice; `addresses` is voice to http address, `lead_s` how far the mouth is ahead."""

    voice: str = "openjtalk"
    speed: float = Field(1.0, ge=0.5, le=2)
    volume: float = Field(1.0, ge=0, le=1)
    device: str | None = None
    lead_s: float = Field(0.0, ge=0, le=0.5)
    timeout_s: float = Field(20.0, ge=1, le=300)
    addresses: dict[str, Annotated[str, Field(pattern=r"^https?://[^\s/?#]+", max_length=500)]] = Field(
        default_factory=dict
    )
    openai: OpenAiVoiceSettings = OpenAiVoiceSettings()
    gptsovits: GptSovitsSettings = GptSovitsSettings()
    stylebertvits2: StyleBertVits2Settings = StyleBertVits2Settings()
    command: list[str] = Field(default_factory=list, max_length=100)


class SceneSettings(Section):
    """Framing, effects and background; sizes in pixels, `x` and `y` in parts of the picture, + right and up."""

    width: int = Field(512, ge=64, le=4096, multiple_of=2)
    height: int = Field(512, ge=64, le=4096, multiple_of=2)
    zoom: float = Field(1.0, ge=0.1, le=8)
    x: float = Field(0.0, ge=-1, le=1)
    y: float = Field(0.0, ge=-1, le=1)
    background: str = "#00b140"
    effects: list[str] = Field(default_factory=list)


class Settings(Section):
    """All settings."""

    loop: LoopSettings = LoopSettings()
    avatar: AvatarSettings = AvatarSettings()
    tracking: list[str] = Field(default_factory=lambda: ["auto"])
    receiver: ReceiverSettings = ReceiverSettings()
    osc: OscSettings = OscSettings()
    webcam: WebcamSettings = WebcamSettings()
    pointer: PointerSettings = PointerSettings()
    audio: str = "none"
    lipsync: LipSyncSettings = LipSyncSettings()
    speech: SpeechSettings = SpeechSettings()
    outputs: list[str] = Field(default_factory=lambda: ["camera", "browser"])
    idle: IdleSettings = IdleSettings()
    mixer: MixerSettings = MixerSettings()
    emotion: EmotionSettings = EmotionSettings()
    retarget: RetargetSettings = RetargetSettings()
    scene: SceneSettings = SceneSettings()
    server: ServerSettings = ServerSettings()


def load(path: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Settings:
    """The defaults, over them the YAML file `path`, over it the nested mapping `overrides`.

    Raises:
        SettingsError: the file cannot be read, an unknown key (with the nearest right name), a wrong value.
    """
    values: dict[str, Any] = {}
    if path is not None:
        values = _read(path)
    merge(values, overrides or {})
    return parse(values)


def parse(values: Mapping[str, Any]) -> Settings:
    """Settings from a nested mapping.

    Raises:
        SettingsError: one line that names the first wrong key or value.
    """
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_first_line(error)) from None


def merge(into: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Lay the nested mapping `changes` over `into`, in place."""
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_SETTINGS_BYTES:
            raise SettingsError(f"{path} is too large for a settings file")
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror or error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 1}" if where else ""
        problem = getattr(error, "problem", None) or error
        raise SettingsError(f"{path} is not valid YAML{line}: {problem}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise SettingsError(f"{path} should hold `key: value` lines, not a {type(values).__name__}")
    return values


def _first_line(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = _nearest_key(where)
        return f"there is no setting {where!r}" + (f"; did you mean {near!r}?" if near else "")
    return f"the setting {where!r}: {first['msg']} (it is {first['input']!r})"


def _nearest_key(wrong: str) -> str | None:
    keys = list(_keys(Settings))
    by_last_part = {key.rsplit(".", 1)[-1]: key for key in keys}
    whole = difflib.get_close_matches(wrong, keys, n=1, cutoff=0.6)
    last = difflib.get_close_matches(wrong.rsplit(".", 1)[-1], by_last_part, n=1)
    return whole[0] if whole else by_last_part[last[0]] if last else None


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        yield prefix + name
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _keys(kind, f"{prefix}{name}.")
