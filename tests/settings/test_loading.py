from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from vtube import settings
from vtube.errors import SettingsError


def test_file_over_defaults_and_flags_over_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("loop: {fps: 60}\nserver: {port: 9999}\n")
    loaded = settings.load(mine, {"loop": {"fps": 24}})
    assert (loaded.loop.fps, loaded.server.port) == (24, 9999)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("loop: {fsp: 30}", r"no setting 'loop\.fsp'; did you mean 'loop\.fps'"),
        ("sever: {port: 1}", r"no setting 'sever'; did you mean 'server'"),
        ("breathing: 0.5", r"did you mean 'idle\.breathing'"),
        ("loop: {fps: fast}", r"the setting 'loop\.fps'.*'fast'"),
        ("loop: {fps: 0}", r"the setting 'loop\.fps'"),
        ("loop: {fps: true}", r"the setting 'loop\.fps' should be a number; it is True"),
        ("server: {port: true}", r"the setting 'server\.port' should be a number"),
        ("loop: {fps: .nan}", r"the setting 'loop\.fps' should be a number; it is nan"),
        ("loop: [", "not valid YAML in line 1"),
        ("- 1", "should hold `key: value` lines"),
        ("scene:\n  background: #ff00ff", r"'scene\.background'.*it is empty.*comment"),
        ("loop: {fps: 1}\nloop: {fps: 60}", "in line 2: 'loop' stands twice"),
        ("1: 2", "there is no setting '1'"),
        ('avatar: {character: "a\\0b"}', r"'avatar\.character' should be text"),
        ('emotion: {templates: "\\ud800"}', r"'emotion\.templates' should be text"),
        ('speech: {command: ["say", "\\0"]}', r"'speech\.command' should be text"),
        ("dialogue: {sources: {addresses: {onecomme: 'ws://[::1/sub'}}}", r"addresses\.onecomme' should be an address"),
        ("dialogue: {model: {addresses: {openai: 'http://[::1/v1'}}}", r"addresses\.openai' should be an address"),
        ("speech: {addresses: {voicevox: 'http://[::1'}}", r"addresses\.voicevox' should be an address"),
        ("loop: {fps: 0x" + "f" * 9000 + "}", r"'loop\.fps'.*a huge number"),
        ("scene: &a {size: *a}", "stands inside what it names"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=words) as caught:
        settings.load(path)
    assert "\n" not in str(caught.value)


def test_the_bytes_of_a_files_name_are_text() -> None:
    name = "\udcff.png"  # as a system says it that has bytes
    assert settings.parse({"avatar": {"character": name}}).avatar.character == name


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.yaml"):
        settings.load(tmp_path / "gone.yaml")


def test_a_section_whose_lines_are_all_comments_is_fine(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("scene:\n  # zoom: 2\nspeech:\n  voices: {no: edge}\n  clean:\n")
    loaded = settings.load(tmp_path / "bare.yaml")
    assert loaded.scene == settings.Settings().scene
    assert loaded.speech.voices == {"no": "edge"}


def test_an_empty_file_is_fine(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    assert settings.load(tmp_path / "empty.yaml") == settings.Settings()


def test_merge_keeps_what_is_not_named_and_replaces_whole_values() -> None:
    values: dict[str, Any] = {"loop": {"fps": 30.0}, "audio": "none", "pointer": {"keys": {"f1": "smile"}}}
    settings.merge(values, {"loop": {"x": 1}, "pointer": {"keys": {"f2": "sad"}}})
    assert values == {"loop": {"fps": 30.0, "x": 1}, "audio": "none", "pointer": {"keys": {"f2": "sad"}}}


def test_the_file_and_the_flags_win_over_what_was_saved(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("loop: {fps: 60}\n")
    saved = {"loop": {"fps": 24}, "scene": {"zoom": 2.0}, "audio": "mic"}
    loaded = settings.load(mine, {"audio": "none"}, saved)
    assert (loaded.loop.fps, loaded.scene.zoom, loaded.audio) == (60, 2.0, "none")


def test_a_file_from_windows_with_its_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes("\ufeffaudio: mic\n".encode())
    assert settings.load(tmp_path / "bom.yaml").audio == "mic"


def test_settings_never_change_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        settings.Settings().loop.fps = 60.0  # type: ignore[misc]  # that it cannot be done is the point


def test_relative_paths_count_from_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere"
    own.mkdir()
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (own / "me.png").touch()
    (own / "room.png").touch()
    (elsewhere / "other.yaml").touch()
    (own / "my.yaml").write_text(
        "avatar: {character: me.png}\nscene: {background: room.png}\n"
        "dialogue: {persona: ilta, show: other.yaml, memory: {path: new.sqlite}}\n"
    )
    loaded = settings.load(Path("../own/my.yaml"))
    assert Path(loaded.avatar.character or "").samefile(own / "me.png")
    assert Path(loaded.scene.background).samefile(own / "room.png")
    assert loaded.dialogue.persona == "ilta"
    assert loaded.dialogue.show == "other.yaml"  # only in the working folder
    assert Path(loaded.dialogue.memory.path or "").parent.samefile(own)


@pytest.mark.parametrize(
    "text", ["~/me.png", "file:///home/me.png", "https://example.org/me.png", "C:\\me.png", "#ff0000"]
)
def test_what_is_no_relative_path_stays(tmp_path: Path, text: str) -> None:
    (tmp_path / "my.yaml").write_text(f"scene: {{background: '{text}'}}\navatar: {{character: '{text}'}}\n")
    loaded = settings.load(tmp_path / "my.yaml")
    assert loaded.scene.background == text
    if text != "#ff0000":  # a colour, but a picture's name as well
        assert loaded.avatar.character == text


def test_a_path_of_windows_in_double_quotes_is_explained(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text('avatar: {character: "C:\\Users\\me.png"}\n')
    with pytest.raises(SettingsError, match=r"in line 1: .*escape.*without quotes or in single ones"):
        settings.load(tmp_path / "my.yaml")


@pytest.mark.parametrize(
    ("content", "flags", "words"),
    [
        ("loop:\n  fps: 500\n", {}, r"own\.yaml: the setting 'loop\.fps' .*240.*; it is 500"),
        ("loop:\n  fps: 16:9\n", {}, r"own\.yaml: the setting 'loop\.fps' should be a number; it is '16:9'"),
        ("scene:\n  sice: 500\n", {}, r"own\.yaml: there is no setting 'scene\.sice'; did you mean 'scene\.size'"),
        ("osc:\n  rules: [{address: /a}]\n", {}, r"own\.yaml: the setting 'osc\.rules\.0"),
        ("loop:\n  fps: 24\n", {"loop": {"fps": 500}}, r"^the setting 'loop\.fps'"),
        ("loop:\n  fps: 24\n", {"scene": {"sice": 500}}, r"^there is no setting 'scene\.sice'"),
    ],
)
def test_what_is_wrong_in_the_file_names_the_file_and_a_flag_does_not(
    tmp_path: Path, content: str, flags: dict[str, object], words: str
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(content)
    with pytest.raises(SettingsError, match=words):
        settings.load(own, flags)
