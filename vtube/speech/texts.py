"""The texts that wait to be said or are being said, and what of them has been heard."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from vtube.speech.base import Utterance
from vtube.speech.clean import Sentence
from vtube.speech.player import Player
from vtube.speech.playing import Playing
from vtube.speech.words import begun

KEPT_TRANSCRIPTS = 8
MAX_WORDS = 200
"""Characters of a text in the state."""
ABANDONED_S = 60.0
"""A text that is open and gets nothing more for so long is over: whoever fed it is gone."""


@dataclass(eq=False, slots=True)
class Text:
    """One text; `number` counts up, `failed` how many sentences in a row could not be said.

    While it is `open`, sentences are still appended; `fed_at` is when the last one was (monotonic seconds).
    A text that was begun so `mimes` what its voice cannot say: who answers viewers shall not stand there mute.
    """

    number: int
    voice: str
    sentences: deque[Sentence]
    failed: int = 0
    open: bool = False
    fed_at: float = 0.0
    mimes: bool = field(init=False)

    def __post_init__(self) -> None:
        self.mimes = self.open

    @property
    def words(self) -> str:
        """What is shown of it while it waits."""
        return " ".join(sentence.shown for sentence in self.sentences)[:MAX_WORDS]

    def is_over(self, now: float) -> bool:
        """Whether nothing is left to say of it and nothing more will come."""
        return not self.sentences and (not self.open or now > self.fed_at + ABANDONED_S)


@dataclass(slots=True)
class _Transcript:
    """Sentences that were heard to their end, and those that are on their way to the ear."""

    done: list[str] = field(default_factory=list)
    coming: deque[Playing] = field(default_factory=deque)


class Transcripts:
    """What has been heard of the last few texts. The caller holds a lock."""

    def __init__(self) -> None:
        self._by_number: OrderedDict[int, _Transcript] = OrderedDict()

    def begin(self, number: int) -> None:
        """Write down what is heard of this text."""
        self._by_number[number] = _Transcript()
        while len(self._by_number) > KEPT_TRANSCRIPTS:
            self._by_number.popitem(last=False)

    def add(self, one: Playing, player: Player, now: float) -> None:
        """A sentence was handed to the player."""
        transcript = self._by_number.get(one.text_id)
        if transcript is not None:
            self._settle(transcript, player, now)
            transcript.coming.append(one)

    def heard(self, number: int, player: Player, now: float) -> str:
        """What has been heard of a text until `now`, to the last word that was begun."""
        transcript = self._by_number.get(number)
        if transcript is None:
            return ""
        self._settle(transcript, player, now)
        parts = [*transcript.done, *(begun(one.utterance, player.heard_s(one, now)) for one in transcript.coming)]
        return joined([part for part in parts if part])

    def _settle(self, transcript: _Transcript, player: Player, now: float) -> None:
        """Let go of the sound of what has been heard whole."""
        while transcript.coming and player.is_over(transcript.coming[0], now):
            transcript.done.append(transcript.coming.popleft().utterance.text)


def sounding(sentence: Sentence, speak: Callable[[str], Utterance]) -> Utterance:
    """A sentence as it is heard: by `speak`, or the sound that it brings; with its words, its face and its gestures.

    Raises:
        SpeechError: as `speak`.
    """
    sound = sentence.sound
    utterance = speak(sentence.spoken) if sound is None else Utterance(sentence.shown, *sound)
    return replace(
        utterance,
        text=sentence.shown,
        emotion=sentence.emotion,
        gesture=sentence.gesture,
        sounds=sentence.sounds,
    )


def joined(sentences: list[str]) -> str:
    """Sentences as one text: with a space between two where the language has them."""
    text = ""
    for sentence in sentences:
        text += f" {sentence}" if text and text[-1].isascii() and sentence[:1].isascii() else sentence
    return text
