import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from vtube.server.middleware import CLIENT_GONE, error_middleware


async def test_a_client_that_left_is_nobodys_failure(caplog: pytest.LogCaptureFixture) -> None:
    async def gone(request: web.Request) -> web.StreamResponse:
        raise ConnectionResetError("Cannot write to closing transport")

    with caplog.at_level(logging.INFO):
        answer = await error_middleware(make_mocked_request("GET", "/ws/frames"), gone)
    assert answer.status == CLIENT_GONE
    assert not caplog.records


async def test_the_unexpected_is_logged_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        raise ZeroDivisionError

    answer = await error_middleware(make_mocked_request("GET", "/api/state"), broken)
    assert answer.status == 500
    assert "GET /api/state failed" in caplog.text
