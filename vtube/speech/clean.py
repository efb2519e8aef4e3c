"""A text as it was written to sentences as they are said: what is not meant to be heard is left out.

Language models write Markdown, thoughts, stage directions and tags; viewers write links, emoji and wwww. Each kind has
a switch (`speech.clean`). First the whole text becomes readable, which is what the subtitle shows; then each sentence
of it becomes sayable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter

from vtube.audio.base import Samples
from vtube.settings import CleanSettings, SpeechSettings
from vtube.speech import chatter, markup
from vtube.speech.bodily import Sounds, in_turn, silence_for, taken, without_yawns
from vtube.speech.laughter import is_row_of_w, laughs_at
from vtube.speech.sentences import split
from vtube.speech.sound_words import LAUGH


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        spoken: what the voice gets.
        shown: what the subtitle shows meanwhile.
        emotion: what a tag before it names, in lower case; empty without one.
        gesture: what the body does as it begins; empty for nothing.
        sound: mono PCM and its rate, played in place of a voice: a song, or silence while the body laughs.
        sounds: laughter and sighs that it names among its words, which the body makes.
    """

    spoken: str
    shown: str
    emotion: str = ""
    gesture: str = ""
    sound: tuple[Samples, int] | None = field(default=None, compare=False, repr=False)
    sounds: Sounds = ()


Steps = tuple[tuple[str, Callable[[str], str]], ...]
"""The switch in the settings, and what it does; in this order."""

SHOWN: Steps = (
    ("thoughts", markup.without_thoughts),
    ("code", markup.without_code),
    ("html", markup.without_html),
    ("links", markup.with_short_links),
    ("markdown", markup.without_blocks),
    ("actions", markup.without_actions),
    ("markdown", markup.without_marks),  # only now: actions stand between marks
    ("repeats", partial(chatter.shortened, most=chatter.SHOWN)),
)
"""For what is shown and said."""

SPOKEN: Steps = (
    ("markdown", markup.without_hashes),
    ("emoji", chatter.without_emoji),
    ("repeats", chatter.with_laughter_said),
    ("repeats", partial(chatter.shortened, most=chatter.SPOKEN)),
)
"""For what is said only."""


def sayable(text: str, settings: SpeechSettings | None = None, *, goes_on: bool = False) -> list[Sentence]:
    """The sentences of `text` in order, each with something to say, or with something that the body does silently.

    `goes_on`: others were said before it.
    """
    settings = settings or SpeechSettings()
    found: list[Sentence] = []
    early: Sounds = ()
    for *tags, part in markup.parts(_readable(text, settings.clean), settings.clean.tags):
        emotion, gesture = tags
        for shown, spoken, heard in _sentences(part, settings):
            act, sounds = without_yawns(heard)
            gesture = gesture or act
            if spoken and not ((found or goes_on) and is_row_of_w(shown)):
                found.append(Sentence(spoken, shown, emotion, gesture, sounds=(*early, *sounds)))
                emotion, gesture, early = "", "", ()
            elif sounds and silence_for(emotion, gesture) is not None:
                early += sounds
            elif found and (shown or sounds):  # emoji and laughter alone belong to the sentence before
                late = tuple((word, 1.0) for word, _ in sounds)
                last = found[-1]
                found[-1] = replace(last, shown=f"{last.shown} {shown}".rstrip(), sounds=(*last.sounds, *late))
            else:
                early += sounds
        early = in_turn(early)
        if (silence := silence_for(emotion, gesture, early)) is not None:
            found.append(Sentence("", "", emotion, gesture, silence, early))
            early = ()
    return found


def _readable(text: str, clean: CleanSettings) -> str:
    return _stepped(markup.printable(text), clean, SHOWN)


def _sentences(text: str, settings: SpeechSettings) -> Iterator[tuple[str, str, Sounds]]:
    """What is shown and what is said of each sentence; nothing is said of one without a letter or digit."""
    for sentence in split(text):
        clean, sounds = taken(sentence)
        shown, spoken = markup.ruby(clean)
        spoken = _said(spoken, settings.clean, settings.readings)
        if (place := laughs_at(clean)) is not None and all(sound != LAUGH for sound, _ in sounds):
            before = len(_said(markup.ruby(clean[:place])[1], settings.clean, settings.readings)) if place else 0
            laugh = LAUGH, min(before / max(len(spoken), 1), 1.0)
            sounds = tuple(sorted((*sounds, laugh), key=itemgetter(1)))
        yield shown, spoken if any(char.isalnum() for char in spoken) else "", sounds


def _said(sentence: str, clean: CleanSettings, readings: Mapping[str, str]) -> str:
    return " ".join(_stepped(chatter.with_readings(sentence, readings), clean, SPOKEN).split())


def _stepped(text: str, clean: CleanSettings, steps: Steps) -> str:
    for switch, step in steps:
        if getattr(clean, switch):
            text = step(text)
    return text
