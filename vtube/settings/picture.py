"""The loop, the character, the scene and the server."""

from __future__ import annotations

import os
import re
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from vtube.errors import SettingsError
from vtube.settings.base import FILE, FILE_OR_NAME, LIVE, LOCAL, SECRET, Section

AUTO_SIZE = "auto"
SMALLEST_SIDE, LARGEST_SIDE = 64, 4096
"""Of a scene, pixels."""

SERVER_TOKEN = "VTUBE_SERVER_TOKEN"
"""The environment variable with the password of the control server, where no file has one."""
SHORTEST_TOKEN, LONGEST_TOKEN = 8, 200


def read_size(text: str) -> tuple[int, int]:
    """Width and height: `N` is N x N, `WIDTHxHEIGHT` or `1280 x 720` both, `1080p` the size of 16:9 with so many rows.

    Raises:
        ValueError: it is none of these; one line.
    """
    found = re.fullmatch(r"([0-9]{1,5})(?: ?[x×] ?([0-9]{1,5})|(p))?", text.strip().lower(), re.ASCII)
    if found is None:
        raise ValueError("should be N, WIDTHxHEIGHT such as 1920x1080, or 720p, 1080p, 1440p")
    first = int(found[1])
    if found[3]:
        return round(first * 16 / 9 / 2) * 2, first
    return first, int(found[2] or first)


def read_scene_size(text: str) -> tuple[int, int]:
    """Width and height of a scene, as `read_size` reads them.

    Raises:
        ValueError: it is no size, or one that a scene cannot have; one line.
    """
    size = read_size(text)
    if any(side % 2 or not SMALLEST_SIDE <= side <= LARGEST_SIDE for side in size):
        raise ValueError(f"should have even sides from {SMALLEST_SIDE} to {LARGEST_SIDE} pixels")
    return size


class LoopSettings(Section):
    """The fixed-rate loop."""

    fps: float = Field(
        30.0,
        ge=1,
        le=240,
        description="Frames a second that every output gets, whatever the renderer manages (1 to 240).",
        json_schema_extra=LIVE,
    )
    phase_lock: bool = Field(
        True,
        description=(
            "Move frames, by less than one, so that each is begun just after a face has arrived, where the tracker "
            "keeps step."
        ),
        json_schema_extra=LIVE,
    )


class AvatarSettings(Section):
    """The character and the engine that draws it."""

    character: str | None = Field(
        None,
        description="Path of the picture, or the name of one that is kept; null shows our own.",
        json_schema_extra=FILE_OR_NAME,
    )
    engine: Literal["auto", "torch", "openvino", "puppet"] = Field(
        "auto",
        description=(
            "auto: torch on a graphics card, else the puppet of the picture if there is one, else openvino; or name "
            "one of these."
        ),
    )
    variant: Literal["auto", "separable_float", "separable_half", "standard_float", "standard_half"] = Field(
        "auto",
        description=(
            "The weights: auto (separable_float), separable_float, separable_half, standard_float, standard_half."
        ),
    )
    precision: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="The arithmetic: auto, float32, bfloat16 or float16."
    )
    device: str = Field("auto", description="Where to compute: auto, cpu, cuda, cuda:1, mps.")
    threads: int = Field(
        0, ge=0, le=256, description="Processor threads for the renderer; 0 leaves the choice to the engine."
    )
    bake: bool = Field(
        True,
        description=(
            "Whether a puppet of the picture is made in the background while the camera runs without a graphics card, "
            "which then takes over; only with the engine auto. Flag: --no-bake."
        ),
    )


class OverlaySettings(Section):
    """What is drawn over the picture itself, for a stream without OBS."""

    subtitles: bool = Field(False, description="What she says, each word lit as it is heard.", json_schema_extra=LIVE)
    chat: bool = Field(False, description="What viewers write, as far as it may be shown.", json_schema_extra=LIVE)
    chat_lines: int = Field(6, ge=1, le=20, description="Messages that are shown at most.", json_schema_extra=LIVE)
    size: float = Field(
        0.05,
        ge=0.02,
        le=0.2,
        description="Height of the letters of subtitles, in parts of the picture's height or width, the smaller one.",
        json_schema_extra=LIVE,
    )
    picture: str | None = Field(
        None,
        description="Path of a picture with transparency that covers all, such as a frame with a logo; null for none.",
        json_schema_extra=LIVE | FILE,
    )


class SceneLook(Section):
    """What the scene shows, as far as it is said: what stays null stays as it is."""

    frame: Literal["auto", "full", "bust", "face"] | None = None
    zoom: float | None = Field(None, ge=0.1, le=8)
    x: float | None = Field(None, ge=-1, le=1)
    y: float | None = Field(None, ge=-1, le=1)
    rotation: float | None = Field(None, ge=-720, le=720)
    background: str | None = Field(None, max_length=500)
    effects: list[Annotated[str, Field(min_length=1, max_length=200)]] | None = Field(None, max_length=16)


class ScenePreset(SceneLook):
    """A look that is kept by name; another size waits for the next start."""

    size: str | None = Field(None, max_length=20)
    overlay: OverlaySettings | None = None

    @field_validator("size")
    @classmethod
    def readable(cls, size: str | None) -> str | None:
        """Refuse a size that `scene.size` would not take."""
        if size is not None and size != AUTO_SIZE:
            read_scene_size(size)
        return size


