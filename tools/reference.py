"""Write the reference pages that follow from the program itself: its commands and its settings.

    python -m tools.reference          # writes commands.md, settings.md, effects.md and the routes of http.md
    python -m tools.reference --check  # says whether they are up to date

Commands come from the argument parsers, settings with their defaults, descriptions and marks from `vtube.settings`.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from vtube.cli.main import build_parser
from vtube.scene.base import ShadedEffect
from vtube.scene.effects.options import Options
from vtube.scene.registry import EFFECTS
from vtube.server.app import ROUTES
from vtube.server.openapi import describe
from vtube.settings import SceneSettings, Settings, fields, is_marked

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
LEFT_OUT = ("-h", "--quiet", "--verbose", "--log")
NOTE = "<!-- Written by `python -m tools.reference`; change the program's help texts instead. -->"
COMMANDS_HEAD = f"""# Commands

{NOTE}

From a checkout every command is `python -m vtube COMMAND`; `python run_vcam.py` is short for `python -m vtube run`.
Where the program is installed as a package, it is `vtube COMMAND`. Every command takes `--help`, `--quiet` (warnings
and errors only), `--verbose` (what happens inside, too) and `--log json` (a JSON object on each line). It ends with 0,
with 1 after a failure that it explains in one line, or with 2 when it was called wrongly; after Ctrl-C it is 130,
and 143 where the system asked for an end (SIGTERM), which a camera on air takes for a service that is stopped, with 0.
"""
SETTINGS_HEAD = f"""# Settings

{NOTE}

Copy what you want to change into a YAML file of your own, and start with it:

```
python run_vcam.py --config my.yaml
```

Flags of the command line win over the file, the file over what was saved, and that over the defaults. An unknown key
is refused with the nearest right name.

A running camera takes changes by `PUT /api/settings` ([HTTP](http.md)) and saves them in `settings.yaml` in your own
folder ([where files lie](../guide/files-and-privacy.md)), so that they count at the next start, too. `--no-saved`
leaves them out; to forget them, delete the file. A key with a ⟳ waits for the next start; all others take effect at
once. A key with a ⚿ can only be set in a file or by a flag, as it starts programs or lets others in; so can `file:`
outputs.
"""
EFFECTS_HEAD = f"""# Effects

{NOTE}

The setting `scene.effects` lists what is done to the picture, in order, while the camera runs, too:

```yaml
scene:
  effects: [bloom:0.8, "outline:width=0.01,colour=#ffffff", tape]
```

A number without a name is the first option. What moves is a matter of time and seed alone, so that it looks the same
at every frame rate. Sizes are parts of the picture's height (aberration: width), so that every size looks the same.

![The same character with each effect](../images/effects.webp)

On one thread none takes more than 1.5 ms of a picture of 512 x 512 and 5 ms of one of 1920 x 1080 with a figure
like this (`python -m benchmarks.effects`); what each takes here and now is in the control room and in `/api/state`.
The sheet is made by `python -m tools.effect_sheet`.

Where the browser source draws with WebGL 2, those with a ✓ are shaders: nothing but their numbers goes over the wire
(and a background's picture, once), and while nobody takes pixels the processor does none of it. Each is at least 40 dB
close to the processor's picture, grain and glitches included (`tests/server/test_shaders.py`). A list with any other
effect, such as a plug-in's, comes as pixels.
"""


def commands_page() -> str:
    """`commands.md`."""
    return "\n".join([COMMANDS_HEAD, *(_command(name, one) for name, one in commands().items())]).rstrip() + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command and its parser."""
    actions = build_parser()._actions  # noqa: SLF001 - argparse has no public way to its subcommands
    return next(action.choices for action in actions if isinstance(action.choices, dict))


def _command(name: str, parser: argparse.ArgumentParser, said: str = "") -> str:
    actions = [one for one in parser._actions if not set(one.option_strings) & set(LEFT_OUT)]  # noqa: SLF001 - as above
    rows = [f"| {_call(action)} | {_prose(_help(action))} |" for action in actions if not _is_group(action)]
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
    for name, section in Settings.model_fields.items():
        rows = [(path, one) for path, one in fields(Settings) if path[0] == name]
        parts.append(f"## {name}\n\n{section.description}\n\n| key | default | |\n|---|---|---|")
        parts += [_setting(".".join(path), one, about=len(path) > 1) for path, one in rows]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _setting(key: str, field: FieldInfo, *, about: bool) -> str:
    """The row of one setting."""
    default = yaml.safe_dump(field.get_default(call_default_factory=True), default_flow_style=True, width=1000)
    waits = "" if is_marked(field, "live") else " ⟳"
    local = " ⚿" if is_marked(field, "local") else ""
    said = _prose(field.description or "") if about else ""
    return f"| `{key}`{waits}{local} | `{_cell(default.removesuffix('...' + chr(10)))}` | {said} |"


def _prose(text: str) -> str:
    """A help text as a cell, in which no sign means anything to Markdown or HTML."""
    return re.sub(r"([*<>&])", lambda sign: html.escape(sign[0]).replace("*", "\\*"), _cell(text))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def effects_page() -> str:
    """`effects.md`."""
    for entry in EFFECTS:
        entry.load()
    known = {kind.__name__.removesuffix("Options").lower(): kind for kind in Options.__subclasses__()}
    parts = [EFFECTS_HEAD, "| effect | shader | what it does | options and their defaults |", "|---|---|---|---|"]
    parts += [
        f"| `{entry.name}` | {_shaded(entry.name)} | {entry.help} | {_options(known.get(entry.name))} |"
        for entry in EFFECTS
    ]
    return "\n".join(parts) + "\n"


def _shaded(name: str) -> str:
    effect = EFFECTS.create(name, SceneSettings())
    return "✓" if isinstance(effect, ShadedEffect) and effect.passes(0.0) is not None else ""


def _options(kind: type[Options] | None) -> str:
    if kind is None:
        return ""
    defaults = ", ".join(f"`{name}={field.default}`" for name, field in kind.model_fields.items())
    return f"{defaults}: {_cell(kind.__doc__ or '')}"


ROUTES_HEAD = f"""## Every route

{NOTE}

Made from `/api/openapi.json`, which says the same to programs, with the ranges of every value.
"""


def http_page() -> str:
    """What is written by hand, as the page has it, and behind it every route with an example of its body."""
    by_hand = (FOLDER / "http.md").read_text(encoding="utf-8").partition("## Every route")[0].rstrip()
    routes = "\n".join(_routes(describe(ROUTES)["paths"]))
    return f"{by_hand}\n\n{ROUTES_HEAD}\n{routes}"


def _routes(paths: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The routes, one group after another."""
    groups: dict[str, list[str]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).extend(_route(f"{method.upper()} {path}", operation))
    for name, lines in groups.items():
        yield f"### {name}\n"
        yield from lines


def _route(call: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"#### `{call}`\n\n{_plain(operation['summary'])}\n"
    if "description" in operation:
        yield f"{_plain(operation['description'])}\n"
    query = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    for one in query:
        told = one["schema"].get("description", one["schema"]["type"])
        yield f"- `?{one['name']}=`: {_plain(told)}"
    if query:
        yield ""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in body:
        yield f"```json\n{json.dumps(body['example'], ensure_ascii=False)}\n```\n"


def _plain(text: str) -> str:
    """A line of a docstring as Markdown shows it: what stands in braces or brackets is code."""
    return text if "`" in text else re.sub(r"({[^}]*}(?:})?|<[^>]*>)", r"`\1`", text)


PAGES = {"http.md": http_page, "commands.md": commands_page, "settings.md": settings_page, "effects.md": effects_page}


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
