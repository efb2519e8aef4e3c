"""What is said when, as people read it: subtitles and chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TITLE = re.compile(r"#{1,6}[ \t\u3000]+(\S.*?)[ \t#]*")
"""A line that names a chapter."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One sentence, from `start` to `end`, seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a film that begins at `start`, seconds."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    """The text under a title; without one, what stands before the first."""

    title: str
    text: str


def sections(text: str) -> list[Section]:
    """A text divided at its lines `# Title`, in order; at least one."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines(keepends=True):
        title = TITLE.fullmatch(line.strip())
        if title is None:
            found[-1][1].append(line)
        else:
            found.append((title[1], []))
    written = [Section(title, "".join(lines)) for title, lines in found]
    return [one for one in written if one.title or one.text.strip()] or [Section("", text)]


def subtitles(captions: Sequence[Caption], kind: str) -> str:
    """The captions as a subtitle file: `kind` is .srt (SubRip) or .vtt (WebVTT)."""
    head, mark = ("WEBVTT\n\n", ".") if kind == ".vtt" else ("", ",")
    return head + "\n".join(_blocks(captions, mark))


def _blocks(captions: Sequence[Caption], mark: str) -> Iterator[str]:
    for number, one in enumerate(captions, 1):
        yield f"{number}\n{_clock(one.start, mark)} --> {_clock(one.end, mark)}\n{one.text}\n"


def chapter_list(chapters: Sequence[Chapter], seconds: float, kind: str) -> str:
    """The chapters as a file: `kind` is .vtt (WebVTT), or .txt, lines such as `1:05 Title` for a description."""
    if kind == ".txt":
        return "".join(f"{_short_clock(one.start)} {one.title}\n" for one in chapters)
    ends = [*(one.start for one in chapters[1:]), seconds]
    return subtitles([Caption(one.start, end, one.title) for one, end in zip(chapters, ends, strict=False)], ".vtt")


def _clock(seconds: float, mark: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{mark}{rest % 1000:03d}"


def _short_clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
