"""What a voice's server has to choose from: styles, speakers, models, found by the words that people use for them.

A server answers a wrong choice as it likes, with 404, 422 or a bare 500. So its refusal is looked into: what it lists
decides whether the choice was wrong, and the one line that the user gets says what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vtube.errors import SpeechError
from vtube.text import did_you_mean

MOST_LISTED = 12
Choices = Mapping[str, str]
"""What may follow the voice's name in a SPEC, to what people call it: `speaker/style`, or one name."""


class RefusedError(SpeechError):
    """A server answered, and not with what was asked for; `status` is HTTP's."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status


def chosen(wanted: str, found: Choices) -> str | None:
    """The key of what is given by its key, its name, or the part of its name before `/`; None for no such thing."""
    if wanted in found:
        return wanted
    word = wanted.strip().casefold()
    names = {key: (name.casefold(), name.partition("/")[0].casefold(), key.casefold()) for key, name in found.items()}
    return next((key for key, known in names.items() if word in known), None)


def unknown_choice(voice: str, what: str, wanted: str, found: Choices) -> SpeechError:
    """The error that names what there is; `what` is the voice's word for it, such as `style`."""
    listed = ", ".join(key if key == name else f"{key} {name}" for key, name in list(found.items())[:MOST_LISTED])
    more = f", … ({len(found)} in all)" if len(found) > MOST_LISTED else ""
    names = {part for name in found.values() for part in (name, name.partition("/")[0])}
    hint = did_you_mean(wanted, [*found, *sorted(names)])
    has = f"{hint} It has" if hint else "it has"
    return SpeechError(f"{voice} has no {what} {wanted!r}; {has} {listed}{more}")


def explained(
    error: SpeechError, voice: str, what: str, wanted: str | None, list_them: Callable[[], Choices]
) -> SpeechError:
    """The error to tell: that there is no `wanted`, where that is why the server refused; `error` itself otherwise."""
    if not isinstance(error, RefusedError) or wanted is None or error.status in (401, 403, 429):
        return error
    try:
        found = list_them()
    except SpeechError:
        return error
    return error if chosen(wanted, found) is not None else unknown_choice(voice, what, wanted, found)
