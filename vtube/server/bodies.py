"""Request bodies, read within bounds and checked before anybody uses them."""

from __future__ import annotations

import json
import math
from pathlib import PurePath
from typing import Any

from aiohttp import BodyPartReader, web

MAX_JSON_BYTES = 1_000_000
MAX_PICTURE_BYTES = 32 * 1024 * 1024
MAX_NAME_LENGTH = 100


def refuse(line: str) -> web.HTTPBadRequest:
    """A 400 that says `line`."""
    return web.HTTPBadRequest(text=line)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        HTTPBadRequest: it is something else.
        HTTPRequestEntityTooLarge: it has more than MAX_JSON_BYTES.
    """
    body = await _bounded(request, MAX_JSON_BYTES)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise refuse("the body should be JSON") from None
    if not isinstance(value, dict):
        raise refuse("the body should be a JSON object {…}")
    return value


def text_of(body: dict[str, Any], key: str, limit: int) -> str:
    """The text under `key`, at most `limit` characters and not empty."""
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise refuse(f'"{key}" is needed and is a text')
    if len(value) > limit:
        raise refuse(f'"{key}" is too long: {len(value)} characters, at most {limit}')
    return value


def number_of(body: dict[str, Any], key: str, default: float, low: float, high: float) -> float:
    """The number under `key`, or `default` when it is absent."""
    value = body.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise refuse(f'"{key}" is a number from {low:g} to {high:g}')
    return float(value)


def flag_of(body: dict[str, Any], key: str) -> bool:
    """The true or false under `key`, false when it is absent."""
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise refuse(f'"{key}" is true or false')
    return value


def only(body: dict[str, Any], *keys: str) -> None:
    """Refuse keys that nobody would look at."""
    for key in body:
        if key not in keys:
            raise refuse(f'there is no "{key[:MAX_NAME_LENGTH]}" here; known: {", ".join(keys)}')


def rate_of(request: web.Request, default: float | None = None) -> float | None:
    """The `?fps=` of a stream, frames a second, or `default`."""
    text = request.query.get("fps")
    if text is None:
        return default
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0.1 <= rate <= 240:
        raise refuse("?fps= is a number from 0.1 to 240")
    return rate


async def picture(request: web.Request) -> tuple[bytes, str]:
    """An uploaded picture and its name: a multipart form's file, or the plain body with `?name=`."""
    if request.content_type.startswith("multipart/"):
        return await _form_file(request)
    data = await _bounded(request, MAX_PICTURE_BYTES)
    return _not_empty(data), _plain_name(request.query.get("name"))


async def _form_file(request: web.Request) -> tuple[bytes, str]:
    try:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, BodyPartReader) and part.filename is not None:
                return _not_empty(await _bounded_part(part)), _plain_name(part.filename)
    except (ValueError, AssertionError, RuntimeError):
        raise refuse("the form is damaged") from None
    raise refuse("the form holds no file")


async def _bounded_part(part: BodyPartReader) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > MAX_PICTURE_BYTES:
            raise _too_large(MAX_PICTURE_BYTES)
    return bytes(data)


async def _bounded(request: web.Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
    return bytes(data)


def _too_large(limit: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(
        max_size=limit, actual_size=limit + 1, text=f"that is too large: at most {limit:,} bytes"
    )


def _not_empty(data: bytes) -> bytes:
    if not data:
        raise refuse("the picture is empty")
    return data


def _plain_name(name: str | None) -> str:
    stem = PurePath((name or "").replace("\\", "/")).name
    printable = "".join(char for char in stem if char.isprintable()).strip()
    return printable[:MAX_NAME_LENGTH] or "picture"
