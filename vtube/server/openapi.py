"""The OpenAPI 3.1 description of all routes, made from the route table and the contracts of its handlers."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from vtube.server.contract import JSON, Contract, contract_of
from vtube.server.examples import EXAMPLES

REFUSAL = {
    JSON: {"schema": {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}},
    "text/plain": {"schema": {"type": "string"}},
}
VERSION = "1"
"""Of the interface; it changes when a client would have to."""
GROUPS = {
    "pages": "Pages",
    "streams": "The picture",
    "metrics": "State and control",
    "state_feed": "State and control",
    "api": "State and control",
    "expressions": "Expressions",
    "characters": "Characters",
    "scenes": "Scenes",
    "stills": "Expressions",
    "broadcast": "The broadcast",
    "triggers": "Actions and links",
    "plugins": "Plug-ins for VTube Studio",
    "talkinghead": "Extras for SillyTavern",
}
"""Module of a handler to what its routes are about."""
PICTURES = ("image/png", "image/jpeg", "image/webp")


def describe(routes: Iterable[web.RouteDef]) -> dict[str, Any]:
    """The document that `/api/openapi.json` answers."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(plain(route.path), {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "vtube",
            "version": VERSION,
            "description": "A live, talking virtual camera of one picture of an anime character.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def plain(path: str) -> str:
    """The path as OpenAPI and people write it, without what a part may look like: `/static/{name}`."""
    return re.sub(r":[^}]+}", "}", path)


def _operation(route: web.RouteDef, schemas: dict[str, Any]) -> dict[str, Any]:
    handler: Any = route.handler
    contract = contract_of(handler)
    summary, _, more = (inspect.getdoc(handler) or "").partition("\n")
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{handler.__name__}",
        "tags": [_group(handler)],
        "summary": summary,
        **({"description": said} if (said := _reflowed(more)) else {}),
        "responses": {
            "200": {"description": "done", "content": {contract.answer: {}}},
            "default": {"description": "refused, in one line that says why", "content": REFUSAL},
        },
    }
    if parameters := _parameters(route.path, contract):
        operation["parameters"] = parameters
    if content := _body(contract, schemas, handler.__name__):
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _group(handler: Any) -> str:
    module = str(handler.__module__).rpartition(".")[2]
    return GROUPS.get(module, module.replace("_", " ").capitalize())


def _reflowed(text: str) -> str:
    """The paragraphs of a docstring, a line each, without the list of what it raises."""
    paragraphs = textwrap.dedent(text).partition("Raises:")[0].strip().split("\n\n")
    return "\n\n".join(" ".join(one.split()) for one in paragraphs)


def _parameters(path: str, contract: Contract) -> list[dict[str, Any]]:
    inside = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)", path)
    ]
    return [*inside, *({"name": name, "in": "query", "schema": dict(kind)} for name, kind in contract.query.items())]


def _body(contract: Contract, schemas: dict[str, Any], name: str) -> dict[str, Any]:
    if contract.picture:
        binary = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": binary}, "required": ["file"]}
        return {kind: {"schema": binary} for kind in PICTURES} | {"multipart/form-data": {"schema": form}}
    if contract.binary:
        return {contract.binary: {"schema": {"type": "string", "format": "binary"}}}
    if contract.body is None:
        return {}
    schema = contract.body.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[contract.body.__name__] = schema
    example = {"example": EXAMPLES[name]} if name in EXAMPLES else {}
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{contract.body.__name__}"}, **example}}
