"""What a real browser draws on `/camera` from a frame's recipe, beside the frame itself."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from benchmarks.browser import BROWSERS, Page, open_page
from tests.server.conftest import Running
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.prepare import prepare
from vtube.frame import WHOLE, Frame, View, recipe_of
from vtube.paths import default_picture
from vtube.pose import from_mapping
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
SOFTWARE = "--use-angle=swiftshader", "--enable-unsafe-swiftshader"
VIEW = View(960, 540, 1.9, 1.85, 11.5, -8.25)
VIEWS = (
    VIEW,
    WHOLE,
    View(400, 300, 0.71, 0.7, 20.3, -12.6),
    View(640, 480, 1.3, 1.3, -8.3, -70.0, 0.6),
    View(500, 500, 0.9, 0.9, 30, 20, 2),
)
FAR = {
    "head_y": 0.9,
    "head_x": -0.3,
    "neck_z": 0.4,
    "mouth_aaa": 0.8,
    "eye_wink_left": 1.0,
    "eyebrow_angry_right": 1.0,
}
NOTHING = from_mapping({})
GOAL_DB = 55
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def renderer() -> Iterator[PuppetRenderer]:
    """The default character by the puppet that comes with her."""
    drawn = PuppetRenderer(Request(prepare(default_picture())))
    yield drawn
    drawn.close()


def alike(shown: Frame, frame: Frame) -> float:
    """PSNR of both, premultiplied and with their alpha, dB."""
    one, other = (
        np.dstack((part[..., :3] * (part[..., 3:] / 255.0), part[..., 3])) for part in (shown, frame.astype(float))
    )
    return float(10 * np.log10(255**2 / max(float(np.mean((one - other) ** 2)), 1e-9)))


async def settled(page: Page, running: Running, frame: Frame, canvas: str) -> Frame:
    """What the page shows of `frame` on that canvas, as soon as it is alike; after a while whatever it shows."""
    for _ in range(200):
        running.broadcast.publish(frame, time.monotonic())
        if await page.evaluate(f"document.querySelector('{canvas}:not([hidden])') !== null"):
            break
        await asyncio.sleep(0.05)
    shown = np.zeros_like(frame)
    for _ in range(100):
        await page.call("Runtime.evaluate", expression=TWO_FRAMES, awaitPromise=True)
        shown = await page.screenshot()
        if shown.shape == frame.shape and alike(shown, frame) >= GOAL_DB:
            break
        await asyncio.sleep(0.05)
    return shown


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("view", VIEWS)
async def test_the_page_draws_what_the_processor_draws_and_takes_frames_where_it_cannot(
    serve: Callable[..., Running], renderer: PuppetRenderer, view: View
) -> None:
    assert BROWSER is not None
    running = serve()
    far = renderer.render_view(from_mapping(FAR), view)
    resting = renderer.render_view(NOTHING, view)
    without = far.copy()
    assert recipe_of(without) is None
    async with open_page(BROWSER, *SOFTWARE) as page:
        await page.call(
            "Emulation.setDeviceMetricsOverride",
            width=view.width,
            height=view.height,
            deviceScaleFactor=1,
            mobile=False,
        )
        await page.call("Page.navigate", url=f"{running.url}/camera?draw=webgl")
        for frame in (far, resting):
            shown = await settled(page, running, frame, "canvas:not([id])")
            assert shown.shape == frame.shape
            print(f"{alike(shown, frame):.1f} dB")
            assert alike(shown, frame) >= GOAL_DB
        shown = await settled(page, running, without, "#character")
        assert alike(shown, without) >= GOAL_DB


async def told(socket: aiohttp.ClientWebSocketResponse) -> tuple[dict[str, Any], bytes]:
    text = await socket.receive_str(timeout=10)
    return json.loads(text), await socket.receive_bytes(timeout=10)


async def test_the_drawing_comes_once_and_a_frame_without_a_recipe_comes_raw(
    running: Running, client: aiohttp.ClientSession, renderer: PuppetRenderer
) -> None:
    frame = renderer.render_view(from_mapping(FAR), VIEW)
    async with client.ws_connect("/ws/frames?as=warp") as socket:
        running.broadcast.publish(frame, 0.0)
        kinds = [next(iter((await told(socket))[0])) for _ in range(4)]
        assert kinds == ["source", "face", "face", "warp"]
        running.broadcast.publish(frame, 1.0)  # stands still: nothing comes
        running.broadcast.publish(renderer.render_view(NOTHING, VIEW), 1.1)
        head, data = await told(socket)
        assert list(head) == ["face"]
        head, data = await told(socket)
        assert list(head) == ["warp"]
        assert len(data) < frame.nbytes / 5
        running.broadcast.publish(frame.copy(), 2.0)
        head, data = await told(socket)
        assert head == {"width": VIEW.width, "height": VIEW.height}
        assert data == frame.tobytes()


async def test_a_frame_that_differs_by_its_effects_alone_comes_without_fields(
    running: Running, client: aiohttp.ClientSession, renderer: PuppetRenderer
) -> None:
    frame = renderer.render_view(from_mapping(FAR), VIEW)
    stage = Stage(SceneSettings(width=VIEW.width, height=VIEW.height, effects=["vignette", "scanlines"]))
    async with client.ws_connect("/ws/frames?as=warp") as socket:
        running.broadcast.publish(stage.finish(frame, 0.0), 0.0)
        *_, (first, fields) = [await told(socket) for _ in range(4)]
        running.broadcast.publish(stage.finish(frame, 0.3), 1.0)
        second, nothing = await told(socket)
    warps = [head["warp"] for head in (first, second)]
    names = [[name for name, *_ in warp["passes"]] for warp in warps]
    assert names == [["vignette", "rows"]] * 2
    assert warps[0]["passes"] != warps[1]["passes"]
    assert "still" not in warps[0] and fields
    assert warps[1]["still"] and not nothing


async def test_a_picture_behind_her_comes_once(
    running: Running, client: aiohttp.ClientSession, renderer: PuppetRenderer, tmp_path: Path
) -> None:
    (path := tmp_path / "room.png").write_bytes(default_picture().read_bytes())
    scene = SceneSettings(width=VIEW.width, height=VIEW.height, effects=["background"], background=str(path))
    stage, other = Stage(scene), Stage(scene)
    frames = [renderer.render_view(from_mapping(pose), VIEW) for pose in (FAR, {})]
    async with client.ws_connect("/ws/frames?as=warp") as socket:
        running.broadcast.publish(stage.finish(frames[0], 0.0), 0.0)
        *_, (picture, data), (warp, _) = [await told(socket) for _ in range(5)]
        assert picture == {"picture": {"slot": 0}}
        assert data.startswith(b"\x89PNG")
        assert warp["warp"]["passes"] == [["backdrop", {}, 0]]
        running.broadcast.publish(stage.finish(frames[1], 0.1), 1.0)
        assert [list((await told(socket))[0]) for _ in range(2)] == [["face"], ["warp"]]
        running.broadcast.publish(other.finish(frames[1], 0.2), 2.0)
        assert [list((await told(socket))[0]) for _ in range(2)] == [["picture"], ["warp"]]
