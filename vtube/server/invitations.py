"""Invitations: an address with a code that lets one browser in, once, without the token being typed or shown."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import cv2
from aiohttp import web

from vtube.clock import Clock, monotonic

LIFE_S = 300.0
MOST = 8
"""Codes that are open at once; a new one takes the place of the oldest."""


class Invitations:
    """The open codes. Only the server's event loop uses it; the codes themselves are not kept."""

    def __init__(self, clock: Clock = monotonic) -> None:
        self._clock = clock
        self._ends: dict[str, float] = {}

    def new(self) -> str:
        """A code for one browser, for LIFE_S seconds."""
        code = secrets.token_urlsafe(16)
        self._ends[_print(code)] = self._clock() + LIFE_S
        while len(self._ends) > MOST:
            del self._ends[next(iter(self._ends))]
        return code

    def take(self, code: str) -> bool:
        """Whether `code` is open; it is not any more then."""
        end = self._ends.pop(_print(code), None)
        return end is not None and self._clock() <= end

    def taken_by(self, request: web.Request) -> bool:
        """Whether `request` opens the control page with a code that is open."""
        code = request.query.get("invite")
        return code is not None and request.method == "GET" and request.path == "/" and self.take(code)


def qr(text: str) -> list[str]:
    """The QR code of `text` with its quiet margin, a row each, `1` for dark."""
    modules = cv2.QRCodeEncoder.create().encode(text)
    framed = cv2.copyMakeBorder(modules, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=255)  # it has two of its own
    return ["".join("1" if value == 0 else "0" for value in row) for row in framed.tolist()]


def invitation(url: str, code: str) -> dict[str, Any]:
    """What the page shows: the address, how long it is good for, and its QR code."""
    address = f"{url}/?invite={code}"
    return {"url": address, "seconds": LIFE_S, "qr": qr(address)}


def _print(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogateescape")).hexdigest()
