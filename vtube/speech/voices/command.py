"""`command`: any program that makes a WAV, called without a shell, so that no text can become a command."""

from __future__ import annotations

import tempfile
from pathlib import Path

from vtube.errors import SettingsError, SpeechError
from vtube.paths import read_bounded
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.base import Utterance
from vtube.speech.decoding import decode
from vtube.speech.voices.http import MAX_ANSWER_BYTES
from vtube.speech.voices.piped import TooMuchOutputError, run

TEXT, OUT = "{text}", "{out}"
MAX_REASON = 200


class CommandVoice:
    """`speech.command`: arguments in which {text} and {out} are filled in."""

    def __init__(self, _: Spec | str | None, settings: SpeechSettings) -> None:
        if not settings.command:
            raise SettingsError(
                "the voice command runs a program; set speech.command to it and its arguments, such as "
                "[espeak-ng, -w, '{out}', '{text}']"
            )
        self._template = settings.command
        self._timeout = settings.timeout_s

    def synthesize(self, text: str) -> Utterance:
        """See `base.Voice`; no timings: the mouth listens to the sound."""
        with tempfile.TemporaryDirectory(prefix="vtube-", ignore_cleanup_errors=True) as folder:
            out = Path(folder, "speech.wav")
            plain = " " + text if not text[:1].isalnum() else text  # so that it is no option
            arguments = [part.replace(OUT, str(out)).replace(TEXT, plain) for part in self._template]
            spoken = self._run(arguments, None if self._takes(TEXT) else text.encode())
            return Utterance(text, *decode(self._sound(out) if self._takes(OUT) else spoken, "the command"))

    def _takes(self, place: str) -> bool:
        return any(place in part for part in self._template)

    def _run(self, arguments: list[str], text: bytes | None) -> bytes:
        program = arguments[0]
        try:
            done = run(arguments, text or b"", MAX_ANSWER_BYTES, self._timeout)
        except TimeoutError:
            raise SpeechError(f"{program} takes longer than {self._timeout:g} s; see speech.timeout_s") from None
        except TooMuchOutputError:
            raise SpeechError(f"{program} writes more than {MAX_ANSWER_BYTES >> 20} MB; see speech.command") from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise SpeechError(f"cannot start {program} ({why}); see speech.command") from None
        if done.code != 0:
            said = " ".join(done.errors.decode(errors="replace").split())[-MAX_REASON:]
            raise SpeechError(f"{program} failed with code {done.code}: {said or 'it does not say why'}")
        return done.output

    def _sound(self, out: Path) -> bytes:
        try:
            return read_bounded(out, MAX_ANSWER_BYTES)
        except OSError:
            raise SpeechError(f"{self._template[0]} wrote no sound to {{out}}; see speech.command") from None