PresetName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s/]([^/]*[^\s/])?$")]
"""Without a slash, as it stands in addresses and actions."""


class SceneSettings(Section):
    """Framing, effects and background; sizes in pixels, `x` and `y` in parts of the picture, + right and up."""

    size: str | None = Field(
        None,
        description=(
            "Size of the picture, before width and height: N for N x N, WIDTHxHEIGHT, 720p, 1080p or 1440p for 16:9, "
            "or auto: as many rows as this computer draws in time, in the shape of width and height. Flag: --size."
        ),
    )
    width: int = Field(
        512, ge=SMALLEST_SIDE, le=LARGEST_SIDE, multiple_of=2, description="Width of the picture in pixels, even."
    )
    height: int = Field(
        512, ge=SMALLEST_SIDE, le=LARGEST_SIDE, multiple_of=2, description="Height of the picture in pixels, even."
    )
    frame: Literal["auto", "full", "bust", "face"] = Field(
        "auto",
        description=(
            "What is shown: full (the whole picture), bust, face, or auto: a figure that ends above the lower edge "
            "stands on it."
        ),
        json_schema_extra=LIVE,
    )
    zoom: float = Field(
        1.0, ge=0.1, le=8, description="Size of the figure; above 1 zooms in on the head.", json_schema_extra=LIVE
    )
    x: float = Field(0.0, ge=-1, le=1, description="To the right, in parts of the width.", json_schema_extra=LIVE)
    y: float = Field(0.0, ge=-1, le=1, description="Up, in parts of the height.", json_schema_extra=LIVE)
    rotation: float = Field(
        0.0, ge=-720, le=720, description="Turned clockwise about the middle, degrees.", json_schema_extra=LIVE
    )
    background: str = Field(
        "#00b140",
        description=(
            "Behind the figure where there is no transparency: #rrggbb, green, blue, black, white, none or a picture's "
            "path."
        ),
        json_schema_extra=LIVE | FILE_OR_NAME,
    )
    effects: list[str] = Field(
        max_length=16,
        default_factory=list,
        description="Effects in their order, such as bloom:0.8 or tape; all are in docs/reference/effects.md.",
        json_schema_extra=LIVE,
    )

    overlay: OverlaySettings = Field(OverlaySettings(), description="What is drawn over the picture itself.")
    presets: dict[PresetName, ScenePreset] = Field(
        default_factory=dict,
        max_length=50,
        description=(
            "Looks of the scene by name, such as {Chat: {frame: face, x: 0.3}}: the page, links, keys and plug-ins "
            "change into them. What one leaves out stays as it is."
        ),
        json_schema_extra=LIVE,
    )

    @field_validator("size", mode="before")
    @classmethod
    def written(cls, value: object) -> object:
        """A plain number in a YAML file is a text here; a size that no scene can have is refused under this name."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.lower() != AUTO_SIZE:
            read_scene_size(value)
        return value

    @model_validator(mode="before")
    @classmethod
    def sized(cls, values: Any) -> Any:
        """Width and height, from the size where that is given."""
        size = values.get("size") if isinstance(values, dict) else None
        if size is None or str(size).lower() == AUTO_SIZE:
            return values
        try:
            width, height = read_scene_size(str(size))
        except ValueError:  # `written` says so, and names the setting
            return values
        return {**values, "width": width, "height": height}


class ServerSettings(Section):
    """The control server and its pages."""

    enabled: bool = Field(True, description="false: no page, no streams. Flag: --no-server.", json_schema_extra=LOCAL)
    host: str = Field(
        "127.0.0.1",
        description="The address to listen on; anything but this computer's own needs a token.",
        json_schema_extra=LOCAL,
    )
    port: int = Field(
        8787, ge=0, le=65535, description="TCP port; 0 takes any free one. Flag: --port.", json_schema_extra=LOCAL
    )
    token: str | None = Field(
        None,
        min_length=SHORTEST_TOKEN,
        max_length=LONGEST_TOKEN,
        validate_default=True,
        description="A password of 8 characters or more; null for the one in VTUBE_SERVER_TOKEN, or none.",
        json_schema_extra=SECRET,
    )
    allowed_hosts: list[str] = Field(
        default_factory=list,
        description="More names under which this computer may be addressed.",
        json_schema_extra=LOCAL,
    )
    allowed_origins: list[str] = Field(
        default_factory=list,
        description="Web pages of other programs that may use the interface, such as http://localhost:8000.",
        json_schema_extra=LOCAL,
    )

    @field_validator("token", mode="before")
    @classmethod
    def _from_environment(cls, value: object) -> object:
        """A container has its secrets in the environment."""
        token = os.environ.get(SERVER_TOKEN) or None if value is None else None
        if token is not None and not SHORTEST_TOKEN <= len(token) <= LONGEST_TOKEN:
            raise SettingsError(f"{SERVER_TOKEN} should have {SHORTEST_TOKEN} to {LONGEST_TOKEN} characters")
        return value if token is None else token
