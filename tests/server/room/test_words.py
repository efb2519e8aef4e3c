"""Every setting, choice and effect by a name in the reader's language, and nothing in the program's own spelling."""

from __future__ import annotations

import ast
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vtube
from tests.server.room.tab import Tab
from tests.server.room.test_page import ROOM, SECTIONS
from vtube.avatar.picture.cutout import OPAQUE_NOTE
from vtube.avatar.picture.judge import NO_FACE
from vtube.avatar.picture.promise import SEEN
from vtube.settings import Settings
from vtube.settings.loading import _CODES
from vtube.speech.registry import VOICES

Tabs = Callable[..., Awaitable[Tab]]
Node = dict[str, Any]
LANGUAGES = ("en", "ja", "zh")
PROGRAM = Path(vtube.__file__).parent
SCHEMA: Node = Settings.model_json_schema()
# Names of things, which are the same everywhere.
NAMES = {
    "OSC",
    "OpenAI",
    "GPT-SoVITS",
    "Style-Bert-VITS2",
    "NDI",
    "Spout",
    "WHIP",
    "RTMP",
    "SRT",
    "OBS",
    "vtube",
    "Waidayo",
    "Live Link Face",
    "Face Cap",
}
TECHNICAL = {
    *("puppet", "torch", "openvino", "bfloat16", "float16", "float32", "separable_float", "separable_half"),
    *("standard_float", "standard_half", "amf", "mediafoundation", "nvenc", "qsv", "videotoolbox", "x264"),
    *("flac", "mp3", "opus", "pcm", "wav"),
}
READ = """
[...document.querySelectorAll(".panel label, .panel legend, .panel option, .panel button, .panel h2, .panel h3, "
  + ".panel summary, .panel p, .panel small, .panel dt, .panel .tag, .panel .name, .panel .d, "
  + ".rail a, .top a, .acts button, .strip button")]
  .filter((e) => e.checkVisibility() && !e.closest("[lang=en], code, .sheet"))
  .flatMap((e) => [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.data.trim())
    .concat(e.getAttribute("aria-label") ?? []))
"""


def words(language: str) -> dict[str, str]:
    """Key to words of a language's table of settings."""
    text = (ROOM / "texts" / f"settings-{language}.js").read_text(encoding="utf-8")
    return dict(re.findall(r'"([\w.]+)": "([^"]+)"', text))


def solved(node: Node) -> Node:
    """The node that a reference means."""
    name = node.get("$ref") or next((one["$ref"] for one in node.get("allOf", []) if "$ref" in one), "")
    return SCHEMA["$defs"][name.rpartition("/")[2]] if name else node


