"""Folders: what the environment names comes first, then the checkout, then the user's own place."""

import errno
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath, PureWindowsPath
from subprocess import PIPE

import pytest

from tests.waiting import PROGRAM_S
from vtube import paths
from vtube.errors import ModelError, SettingsError
from vtube.paths import check_no_device, is_device_name, is_elsewhere, plain_file


def test_the_environment_moves_the_folder_of_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "weights"))
    assert paths.models_folder() == tmp_path / "weights"


def test_without_a_checkout_the_folder_of_the_weights_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VTUBE_MODELS", raising=False)
    assert paths.models_folder() == paths.CHECKOUT / "models"
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path)
    assert paths.models_folder() == paths.user_folder() / "models"


def test_shipped_files_are_the_checkouts_or_the_packages_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = Path("config") / "emotions.yaml"
    assert paths.shipped(file) == paths.CHECKOUT / file
    own = tmp_path / "site-packages" / "vtube" / "data"
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "site-packages")
    monkeypatch.setattr(paths, "DATA", own)
    assert paths.shipped(file) is None
    for folder in (own, tmp_path / "site-packages"):  # the second: somebody else's, who has a config folder, too
        (folder / "config").mkdir(parents=True)
        (folder / file).write_text("joy: {}")
    assert paths.shipped(file) == own / file


def test_the_environment_moves_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    assert paths.user_folder() == tmp_path


