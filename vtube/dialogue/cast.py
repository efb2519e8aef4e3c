"""Everybody who takes part in a broadcast, as the director needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vtube.dialogue.answer import Classify, Speaker
from vtube.dialogue.llm.base import ChatModel
from vtube.dialogue.memory.base import Memory
from vtube.dialogue.moderation import Moderator
from vtube.dialogue.persona import Persona
from vtube.dialogue.sight import Sight
from vtube.dialogue.tags import TagReader
from vtube.dialogue.tools.box import Toolbox
from vtube.settings import SightSettings, SpeechSettings


@dataclass(frozen=True, slots=True)
class Cast:
    """The parts.

    Attributes:
        speaker: the voice.
        model: the language model; None answers nobody.
        persona: who she is.
        moderator: what may be said.
        memory: what is remembered.
        tags: understands the model's tags.
        classify: finds emotions in a sentence.
        feel: shows an emotion on the face.
        speech_settings: how texts are cleaned now.
        act: begins a gesture, such as `nod`.
        notice: tells her body what happens, such as `chat` or `applause`.
        rest: ends what she does and feels.
        tools: what the model may do besides speaking.
        sight: what it may see of the screen.
    """

    speaker: Speaker
    model: ChatModel | None
    persona: Persona
    moderator: Moderator
    memory: Memory
    tags: TagReader
    classify: Classify
    feel: Callable[[str], object]
    speech_settings: Callable[[], SpeechSettings]
    act: Callable[[str], object] = lambda name: None
    notice: Callable[[str], object] = lambda name: None
    rest: Callable[[], object] = lambda: None
    tools: Toolbox = field(default_factory=Toolbox)
    sight: Sight = field(default_factory=lambda: Sight(SightSettings()))
