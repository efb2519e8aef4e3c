"""What a real browser makes of effects on `/camera` with its graphics card, beside the processor's picture."""

from __future__ import annotations

import asyncio
import base64
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from benchmarks.browser import BROWSERS, Page, decode, open_page
from tests.server.conftest import Running
from tests.server.test_webgl import FAR, SOFTWARE, alike
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.prepare import prepare
from vtube.frame import Frame, recipe_of
from vtube.outputs.broadcast import FrameBroadcast
from vtube.paths import default_picture
from vtube.pose import from_mapping
from vtube.scene.overlay import Layer
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings
from vtube.signals import Colouring

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
GOAL_DB = 40
SIZES = [(512, 512), pytest.param((1080, 810), marks=pytest.mark.slow)]
NOW = 7.3
EFFECTS = [
    "vignette",
    "translucency",
    "scanlines",
    "banding",
    "grade:1.6,contrast=1.2,brightness=0.05",
    "grade:0.7,warmth=0.4",
    "tint:0.8,colour=#ffc080",
    "posterize",
    "aberration:0.01",
    "pixelate",
    "pixelate:0.1",
    "bloom",
    "bloom:1.5,threshold=60,radius=0.1",
    "outline",
    "outline:0.05,colour=#ff0040",
    "glow",
    "shadow",
    "shadow:0.9,radius=0.005,x=-0.06,y=0.033",
    "noise",
    "noise:0.8,alpha=0.6,seed=-3",
    "noise:0.4,alpha=0.4,soft=1.5",
    "noise:1,alpha=1,soft=6",
    "glitch:share=1",
    "glitch:1,share=1,bands=64",
    "tape",
    "tape:1,sync=1,lean=0.1,seed=4",
    "tape:0,sync=0.8,lean=-0.3",
]
CHAINS = [
    ["grade:0.6", "outline:0.01", "shadow:0.8", "scanlines"],
    ["bloom", "aberration", "vignette:0.9", "translucency:0.5"],
    ["pixelate:0.02", "posterize", "glow:2,colour=#ff80ff", "banding:0.4"],
    ["noise:0.3,soft=2", "glitch:share=1", "tape", "shadow"],
]
COUNT_EACH_DRAW = """
window.drawn = 0;
const blit = WebGL2RenderingContext.prototype.blitFramebuffer;
WebGL2RenderingContext.prototype.blitFramebuffer = function (...values) { blit.apply(this, values); window.drawn++; };
"""


PLACES = (-30, 460), (150, 200)
"""Of layers; the first stands out of the picture."""


class Camera(NamedTuple):
    """A page that shows what is broadcast."""

    page: Page
    broadcast: FrameBroadcast

    async def show(self, frame: Frame) -> Frame:
        """What the page makes of a frame whose recipe has effects, once it has drawn it."""
        before = await self.page.evaluate("drawn")
        height, width = frame.shape[:2]
        self.broadcast.publish(frame, time.monotonic())
        async with asyncio.timeout(60):
            while await self.page.evaluate("drawn") == before:
                await asyncio.sleep(0.01)
        await self.page.call("Runtime.evaluate", expression=TWO_FRAMES, awaitPromise=True)
        shown = await self.page.screenshot()
        assert shown.shape == (height, width, 4)
        return shown

    async def size(self, width: int, height: int) -> None:
        values = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.page.call("Emulation.setDeviceMetricsOverride", **values)

    async def film(self) -> list[Frame]:
        """What was seen since the last call, RGBA over green; the camera shoots on."""
        seen = [one["params"] for one in self.page.heard if one["method"] == "Page.screencastFrame"]
        self.page.heard.clear()
        for one in seen:
            await self.page.call("Page.screencastFrameAck", sessionId=one["sessionId"])
        return [decode(base64.b64decode(one["data"])) for one in seen]


TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def renderer() -> Iterator[PuppetRenderer]:
    """The default character by the puppet that comes with her."""
    one = PuppetRenderer(Request(prepare(default_picture())))
    yield one
    one.close()


@pytest.fixture
async def camera(serve: Callable[..., Running]) -> AsyncIterator[Camera]:
    """`/camera` in a browser, drawn with WebGL."""
    if BROWSER is None:
        pytest.skip("no Chromium here")
    running = serve()
    async with open_page(BROWSER, *SOFTWARE) as page:
        await page.call("Page.enable")
        await page.call("Page.addScriptToEvaluateOnNewDocument", source=COUNT_EACH_DRAW)
        await page.call("Page.navigate", url=f"{running.url}/camera?draw=webgl")
        yield Camera(page, running.broadcast)


