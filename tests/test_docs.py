"""What the documentation says is there: links, commands, settings, addresses, generated pages."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from tests.documents import PAGES, ROOT, anchors, blocks, command_lines, links, quoted, text_of
from tools import reference
from vtube import settings
from vtube.cli.command_line import with_command
from vtube.cli.main import build_parser
from vtube.server.app import ROUTES
from vtube.server.openapi import plain

EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
HTTP = ROOT / "docs" / "reference" / "http.md"
FOREIGN = {
    # Paths of other programs' servers that the documentation names.
    "/v1/audio/speech",
}


@EACH_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@EACH_PAGE
def test_every_command_is_one_that_the_program_knows(page: Path) -> None:
    known = set(reference.commands())
    for words in command_lines(page):
        if len(words) == 1:  # it is only named
            assert words[0] in known or words[0] in ("--help", "--version"), words
        elif words:
            parser = build_parser()
            parser.parse_args(with_command(words, parser.commands))  # must not exit


@EACH_PAGE
def test_extras_in_the_documentation_exist(page: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {name for words in command_lines(page) if words[:1] == ["extras"] for name in words[1:]} <= set(extras)


@EACH_PAGE
def test_commands_have_one_spelling(page: Path) -> None:
    """`vtube X` is how an installed program is called; the documentation is written for a checkout."""
    allowed = {"vtube", "vtube X", "vtube COMMAND"}
    lines = [line.strip() for block in blocks(page, "", "sh", "console") for line in block.splitlines()]
    wrong = [text for text in [*quoted(page), *lines] if re.match(r"vtube( |$)", text) and text not in allowed]
    assert not wrong


@EACH_PAGE
def test_settings_in_the_documentation_are_settings(page: Path) -> None:
    for block in blocks(page, "yaml"):
        values = yaml.safe_load(block)
        if isinstance(values, dict) and set(values) & set(settings.Settings.model_fields):
            settings.parse(values)  # must not raise
    for name in quoted(page):
        section, dot, key = name.partition(".")
        if dot and re.fullmatch(r"[a-z_]+", key) and has_keys(section) and key not in ("py", "yaml", "md"):
            assert key in keys_of(section), name


@EACH_PAGE
def test_addresses_in_the_documentation_are_answered(page: Path) -> None:
    known = {route.path for route in ROUTES}
    for path in re.findall(r"(?<![\w.])/(?:api|ws|stream|frame|camera|overlay|metrics)[\w/.]*", text_of(page)):
        plain = path.rstrip(".")
        assert plain in known or plain in FOREIGN or any(one.startswith(plain.rstrip("/") + "/") for one in known), path


def test_every_address_is_documented() -> None:
    text = HTTP.read_text(encoding="utf-8")
    paths = {plain(route.path) for route in ROUTES}
    assert [path for path in sorted(paths) if f"`{path}" not in text and f" {path}`" not in text] == []


@pytest.mark.parametrize("name", reference.PAGES)
def test_pages_made_from_the_program_are_up_to_date(name: str) -> None:
    written = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert written == reference.PAGES[name](), "python -m tools.reference"


def test_every_picture_of_the_documentation_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    assert {path for path in (ROOT / "docs" / "images").iterdir()} <= shown


def has_keys(section: str) -> bool:
    """Whether a setting of that name has others below it."""
    return bool(keys_of(section))


def keys_of(section: str) -> set[str]:
    """The keys of a section of the settings."""
    info = settings.Settings.model_fields.get(section)
    kind = info.annotation if info is not None else None
    return set(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else set()
