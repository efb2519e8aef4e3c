"""Ilta, the character of the first start: our own drawing, given to everybody (CC0, see LICENSE.txt)."""

from __future__ import annotations

from pathlib import Path

NAME = "ilta"


def default_picture() -> Path:
    """The default character's picture: 512 x 512 RGBA PNG on THA3's template."""
    return Path(__file__).with_name(f"{NAME}.png")


def default_source() -> Path:
    """The drawing that the picture was rendered from, as SVG."""
    return Path(__file__).with_name(f"{NAME}.svg")
