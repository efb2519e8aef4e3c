"""A camera in a program of one's own."""

from __future__ import annotations

import logging

import pytest

from tests.fakes import FakeOutput
from tests.waiting import eventually
from vtube.errors import OutputError
from vtube.outputs.registry import OUTPUTS
from vtube.registry import Entry
from vtube.studio.camera import Camera


class NoDevice(FakeOutput):
    """Finds no virtual camera."""

    name = "camera"

    def open(self) -> None:
        raise OutputError("there is none", "camera.linux")


@pytest.mark.parametrize(("outputs", "state"), [(None, "absent"), (["browser", "camera"], "failed")])
def test_a_virtual_camera_is_missed_only_where_the_program_names_it(
    outputs: list[str] | None, state: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(OUTPUTS._entries, "camera", Entry("camera", lambda *_: NoDevice()))  # noqa: SLF001 - put back at the end
    with Camera(port=0, engine="puppet", settings={"avatar": {"bake": False}}, outputs=outputs) as camera:
        expected = {"camera": state, "browser": "live"}
        assert eventually(lambda: {one["name"]: one["state"] for one in camera.state()["outputs"]} == expected)
        assert camera.url is not None
    warnings = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert ("camera: there is none" in warnings) is (state == "failed")
