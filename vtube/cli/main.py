"""The command line: finds the command, turns every foreseeable failure into one line and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence

from vtube import __version__
from vtube.cli.command_line import take_picture, with_command
from vtube.cli.console import make_all_printable, streams
from vtube.cli.interrupts import INTERRUPTED, EndWishedError, leave_from_now_on, let_commands_end_in_order
from vtube.cli.log import is_json, set_up_logging, wait_for_printing
from vtube.cli.parser import Parser
from vtube.errors import SettingsError, VtubeError
from vtube.text import as_called_here, printable
from vtube.threads import join_all

COMMANDS = (
    "run",
    "models",
    "character",
    "pose",
    "expressions",
    "bake",
    "say",
    "voices",
    "chat",
    "mcp",
    "lipsync",
    "render",
    "record",
    "bench",
    "doctor",
    "extras",
)
"""Names of the modules in `vtube.cli.commands`, in the order the help shows them."""

FAILED, WRONG_USAGE = 1, 2
ENDLESS = ("soundcard", "sounddevice")
"""Packages that wait for the sound server as the interpreter ends, for ever when it hangs."""
FLUSH_S = 1.0
"""A terminal or a pipe that nobody reads takes nothing more, however long it is waited for."""
M_ARENA_MAX, ARENAS = -8, 2

log = logging.getLogger(__name__)


def run_program(argv: Sequence[str] | None = None, at_end: Callable[[int], object] = lambda _: None) -> int:
    """Run one command as all that this process is for; returns the exit code, or ends the process with it.

    `at_end` is told the code before.

    A thread that is still inside an engine or a driver would crash the interpreter while it is taken down: with one
    left, or one of ENDLESS in use, the process ends at once.
    """
    share_memory()
    code = main(argv)
    leave_from_now_on()
    at_end(code)
    if threading.active_count() > 1 or any(name in sys.modules for name in ENDLESS):
        flushes = [threading.Thread(target=stream.flush, daemon=True) for stream in streams()]
        for flush in flushes:
            flush.start()
        join_all(flushes, FLUSH_S)
        os._exit(code)
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 on a failure (one line on stderr), 2 on wrong usage, 130 when interrupted, 143 when the system
        asks for an end.
    """
    make_all_printable()
    try:
        code = _command(argv)
    except (BrokenPipeError, SystemExit) as stop:
        if not isinstance(stop if isinstance(stop, OSError) else stop.__context__, BrokenPipeError):
            raise  # no end of Rich's, which is a SystemExit where nobody reads on
        code = 0
    except OSError as error:  # a disk that fills up, a folder that is taken away: where nobody has better words
        log.debug("where it happened:", exc_info=True)
        code = fail(f"{f'{error.filename}: ' if error.filename else ''}{error.strerror or error}", FAILED)
    _print_the_rest()
    return code


def share_memory() -> bool:
    """Let all threads take memory from the same ARENAS places, and give it back there; whether that counts now.

    For a whole process, before its threads begin. glibc would open up to eight arenas for each processor, and what is
    freed in one serves only the threads of that one: an engine is made in one thread, draws in others and ends in a
    third, so each change of the character could leave holes of an engine's size in one more arena. Other systems do
    without; a limit of the user's own stays.
    """
    own = "MALLOC_ARENA_MAX" in os.environ or "arena_max" in os.environ.get("GLIBC_TUNABLES", "")
    if own or not sys.platform.startswith("linux"):
        return False
    with contextlib.suppress(AttributeError, OSError):  # another C library
        return bool(ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS))
    return False


def _command(argv: Sequence[str] | None) -> int:
    try:
        parser = build_parser()
        words = with_command(sys.argv[1:] if argv is None else argv, parser.commands)
        arguments, strangers = parser.parse_known_args(words)
        if strangers := take_picture(arguments, strangers):
            arguments.parser.refuse(strangers, COMMANDS)
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):
            raise
        return int(stop.code or 0)
    set_up_logging(_level(arguments), arguments.verbose, arguments.log)
    let_commands_end_in_order()
    try:
        return int(arguments.run(arguments))
    except VtubeError as error:
        return fail(str(error), WRONG_USAGE if isinstance(error, SettingsError) else FAILED)
    except KeyboardInterrupt as wish:
        return wish.code if isinstance(wish, EndWishedError) else INTERRUPTED


def _print_the_rest() -> None:
    """Where nobody reads on, what is left is thrown away: Python would try once more at its end, and complain.

    That of stderr in any case: the reason has been told elsewhere, and Python would end with a code of its own, 120.
    """
    for stream, hopeless in ((sys.stdout, BrokenPipeError), (sys.stderr, OSError)):
        try:
            if stream is not None:
                stream.flush()
        except hopeless:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            pass  # a full disk, a closed stream: told by Python at its end


def build_parser() -> Parser:
    """The parser of all commands; each command's module is imported for its arguments only."""
    parser = Parser(
        prog="vtube",
        description="One picture of an anime character in; a live, talking virtual camera out.",
        epilog="The THA3 networks are by Pramook Khungurn (weights CC BY 4.0).",
    )
    parser.add_argument("--version", action="version", version=f"vtube {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"vtube.cli.commands.{name}")
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        for one in (*sub.commands.values(), sub):
            _add_messages(one)
        sub.set_defaults(run=module.run, parser=sub, quiet=False, verbose=False, log="text")
    return parser


def _add_messages(parser: Parser) -> None:
    """What every command and action takes; without defaults, as those of an action would undo what stands before it."""
    loudness = parser.add_mutually_exclusive_group()
    for name, what in (("--quiet", "print warnings and errors only"), ("--verbose", "print what happens inside, too")):
        loudness.add_argument(name, action="store_true", default=argparse.SUPPRESS, help=what)
    formats = "messages for people, or a JSON object on each line"
    parser.add_argument("--log", choices=("text", "json"), default=argparse.SUPPRESS, help=formats)


def _level(arguments: argparse.Namespace) -> int:
    return logging.WARNING if arguments.quiet else logging.DEBUG if arguments.verbose else logging.INFO


def fail(line: str, code: int) -> int:
    """Say why in one line and return `code`: on stderr, or on stdout where that takes nothing, as a full disk does."""
    if is_json():
        log.error("%s", line)
        wait_for_printing()
        return code
    for stream in (sys.stderr, sys.stdout):
        if stream is None:
            continue
        try:
            print(f"vtube: {printable(as_called_here(line))}", file=stream, flush=True)
        except (OSError, ValueError):
            continue
        break
    return code
