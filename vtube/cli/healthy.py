"""Whether the camera on this computer is well, for a container's health check: `python -m vtube.cli.healthy [PORT]`.

It ends with 0 when frames leave at their rate and pictures are drawn, else with 1 and a line that says what is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from vtube.cli.client import ControlClient
from vtube.errors import VtubeError
from vtube.settings import ServerSettings

LEAST = 0.5
"""The part of the frames that must leave."""


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    """Ask the camera at a port, 8787 when none is named; the exit code."""
    try:
        server = ServerSettings.model_validate({"port": int(arguments[0])} if arguments else {})
        trouble = trouble_of(ControlClient(server).ask("GET", "/api/state"))
    except VtubeError as error:
        trouble = str(error)
    print(trouble or "well")
    return 1 if trouble else 0


def trouble_of(state: Mapping[str, Any]) -> str:
    """What is wrong with a camera of this state; empty when nothing is."""
    if state["failure"]:
        return f"drawing fails: {state['failure']}"
    if state["output_fps"] < LEAST * state["fps"]:
        return f"only {state['output_fps']:.1f} of {state['fps']:g} frames a second leave"
    failed = [one["name"] for one in state["outputs"] if one["state"] == "ended"]
    return f"these outputs have ended for good: {', '.join(failed)}" if failed else ""


if __name__ == "__main__":
    sys.exit(main())
