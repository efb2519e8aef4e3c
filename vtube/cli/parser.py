"""The parser of the command line, whose errors say what was meant."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from vtube.text import did_you_mean, printable, program, unknown

NUMBERS = {"float": "a number", "int": "a whole number"}
CHOICE = re.compile(r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.*)\)", re.DOTALL)
CARDS = ("cuda", "gpu", "mps", "nvidia", "rocm")
NO_COMMAND = "the following arguments are required: COMMAND"
VALUE = re.compile(r"argument (.+?): invalid (\w+) value: (.*)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Exits with 2 after one line that says what is wrong, and one that says where to look.

    Attributes:
        takes_dashes: whether the one argument without a flag is a text that may begin with a dash.
        commands: the parsers below this one by their names: the program's commands, or a command's actions.
    """

    takes_dashes = False
    commands: Mapping[str, Parser] = MappingProxyType({})

    def parse_known_args(  # type: ignore[override] # its overloads say which namespace comes back
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> Any:
        """See `argparse.ArgumentParser`."""
        if self.takes_dashes and args is not None:
            args = self._with_text_last(list(args))
        return super().parse_known_args(args, namespace)

    def _with_text_last(self, words: list[str]) -> list[str]:
        """Put a text that begins with a dash behind `--`, when there is one and no other text."""
        places = list(self.texts(words))
        if "--" in words or len(places) != 1:
            return words
        text = words.pop(places[0])
        return [*words, "--", text]

    def texts(self, words: Sequence[str]) -> Iterator[int]:
        """Where the words are that are neither a flag, nor like one, nor a flag's value."""
        flags = self._option_string_actions
        value = False
        for place, word in enumerate(words):
            head = word.partition("=")[0]
            known = [flag for flag in flags if flag == head or (head.startswith("--") and flag.startswith(head))]
            if value or known:
                value = not value and "=" not in word and flags[known[0]].nargs != 0
            elif not (head.startswith("--") and did_you_mean(head, flags)):
                yield place

    def add_subparsers(self, **how: Any) -> Any:
        """See `argparse.ArgumentParser`."""
        made = super().add_subparsers(**how)
        self.commands = made.choices
        return made

    def error(self, message: str) -> NoReturn:
        """See `argparse.ArgumentParser`."""
        print(f"vtube: {printable(in_our_words(message))}", file=sys.stderr)
        print(f"usage: {program()}{self.prog.removeprefix('vtube')} --help shows what there is", file=sys.stderr)
        self.exit(2)

    def refuse(self, strangers: list[str], commands: Sequence[str] = ()) -> NoReturn:
        """Say of arguments that nobody takes what they might have meant; `commands`: the names of all commands."""
        word = next((one for one in strangers if one.startswith("-")), strangers[0])
        flag = word.partition("=")[0]
        if strangers[0] in commands:
            self.error(f"{strangers[0]!r} is another command: python -m vtube {strangers[0]} …")
        if not flag.startswith("-"):
            takes_texts = bool(self._get_positional_actions())
            hint = "a text of several words goes in quotes" if takes_texts else "each value follows its option's name"
            self.error(f"nothing takes {word!r}; {hint}")
        flags = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", self.format_help()))
        near = did_you_mean(flag, flags)
        self.error(f"there is no option {flag!r}" + (f"; {near}" if near else ""))


def in_our_words(message: str) -> str:
    """An error of argparse's, said plainly."""
    if found := CHOICE.fullmatch(message):
        where, word, known = found.groups()
        if where == "COMMAND" and Path(word).suffix:
            return f"there is no command {word!r}; with that picture the camera starts by: vtube run --character {word}"
        if where == "--engine" and word.lower() in CARDS:
            return f"there is no engine {word!r}; a graphics card is for --engine torch; avatar.device says which"
        what = {"COMMAND": "command"}.get(where, "action" if "|" in where else f"value of {where}")
        return unknown(what, word, [name.strip(" '") for name in known.split(",")])
    if found := VALUE.fullmatch(message):
        where, kind, value = found.groups()
        return f"{where} needs {NUMBERS.get(kind, 'another value')}, not {value}"
    if message == NO_COMMAND:
        return "say which command; the camera starts by: vtube run"
    return message.removeprefix("argument ")
