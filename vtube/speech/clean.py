"""A text as it was written to sentences as they are said: what is not meant to be heard is left out.

Language models write Markdown, thoughts, stage directions and tags; viewers write links, emoji and wwww. Each kind has
a switch (`speech.clean`). First the whole text becomes readable, which is what the subtitle shows; then each sentence
of it becomes sayable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vtube.settings import CleanSettings, SpeechSettings
from vtube.speech import chatter, markup
from vtube.speech.sentences import split


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        spoken: what the voice gets.
        shown: what the subtitle shows meanwhile.
        emotion: what a tag before it names, in lower case; empty without one.
    """

    spoken: str
    shown: str
    emotion: str = ""


def sayable(text: str, settings: SpeechSettings | None = None) -> list[Sentence]:
    """The sentences of `text` in order, each with something to say."""
    settings = settings or SpeechSettings()
    found: list[Sentence] = []
    for emotion, part in markup.parts(_readable(text, settings.clean), settings.clean.tags):
        pending = emotion
        for shown, spoken in _sentences(part, settings):
            if spoken:
                found.append(Sentence(spoken, shown, pending))
                pending = ""
            elif found and shown:  # emoji alone belong to the sentence before
                found[-1] = Sentence(found[-1].spoken, f"{found[-1].shown} {shown}", found[-1].emotion)
    return found


def _readable(text: str, clean: CleanSettings) -> str:
    text = markup.printable(text)
    if clean.thoughts:
        text = markup.without_thoughts(text)
    if clean.code:
        text = markup.without_code(text)
    if clean.html:
        text = markup.without_html(text)
    if clean.links:
        text = markup.with_short_links(text)
    if clean.markdown:
        text = markup.without_blocks(text)
    if clean.actions:
        text = markup.without_actions(text)
    if clean.markdown:
        text = markup.without_marks(text)
    return chatter.shortened(text, chatter.SHOWN) if clean.repeats else text


def _sentences(text: str, settings: SpeechSettings) -> Iterator[tuple[str, str]]:
    """What is shown and what is said of each sentence; nothing is said of one without a letter or digit."""
    for sentence in split(text):
        shown, spoken = markup.ruby(sentence)
        spoken = _said(spoken, settings.clean, settings.readings)
        yield shown, spoken if any(char.isalnum() for char in spoken) else ""


def _said(sentence: str, clean: CleanSettings, readings: Mapping[str, str]) -> str:
    sentence = chatter.with_readings(sentence, readings)
    if clean.markdown:
        sentence = markup.without_hashes(sentence)
    if clean.emoji:
        sentence = chatter.without_emoji(sentence)
    if clean.repeats:
        sentence = chatter.shortened(chatter.without_laughter(sentence), chatter.SPOKEN)
    return " ".join(sentence.split())
