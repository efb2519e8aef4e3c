"""How the streamer's voice is heard and understood."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vtube.settings.base import LIVE, LOCAL, Section

Echo = Literal["half", "cancel"]


class ListeningSettings(Section):
    """What becomes of the voice that the setting `listen` names."""

    recogniser: str = Field(
        "auto",
        max_length=500,
        description=(
            "What understands it, on this computer: auto (whichever is installed), whisper[:MODEL], sherpa:DIR, sphinx."
        ),
        json_schema_extra=LOCAL,
    )
    language: str = Field(
        "auto",
        pattern="^(auto|[a-z]{2,3})$",
        description="The language that you speak, such as en or ja; auto hears it from what you say.",
        json_schema_extra=LIVE,
    )
    threads: int = Field(
        2, ge=1, le=64, description="Processor cores that understanding may use.", json_schema_extra=LOCAL
    )
    silence_s: float = Field(
        0.7, ge=0.2, le=5, description="Seconds of silence that end what you say.", json_schema_extra=LIVE
    )
    shortest_s: float = Field(
        0.25,
        ge=0.05,
        le=5,
        description="Seconds for which a voice sounds at least; what is shorter is a cough or a click.",
        json_schema_extra=LIVE,
    )
    while_speaking: bool = Field(
        False,
        description="Hear you also while she speaks, so that you can interrupt her; needs headphones.",
        json_schema_extra=LIVE,
    )
    echo: Echo = Field(
        "half",
        description=(
            "half: while she speaks, she hears you only as while_speaking says; cancel: her own voice is taken out of "
            "what your microphone hears (extra echo), so that you can interrupt her without headphones."
        ),
        json_schema_extra=LIVE,
    )
    tail_s: float = Field(
        0.3,
        ge=0,
        le=5,
        description="Seconds after her own voice until she hears again, for the echo in the room.",
        json_schema_extra=LIVE,
    )
