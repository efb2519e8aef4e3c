"""What a real browser makes of effects on `/camera` with its graphics card, beside the processor's picture."""

from __future__ import annotations

import asyncio
import base64
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple

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
from vtube.scene.stage import Stage
from vtube.settings import SceneSettings

BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
GOAL_DB = 40
SIZES = (512, 512), (1080, 810)
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
]
CHAINS = [
    ["grade:0.6", "outline:0.01", "shadow:0.8", "scanlines"],
    ["bloom", "aberration", "vignette:0.9", "translucency:0.5"],
    ["pixelate:0.02", "posterize", "glow:2,colour=#ff80ff", "banding:0.4"],
]
COUNT_EACH_DRAW = """
window.drawn = 0;
const blit = WebGL2RenderingContext.prototype.blitFramebuffer;
WebGL2RenderingContext.prototype.blitFramebuffer = function (...values) { blit.apply(this, values); window.drawn++; };
"""


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


def finished(renderer: PuppetRenderer, size: tuple[int, int], effects: list[str], now: float = NOW) -> Frame:
    """A large frame of a turned head with these effects, and how it was made."""
    stage = Stage(SceneSettings(width=size[0], height=size[1], zoom=1.3, effects=effects))
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


GREEN = {"r": 0, "g": 255, "b": 0, "a": 1}
SWITCHED = [[], ["vignette"], ["vignette", "glow"], ["tape"], ["tint", "bloom"], [], ["pixelate"], ["background"], []]
"""Chains with and without shaders, one after the other; `tape` and `background` come as pixels."""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_nothing_is_black_or_empty_while_effects_come_and_go(camera: Camera, renderer: PuppetRenderer) -> None:
    await camera.size(512, 512)
    await camera.show(finished(renderer, (512, 512), ["vignette"]))
    await camera.page.call("Emulation.setDefaultBackgroundColorOverride", color=GREEN)
    await camera.page.call("Page.startScreencast", format="png")
    seen: list[Frame] = []
    for effects in SWITCHED:
        frame = finished(renderer, (512, 512), effects)
        for _ in range(4):
            camera.broadcast.publish(frame, time.monotonic())
            await camera.page.call("Runtime.evaluate", expression=TWO_FRAMES, awaitPromise=True)
            seen += await camera.film()
    assert len(seen) >= len(SWITCHED)
    for one in seen:
        middle = one[240:260, 240:270, :3].astype(int)
        assert middle.max() > 60, "black"
        assert not (middle == (0, 255, 0)).all(), "empty"