@pytest.mark.parametrize(
    ("platform", "variable", "parts"),
    [
        ("win32", "LOCALAPPDATA", ("AppData", "Local", "vtube")),
        ("darwin", "", ("Library", "Application Support", "vtube")),
        ("linux", "XDG_DATA_HOME", (".local", "share", "vtube")),
    ],
)
def test_the_users_folder_is_where_the_system_keeps_such_things(
    platform: str, variable: str, parts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VTUBE_HOME", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    if variable:
        monkeypatch.setenv(variable, "/somewhere")
        assert paths.user_folder() == Path("/somewhere/vtube")
        monkeypatch.delenv(variable)
    assert paths.user_folder().parts[-len(parts) :] == parts


def test_without_a_home_a_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    for name in ("VTUBE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="VTUBE_HOME"):
        paths.user_folder()
    monkeypatch.setenv("VTUBE_HOME", str(tmp_path))
    assert paths.user_folder() == tmp_path


def test_the_home_of_nobody_is_a_name_like_any_other() -> None:
    assert paths.expanded("~nobody-of-that-name/x.png") == Path("~nobody-of-that-name/x.png")
    with pytest.raises(FileNotFoundError):
        plain_file(Path("~nobody-of-that-name/x.png"))


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800"])
def test_no_path_is_too_odd_to_be_looked_for(name: str) -> None:
    assert not (paths.is_there(name) or paths.is_file(name) or paths.is_folder(Path(name)))


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "new" / "one.txt"
    paths.write_whole(target, lambda part: part.write_text("first"))
    assert target.read_text() == "first"

    def broken(part: Path) -> None:
        part.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        paths.write_whole(target, broken)
    assert target.read_text() == "first"
    assert [path.name for path in target.parent.iterdir()] == ["one.txt"]


def test_a_file_that_somebody_has_open_is_replaced_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Path] = []
    naps: list[float] = []

    def replace(source: Path, target: Path) -> None:
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError(13, "Access denied")

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(os, "name", "nt")
    paths.replace(tmp_path / "a", tmp_path / "b", naps.append)
    assert len(tries) == 3
    assert 0 < sum(naps) < 2


def test_a_folder_in_the_way_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    (tmp_path / "b").mkdir()
    (tmp_path / "a").touch()
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(IsADirectoryError):
        paths.replace(tmp_path / "a", tmp_path / "b", naps.append)
    assert not naps


def test_reading_is_bounded_and_costs_what_the_file_costs(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 3_000_000)
    assert paths.read_bounded(path, 10) == b"x" * 11
    assert len(paths.read_bounded(path, 1 << 40)) == 3_000_000


def test_a_file_that_is_being_replaced_is_read_a_little_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naps: list[float] = []
    refuse, open_ = [True, True], Path.open

    def opened(path: Path, mode: str) -> object:
        if refuse and refuse.pop():
            raise PermissionError(13, "Access denied")
        return open_(path, mode)

    (tmp_path / "file").write_bytes(b"abc")
    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(os, "name", "nt")
    assert paths.read_bounded(tmp_path / "file", 10, naps.append) == b"abc"
    assert 0 < sum(naps) < 0.5
    with pytest.raises(IsADirectoryError):
        paths.read_bounded(tmp_path, 10, naps.append)
    assert len(naps) == 2


OTHERS = [
    "http://127.0.0.1:9/a.png",
    "tcp://127.0.0.1:9",
    "rtsp://127.0.0.1:9/a",
    "concat:/etc/passwd|/etc/hostname",
    "pipe:0",
    "subfile,,start,0,end,9,,:/etc/passwd",
    r"\\127.0.0.1\share\a.png",
    r"\\?\UNC\127.0.0.1\share\a.png",
    r"\\.\pipe\a",
]
"""What FFmpeg or Windows would open, and what is no file of this computer's."""


@pytest.mark.parametrize("name", OTHERS)
def test_an_address_or_a_share_is_no_file(name: str) -> None:
    with pytest.raises(OSError, match=r"not a file|another computer|No such file|WinError [23]\b"):
        plain_file(Path(name))


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_what_no_file_can_be_called_is_no_file(name: str) -> None:
    with pytest.raises(OSError, match=r"no file's name has|WinError"):
        plain_file(Path(name))


@pytest.mark.parametrize("name", ["con", "NUL", "nul.tar.gz", "Com1.png", "LPT¹", "aux .mp4", "conin$", "prn."])
def test_windows_takes_it_for_a_device(name: str) -> None:
    assert is_device_name(name)


@pytest.mark.parametrize("name", ["console", "com", "com10", "a.con", "con-2.png", "nulla", ""])
def test_windows_takes_it_for_a_file(name: str) -> None:
    assert not is_device_name(name)


def test_a_folder_a_pipe_and_a_device_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        plain_file(tmp_path)
    if os.name == "posix":
        os.mkfifo(tmp_path / "pipe")
        for name in (tmp_path / "pipe", Path("/dev/zero")):
            with pytest.raises(OSError, match="device or a pipe"):
                plain_file(name)


def test_a_file_is_one_by_any_of_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "take: two.wav"
    if os.name == "nt":
        file = tmp_path / "take two.wav"
    file.touch()
    monkeypatch.chdir(tmp_path)
    assert plain_file(Path(file.name)) == file
    assert plain_file(file) == file


def test_files_are_replaced_and_removed_by_what_waits_for_others() -> None:
    impatient = re.compile(r"\bos\.(replace|rename|remove|unlink)\(|\.(unlink|rename)\(")
    places = [
        path.relative_to(paths.CHECKOUT / "vtube").as_posix()
        for path in sorted((paths.CHECKOUT / "vtube").rglob("*.py"))
        if impatient.search(path.read_text(encoding="utf-8"))
    ]
    assert places == ["paths.py"]


def test_what_raises_for_odd_paths_and_files_stands_in_one_place() -> None:
    root = Path(paths.__file__).parent
    places = {"expanduser()": "paths.py", "Path.home()": "-", "yaml.load(": "settings/yaml_file.py"}
    places |= dict.fromkeys((".exists()", ".is_file()", ".is_dir()"), "bootstrap.py")  # which raise for some paths
    for path in root.rglob("*.py"):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        assert not [word for word, place in places.items() if word in text and name != place], name


def test_the_second_waits_and_then_gives_up(tmp_path: Path) -> None:
    waits: list[int] = []
    second = paths.exclusive(tmp_path / "lock", timeout_s=0.0, waiting=lambda: waits.append(1))
    with paths.exclusive(tmp_path / "lock"), pytest.raises(ModelError, match="another vtube"), second:
        pass
    with paths.exclusive(tmp_path / "lock", timeout_s=0.0):
        pass


def test_only_for_the_folder_of_the_weights_another_one_is_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for folder, offered in ((tmp_path / "file" / "models", True), (tmp_path / "file" / "film.parts", False)):
        monkeypatch.setenv("VTUBE_MODELS", str(tmp_path / "file" / "models"))
        with pytest.raises(ModelError, match="cannot write in") as error, paths.exclusive(folder / "lock"):
            pass
        assert ("VTUBE_MODELS" in str(error.value)) == offered


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    script = (
        "import os; from pathlib import Path; from vtube import paths\n"
        f"with paths.exclusive(Path({str(tmp_path / 'lock')!r})): os._exit(9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], stdin=PIPE, capture_output=True, check=False, timeout=PROGRAM_S
    )
    assert done.returncode == 9
    with paths.exclusive(tmp_path / "lock", timeout_s=0.0):
        pass


def test_what_a_wait_raises_ends_it(tmp_path: Path) -> None:
    def waiting() -> None:
        raise KeyboardInterrupt

    second = paths.exclusive(tmp_path / "lock", waiting=waiting)
    with paths.exclusive(tmp_path / "lock"), pytest.raises(KeyboardInterrupt), second:
        pytest.fail("two have the lock")
    with paths.exclusive(tmp_path / "lock", timeout_s=0.0):
        pass


def test_threads_of_one_program_wait_for_each_other_too(tmp_path: Path) -> None:
    inside: list[int] = []

    def work() -> None:
        with paths.exclusive(tmp_path / "lock"):
            inside.append(1)
            assert len(inside) == 1
            inside.pop()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for _ in range(8)]:
            done.result(timeout=30)


