"""Which file a user means, and what to say where there is none."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.request import url2pathname

from vtube.paths import expanded, is_there

QUOTES = "\"'\u201c\u201d\u2018\u2019"
FILE_ADDRESS = re.compile(r"file:/*(?=/)|file:", re.IGNORECASE)
WEB_ADDRESS = re.compile(r"(https?|ftp|data|blob):", re.IGNORECASE)
ESCAPED = re.compile(r"[\t\n\r\f\b\a\v]")
"""What becomes of a backslash and a letter in double quotes."""


def meant(path: Path) -> Path:
    """The file that somebody means who writes quotes around it, or its address as browsers show it."""
    text = str(path)
    if "\0" in text or is_there(path):
        return path
    bare = text.strip().strip(QUOTES).strip()
    address = FILE_ADDRESS.match(bare.replace("\\", "/"))
    if address:
        bare = url2pathname(bare.replace("\\", "/")[address.end() :])
    return expanded(bare) if bare and bare != text else path


def is_misread(path: Path) -> bool:
    """Whether this can hardly be a file: systems differ in what they say of it."""
    return bool(WEB_ADDRESS.match(str(path)) or ESCAPED.search(str(path)))


def missing(path: Path) -> str:
    """One line about a picture that is not there."""
    text = str(path)
    if WEB_ADDRESS.match(text):
        return f"{text} is an address, not a file: download the picture and name the file"
    if ESCAPED.search(text):
        return (
            f"there is no picture {text!r}: its path has a tab or a line break in it, as \\t and \\n mean in double "
            "quotes; write a path of Windows without quotes or in single ones"
        )
    return f"there is no picture {path}"
