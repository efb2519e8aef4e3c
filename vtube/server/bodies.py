"""Request bodies, read within bounds of size and time, and checked before anybody uses them."""

from __future__ import annotations

import asyncio
import math
from codecs import BOM_UTF8
from pathlib import PurePath
from typing import Any, TypeVar

from aiohttp import BodyPartReader, ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from vtube.server.services import SERVICES
from vtube.text import did_you_mean, expected, shown

MAX_JSON_BYTES = 1_000_000
MAX_PICTURE_BYTES = 32 * 1024 * 1024
MAX_VALUES = 20_000
"""Numbers, texts, lists and objects of one JSON body."""
LARGEST_NUMBER = 2**53
"""Up to there every program's JSON knows all whole numbers."""
MAX_FORM_PARTS = 10
MAX_NAME_LENGTH = 100
JSON_S = 10.0
"""A JSON body has arrived by then."""
PICTURE_S = 60.0
"""A picture has arrived by then: 32 MB at 5 Mbit/s."""

Body = TypeVar("Body", bound=BaseModel)


def refuse(line: str) -> web.HTTPBadRequest:
    """A 400 that says `line`."""
    return web.HTTPBadRequest(text=line)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The body as a JSON object; texts are whole Unicode, numbers are finite.

    Raises:
        HTTPBadRequest: it is something else.
        HTTPRequestEntityTooLarge: it has more than MAX_JSON_BYTES.
        HTTPRequestTimeout: it does not arrive.
    """
    try:
        async with asyncio.timeout(JSON_S):
            body = await _bounded(request, MAX_JSON_BYTES)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"the body did not arrive within {JSON_S:g} s") from None
    try:
        value = from_json(body.removeprefix(BOM_UTF8), allow_inf_nan=False)
    except ValueError:
        raise refuse(f"the body should be JSON{_spelling(body)}") from None
    if not isinstance(value, dict):
        raise refuse("the body should be a JSON object {…}")
    _check_size(value)
    return value


def _spelling(body: bytes) -> str:
    """What is to be said of a body that consoles and editors of Windows have written in letters of their own."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return " in UTF-8"
    return ""


def _check_size(value: dict[str, Any]) -> None:
    """Refuse what is valid JSON and no sane message: numbers without bounds, a hundred thousand values."""
    left: list[Any] = [value]
    for _ in range(MAX_VALUES):
        if not left:
            return
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, int | float) and not abs(one) <= LARGEST_NUMBER:
            raise refuse(f"a number in the body is too large: {shown(one)}")
    raise refuse(f"the body holds too much: at most {MAX_VALUES:,} values")


async def json_body(request: web.Request, model: type[Body]) -> Body:
    """The body as a `model`.

    Raises:
        HTTPBadRequest: it does not fit, with the first wrong key or value.
        HTTPRequestEntityTooLarge, HTTPRequestTimeout: see `json_object`.
    """
    value = await json_object(request)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise refuse(_first_fault(error, model)) from None


def _first_fault(error: ValidationError, model: type[BaseModel]) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part)[:MAX_NAME_LENGTH] for part in first["loc"] if part != "root")
    if first["type"] == "extra_forbidden":
        known = list(model.model_fields)
        return f'there is no "{where}" here; {did_you_mean(where, known)} known: {", ".join(known)}'.replace(
            ";  ", "; "
        )
    fault = expected(first["type"], first.get("ctx", {}), first["msg"])
    if first["type"] == "missing":
        return f'"{where}" {fault}'
    return f'"{where or "the body"}" {fault}; it is {shown(first["input"])}'


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


def side_of(request: web.Request, smallest: int, largest: int, step: int) -> int:
    """The `?size=` of a preview, pixels of its longer side, in whole steps between these bounds."""
    text = request.query.get("size", str(largest))
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) > 0):
        raise refuse("?size= is the longer side in pixels, such as 400")
    return max(smallest, min(largest, -(-int(text) // step) * step))


async def picture(request: web.Request) -> tuple[bytes, str]:
    """An uploaded picture and its name: a multipart form's file, or the plain body with `?name=`.

    Raises:
        HTTPBadRequest: the form is damaged, or there is no picture in it.
        HTTPRequestEntityTooLarge: it has more than MAX_PICTURE_BYTES.
        HTTPRequestTimeout: it does not arrive.
        HTTPTooManyRequests: others are being uploaded.
    """
    uploads = request.app[SERVICES].uploads
    if uploads.locked():
        raise web.HTTPTooManyRequests(text="other pictures are being uploaded; try again later")
    try:
        async with uploads, asyncio.timeout(PICTURE_S):
            return await _picture(request)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"the picture did not arrive within {PICTURE_S:g} s") from None


async def optional_picture(request: web.Request) -> bytes:
    """As `picture`, but nothing where the body is empty.

    Raises:
        HTTPException: see `picture`.
    """
    return b"" if not request.body_exists else (await picture(request))[0]


async def _picture(request: web.Request) -> tuple[bytes, str]:
    if request.content_type.startswith("multipart/"):
        return await _form_file(request)
    data = await _bounded(request, MAX_PICTURE_BYTES)
    return _not_empty(data), _plain_name(request.query.get("name"))


async def _form_file(request: web.Request) -> tuple[bytes, str]:
    try:
        form = await request.multipart()
        for _ in range(MAX_FORM_PARTS):
            part = await form.next()
            if not isinstance(part, BodyPartReader):  # the end, or a form within the form
                break
            if part.filename is not None:
                return _not_empty(await _bounded_part(part)), _plain_name(part.filename)
            await _bounded_part(part, MAX_JSON_BYTES)
    except (ValueError, AssertionError, RuntimeError, LookupError, HttpProcessingError, ClientPayloadError):
        raise refuse("the form is damaged") from None
    raise refuse(f"there is no file among the form's first {MAX_FORM_PARTS} parts")


async def _bounded_part(part: BodyPartReader, limit: int = MAX_PICTURE_BYTES) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        data += chunk
        if len(data) > limit:
            raise _too_large(limit)
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
