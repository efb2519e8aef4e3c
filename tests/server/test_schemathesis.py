"""The interface under schemathesis, which makes requests from the OpenAPI description and beside it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from tests.server.conftest import Running
from tests.waiting import PROGRAM_S
from vtube.frame import Frame

ENDLESS = r"^/(stream|ws/|api/talkinghead/result_feed)"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="pip install schemathesis")
def test_no_request_by_the_description_is_a_fault_of_the_server(running: Running, picture: Frame) -> None:
    running.broadcast.publish(picture, 0.0)
    script = "from schemathesis.cli import schemathesis; schemathesis()"
    done = subprocess.run(
        [
            *(sys.executable, "-c", script, "run", f"{running.url}/api/openapi.json"),
            *("--checks", "not_a_server_error", "--max-examples", "20", "--exclude-path-regex", ENDLESS),
        ],
        capture_output=True,
        text=True,
        timeout=PROGRAM_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
