"""`vtube run`: the live camera."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vtube import settings as settings_module
from vtube.audio.registry import SOURCES
from vtube.avatar.registry import check_engine
from vtube.chat.registry import CHATS
from vtube.cli.client import ControlClient
from vtube.cli.commands.arguments import add_engine, add_scene_size, fetch_weights, given_avatar, seconds
from vtube.cli.interrupts import EndSignals, leaving_at_once
from vtube.clock import monotonic
from vtube.dialogue.llm.registry import LLMS
from vtube.errors import OutputError, ServerError, SettingsError, VtubeError
from vtube.outputs.registry import OUTPUTS
from vtube.settings import SavedSettings, ServerSettings, Settings
from vtube.settings.origin import naming_origin
from vtube.tracking.registry import TRACKERS

if TYPE_CHECKING:
    from vtube.studio.pipeline import Studio

HELP = "start the live camera"

log = logging.getLogger(__name__)

BROWSER_S = 5.0
"""How long a browser may take to begin."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Every flag overrides the settings file, which overrides the defaults."""
    parser.add_argument(
        "--character", metavar="PNG", help="the picture, or the name of a kept one (default: our own character)"
    )
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")
    parser.add_argument("--fps", type=float, metavar="N", help="frames a second for the outputs")
    parser.add_argument(
        "--tracking",
        action="append",
        metavar="SPEC",
        help=f"{TRACKERS.usage()}; may be given several times, the first that is live wins",
    )
    parser.add_argument("--audio", metavar="SPEC", help=SOURCES.usage())
    parser.add_argument(
        "--output", action="append", metavar="SPEC", help=f"{OUTPUTS.usage()}; may be given several times"
    )
    parser.add_argument("--chat", action="append", metavar="SPEC", help=f"{CHATS.usage()}; may be given several times")
    parser.add_argument("--llm", metavar="SPEC", help=f"what answers the chat: {LLMS.usage()}")
    parser.add_argument("--listen", metavar="SPEC", help=f"your voice, which she answers: {SOURCES.usage()}")
    add_scene_size(parser)
    parser.add_argument("--port", type=int, help="port of the control page (default 8787)")
    parser.add_argument("--open", action="store_true", help="show the control page in your browser")
    parser.add_argument("--duration", type=seconds, metavar="S", help="end after S seconds")
    parser.add_argument("--no-bake", action="store_true", help="make no puppet of the character in the background")
    parser.add_argument("--no-saved", action="store_true", help="leave out what was changed on the control page before")
    parser.add_argument("--no-server", action="store_true", help="no control page and no streams")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Run until Ctrl-C (exit code 130), a closed terminal or the end of `--duration`.

    Raises:
        VtubeError: the camera cannot be started so, a recording is not whole, or no output worked; one line.
    """
    with leaving_at_once():
        from vtube.cli.console_close import ConsoleClose
        from vtube.cli.draining import PATIENT_CLOSE_S, Draining
        from vtube.cli.keyboard import Keys
        from vtube.cli.log import printed_beside
        from vtube.cli.service import Service
        from vtube.cli.status_line import StatusLine, describe_end

        studio = new_studio(arguments)
        settings = studio.settings.in_force
        check_alone(settings.server, arguments.open)
    if arguments.open and not settings.server.enabled:
        raise SettingsError("--open shows the control page, which is switched off")
    if studio.character.needs_weights:
        fetch_weights(settings.avatar.variant)
    draining = Draining(studio.speech.status, studio.stop)
    signals = EndSignals(studio.stop, draining.start)
    began = monotonic()
    with ConsoleClose(studio.stop), printed_beside():
        try:
            studio.open()
            if arguments.open and studio.url is not None:
                show_page(studio.url)
            service = Service(
                lambda now: studio.loop.stats(now).frames, lambda now: studio.rendering.stats(now).stuck_s
            )
            with service, StatusLine(studio.control, quiet=arguments.quiet), Keys(studio.control, studio.stop):
                studio.run(arguments.duration)
            log.info("%s", describe_end(studio.control.state(), monotonic() - began))
        finally:
            studio.close(*((PATIENT_CLOSE_S,) if signals.drains else ()))
    if failures := studio.outputs.failures():
        raise OutputError("; ".join(failures))
    return signals.code


def check_alone(settings: ServerSettings, page: bool) -> None:
    """Find out whether the server can start; `page`: show that of a camera that runs already.

    Raises:
        ServerError: it cannot.
    """
    from vtube.server.listener import check_free

    try:
        check_free(settings)
    except ServerError:
        camera = ControlClient(settings)
        if not camera.is_there():
            raise
        if page:
            show_page(camera.url).join(BROWSER_S)
        raise ServerError(
            f"a camera runs already, its page is {camera.url}; q or Ctrl-C in its window ends it, "
            "--port 0 starts another one beside it"
        ) from None


def show_page(url: str) -> threading.Thread:
    """Open an address in the user's browser, in a thread; where there is none, the log says so."""

    def show() -> None:
        if not has_screen() or not webbrowser.open(url):
            log.warning("no browser can be opened here; the control page is %s", url)

    thread = threading.Thread(target=show, name="browser", daemon=True)
    thread.start()
    return thread


def has_screen() -> bool:
    """Whether a browser would have a window: one in the terminal would take the terminal from the camera."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def new_studio(arguments: argparse.Namespace) -> Studio:
    """The camera of these flags; without what was saved, and with a warning, where it cannot be made with that.

    Raises:
        VtubeError: it cannot be made either way; one line.
    """
    saved = SavedSettings()
    values = {} if arguments.no_saved else saved.read()
    try:
        return _made(arguments, saved, values)
    except VtubeError as error:
        if not values:
            raise
        studio = _made(arguments, saved, {})
        log.warning("the saved settings are left out, as the camera cannot start with them: %s", error)
        return studio


def _made(arguments: argparse.Namespace, saved: SavedSettings, values: Mapping[str, Any]) -> Studio:
    from vtube.studio.pipeline import Studio

    with naming_origin(arguments.config, overrides_of(arguments), values):
        settings = settings_of(arguments, values)
        check_engine(settings.avatar.engine)
        return Studio(settings, saved)


def settings_of(arguments: argparse.Namespace, saved: Mapping[str, Any] | None = None) -> Settings:
    """What was saved, the settings file over it, the flags over both.

    Raises:
        SettingsError: see `vtube.settings.load`.
    """
    return settings_module.load(arguments.config, overrides_of(arguments), saved)


def overrides_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """The flags that were given, as a nested mapping of settings."""
    flags: dict[tuple[str, ...], Any] = {
        **{("avatar", name): value for name, value in given_avatar(arguments).items()},
        ("avatar", "bake"): False if arguments.no_bake else None,
        ("loop", "fps"): arguments.fps,
        ("scene", "size"): arguments.size,
        ("tracking",): arguments.tracking,
        ("audio",): arguments.audio,
        ("outputs",): arguments.output,
        ("chat",): arguments.chat,
        ("llm",): arguments.llm,
        ("listen",): arguments.listen,
        ("server", "port"): arguments.port,
        ("server", "enabled"): False if arguments.no_server else None,
    }
    overrides: dict[str, Any] = {}
    for path, value in flags.items():
        if value is not None:
            section = overrides
            for key in path[:-1]:
                section = section.setdefault(key, {})
            section[path[-1]] = value
    return overrides
