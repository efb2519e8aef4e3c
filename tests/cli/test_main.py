import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from vtube.cli.command_line import with_command
from vtube.cli.commands.run import overrides_of, settings_of
from vtube.cli.main import ARENAS, COMMANDS, build_parser, main, share_memory


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert "usage: vtube " + command in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["run", "--fps", "many"],
        ["character", "check"],
        ["pose", "a.png"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: python" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["fly"], "there is no command 'fly'; known: bake, bench"),
        (["docter"], "there is no command 'docter'; did you mean 'doctor'?"),
        (["run", "--trackin", "vmc", "--caracter", "a.png"], "there is no option '--caracter'; did you mean '--char"),
        (["run", "--outputs=null"], "there is no option '--outputs'; did you mean '--output'?"),
        (["run", "--zzzz"], "there is no option '--zzzz'"),
        (["run", "me.png"], "nothing takes 'me.png'; each value follows its option's name"),
        (["say", "two", "words"], "nothing takes 'words'; a text of several words goes in quotes"),
        ([], "say which command; the camera starts by: vtube run"),
        (
            ["me.png"],
            "there is no command 'me.png'; with that picture the camera starts by: vtube run --character me.p",
        ),
        (["--fps", "many"], "--fps needs a number, not 'many'"),
        (["--caracter", "a.png"], "there is no option '--caracter'; did you mean '--char"),
        (["run", "render", "out.mov"], "'render' is another command: python -m vtube render"),
        (["run", "--fps", "30", "doctor"], "'doctor' is another command: python -m vtube doctor"),
        (["character", "me.png"], "there is no action 'me.png'; known: add, check"),
        (["run", "--fps", "many"], "--fps needs a number, not 'many'"),
        (["run", "--port", "1.5"], "--port needs a whole number, not '1.5'"),
        (["run", "--engine", "opnvino"], "there is no value of --engine 'opnvino'; did you mean 'openvino'?"),
        (["run", "--fps"], "--fps: expected one argument"),
    ],
)
def test_wrong_usage_says_what_was_meant(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    first, usage = capsys.readouterr().err.splitlines()
    assert first.startswith(f"vtube: {line}")
    assert usage.startswith("usage: python")


@pytest.mark.parametrize(
    "words", ["character --quiet list", "character list --quiet", "models list --quiet --log json"]
)
def test_an_action_takes_what_every_command_takes(words: str) -> None:
    arguments = build_parser().parse_args(words.split())
    assert arguments.quiet
    assert not arguments.verbose
    assert arguments.log == ("json" if "json" in words else "text")


@pytest.mark.parametrize(
    ("words", "with_its_command"),
    [
        ("", ""),
        ("render out.mov", "render out.mov"),
        ("--audio none", "run --audio none"),
        ("--chat stdin", "run --chat stdin"),
        ("--no-server", "run --no-server"),
        ("--quiet --audio=none", "run --quiet --audio=none"),
        ("--fps 30 render out.mov", "render --fps 30 out.mov"),
        ("--text hello render out.mov", "render --text hello out.mov"),
        ("--log json doctor", "doctor --log json"),
        ("--character bake --output null", "run --character bake --output null"),
        ("--help run", "--help run"),
        ("--version", "--version"),
        ("-h", "-h"),
        ("me.png", "me.png"),
    ],
)
def test_options_may_stand_before_their_command_or_without_one(words: str, with_its_command: str) -> None:
    assert with_command(words.split(), build_parser().commands) == with_its_command.split()


@pytest.mark.parametrize("command", [[], ["run"]])
def test_a_picture_alone_is_the_character(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "me.png"
    picture.write_text("no picture")
    assert main([*command, str(picture)]) == 1
    assert "me.png is not a picture" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--character", "gone.png"], 1, "gone.png"),
        (["run", "--config", "gone.yaml"], 2, "gone.yaml"),
        (["run", "--fps", "0", "--no-server"], 2, "loop.fps"),
        (["run", "--tracking", "ifacialmocup"], 2, "did you mean 'ifacialmocap'"),
        (["run", "--output", "camra", "--port", "0"], 2, "did you mean 'camera'"),
        (["run", "--audio", "mike"], 2, "did you mean 'mic'"),
        (["character", "check", "gone.png"], 1, "gone.png"),
        (["character", "fit", "gone.png"], 1, "gone.png"),
        (["pose", "gone.png", "gone.json", "out"], 1, "gone.json"),
        (["render", "--poses", "gone.json", "out.mov"], 1, "gone.json"),
        (["render", "--tracking", "auto", "out.mov"], 2, "replay:FILE"),
        (["render", "--tracking", "replay:gone", "out.mov"], 1, "gone"),
        (["bench", "--poses", "gone.json"], 1, "gone.json"),
        (["record", "--tracking", "replay:gone", "out.jsonl", "--duration", "0.1"], 1, "gone"),
        (["models", "fetch", "tiny"], 2, "tiny"),
    ],
)
def test_what_a_user_can_cause_is_one_line(
    arguments: list[str],
    code: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error
    assert error.strip().splitlines()[-1].startswith("vtube: ")


def test_flags_override_the_file(tmp_path: Path) -> None:
    import argparse

    from vtube.cli.commands import run

    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    config = tmp_path / "mine.yaml"
    config.write_text("loop: {fps: 24}\ntracking: [vmc]\n")
    arguments = parser.parse_args(
        ["--config", str(config), "--fps", "50", "--output", "null", "--output", "window", "--no-server"]
    )
    settings = settings_of(arguments)
    assert settings.loop.fps == 50
    assert settings.tracking == ["vmc"]
    assert settings.outputs == ["null", "window"]
    assert not settings.server.enabled
    assert "avatar" not in overrides_of(arguments)


def test_models_list_names_all_variants_and_the_author(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    out = capsys.readouterr().out
    for variant in ("separable_float", "separable_half", "standard_float", "standard_half"):
        assert variant in out
    assert "Pramook Khungurn" in out


def test_a_recording_can_be_made_of_a_replay(tmp_path: Path) -> None:
    session = tmp_path / "session.jsonl"
    poses = tmp_path / "poses.json"
    poses.write_text(json.dumps([[0.0] * 45] * 20))
    assert main(["record", "--tracking", f"replay:{poses}", "--duration", "0.5", str(session)]) == 0
    assert len(session.read_text().splitlines()) > 3


LONG = "x" * 400


@pytest.mark.parametrize(
    "arguments",
    [
        ["character", "check", LONG],
        ["character", "fit", "tests/data/none.png", f"{LONG}.png"],
        ["pose", LONG, "poses.json", "out"],
        ["render", "--text", "hi", "--character", LONG, "out.mkv"],
        ["render", "--text", "hi", f"{LONG}.mkv"],
        ["bake", LONG],
        ["models", "fetch", "--from", LONG],
        ["run", "--character", LONG, "--no-server"],
        ["run", "--config", LONG],
        ["lipsync", LONG],
        ["character", "check", "~nobody-of-that-name/x.png"],
        ["character", "check", "red\x1b[31m.png"],
    ],
)
def test_a_name_that_can_be_no_file_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) in (1, 2)
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert error.startswith("vtube: ")
    assert "\x1b" not in error


def test_a_disk_that_fails_somewhere_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: object) -> int:
        raise OSError(28, "No space left on device", "/somewhere/file")

    monkeypatch.setattr("vtube.cli.commands.doctor.run", full)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == "vtube: /somewhere/file: No space left on device\n"


TAKE = """
import ctypes, sys, threading
from vtube.cli.main import share_memory
if "shared" in sys.argv:
    assert share_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
there = threading.Barrier(9)
def take():
    assert libc.malloc(100_000)
    there.wait(30)
for _ in range(8):
    threading.Thread(target=take).start()
there.wait(30)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="how glibc keeps memory")
def test_threads_that_share_memory_leave_it_in_few_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)

    def arenas(*words: str) -> int:
        return subprocess.check_output([sys.executable, "-c", TAKE, *words], text=True).count("<heap nr=")

    assert arenas("shared") <= ARENAS < arenas()


def test_a_limit_of_the_user_s_own_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "5")
    assert not share_memory()
