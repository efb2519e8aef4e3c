"""What the rig asks pip for: the wheels and the markers of Windows."""

import itertools

from packaging.markers import Marker

from tools.windows.pip_for_windows import wheels, windows


def test_markers_are_answered_as_on_windows() -> None:
    answers = windows("3.11.9")
    assert Marker("sys_platform == 'win32' and os_name == 'nt' and platform_machine == 'AMD64'").evaluate(answers)
    assert Marker("python_version == '3.11' and python_full_version < '3.12'").evaluate(answers)


def test_only_wheels_of_windows_are_taken() -> None:
    pairs = list(itertools.pairwise(wheels("3.11.9", "folder")))
    assert {("--target", "folder"), ("--platform", "win_amd64"), ("--only-binary", ":all:")} <= set(pairs)
    assert [after for flag, after in pairs if flag == "--abi"] == ["cp311", "abi3", "none"]
