"""What a command prints may go to a file, a pipe or nowhere: it never ends a command after its work."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.waiting import PROGRAM_S
from vtube.cli import main as cli
from vtube.cli.console import make_printable
from vtube.paths import default_picture

ROOT = Path(__file__).resolve().parents[2]
NAME = "日本→"


def run(folder: Path, *arguments: str, encoding: str = "cp1252") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "vtube", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / NAME
    own.mkdir()
    shutil.copy(default_picture(), own / f"{NAME}.png")
    (own / f"{NAME}.json").write_text(json.dumps([{"head_y": 0.5}]), encoding="utf-8")
    return own


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["doctor"], {0, 1}),
        (["models", "list"], {0}),
        (["models", "verify"], {0, 1}),
        (["character", "check", f"{NAME}.png"], {0}),
        (["character", "fit", f"{NAME}.png"], {0}),
        (["pose", f"{NAME}.png", f"{NAME}-missing.json", "out"], {1}),
        (["extras"], {0}),
        (["run", "--tracking", f"{NAME}", "--no-server"], {2}),
    ],
)
def test_a_western_code_page_ends_no_command(folder: Path, arguments: list[str], codes: set[int]) -> None:
    done = run(folder, *arguments)
    assert done.returncode in codes, done.stderr
    assert b"UnicodeEncodeError" not in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_the_code_page_lacks_is_written_as_its_number(folder: Path) -> None:
    assert rb"\u65e5\u672c\u2192_fit.png" in run(folder, "character", "fit", f"{NAME}.png").stdout
    assert f"{NAME}_fit.png".encode() in run(folder, "character", "fit", f"{NAME}.png", encoding="utf-8").stdout


def test_windows_redirects_in_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vtube.cli.console.sys.platform", "win32")
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="cp1252")
    make_printable(stream)
    print(NAME, file=stream, end="", flush=True)
    assert written.getvalue() == NAME.encode()


def test_a_program_without_a_console_runs_and_ends(folder: Path) -> None:
    code = (
        "import sys, threading; from vtube.cli.main import run_program\n"
        "sys.stdout = sys.stderr = None\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        f"code = run_program(['character', 'check', {str(folder / (NAME + '.png'))!r}])\n"
        "open('not-reached', 'w')"
    )
    # without networks: what they find is printed above
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VTUBE_MODELS": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=False, timeout=PROGRAM_S)
    assert done.returncode == 0
    assert not (folder / "not-reached").exists()


@pytest.mark.parametrize("command", ["models list", "voices", "--help"])
def test_whoever_does_not_read_to_the_end_gets_no_error(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "vtube", *command.split()],
        cwd=ROOT,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=PROGRAM_S,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_sound_server_that_hangs_does_not_keep_the_program(folder: Path) -> None:
    code = (
        "import atexit, sys, time, types; from vtube.cli.main import run_program\n"
        "sys.modules['soundcard'] = types.ModuleType('soundcard')\n"
        "atexit.register(time.sleep, 60)\n"
        "sys.exit(run_program(['character', 'check', 'missing.png']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=PROGRAM_S,
    )
    assert done.returncode == 1
    assert b"missing.png" in done.stderr


def test_a_program_without_a_console_says_its_failure_nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((512, 512, 4), np.uint8)).save(tmp_path / "empty.png")
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    assert cli.main(["character", "check", str(tmp_path / "missing.png")]) == 1
    assert cli.main(["no-such-command"]) == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a file that is always full is Linux' own")
@pytest.mark.parametrize("flags", [[], ["--log", "json"]])
def test_on_a_full_disk_the_reason_goes_where_there_is_room(folder: Path, flags: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vtube", "run", "--size", "1", "--no-server", *flags],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
            timeout=PROGRAM_S,
        )
    assert done.returncode == 2
    assert b"scene.size" in done.stdout or flags
