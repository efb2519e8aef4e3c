from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.speech import conftest
from tests.speech.conftest import FakeServer, Route, as_json
from vtube.cli import main as cli
from vtube.cli.commands import voices
from vtube.registry import Entry
from vtube.speech.base import Phoneme, Utterance
from vtube.speech.listing import about
from vtube.speech.registry import VOICES

serve = conftest.serve


class Hum:
    """A voice that hums for half a second."""

    def synthesize(self, text: str) -> Utterance:
        return Utterance(text, np.zeros(4000, np.float32), 8000, (Phoneme("a", 0.0, 0.5),))


def test_every_voice_is_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert cli.main(["voices"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [entry.usage for entry in VOICES if not entry.hidden]


def test_what_is_missing_is_said_as_the_command_that_brings_it() -> None:
    without: Entry[Any, Any] = Entry("one", "nowhere:One", "", extra="kokoro", modules=("a_module_nobody_has",))
    assert voices.state_of(about(without)).endswith("extras kokoro")
    with_it: Entry[Any, Any] = Entry("two", "nowhere:Two", extra="kokoro", modules=("pytest",))
    assert voices.state_of(about(with_it)) == "ready"
    server: Entry[Any, Any] = Entry("three", "nowhere:Three")
    assert voices.state_of(about(server)) == "not asked"


def test_one_is_tried(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices, "create_voice", lambda text, settings: Hum())
    assert cli.main(["voices", "hum:220"]) == 0
    assert capsys.readouterr().out.startswith("hum:220 speaks: 0.5 s of sound in 0.0 s; 1 phonemes")


def test_one_that_cannot_speak_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text("speech: {command: [a-program-nobody-has]}", encoding="utf-8")
    assert cli.main(["voices", "command", "--config", str(config)]) == 1
    assert "a-program-nobody-has" in capsys.readouterr().err


def test_one_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["voices", "kokorro"]) == 2
    assert "did you mean 'kokoro'" in capsys.readouterr().err


def test_a_server_lists_what_it_has(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, serve: Callable[[dict[str, Route]], FakeServer]
) -> None:
    speakers = [{"name": "四国\x1bめたん", "styles": [{"name": "ノーマル", "id": 2}, {"name": "甘", "id": 0}]}]
    fake = serve({"/speakers": lambda _: as_json(speakers)})
    config = tmp_path / "my.yaml"
    config.write_text(f"speech: {{addresses: {{voicevox: '{fake.url}'}}}}", encoding="utf-8")
    assert cli.main(["voices", "voicevox", "--config", str(config)]) == 1  # it lists, and cannot speak
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [r"voicevox:2  四国\x1bめたん/ノーマル", r"voicevox:0  四国\x1bめたん/甘"]
    assert "refuses (404)" in shown.err
