"""A running order (config/show.yaml): an opening, parts with their topics and lengths, a closing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from vtube.dialogue.data import read_model
from vtube.dialogue.jobs import Job
from vtube.dialogue.prompt import order_line
from vtube.errors import SettingsError, SpeechError
from vtube.paths import expanded, is_file, read_bounded
from vtube.settings.base import Written
from vtube.speech.clean import Sentence
from vtube.speech.decoding import decode

MOST_PARTS = 100
MOST_BYTES, LONGEST_S = 200_000_000, 900.0
"""Of a song."""
NOTE = "♪"


class _Words(Written):
    """What she says word for word, or what the language model is asked to say."""

    say: str = Field("", max_length=2000)
    task: str = Field("", max_length=2000)


class _Part(_Words):
    title: str = Field(min_length=1, max_length=200)
    minutes: float = Field(gt=0, le=1440)
    ideas: list[str] = Field(default_factory=list, max_length=100)
    song: Path | None = None


class _File(Written):
    """The file as it is written."""

    language: str = Field("en", pattern="^[a-z]{2}$")
    opening: _Words = _Words()
    parts: list[_Part] = Field(min_length=1, max_length=MOST_PARTS)
    closing: _Words = _Words()


@dataclass(slots=True)
class Show:
    """Knows where in its order it is; `now` is monotonic seconds. The caller holds a lock.

    Attributes:
        language: of its own lines.
    """

    language: str
    _steps: list[_Part]
    _current: int = -1
    _ends: float = float("-inf")
    _idea: int = 0

    @property
    def title(self) -> str:
        """What is on now; empty before the beginning and after the end."""
        return self._part.title if self._part is not None else ""

    @property
    def over(self) -> bool:
        """Whether the closing has come."""
        return self._current >= len(self._steps) - 1

    def next(self, now: float) -> Job | None:
        """What the order has her say now: the next part begins when the time of the one before is over."""
        while now >= self._ends and not self.over:
            self._current, self._idea = self._current + 1, 0
            step = self._steps[self._current]
            self._ends = now + 60 * step.minutes
            if step.say or step.task or step.song:
                why = f"the running order: {step.title or ('closing' if self.over else 'opening')}"
                prompt = order_line(step.task) if step.task else ""
                return Job(prompt, step.say, why, self.language, "show", None, now, song=step.song)
        return None

    def skip(self) -> bool:
        """Let the next part begin at once; False after the end."""
        self._ends = float("-inf")
        return not self.over

    def idea(self) -> str:
        """What she may talk about in this part when nobody writes; empty for nothing of its own."""
        part = self._part
        if part is None or not part.ideas:
            return ""
        self._idea += 1
        return part.ideas[(self._idea - 1) % len(part.ideas)]

    def state(self, now: float) -> dict[str, Any]:
        """For `/api/state`: the part, its number, how many there are, the seconds that are left of it."""
        left = None if self.over or self._current < 1 else round(max(0.0, self._ends - now), 1)
        return {
            "title": self.title,
            "part": max(0, min(self._current, len(self._steps) - 2)),
            "parts": len(self._steps) - 2,
            "left_s": left,
            "over": self.over,
        }

    @property
    def _part(self) -> _Part | None:
        return self._steps[self._current] if 0 < self._current < len(self._steps) - 1 else None


def load_show(text: str | None) -> Show | None:
    """The running order in that file, None for none.

    Raises:
        SettingsError: there is no such file, or it is spoilt; one line.
    """
    if text is None:
        return None
    path = expanded(text)
    values = read_model(path, _File)
    parts = [_with_song(part, path) for part in values.parts]
    opening, closing = (
        _Part.model_construct(**words.model_dump(), title="", minutes=0.0, ideas=[], song=None)
        for words in (values.opening, values.closing)
    )
    return Show(values.language, [opening, *parts, closing])


def _with_song(part: _Part, show: Path) -> _Part:
    """The part with its song where it is: a relative path counts from the running order."""
    if part.song is None:
        return part
    song = show.parent / expanded(part.song)
    if not is_file(song):
        raise SettingsError(f"{show}: the song of {part.title!r} is missing: {song}")
    return part.model_copy(update={"song": song})


def song(path: Path) -> Sentence:
    """What is sung, with the file's name as what is shown; WAV always, other kinds where their decoder is. Blocks.

    Raises:
        OSError: it cannot be read.
        SpeechError: it is no sound, or too long.
    """
    data = read_bounded(path, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise SpeechError(f"{path.name} is larger than {MOST_BYTES:,} bytes")
    samples, rate = decode(data, path.name)
    if len(samples) > LONGEST_S * rate:
        raise SpeechError(f"{path.name} is longer than {LONGEST_S / 60:.0f} minutes")
    title = path.stem.replace("_", " ").replace("-", " ").strip()
    return Sentence(title, f"{NOTE} {title}", sound=(samples, rate))
