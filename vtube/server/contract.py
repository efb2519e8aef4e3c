"""What a route takes and answers, said once: the checks of its body and the OpenAPI description both follow from it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from vtube.server.bodies import json_body

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = TypeVar("Body", bound=BaseModel)
BodyHandler = Callable[[web.Request, Body], Awaitable[web.StreamResponse]]

JSON = "application/json"
FPS = {"fps": {"type": "number", "minimum": 0.1, "maximum": 240, "description": "frames a second at most"}}


class Message(BaseModel):
    """A JSON body: types are taken at their word, unknown keys are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Contract:
    """What one route takes and answers.

    Attributes:
        body: the JSON body, None without one.
        picture: whether the body is a picture, plain or in a form.
        binary: the media type of a body that is any other file; empty without one.
        query: the parameters of the address, name to JSON schema.
        answer: the media type of the answer.
        endless: whether the answer goes on until the client leaves.
    """

    body: type[BaseModel] | None = None
    picture: bool = False
    binary: str = ""
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer: str = JSON
    endless: bool = False


_CONTRACTS: dict[object, Contract] = {}


def contract_of(handler: object) -> Contract:
    """What `handler` takes and answers; without a word of its own, nothing and JSON."""
    return _CONTRACTS.get(handler, Contract())


def takes(
    body: type[Body], query: Mapping[str, Mapping[str, Any]] | None = None
) -> Callable[[BodyHandler[Body]], Handler]:
    """The route takes a JSON body, which is checked and handed over as its second argument, and these parameters."""

    def decorate(handler: BodyHandler[Body]) -> Handler:
        @functools.wraps(handler)
        async def checked(request: web.Request) -> web.StreamResponse:
            return await handler(request, await json_body(request, body))

        _CONTRACTS[checked] = Contract(body=body, query=query or {})
        return checked

    return decorate


def says_body(body: type[Body], contract: Contract) -> Callable[[BodyHandler[Body]], Handler]:
    """The route takes a JSON body, as `takes` has it, and keeps the rest of this contract."""

    def decorate(handler: BodyHandler[Body]) -> Handler:
        checked = takes(body)(handler)
        _CONTRACTS[checked] = replace(contract, body=body)
        return checked

    return decorate


def says(contract: Contract) -> Callable[[Handler], Handler]:
    """The route keeps this contract."""

    def decorate(handler: Handler) -> Handler:
        _CONTRACTS[handler] = contract
        return handler

    return decorate


def done(**more: object) -> web.Response:
    """The answer to what was done."""
    return web.json_response({"ok": True, **more})


def warned(warning: str) -> web.Response:
    """The answer to what was done, with a warning unless it is empty."""
    return done(warning=warning) if warning else done()
