"""Everything that can go wrong for a reason a user can mend.

VtubeError
├── SettingsError      a setting, a flag or a SPEC is wrong
├── PictureError       a character picture cannot be used
│   ├── UnfitPictureError   it would not move well; shown only when that is asked for
│   └── MissingCharacterError   nobody of that name is kept
├── PoseError          a pose names an unknown parameter or has a wrong shape
├── ModelError         weights are missing, damaged or cannot be fetched
├── EngineError        a renderer cannot run on this computer
├── TrackingError      a tracker cannot start
│   └── NoFaceError           no face is seen now
├── AudioError         a sound device or file cannot be used
├── SpeechError        a voice cannot speak
├── ChatError          a chat cannot be read
├── LanguageModelError  a language model does not answer
├── OutputError        a camera, file or other output fails
├── ServerError        the control server cannot start
└── PackageMissingError   an optional package is not installed

The message is one line that says what happened and what to do about it; the command line prints it and
exits with 1 (SettingsError: 2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Line(str):
    """A line for the user that a page can say in another language, too. What is made of it is an ordinary str.

    Attributes:
        code: what it says, in one word, such as `camera.linux`.
        values: what it has filled in, by name.
    """

    code: str
    values: Mapping[str, str]

    def __new__(cls, line: str, code: str, values: Mapping[str, str] | None = None) -> Line:
        """A line that says `code`."""
        made = super().__new__(cls, line)
        made.code, made.values = code, dict(values or {})
        return made

    def __str__(self) -> Line:
        return self

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, str]]:  # type: ignore[override]
        return str.__str__(self), self.code, self.values


def lines_in(value: object) -> Iterator[Line]:
    """Every `Line` in nested mappings, lists and tuples."""
    if isinstance(value, Line):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from lines_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from lines_in(inner)


def missing_folder(folder: Path) -> Line:
    """Why nothing can be written into a folder: it is not there."""
    return Line(f"there is no folder {folder}; make it, or write somewhere else", "file.folder", {"name": str(folder)})


class VtubeError(Exception):
    """Base of every error that is shown to the user as one line, without a traceback.

    With a `code` the line is a `Line`, which pages say in the reader's own language.

    Attributes:
        refused: the value that is at fault, as it stands in the settings; empty where none is.
        settings: those in one of which it stands, such as `speech.voice`.
    """

    refused = ""
    settings: tuple[str, ...] = ()

    def __init__(self, line: str = "", code: str = "", **values: str) -> None:
        super().__init__(Line(line, code, values) if code else line)


@contextmanager
def refusing(value: str, *settings: str) -> Iterator[None]:
    """Whatever VtubeError leaves the block is about this value of one of these settings."""
    try:
        yield
    except VtubeError as error:
        if not error.settings:  # an inner block knows better
            error.refused, error.settings = value, settings
        raise


class SettingsError(VtubeError):
    """A setting, a flag or a SPEC is wrong."""


class PictureError(VtubeError):
    """A character picture cannot be used."""


class UnfitPictureError(PictureError):
    """A character picture has a problem that spoils the animation; it is shown only when that is asked for."""


class MissingCharacterError(PictureError):
    """No character of that name is kept."""


class PoseError(VtubeError):
    """A pose names an unknown parameter or has a wrong shape."""


class ModelError(VtubeError):
    """Weights are missing, damaged or cannot be fetched."""


class EngineError(VtubeError):
    """A renderer cannot run on this computer."""


class TrackingError(VtubeError):
    """A tracker cannot start."""


class NoFaceError(TrackingError):
    """No face is seen now."""


class AudioError(VtubeError):
    """A sound device or file cannot be used."""


class SpeechError(VtubeError):
    """A voice cannot speak."""


class ChatError(VtubeError):
    """A chat cannot be read."""


class LanguageModelError(VtubeError):
    """A language model does not answer, or breaks off."""


class OutputError(VtubeError):
    """A camera, file or other output fails; the output may be opened again later."""


class ServerError(VtubeError):
    """The control server cannot start."""


class PackageMissingError(VtubeError):
    """An optional package is not installed; the message has the command that installs it."""


NO_JSON = (ValueError, RecursionError)
"""What `json.loads` raises; the second for what is nested too deeply."""
DAMAGED = (OSError, LookupError, TypeError, AttributeError, *NO_JSON)
"""What reading a small JSON file of the program's own raises that is gone, broken off or of another shape."""
UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    struct.error,
)
"""What Pillow raises for pictures that break off or lie about themselves, beside its `DecompressionBombError`."""
