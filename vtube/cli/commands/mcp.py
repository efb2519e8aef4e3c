"""`vtube mcp`: a server of the Model Context Protocol, so that any agent can speak through the running camera."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Literal

from vtube import __version__
from vtube import settings as settings_module
from vtube.cli.client import ControlClient
from vtube.registry import optional

HELP = "let an agent steer the running camera (Model Context Protocol)"
INSTRUCTIONS = (
    "You speak as an anime character on a live camera. `say` makes her speak; put tags such as [joy] or "
    "[do:nod] before a sentence, and face and body show them as it is heard. `state` tells what is going on."
)
STATE = ("emotion", "speech", "chat", "dialogue", "character", "output_fps", "on_air")
"""What an agent is told of the state."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the camera is."""
    parser.add_argument("--config", type=Path, metavar="YAML", help="the camera's settings, for its port and token")
    parser.add_argument("--port", type=int, help="the camera's port (default 8787)")


def run(arguments: argparse.Namespace) -> int:
    """Serve over standard input and output until the agent leaves.

    Raises:
        PackageMissingError: the package mcp is not installed.
    """
    optional("mcp", "mcp", "the command mcp")
    sdk = optional("mcp.server", "mcp", "the command mcp")
    overrides = {} if arguments.port is None else {"server": {"port": arguments.port}}
    tools = Tools(ControlClient(settings_module.load(arguments.config, overrides).server))
    server = sdk.MCPServer("vtube", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for tool in (tools.say, tools.stop, tools.expression, tools.gesture, tools.scene, tools.state):
        server.tool()(tool)
    server.run("stdio")
    return 0


class Tools:
    """What an agent may do. The docstrings are what it reads."""

    def __init__(self, camera: ControlClient) -> None:
        self._camera = camera

    def say(self, text: str, interrupt: bool = False) -> int:
        """Say a text aloud; returns its number.

        [joy] and the like before a sentence show on the face, [do:nod] and the like move the body, as it is heard.
        With `interrupt` it is said at once, in place of everything else.
        """
        return int(self._camera.ask("POST", "/api/say", {"text": text, "interrupt": interrupt})["number"])

    def stop(self) -> str:
        """Fall silent at once and leave out what waits to be said."""
        self._camera.ask("POST", "/api/speech/stop", {})
        return "silent"

    def expression(self, name: str, strength: float = 1.0) -> str:
        """Show an emotion on the face, such as joy, sadness or surprise; neutral ends it. Strength 0 to 1."""
        self._camera.ask("PUT", "/api/emotion", {"name": name, "strength": strength})
        return f"shows {name}"

    def gesture(self, name: str) -> str:
        """Move the body: nod, shake, tilt, bow, wink, laugh, sigh, bounce, look_away or listen."""
        self._camera.ask("PUT", "/api/gesture", {"name": name})
        return f"does {name}"

    def scene(
        self,
        frame: Literal["full", "bust", "face", "auto"] | None = None,
        zoom: float | None = None,
        background: str | None = None,
    ) -> str:
        """Change the framing, the size of the figure (1 is usual) or the background (#rrggbb, green, none …)."""
        values = {"frame": frame, "zoom": zoom, "background": background}
        changes = {name: value for name, value in values.items() if value is not None}
        self._camera.ask("PUT", "/api/settings", {"scene": changes, "save": False})
        return "changed " + ", ".join(changes) if changes else "nothing to change"

    def state(self) -> dict[str, Any]:
        """What is going on: the emotion shown, what is being said and heard, the chat, who waits for an answer."""
        state = self._camera.ask("GET", "/api/state")
        return {name: state[name] for name in STATE if name in state}
