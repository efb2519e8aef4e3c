"""What a stream to a platform sends: picture, sound, and how much of both."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vtube.settings.base import FILE, Section

Encoder = Literal["auto", "x264", "nvenc", "qsv", "amf", "videotoolbox", "mediafoundation"]


Duck = Literal["none", "music", "all"]


class StreamSettings(Section):
    """A stream without OBS; its key is in the environment and never here."""

    bitrate: int = Field(
        0,
        ge=0,
        le=50_000,
        description="Of the picture, kbit/s; 0 takes what the size and rate need (2500 for 720p30, 4500 for 1080p30).",
    )
    audio_bitrate: int = Field(160, ge=32, le=320, description="Of the sound, kbit/s.")
    keyframe_s: float = Field(2.0, ge=0.5, le=10, description="Seconds between key frames; platforms ask for 2.")
    encoder: Encoder = Field(
        "auto",
        description=(
            "H.264 by auto (the graphics card where it can, else x264), x264, nvenc, qsv, amf, videotoolbox or "
            "mediafoundation."
        ),
    )
    voice: bool = Field(True, description="Whether the character's own voice is heard in the stream.")
    music: str | None = Field(
        None, description="A sound file that plays in the stream, over and over; null for none.", json_schema_extra=FILE
    )
    music_volume: float = Field(0.2, ge=0, le=1, description="How loud the music is, 0 to 1.")
    sound: str = Field(
        "none", max_length=300, description="What else is heard in the stream: none, mic[:NAME], loopback[:NAME]."
    )
    sound_volume: float = Field(1.0, ge=0, le=4, description="How loud that is, 0 to 4.")
    duck: Duck = Field(
        "music",
        description="What is softer in the stream while she speaks: none, music, or all (that other sound, too).",
    )
    duck_db: float = Field(8.0, ge=0, le=60, description="By how many decibels.")
    duck_attack_s: float = Field(0.15, ge=0.02, le=5, description="Seconds that the way down takes.")
    duck_release_s: float = Field(0.8, ge=0.02, le=10, description="Seconds that the way back up takes.")
    ice_servers: list[Annotated[str, Field(max_length=300, pattern=r"^(stun|turn)s?:\S+$")]] = Field(
        [],
        max_length=4,
        description=(
            "For whip, where no way for the pictures is found: STUN and TURN servers, such as "
            "stun:stun.example.org:3478; a name and a password are in VTUBE_ICE_USERNAME and VTUBE_ICE_PASSWORD."
        ),
    )
