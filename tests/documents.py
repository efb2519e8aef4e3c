"""The documentation as data: its pages, links, headings, code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") and part != ".github" for part in path.relative_to(ROOT).parts[:-1])
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
START = "python run_vcam.py"
COMMAND = "python -m vtube"


def text_of(page: Path) -> str:
    """The page without its code blocks."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def blocks(page: Path, *languages: str) -> Iterator[str]:
    """The page's code blocks in these languages; "" for those that name none."""
    yield from (body for language, body in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages)


def links(page: Path) -> Iterator[str]:
    """Targets of links and pictures that lead into this repository."""
    text = re.sub(r"`[^`]*`", "", text_of(page))
    found = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r"""(?:src|href)="([^"]+)\"""", text)]
    yield from (target for target in found if not re.match(r"[a-z]+:", target))


def anchors(page: Path) -> set[str]:
    """What `#…` can lead to on a page, as GitHub makes it from headings."""
    headings = re.findall(r"^#+ +(.+?) *$", text_of(page), re.MULTILINE)
    found = {_slug(heading) for heading in headings}
    return found | set(re.findall(r'(?:id|name)="([^"]+)"', text_of(page)))


def _slug(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def quoted(page: Path) -> Iterator[str]:
    """Everything between backticks in running text."""
    yield from (found.replace("\\|", "|") for found in re.findall(r"`([^`\n]+)`", text_of(page)))


def command_lines(page: Path) -> Iterator[list[str]]:
    """The arguments of every whole command of this program on a page, as `build_parser` takes them."""
    lines = [line for block in blocks(page, "", "sh", "console") for line in block.splitlines()]
    for line in [*lines, *quoted(page)]:
        found = re.search(rf"(?:^|\s)({re.escape(START)}|{re.escape(COMMAND)})(?=\s|$)(.*)", line)
        if found and "…" not in line and "COMMAND" not in line and found.group(2) != " X":
            words = shlex.split(found.group(2), comments=True)
            yield [*([] if found.group(1) == COMMAND else ["run"]), *words]