def finished(
    renderer: PuppetRenderer, size: tuple[int, int], effects: list[str], background: str = "none", now: float = NOW
) -> Frame:
    """A large frame of a turned head with these effects, and how it was made."""
    stage = Stage(SceneSettings(width=size[0], height=size[1], zoom=1.3, effects=effects, background=background))
    frame = renderer.render_view(from_mapping(FAR), stage.view(now))
    return stage.finish(frame, now)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("size", SIZES)
async def test_shaders_draw_what_the_processor_draws(
    camera: Camera, renderer: PuppetRenderer, size: tuple[int, int]
) -> None:
    await camera.size(*size)
    found = {}
    for effects in [*([one] for one in EFFECTS), *CHAINS]:
        frame = finished(renderer, size, effects)
        recipe = recipe_of(frame)
        assert recipe is not None and recipe.passes
        found[" ".join(effects)] = alike(await camera.show(frame), frame)
    print("\n".join(f"{value:6.1f} dB  {name}" for name, value in found.items()))
    assert {name: value for name, value in found.items() if value < GOAL_DB} == {}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_a_tint_of_the_whole_figure_is_drawn_by_the_card(camera: Camera, renderer: PuppetRenderer) -> None:
    await camera.size(512, 512)
    stage = Stage(SceneSettings(effects=["outline"]))
    stage.colourist.show(Colouring(1.0, 0.6, 0.2, 0.8))
    frame = stage.finish(renderer.render_view(from_mapping(FAR), stage.view(NOW)), NOW)
    assert not stage.needs_pixels
    assert alike(await camera.show(frame), frame) >= GOAL_DB


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_subtitles_lie_over_her_where_the_card_draws(camera: Camera, renderer: PuppetRenderer) -> None:
    await camera.size(512, 512)
    stage = Stage(SceneSettings(effects=["vignette"]))
    random = np.random.default_rng(3)
    first, second = (Layer.of(random.integers(0, 256, (60, 200, 4), np.uint8), place) for place in PLACES)
    for layers in ((first,), (first, second), (second,)):
        stage.overlay.layers = layers
        frame = stage.finish(renderer.render_view(from_mapping(FAR), stage.view(NOW)), NOW)
        assert not stage.needs_pixels
        assert alike(await camera.show(frame), frame) >= GOAL_DB


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_backgrounds_lie_behind_her_and_change(camera: Camera, renderer: PuppetRenderer, tmp_path: Path) -> None:
    await camera.size(640, 480)
    pictures = [str(tmp_path / name) for name in ("one.png", "other.png")]
    for seed, path in enumerate(pictures):
        cv2.imwrite(path, np.random.default_rng(seed).integers(0, 256, (90, 130, 3), np.uint8))
    for background in ("#2050a0", pictures[0], pictures[1], "white"):
        frame = finished(renderer, (640, 480), ["background", "vignette"], background)
        shown = await camera.show(frame)
        assert (shown[..., 3] == 255).all()
        assert alike(shown, frame) >= GOAL_DB


GREEN = {"r": 0, "g": 255, "b": 0, "a": 1}
SWITCHED = [[], ["vignette"], ["vignette", "glow"], None, ["tint", "bloom"], [], ["tape"], None, []]
"""Chains one after the other; None comes as pixels."""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_nothing_is_black_or_empty_while_effects_come_and_go(camera: Camera, renderer: PuppetRenderer) -> None:
    await camera.size(512, 512)
    await camera.show(finished(renderer, (512, 512), ["vignette"]))
    await camera.page.call("Emulation.setDefaultBackgroundColorOverride", color=GREEN)
    await camera.page.call("Page.startScreencast", format="png")
    seen: list[Frame] = []
    for effects in SWITCHED:
        frame = finished(renderer, (512, 512), effects or [])
        if effects is None:
            frame = frame.copy()
        for _ in range(4):
            camera.broadcast.publish(frame, time.monotonic())
            await camera.page.call("Runtime.evaluate", expression=TWO_FRAMES, awaitPromise=True)
            seen += await camera.film()
    assert len(seen) >= len(SWITCHED)
    for one in seen:
        middle = one[240:260, 240:270, :3].astype(int)
        assert middle.max() > 60, "black"
        assert not (middle == (0, 255, 0)).all(), "empty"