@pytest.mark.skipif(os.name == "nt", reason="Windows' locks are another function")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    def flock(handle: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", flock)
    with paths.exclusive(tmp_path / "lock", timeout_s=0.0):
        assert "has no locks" in caplog.text


def test_a_change_goes_on_without_a_lock_that_somebody_does_not_let_go(tmp_path: Path) -> None:
    done = []
    with paths.changing(tmp_path / "file"), paths.changing(tmp_path / "file", timeout_s=0.0):
        done.append(1)
    assert done


def test_the_sha256_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert paths.file_sha256(tmp_path / "file").startswith("ba7816bf8f01cfea414140de5dae2223")
    with pytest.raises(FileNotFoundError):
        paths.file_sha256(tmp_path / "gone")


@pytest.mark.parametrize(
    "path", [r"\\nas\vtube\config\default.yaml", "//NAS/vtube/vtube/data/ilta.png", r"\\?\C:\me.png"]
)
def test_a_share_is_another_computers_unless_the_program_lies_there(path: str) -> None:
    own = [PureWindowsPath("C:\\Users\\me"), PureWindowsPath(r"\\nas\vtube")]
    assert is_elsewhere(PureWindowsPath(path))
    assert is_elsewhere(PureWindowsPath(path), own) == ("?" in path)
    assert is_elsewhere(PureWindowsPath(path.replace("nas", "other").replace("NAS", "other")), own)


@pytest.mark.parametrize(
    "path", [PureWindowsPath("C:\\me.png"), PureWindowsPath("C:me.png"), PurePosixPath("//me.png")]
)
def test_what_is_here_is_not_elsewhere(path: PureWindowsPath | PurePosixPath) -> None:
    assert not is_elsewhere(path)


def test_a_program_on_a_share_reads_its_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "ilta.png").touch()
    monkeypatch.setattr(paths, "CHECKOUT", share)
    monkeypatch.setattr(
        paths, "is_elsewhere", lambda path, own=(): not any(path.is_relative_to(folder) for folder in own)
    )
    assert plain_file(share / "ilta.png") == share / "ilta.png"
    with pytest.raises(OSError, match="another computer"):
        plain_file(tmp_path / "other.png")


@pytest.mark.parametrize("name", ["nul.mp4", "aux.png", "folder/CON.vtpuppet"])
def test_nothing_is_written_to_what_windows_takes_for_a_device(name: str) -> None:
    check_no_device(Path(name), windows=False)
    check_no_device(Path(f"{name}s/take.mp4"), windows=True)
    with pytest.raises(OSError, match="takes this name for a device"):
        check_no_device(Path(name), windows=True)


@pytest.mark.skipif(os.name != "nt", reason="other systems have files of that name")
def test_windows_refuses_devices_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="takes this name for a device"):
        paths.write_whole(tmp_path / "aux.png", lambda part: part.write_bytes(b"x"))
    assert not list(tmp_path.iterdir())
