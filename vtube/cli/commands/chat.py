"""`vtube chat`: what a chat source delivers, without a camera."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vtube import settings as settings_module
from vtube.chat.message import Arrival, ChatMessage
from vtube.chat.registry import CHATS, create_chats
from vtube.cli.commands.arguments import seconds
from vtube.clock import monotonic
from vtube.errors import ChatError
from vtube.settings.origin import naming_origin
from vtube.text import printable

if TYPE_CHECKING:
    from vtube.chat.group import ChatGroup

HELP = "print what a chat source delivers, to try it without a camera"
LOOK_S = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which chat, and for how long."""
    parser.add_argument(
        "spec", metavar="SPEC", nargs="?", help=f"{CHATS.usage()} (default: those of --config, else stdin)"
    )
    parser.add_argument("--seconds", type=seconds, metavar="S", help="end after S seconds (default: at Ctrl-C)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--config", type=Path, metavar="YAML", help="your settings; see config/default.yaml")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when the chat can never be read."""
    from vtube.chat.group import ChatGroup  # an HTTP client that no other command waits for
    from vtube.net import loops

    settings = settings_module.load(arguments.config, {})
    show = print_json if arguments.json else print_line
    with naming_origin(arguments.config, {}):
        specs = [arguments.spec] if arguments.spec else settings.chat or ["stdin"]
        group = ChatGroup(create_chats(specs, settings.dialogue.sources), show)
    with loops.runner() as here:
        here.run(watch(group, arguments.seconds))
    return 0


async def watch(group: ChatGroup, seconds: float | None) -> None:
    """Print until the time is up, the source has come to its end, or has failed for good.

    Raises:
        ChatError: it has.
    """
    task = asyncio.create_task(group.run())
    end = None if seconds is None else monotonic() + seconds
    told = ""
    try:
        while (end is None or monotonic() < end) and not task.done():
            over = group.over
            for status in group.statuses(monotonic()):
                line = f"{status['name']}: {status['state']} {status['reason'] or status['detail']}".rstrip()
                if status["state"] == "failed":
                    raise ChatError(str(status["reason"]))
                if line != told:
                    print(printable(line), file=sys.stderr, flush=True)
                told = line
            if over:
                return
            left = LOOK_S if end is None else min(LOOK_S, max(0.0, end - monotonic()))
            await asyncio.wait({task}, timeout=left)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def print_line(what: Arrival) -> None:
    """For people."""
    if isinstance(what, ChatMessage):
        paid = f" ({what.amount:g} {what.currency})" if what.amount else ""
        kind = "" if what.kind == "text" else f" [{what.kind}]"
        print(printable(f"{what.source} {what.user}{paid}{kind}: {what.text}"), flush=True)
    else:
        print(printable(f"{what.source}: taken back: {what.message_id or what.user_id or 'everything'}"), flush=True)


def print_json(what: Arrival) -> None:
    """For programs."""
    values = asdict(what)
    if isinstance(what, ChatMessage):
        values["roles"] = sorted(map(str, what.roles))
    print(printable(json.dumps(values, ensure_ascii=False)), flush=True)
