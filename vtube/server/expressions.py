"""Expressions of the user's own over HTTP: out, in, and away; the form is SillyTavern's."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, RootModel

from vtube.server.bodies import refuse
from vtube.server.contract import Contract, done, says, takes
from vtube.server.services import SERVICES

Number = Annotated[float, Field(ge=-10, le=10)]
Word = Annotated[str, Field(min_length=1, max_length=100)]
Values = Annotated[dict[Word, Number], Field(max_length=100)]
ALL = {
    "all": {
        "type": "string",
        "enum": ["0", "1", "false", "true"],
        "description": "1: the program's own emotions, too",
    }
}


class ExpressionBody(RootModel[Values]):
    """Parameter to value; what is left out is 0."""

    model_config = {"strict": True, "allow_inf_nan": False}


class ExpressionsBody(RootModel[Annotated[dict[Word, Values], Field(max_length=200)]]):
    """Expression to parameter to value, as SillyTavern's `_emotions.json`."""

    model_config = {"strict": True, "allow_inf_nan": False}


@says(Contract(query=ALL))
async def get_expressions(request: web.Request) -> web.Response:
    """{name: {parameter: value}}: your own expressions, with `all=1` every emotion; SillyTavern reads it."""
    control = request.app[SERVICES].control
    everyone = request.query.get("all") in ("1", "true")
    return web.json_response(control.emotion.everyone() if everyone else control.expressions.values())


@says(Contract(answer="image/webp"))
async def get_portrait(request: web.Request) -> web.Response:
    """The character on air with this expression, its head, small; those that are there are in the state.

    It has 128 pixels a side; `portraits` in the state names those that are `ready`.
    """
    picture = request.app[SERVICES].control.portraits.get(request.match_info["name"])
    if picture is None:
        raise web.HTTPNotFound(text="there is no picture of that expression now; the state names those that there are")
    headers = {"Cache-Control": "private, max-age=3600"}
    return web.Response(body=picture, content_type="image/webp", headers=headers)


@takes(ExpressionsBody)
async def post_expressions(request: web.Request, body: ExpressionsBody) -> web.Response:
    """Add expressions, {name: {parameter: value}}, such as SillyTavern's file: all of them or none.

    The values are those of PUT /api/pose; SillyTavern's `_emotions.json` is read as it is.
    """
    services = request.app[SERVICES]
    values = {
        name: {key.removesuffix("_index"): value for key, value in one.items()} for name, one in body.root.items()
    }
    await services.lanes.settings.run(services.control.expressions.put, values)
    return done(names=sorted(values))


@takes(ExpressionBody)
async def put_expression(request: web.Request, body: ExpressionBody) -> web.Response:
    """Keep a pose, {parameter: value}, as an expression of this name."""
    services = request.app[SERVICES]
    await services.lanes.settings.run(services.control.expressions.put, {request.match_info["name"]: body.root})
    return done()


async def delete_expression(request: web.Request) -> web.Response:
    """Take an expression of your own away; an emotion of the program that it covered is back."""
    services = request.app[SERVICES]
    if not await services.lanes.settings.run(services.control.expressions.remove, request.match_info["name"]):
        raise refuse("there is no expression of your own of that name")
    return done()
