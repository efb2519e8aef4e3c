"""The lines of the signal path: whole in every language, calm where nobody asked, in the reader's own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes import FakeOutput
from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from vtube.errors import OutputError
from vtube.outputs.registry import OUTPUTS
from vtube.registry import Entry

Tabs = Callable[..., Awaitable[Tab]]

LONGEST = """
(async () => {
  const { t } = await import("/static/room/words.js");
  const filled = {
    name: "Live Link Face", n: 60, ago: t("ago.min", { n: 12 }), rate: "29.7", wanted: 30, drawn: "4.2", ms: 142,
  };
  const all = (kind, words) => words.split(" ").map((one) => t(`${kind}.${one}`, filled));
  const [obs, camera] = [t("outputs.obs"), t("outputs.needs", { name: t("output.name.camera") })];
  const lines = {
    face: all("face", "live lost failed none waiting"),
    voice: all("voice", "speaking none failed waiting hears quiet"),
    picture: all("picture", "failed engine paused loading late learning steady good"),
    outputs: [...all("outputs", "hidden nobody"), `${obs} · ${camera}`, `${obs} · ${t("outputs.pages", { n: 2 })}`],
  };
  const path = document.querySelector(".flow");
  const copy = path.cloneNode(true);
  path.after(copy);
  path.hidden = true;
  const cut = [];
  for (let round = 0; round < 8; round += 1) {
    for (const [name, list] of Object.entries(lines)) {
      copy.querySelector(`#lamp-${name} small`).textContent = list[round % list.length];
    }
    const edge = copy.getBoundingClientRect().right + 1;
    for (const one of copy.querySelectorAll("b, small")) {
      const { top, bottom, right } = one.getBoundingClientRect();
      const whole = one.scrollWidth <= one.clientWidth + 1 && one.scrollHeight <= one.clientHeight + 1;
      if (!whole || !one.checkVisibility() || top < 0 || bottom > 60 || right > edge) cut.push(one.textContent);
    }
  }
  copy.remove();
  path.hidden = false;
  return [...new Set(cut)];
})()
"""


@pytest.mark.parametrize("language", ["en", "ja", "zh"])
async def test_no_line_of_the_signal_path_is_cut(tabs: Tabs, language: str) -> None:
    tab = await tabs("outputs", width=1280, height=800, storage={"vtube.language": language})
    for width in (1920, 1280, 1241, 1240, 1024, 901):
        await tab.size(width, 800)
        await tab.until("document.querySelector('#lamp-outputs small')?.innerText.length > 1")
        assert await tab.js(LONGEST) == [], width


class NoDevice(FakeOutput):
    """Finds no camera."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "camera"

    def open(self) -> None:
        raise OutputError("no virtual camera found; make one", "camera.linux", command="modprobe one")


@pytest.fixture
def without_device(light_engine: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Camera]:
    """A camera whose outputs are those of the defaults, on a computer without a virtual camera."""
    monkeypatch.setitem(OUTPUTS._entries, "camera", Entry("camera", lambda *_: NoDevice()))  # noqa: SLF001 - put back
    camera = Camera(tmp_path, outputs=None)
    yield camera
    camera.close()


@pytest.mark.parametrize(
    ("language", "calm", "why"),
    [
        ("en", "Not needed for OBS", "No virtual camera was found"),
        ("ja", "OBS では不要です", "仮想カメラが見つかりません"),
        ("zh", "OBS 不需要它", "没有找到虚拟摄像头"),
    ],
)
async def test_a_camera_that_nobody_asked_for_is_no_failure_until_somebody_does(
    tabs: Tabs, without_device: Camera, language: str, calm: str, why: str
) -> None:
    tab = await tabs("outputs", url=without_device.url, storage={"vtube.language": language})
    row = "[data-output=camera]"
    await tab.reads(row, calm)
    await tab.reads(row, why)
    await tab.reads(row, "modprobe one")
    assert await tab.js("document.querySelectorAll('.panel .bad, .flow .bad, #problems .count').length") == 0
    await tab.click(f"{row} .sw")
    await tab.until(f"document.querySelector('{row} .bad') !== null")
    await tab.reads("#problems", "1")
    await tab.reads("main .fix", why)
    await tab.js("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    for selector in ("[data-output=camera] .r button", "main .fix button"):
        assert await tab.js(f"document.querySelector('{selector}').ariaLabel.includes('modprobe one')")
        await tab.js(f"window.copied = ''; document.querySelector('{selector}').focus()")
        await tab.key("Enter")
        await tab.until("window.copied === 'modprobe one'")
        await tab.until("document.querySelector('.toast[role=status]').innerText.length > 2")


UNNAMED = """
[...document.querySelectorAll(".panel :is(input, select, textarea)")]
  .filter((one) => !one.ariaLabel && !one.labels?.length).map((one) => one.id || one.outerHTML)
"""


async def test_every_field_has_a_name_also_where_a_setting_is_shown_twice(tabs: Tabs) -> None:
    tab = await tabs("voice")
    await tab.until("document.querySelector('.panel vt-settings input') !== null")
    for section in ("voice", "face", "scene", "chat"):
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section} vt-settings input') !== null")
        assert await tab.js(UNNAMED) == [], section


@pytest.mark.parametrize("typed", ["", "many"])
async def test_what_is_no_number_asks_for_nothing(tabs: Tabs, camera: Camera, typed: str) -> None:
    before = camera.ask("GET", "/api/settings")["retarget"]["smoothing"]
    tab = await tabs("face")
    field = "#set-retarget-smoothing"
    await tab.until(f"document.querySelector('{field}') !== null")
    await tab.js(f"(one => {{ one.focus(); one.value = ''; }})(document.querySelector('{field}'))")
    await tab.insert(typed)
    await tab.js(f"document.querySelector('{field}').dispatchEvent(new Event('change', {{ bubbles: true }}))")
    await tab.until(f"Number(document.querySelector('{field}').value) > 0")
    assert camera.ask("GET", "/api/settings")["retarget"]["smoothing"] == before
