"""Where faces come from."""

from __future__ import annotations

from pydantic import Field

from vtube.settings.base import LIVE, LOCAL, Section


class ReceiverSettings(Section):
    """How trackers on the network are received."""

    host: str = Field(
        "0.0.0.0",
        max_length=253,
        pattern=r"^[\w.:%-]*$",
        description="The address to listen on; 127.0.0.1 shuts out phones and other computers.",
    )


class OscRule(Section):
    """One line of the generic OSC table: argument of an address times scale plus offset drives target."""

    address: str = Field(pattern="^/\\S+$", max_length=200, description="The OSC address, such as /head/yaw.")
    target: str = Field(
        description="An ARKit shape, head_pitch, head_yaw, head_roll in degrees, or one of the 45 parameters."
    )
    argument: int = Field(0, ge=0, le=255, description="Which argument of the address, counted from 0.")
    scale: float = Field(1.0, ge=-1000, le=1000, description="Factor of the argument.")
    offset: float = Field(0.0, ge=-1000, le=1000, description="What is added after scaling.")


class OscSettings(Section):
    """OSC from anywhere."""

    port: int = Field(9010, ge=1, le=65535, description="UDP port to listen on.")
    rules: list[OscRule] = Field(
        default_factory=list,
        max_length=1000,
        description=(
            "A list of {address, target, argument, scale, offset}: argument (counted from 0) of the address times "
            "scale plus offset drives target: an ARKit shape, head_pitch, head_yaw, head_roll in degrees, or one of "
            "the 45 parameters."
        ),
    )


class WebcamSettings(Section):
    """Face tracking with a webcam."""

    camera: int = Field(0, ge=0, le=63, description="Which camera, counted from 0.")
    width: int = Field(640, ge=160, le=3840, description="Width asked of the camera, pixels.")
    height: int = Field(480, ge=120, le=2160, description="Height asked of the camera, pixels.")
    fps: float = Field(30.0, ge=5, le=120, description="Frames a second asked of the camera.")
    mirrored: bool = Field(False, description="Whether the camera delivers a mirrored picture.")


class PointerSettings(Section):
    """Mouse and keyboard in place of a tracker: key to expression, and how far the pointer turns the head."""

    head: float = Field(1.0, ge=0, le=2, description="How far the pointer turns the head, 0 to 2.")
    gaze: float = Field(1.0, ge=0, le=2, description="How far the pointer turns the eyes, 0 to 2.")
    fps: float = Field(60.0, ge=5, le=120, description="How often the pointer is read, a second.")
    keys: dict[str, str] = Field(
        default_factory=lambda: {
            "f1": "smile",
            "f2": "sad",
            "f3": "angry",
            "f4": "surprised",
            "f5": "wink",
            "f6": "closed",
            "f7": "open",
        },
        description="Key to expression: smile, sad, angry, surprised, wink, closed, open.",
    )


class PluginParameterRule(Section):
    """One line of the table of plug-ins' parameters: parameter times scale plus offset drives target."""

    parameter: str = Field(pattern="^[A-Za-z0-9]{4,32}$", description="The parameter that a plug-in sends.")
    target: str = Field(max_length=40, description="One of the 45 parameters, or one of VTube Studio's, as MouthOpen.")
    scale: float = Field(1.0, ge=-1000, le=1000, description="Factor of the value.")
    offset: float = Field(0.0, ge=-1000, le=1000, description="What is added after scaling.")


class VtsApiSettings(Section):
    """Plug-ins that are made for VTube Studio."""

    enabled: bool = Field(
        False, description="Whether plug-ins for VTube Studio may ask to come in.", json_schema_extra=LIVE
    )
    host: str = Field(
        "127.0.0.1",
        description="The address to listen on; anything else lets other computers ask, too.",
        json_schema_extra=LOCAL,
    )
    port: int = Field(
        8001, ge=0, le=65535, description="TCP port; plug-ins expect 8001. 0 takes any.", json_schema_extra=LIVE
    )
    rules: list[PluginParameterRule] = Field(
        default_factory=list,
        max_length=300,
        description=(
            "A list of {parameter, target, scale, offset}: a plug-in's parameter times scale plus offset drives "
            "target, one of the 45 parameters or of VTube Studio's, such as MouthOpen."
        ),
        json_schema_extra=LIVE,
    )


class HotkeySettings(Section):
    """What keys and controllers do while another program has the focus."""

    keys: dict[str, str] = Field(
        default_factory=dict,
        max_length=200,
        description=(
            "Keys to action, such as {ctrl+alt+1: 'expression:joy', f8: air}; needs the extra hotkeys. Actions: "
            "expression:NAME, gesture:NAME, character:NAME, scene:NAME, say:TEXT, air, freeze, record (with :on or "
            ":off), calibrate, neutral, silence."
        ),
        json_schema_extra=LIVE,
    )
    controllers: dict[str, str] = Field(
        default_factory=dict,
        max_length=200,
        description=(
            "Presses of MIDI devices and gamepads to action: note:36, control:7, program:1, button:0, hat:up; needs "
            "the extra controllers."
        ),
        json_schema_extra=LIVE,
    )
