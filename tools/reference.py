"""Write the reference pages that follow from the program itself: its commands and its settings.

    python -m tools.reference          # writes docs/reference/commands.md and settings.md
    python -m tools.reference --check  # says whether they are up to date

Commands come from the argument parsers, settings from `config/default.yaml` with its comments and from the limits
and marks of `vtube.settings`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vtube.cli.main import build_parser
from vtube.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
DEFAULTS = ROOT / "config" / "default.yaml"
LEFT_OUT = ("-h", "--quiet", "--verbose")
NOTE = "<!-- Written by `python -m tools.reference`; change the program's help texts instead. -->"
COMMANDS_HEAD = f"""# Commands

{NOTE}

From a checkout every command is `python -m vtube COMMAND`; `python run_vcam.py` is short for `python -m vtube run`.
Where the program is installed as a package, it is `vtube COMMAND`. Every command knows `--help`, `--quiet` (warnings
and errors only) and `--verbose` (what happens inside, too), and ends with 0, with 1 after a failure that it explains in
one line, or with 2 when it was called wrongly.
"""
SETTINGS_HEAD = f"""# Settings

{NOTE}

Copy what you want to change into a YAML file of your own, and start with it:

```
python run_vcam.py --config my.yaml
```

Flags of the command line win over the file, and the file over the defaults. An unknown key is refused with the nearest
right name. A running camera takes changes by `PUT /api/settings` ([HTTP](http.md)).
"""


@dataclass
class Key:
    """One line of `config/default.yaml`: the key with its section, its default as YAML, what the comment says."""

    name: str
    default: str
    meaning: str


@dataclass
class Section:
    """A top-level key with what is below it."""

    name: str
    meaning: str
    default: str = ""
    keys: list[Key] = field(default_factory=list)


def commands_page() -> str:
    """`commands.md`."""
    return "\n".join([COMMANDS_HEAD, *(_command(name, one) for name, one in commands().items())]).rstrip() + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command and its parser."""
    actions = build_parser()._actions  # noqa: SLF001 - argparse has no public way to its subcommands
    return next(action.choices for action in actions if isinstance(action.choices, dict))


def _command(name: str, parser: argparse.ArgumentParser, said: str = "") -> str:
    actions = [one for one in parser._actions if not set(one.option_strings) & set(LEFT_OUT)]  # noqa: SLF001 - as above
    rows = [f"| {_call(action)} | {_cell(_help(action))} |" for action in actions if not _is_group(action)]
    groups = [action for action in actions if _is_group(action)]
    text = [f"## {name}", "", f"{_sentence(parser.description or said)}", ""]
    if rows:
        text += [f"| `python -m vtube {name} …` | |", "|---|---|", *rows, ""]
    for group in groups:
        helps = {one.dest: one.help or "" for one in group._choices_actions}  # type: ignore[attr-defined]  # noqa: SLF001 - as above
        assert isinstance(group.choices, dict)
        below = [_command(f"{name} {sub}", one, helps.get(sub, "")) for sub, one in group.choices.items()]
        text += [one.replace("## ", "### ", 1) for one in below]
    return "\n".join(text)


def _is_group(action: argparse.Action) -> bool:
    return isinstance(action.choices, dict)


def _help(action: argparse.Action) -> str:
    """The help text, its `%(default)s` filled in."""
    text = action.help or ""
    return text % {**vars(action), "prog": "vtube"} if "%" in text else text


def _call(action: argparse.Action) -> str:
    """How one argument is written: `--fps N`, `PICTURE`."""
    value = action.metavar or (action.choices and "{" + ",".join(map(str, action.choices)) + "}") or action.dest.upper()
    value = " ".join(value) if isinstance(value, tuple) else str(value)
    value = f"[{value}]" if action.nargs in ("?", "*") else value
    if not action.option_strings:
        return f"`{value}`"
    flags = ", ".join(action.option_strings)
    return f"`{flags}`" if action.nargs == 0 else f"`{flags} {value}`"


def settings_page() -> str:
    """`settings.md`."""
    parts = [SETTINGS_HEAD]
    marks = dict(_marks(Settings))
    if any(marks.values()):
        parts.append("A key with a ⟳ waits for the next start; all others take effect while the camera runs.\n")
    for section in sections(DEFAULTS.read_text(encoding="utf-8")):
        parts.append(f"## {section.name}\n\n{section.meaning}\n")
        rows = section.keys or [Key(section.name, section.default, "")]
        parts.append("| key | default | |\n|---|---|---|")
        waits = any(marks.values())
        for key in rows:
            mark = " ⟳" if waits and not marks.get(key.name, True) else ""
            parts.append(f"| `{key.name}`{mark} | `{_cell(key.default)}` | {_cell(key.meaning)} |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def sections(text: str) -> Iterator[Section]:
    """The sections of a settings file with its comments."""
    found: Section | None = None
    said: list[str] = []
    for line in text.splitlines():
        entry = re.fullmatch(r"( *)(- )?([\w.]+:)?\s*(.*)", line)
        assert entry is not None
        indent, dash, key, rest = entry.groups()
        if line.lstrip().startswith("#"):
            said.append(line.strip().removeprefix("#").strip())
        elif dash and found is not None:
            found.default = f"[{', '.join(filter(None, [found.default.strip('[]'), rest or key.rstrip(':')]))}]"
        elif key and not indent:
            if found is not None:
                yield found
            found, said = Section(key.rstrip(":"), " ".join(said), rest), []
        elif key and found is not None and len(indent) == 2:
            found.keys.append(Key(f"{found.name}.{key.rstrip(':')}", rest, " ".join(said)))
            said = []
        elif not line.strip():
            said = []
    if found is not None:
        yield found


def _marks(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Every key, and whether it takes effect while the camera runs."""
    for name, info in model.model_fields.items():
        yield prefix + name, _is_live(info)
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _marks(kind, f"{prefix}{name}.")


def _is_live(info: FieldInfo) -> bool:
    extra: Any = info.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("live"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


PAGES = {"commands.md": commands_page, "settings.md": settings_page}


def main() -> int:
    """Write the pages, or compare them with `--check`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a page is out of date")
    check = parser.parse_args().check
    stale = [name for name, page in PAGES.items() if not _is_written(FOLDER / name, page())]
    for name in stale:
        if not check:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
        print(f"docs/reference/{name}: {'out of date' if check else 'written'}")
    return int(check and bool(stale))


def _is_written(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
