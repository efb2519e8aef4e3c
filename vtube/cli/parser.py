"""The parser of the command line, whose errors say what was meant."""

from __future__ import annotations

import argparse
import re
import sys
from typing import NoReturn

from vtube.text import did_you_mean, unknown

NUMBERS = {"float": "a number", "int": "a whole number"}
CHOICE = re.compile(r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.*)\)", re.DOTALL)
VALUE = re.compile(r"argument (.+?): invalid (\w+) value: (.*)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Exits with 2 after one line that says what is wrong, and one that says where to look."""

    def error(self, message: str) -> NoReturn:
        """See `argparse.ArgumentParser`."""
        print(f"vtube: {in_our_words(message)}", file=sys.stderr)
        print(f"usage: {self.prog} --help shows what there is", file=sys.stderr)
        self.exit(2)

    def refuse(self, strangers: list[str]) -> NoReturn:
        """Say of arguments that nobody takes what they might have meant."""
        word = next((one for one in strangers if one.startswith("-")), strangers[0])
        flag = word.partition("=")[0]
        if not flag.startswith("-"):
            self.error(f"nothing takes {word!r}; a text of several words goes in quotes")
        flags = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", self.format_help()))
        near = did_you_mean(flag, flags)
        self.error(f"there is no option {flag!r}" + (f"; {near}" if near else ""))


def in_our_words(message: str) -> str:
    """An error of argparse's, said plainly."""
    if found := CHOICE.fullmatch(message):
        where, word, known = found.groups()
        what = "command" if where == "COMMAND" else f"value of {where}"
        return unknown(what, word, [name.strip(" '") for name in known.split(",")])
    if found := VALUE.fullmatch(message):
        where, kind, value = found.groups()
        return f"{where} needs {NUMBERS.get(kind, 'another value')}, not {value}"
    return message.removeprefix("argument ")
