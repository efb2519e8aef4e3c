"""pip that takes itself to run on Windows: installs Windows wheels from Linux, by the markers of Windows.

pip_for_windows.py PYTHON_VERSION FOLDER ARGUMENTS…, for `.ci/windows`.
"""

import sys

from pip._internal.cli.main import main
from pip._vendor.packaging import markers


def windows(version: str) -> dict[str, str]:
    """What Windows' CPython of that version answers to the markers of requirements."""
    return {
        "implementation_name": "cpython",
        "implementation_version": version,
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_system": "Windows",
        "platform_version": "10.0.19045",
        "python_full_version": version,
        "python_version": ".".join(version.split(".")[:2]),
        "sys_platform": "win32",
    }


def wheels(version: str, folder: str) -> list[str]:
    """The arguments of pip for wheels of Windows, into a folder."""
    minor = ".".join(version.split(".")[:2])
    abis = [part for abi in ("cp" + minor.replace(".", ""), "abi3", "none") for part in ("--abi", abi)]
    where = ["--target", folder, "--upgrade", "--no-compile", "--root-user-action", "ignore", "--no-warn-conflicts"]
    what = ["--platform", "win_amd64", "--implementation", "cp", "--python-version", minor, "--only-binary", ":all:"]
    return [*where, *what, *abis]


if __name__ == "__main__":
    full, target, *rest = sys.argv[1:]
    setattr(markers, "default_environment", lambda: windows(full))  # noqa: B010 - mypy: it is somebody else's
    sys.exit(main(["install", *wheels(full, target), *rest]))
