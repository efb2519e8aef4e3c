from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from vtube.clock import monotonic
from vtube.errors import SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.spec import Spec
from vtube.speech.registry import create_voice
from vtube.speech.voices.command import CommandVoice

WRITES = """
    import io, sys, wave
    text = sys.argv[1] if len(sys.argv) > 1 else sys.stdin.buffer.read().decode()
    out = sys.argv[2] if len(sys.argv) > 2 else sys.stdout.buffer
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1), wav.setsampwidth(2), wav.setframerate(1000)
        wav.writeframes(bytes(2 * len(text)))
"""


def voice(tmp_path: Path, code: str, *arguments: str, timeout_s: float = 20) -> CommandVoice:
    script = tmp_path / "speak.py"
    script.write_text(textwrap.dedent(code), encoding="utf-8")
    return CommandVoice(
        Spec("command"), SpeechSettings(command=[sys.executable, str(script), *arguments], timeout_s=timeout_s)
    )


@pytest.mark.parametrize("arguments", [("{text}", "{out}"), ("{text}",), ()])
def test_text_and_sound_by_arguments_or_by_pipes(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = voice(tmp_path, WRITES, *arguments).synthesize("こんにちは")
    assert (len(said.samples), said.rate, said.phonemes) == (5, 1000, ())


@pytest.mark.parametrize("text", ["$(touch gone); `touch gone` | touch gone", '" & touch gone', "%PATH% {out}"])
def test_no_text_becomes_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    voice(tmp_path, WRITES, "{text}", "{out}").synthesize(text)
    assert not (tmp_path / "gone").exists()


def test_no_text_becomes_an_option(tmp_path: Path) -> None:
    code = "import sys; sys.exit(sys.argv[1])"
    with pytest.raises(SpeechError, match="code 1: -w /somewhere"):
        voice(tmp_path, code, "{text}").synthesize("-w /somewhere")
    shown = "import sys; sys.exit(repr(sys.argv[1]))"
    with pytest.raises(SpeechError, match="' -w'"):
        voice(tmp_path, shown, "{text}").synthesize("-w")


@pytest.mark.parametrize(
    ("code", "arguments", "words"),
    [
        ("import sys; sys.exit('no\\nvoice')", ["{text}"], "failed with code 1: no voice"),
        ("import sys; sys.exit(3)", ["{text}"], "failed with code 3: it does not say why"),
        ("pass", ["{text}"], "no sound"),
        ("pass", ["{text}", "{out}"], r"wrote no sound to \{out\}"),
        ("print('junk')", ["{text}"], "text in place of sound: junk"),
    ],
)
def test_a_program_that_fails_is_one_line(tmp_path: Path, code: str, arguments: list[str], words: str) -> None:
    with pytest.raises(SpeechError, match=words) as caught:
        voice(tmp_path, code, *arguments).synthesize("あ")
    assert "\n" not in str(caught.value)


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"longer than 1 s; see speech\.timeout_s"):
        voice(tmp_path, "import time; time.sleep(60)", timeout_s=1).synthesize("あ")


def test_a_program_that_writes_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.speech.voices.command.MAX_ANSWER_BYTES", 1 << 20)
    endless = "import sys\nwhile True: sys.stdout.write('x' * 4096)"
    with pytest.raises(SpeechError, match=r"writes more than 1 MB; see speech\.command"):
        voice(tmp_path, endless, timeout_s=60).synthesize("あ")


def test_the_end_of_long_complaints_is_told(tmp_path: Path) -> None:
    code = "import sys; sys.stderr.write('x ' * 200_000 + 'no such voice'); sys.exit(2)"
    with pytest.raises(SpeechError, match=r"failed with code 2: .*x no such voice$") as caught:
        voice(tmp_path, code).synthesize("あ")
    assert len(str(caught.value)) < 400


def test_a_program_that_reads_nothing_and_leaves_a_child_behind_still_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vtube.speech.voices.piped.LAST_S", 0.2)
    child = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    code = "import subprocess\n" + textwrap.dedent(WRITES).replace("sys.stdin.buffer.read().decode()", "'four'") + child
    begun = monotonic()
    assert len(voice(tmp_path, code).synthesize("あ" * 100_000).samples) == 4
    assert monotonic() - begun < 30


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(SpeechError, match=r"cannot start no-such-program .*; see speech\.command"):
        CommandVoice(Spec("command"), SpeechSettings(command=["no-such-program", "{text}"])).synthesize("あ")
    with pytest.raises(SettingsError, match=r"set speech\.command"):
        create_voice("command", SpeechSettings())
    with pytest.raises(SettingsError, match="command takes nothing after it"):
        create_voice("command:espeak", SpeechSettings(command=["espeak"]))
