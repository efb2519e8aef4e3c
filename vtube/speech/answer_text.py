"""What a server says in words where something else was expected: its reason, out of JSON, HTML or plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from vtube.errors import NO_JSON

SAMPLE = 4096
"""Bytes from which it is judged whether an answer is text."""

PRINTABLE_SHARE = 0.97
MAX_REASON = 120
KEYS = ("message", "msg", "error_description", "detail", "error", "errors", "reason", "title", "status_message")
"""Where servers write what is wrong, the most telling first."""

_SCRIPTS = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"<(title|h1|h2)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)


def looks_like_text(data: bytes) -> bool:
    """Whether the bytes are meant to be read: printable UTF-8 without zeros."""
    head = data[:SAMPLE].removeprefix(b"\xef\xbb\xbf")
    if b"\0" in head:
        return False
    text = head.decode("utf-8", "replace")
    if len(head) == SAMPLE:
        text = text[:-3]  # a character may be cut
    printable = sum((char.isprintable() or char in "\r\n\t") and char != "\ufffd" for char in text)
    return printable >= PRINTABLE_SHARE * len(text)


def text_of(data: bytes) -> Iterator[str]:
    """The text itself, and every text in it when it is JSON."""
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").strip()
    value = _parsed(text)
    yield from [text] if value is None else _texts(value)


def reason(data: bytes) -> str:
    """What a server says about its refusal, as one line of MAX_REASON characters at most; empty without one."""
    text = data[: 1 << 16].decode("utf-8", "replace").removeprefix("\ufeff").strip()
    value = _parsed(text)
    if value is not None:
        text = _told(value) or text
    elif text.startswith("<"):
        title = _TITLE.search(_SCRIPTS.sub(" ", text)) or _TITLE.search(text)
        text = unescape(_TAGS.sub(" ", title[2] if title else _SCRIPTS.sub(" ", text)))
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line[:MAX_REASON]


def _parsed(text: str) -> Any:
    """The first JSON object or list in a text that begins with one; None in any other."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except NO_JSON:
        return None


def _told(value: Any) -> str:
    """The most telling text in JSON; of a list of faults, the first and where it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _told(value[0]) if value else ""
    if not isinstance(value, dict):
        return ""
    by_name = {str(key).lower(): part for key, part in value.items()}
    told = next((said for key in KEYS if key in by_name and (said := _told(by_name[key]))), "")
    where, cause = by_name.get("loc"), by_name.get("exception")
    if told and isinstance(where, list) and where:
        return f"{'.'.join(str(part) for part in where)}: {told}"
    return f"{told}: {cause}" if told and isinstance(cause, str) else told or (cause if isinstance(cause, str) else "")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