def leaves(node: Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every single setting."""
    for name, raw in node["properties"].items():
        inner = solved(raw)
        if "properties" in inner:
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name), inner


def test_every_setting_has_a_name_in_every_language() -> None:
    for language in LANGUAGES:
        known = words(language)
        for path, node in leaves(SCHEMA):
            assert f"setting.{path[-1]}" in known or f"setting.{'.'.join(path)}" in known, (language, path)
            assert [one for one in path[:-1] if f"group.{one}" not in known] == [], (language, path)
            choices = set(node.get("enum", [])) - TECHNICAL
            assert [one for one in choices if f"choice.{one}" not in known] == [], (language, path)


def test_the_tables_have_the_same_keys_and_their_own_words() -> None:
    english = words("en")
    for language in ("ja", "zh"):
        other = words(language)
        assert other.keys() == english.keys()
        assert {one for one in other.values() if one.isascii()} <= NAMES


def told() -> dict[str, str]:
    """What the program says in English of settings, groups, voices and pictures, by the keys of the other tables."""
    said = {".".join(path): node["description"] for path, node in leaves(SCHEMA)}
    said |= {f"group.{path}": "" for path in groups(SCHEMA)}
    said |= {f"note.{code}": "" for code in picture_notes()}
    return said | {f"voice.{one.name}": one.help for one in VOICES if not one.hidden}


def picture_notes() -> set[str]:
    """The codes of all that is said of a picture."""
    source = "".join(path.read_text(encoding="utf-8") for path in (PROGRAM / "avatar" / "picture").glob("*.py"))
    return {OPAQUE_NOTE, NO_FACE, SEEN, *re.findall(r'\bNote\(\s*"([a-z-]+)"', source)}


def codes_of(path: Path) -> Iterator[str]:
    """The codes of the lines and errors that a file of the program makes."""
    text = path.read_text(encoding="utf-8")
    for call in ast.walk(ast.parse(text)) if re.search(r'"[a-z]+\.[a-z.]+"', text) else ():
        if isinstance(call, ast.Call) and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
            name, code = ast.unparse(call.func).rpartition(".")[2], call.args[1].value
            if (name == "Line" or name.endswith("Error")) and re.fullmatch(r"[a-z]+(\.[a-z]+)*", str(code)):
                yield str(code)


def test_every_reason_that_the_program_gives_by_a_code_is_said_in_every_language() -> None:
    given = {code for path in PROGRAM.rglob("*.py") for code in codes_of(path)} | set(_CODES.values())
    assert {"setting.most", "spec.unknown", "chat.closed", "picture.empty"} <= given
    for language in LANGUAGES:
        text = (ROOM / "texts" / f"{language}.js").read_text(encoding="utf-8")
        assert [code for code in sorted(given) if f'"why.{code}":' not in text] == [], language


async def test_a_refused_setting_and_an_unknown_voice_are_told_in_japanese(tabs: Tabs) -> None:
    tab = await tabs("voice", storage={"vtube.language": "ja"})
    await tab.js(
        """(async () => { const { changeSetting } = await import("/static/room/settings.js");
        await changeSetting(["idle", "blinking"], 7); await changeSetting(["speech", "voice"], "voicevoxx"); })()"""
    )
    await tab.until("document.querySelectorAll('#problems li').length >= 2")
    told = await tab.js("document.querySelector('#problems').textContent")
    assert "「まばたき」は 1 以下にしてください。" in told
    assert "「voicevoxx」はありません。使えるもの: " in told


def groups(node: Node, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every group of settings that has single settings in it."""
    for name, inner in ((name, solved(raw)) for name, raw in node["properties"].items()):
        if "properties" in inner:
            yield ".".join((*path, name))
            yield from groups(inner, (*path, name))


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_what_every_setting_group_and_voice_does_is_said_in_every_language(language: str) -> None:
    text = (ROOM / "texts" / f"about-{language}.js").read_text(encoding="utf-8")
    known = dict(re.findall(r'^  "([\w.-]+)": "(.+)",$', text, re.MULTILINE))
    english = told()
    assert (set(english) - set(known), set(known) - set(english)) == (set(), set())
    assert [key for key, words in known.items() if words.isascii()] == []
    kept = re.compile(r"--[a-z-]+|(?:docs|config)/[a-z/]+\.\w+|\b[A-Z]+_[A-Z_]+\b|`python[^`]+`|https?:[\w:/]+")
    assert [(key, one) for key, words in known.items() for one in kept.findall(english[key]) if one not in words] == []


def test_every_effect_that_the_page_offers_has_a_name() -> None:
    scene = (ROOM / "sections" / "scene.js").read_text(encoding="utf-8")
    offered = re.findall(r"(\w+): \[", scene.partition("const EFFECTS = {")[2].partition("};")[0])
    assert len(offered) > 12
    assert [one for one in offered if f"effect.{one}" not in words("en")] == []


@pytest.mark.parametrize("language", ["ja", "zh"])
async def test_no_section_shows_raw_words(tabs: Tabs, language: str) -> None:
    tab = await tabs("start", storage={"vtube.language": language})
    for section in SECTIONS:
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")
        await tab.until(
            "document.querySelector('vt-settings') === null || document.querySelector('vt-settings .more') !== null"
        )
        await tab.js("document.querySelectorAll('.panel details').forEach((one) => { one.open = true; })")
        read = await tab.js(READ)
        raw = {one for one in read if re.fullmatch(r"[A-Za-z][a-z]+([ _][A-Za-z]+)*[.,:]?", one)}
        assert raw - NAMES - TECHNICAL == set(), section
