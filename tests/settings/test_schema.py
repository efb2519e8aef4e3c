"""Every setting: documented in one wording, with its marks, in the file, the code and the JSON schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from vtube.cli.commands.extras import ABOUT
from vtube.errors import SettingsError
from vtube.settings import Settings, SettingsOwner, fields, is_marked, parse

DEFAULTS = Path(__file__).resolve().parents[2] / "config" / "default.yaml"


def comments() -> dict[str, str]:
    """The comment above each key of the file, its lines joined, by dotted key."""
    found: dict[str, str] = {}
    above: list[str] = []
    parents: list[tuple[int, str]] = []
    for line in DEFAULTS.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("#"):
            above.append(text.removeprefix("#").strip())
        elif not text:
            above = []
        elif not text.startswith("-"):
            indent = len(line) - len(line.lstrip())
            parents = [parent for parent in parents if parent[0] < indent]
            parents.append((indent, text.split(":")[0]))
            found[".".join(name for _, name in parents)] = " ".join(above)
            above = []
    return found


def described(schema: dict[str, Any], at: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """The description of every key in the JSON schema, by dotted key."""
    found: dict[str, str] = {}
    for name, entry in at["properties"].items():
        inner = schema["$defs"].get(entry.get("$ref", "").rsplit("/", 1)[-1])
        found[prefix + name] = entry.get("description") or (inner or {}).get("description", "")
        if inner is not None:
            found |= described(schema, inner, f"{prefix}{name}.")
    return found


def test_the_documented_defaults_are_the_defaults() -> None:
    documented = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    assert documented == Settings().model_dump(mode="json")


def test_file_and_schema_say_the_same_of_every_key() -> None:
    schema = SettingsOwner(Settings()).schema()
    said = described(schema, schema)
    assert all(said.values())
    assert said == comments()


def test_the_schema_tells_what_is_live_and_what_is_local() -> None:
    schema = SettingsOwner(Settings()).schema()
    loop, server = schema["$defs"]["LoopSettings"], schema["$defs"]["ServerSettings"]
    assert loop["properties"]["fps"]["live"] is True
    assert "live" not in schema["$defs"]["AvatarSettings"]["properties"]["engine"]
    assert server["properties"]["token"]["local"] is True


def test_no_field_is_both_live_and_local() -> None:
    assert not [path for path, field in fields(Settings) if is_marked(field, "live") and is_marked(field, "local")]


def test_what_starts_a_program_sends_a_key_or_lets_others_in_is_local() -> None:
    local = {".".join(path) for path, field in fields(Settings) if is_marked(field, "local")}
    assert {"speech.command", "speech.addresses", "speech.openai.key_variable"} <= local
    assert {f"server.{name}" for name in Settings().server.model_dump()} <= local


@pytest.mark.parametrize(
    "values",
    [
        {"scene": {"effects": ["background"] * 17}},
        {"tracking": ["none"] * 17},
        {"outputs": ["null"] * 17},
        {"audio": "x" * 5000},
        {"server": {"allowed_origins": ["x"] * 5000}},
        {"retarget": {"parameters": {str(number): {} for number in range(5000)}}},
    ],
)
def test_what_no_settings_need_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match="at most"):
        parse(values)


def test_extras_that_a_comment_names_can_be_installed() -> None:
    named = re.findall(r"\bextra (\w+)", DEFAULTS.read_text(encoding="utf-8"))
    assert {"webcam", "pointer"} <= set(named)
    assert set(named) <= ABOUT.keys()
