"""The response of one value: its points dragged, its numbers typed, what arrives shown on it, put back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab, new_tab
from vtube.signals import ARKIT_SHAPES

Face = Callable[[], Awaitable[Tab]]
SHAPES = {**dict.fromkeys(ARKIT_SHAPES, 0.0), "jawOpen": 0.4, "eyeBlinkLeft": 0.3, "eyeBlinkRight": 0.3}


@pytest.fixture(scope="module")
def faced(light_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Camera]:
    """A camera that sees a still face, turned by six degrees."""
    folder = tmp_path_factory.mktemp("faced")
    frames = [{"t": t, "shapes": SHAPES, "head": [0.0, 6.0, 0.0]} for t in (0.0, 0.03)]
    (folder / "face.jsonl").write_text(
        "\n".join(map(json.dumps, [{"format": "vtube tracking", "version": 1}, *frames]))
    )
    retarget = {"calibrate_after_s": 0, "smoothing": 0}
    camera = Camera(folder, tracking=[f"replay:{folder / 'face.jsonl'}"], retarget=retarget)
    yield camera
    camera.close()


@pytest.fixture
async def face(browser: int, faced: Camera) -> AsyncIterator[Face]:
    """Opens the section Face of that camera."""
    async with AsyncExitStack() as stack:

        async def tab() -> Tab:
            one = await stack.enter_async_context(new_tab(browser, faced.url))
            await one.open("face")
            await one.until("document.querySelector('vt-curve circle.dot') !== null")
            return one

        yield tab
    faced.ask("PUT", "/api/settings", {"retarget": {"parameters": {}, "shapes": {}}})


def curves(camera: Camera, kind: str = "parameters") -> dict[str, Any]:
    found: dict[str, Any] = camera.ask("GET", "/api/settings")["retarget"][kind]
    return found


def mouth(camera: Camera) -> float:
    """All that the mouth does, added up."""
    return sum(float(value) for name, value in camera.state()["pose"].items() if name.startswith("mouth_"))


async def test_a_point_is_dragged_and_the_character_turns_further(face: Face, faced: Camera) -> None:
    tab = await face()
    assert faced.ask("GET", "/api/face")["seen"]
    before = faced.state()["pose"]["head_y"]
    assert 0.1 < abs(before) < 0.5
    await tab.drag(".curve svg", (0.52, 0.5), (0.58, 0.5))  # the middle of the plain line: where it begins
    assert await faced.comes(lambda: curves(faced).get("head_y", {}).get("deadzone", 0) > 0.05)
    assert await faced.comes(lambda: abs(faced.state()["pose"]["head_y"]) < abs(before))
    await tab.click("vt-curve header .btn")
    assert await faced.comes(lambda: curves(faced) == {})
    await tab.type("#curve-gain", "2")
    assert await faced.comes(lambda: curves(faced).get("head_y", {}).get("gain") == 2)
    turned = await faced.comes(lambda: abs(faced.state()["pose"]["head_y"] - 2 * before) < 0.02)
    assert turned, (before, faced.state()["pose"]["head_y"])
    await tab.reads(".curve [role=status]", "becomes")


async def test_the_dot_is_where_the_face_is(face: Face, faced: Camera) -> None:
    tab = await face()
    value = faced.ask("GET", "/api/face")["parameters"]["head_y"]
    x = await tab.js("Number(document.querySelector('vt-curve .dot').getAttribute('cx'))")
    assert x == pytest.approx(100 * (value + 1), abs=1)


async def test_a_blend_shape_has_a_curve_too(face: Face, faced: Camera) -> None:
    tab = await face()
    await tab.choose("#curve-name", "shapes jawOpen")
    await tab.reads(".curve [role=status]", "0.40 becomes 0.40")
    before = mouth(faced)
    await tab.type("#curve-gain", "0.1")
    assert await faced.comes(lambda: curves(faced, "shapes").get("jawOpen", {}).get("gain") == 0.1)
    assert await faced.comes(lambda: mouth(faced) < 0.5 * before)
    await tab.reads("#curve-name", "• jawOpen")
