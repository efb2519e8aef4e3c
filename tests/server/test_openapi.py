"""The description of the interface, and what the interface makes of requests that follow it and that do not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.conftest import Running
from vtube.server.app import ROUTES
from vtube.server.contract import contract_of
from vtube.server.examples import EXAMPLES
from vtube.server.openapi import describe, plain

DOCUMENT = describe(ROUTES)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "$ref" else references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


async def test_it_is_served(client: aiohttp.ClientSession) -> None:
    async with client.get("/api/openapi.json") as answer:
        assert await answer.json() == json.loads(json.dumps(DOCUMENT))


def test_it_says_something_of_every_route() -> None:
    for method, path, operation in operations():
        assert operation["summary"].endswith((".", "true or false}.", "}")), (method, path)
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names)) == len(ROUTES)


def test_every_reference_leads_somewhere() -> None:
    for name in references(DOCUMENT):
        assert name.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


def test_it_is_openapi_by_the_word_of_a_validator() -> None:
    validator = pytest.importorskip(
        "openapi_spec_validator", reason="openapi-spec-validator is of requirements-dev.txt"
    )
    validator.validate(json.loads(json.dumps(DOCUMENT)))


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if contract_of(route.handler).body], ids=lambda one: one.path
)
def test_every_body_has_an_example_that_is_taken(route: web.RouteDef) -> None:
    handler: Any = route.handler
    model = contract_of(handler).body
    assert model is not None
    model.model_validate(EXAMPLES[handler.__name__])
    operation = DOCUMENT["paths"][plain(route.path)][route.method.lower()]
    assert operation["requestBody"]["content"]["application/json"]["example"] == EXAMPLES[handler.__name__]


def test_no_example_is_of_a_route_that_is_gone() -> None:
    handlers: list[Any] = [route.handler for route in ROUTES]
    assert set(EXAMPLES) <= {handler.__name__ for handler in handlers}


def test_bodies_are_described() -> None:
    say = DOCUMENT["paths"]["/api/say"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = DOCUMENT["components"]["schemas"][say["$ref"].rpartition("/")[2]]
    assert schema["required"] == ["text"]
    assert schema["properties"]["text"]["maxLength"] == 5000
    assert schema["additionalProperties"] is False
    assert "multipart/form-data" in DOCUMENT["paths"]["/api/character"]["put"]["requestBody"]["content"]


ENDLESS = {route.path for route in ROUTES if contract_of(route.handler).endless}
ASKABLE = [(method, path) for method, path, _ in operations() if path not in ENDLESS]
KEYS = sorted({key for one in DOCUMENT["components"]["schemas"].values() for key in one.get("properties", {})})
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just(10**400), st.just("x" * 6000)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4).map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [b"--x\r\nnocolon\r\n\r\nabc\r\n--x--\r\n", b"--x\r\nX: " + b"a" * 9000 + b"\r\n\r\nabc\r\n--x--\r\n"]
    ),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(
            ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "image/png", 'a/b;c="']
        ),
        "Content-Encoding": st.sampled_from(["gzip", "deflate", "br", "identity", "x"]),
        "Origin": st.sampled_from(["null", "http://evil.example", "http://[x"]),
        "Referer": st.sampled_from(["http://[x", "about:blank", "http://evil.example/"]),
        "Sec-Fetch-Site": st.sampled_from(["none", "cross-site", "same-site", "same-origin"]),
        "Cookie": st.sampled_from(["vtube_1=x", ";;=", "a"]),
        "Range": st.just("bytes=0-5"),
    },
)
QUERIES = st.sampled_from(["", "?fps=nan", "?fps=%F0", "?name=%ff%00", "?token=x", "?" + "&" * 50, "?save=x"])


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(route=st.sampled_from(ASKABLE), body=BODIES, headers=HEADERS, query=QUERIES)
def test_no_request_is_a_fault_of_the_server(
    running: Running,
    caplog: pytest.LogCaptureFixture,
    route: tuple[str, str],
    body: bytes,
    headers: dict[str, str],
    query: str,
) -> None:
    caplog.clear()
    method, path = route
    status, text = ask(running.port, method, path.replace("{name:.+}", "icon.svg") + query, headers, body)
    assert 200 <= status < 500 or (status, path) == (503, "/frame.png")
    assert "Traceback" not in text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method.upper(), path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()
