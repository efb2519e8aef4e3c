"""The page as a whole: rules for everybody, nothing from elsewhere, three languages, a hand without a mouse."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from vtube.server.pages import FOLDER, names

Tabs = Callable[..., Awaitable[Tab]]
ROOM = FOLDER / "room"
AXE = Path(__file__).parent / "axe.min.js"
SECTIONS = sorted(path.stem for path in (ROOM / "sections").glob("*.js") if path.stem != "all")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""All that the theme can break; each width has met the other rules in its other theme."""
SCRIPTS = sorted(path for path in ROOM.rglob("*.js"))


RUN_AXE = """
axe.run(document, {
  runOnly: %s, rules: {"skip-link": {enabled: false}}, resultTypes: ["violations"],
}).then(({violations}) =>
  violations.map(({id, nodes}) =>
  `${id}: ${nodes.slice(0, 3).map(({target, failureSummary}) => `${target} ${failureSummary}`)}`))
"""
FOCUS = """
(e => ({
  place: e.id || e.dataset.name || e.getAttribute("href") || e.className || e.localName,
  ring: [e, e.closest(".say, .btn") ?? e].some(
    (one) => getComputedStyle(one).outlineStyle !== "none" || getComputedStyle(one).boxShadow !== "none"),
}))(document.activeElement)
"""
SMALL = """
[...document.querySelectorAll("button, a, select, input, summary")]
  .filter((e) => e.checkVisibility() && !e.closest("p, .vh, [inert]") && !e.matches(".vh, .skip"))
  .filter((e) => (e.closest("label") ?? e).getBoundingClientRect().height < 24)
  .map((e) => e.outerHTML.slice(0, 120))
"""


async def violations(tab: Tab, rules: list[str]) -> list[str]:
    """What axe-core finds, a line each; it takes the links of a rail that is scrolled sideways for skip links."""
    if not await tab.js("'axe' in window"):
        await tab.js(AXE.read_text(encoding="utf-8") + ";1")
    found: list[str] = await tab.js(RUN_AXE % json.dumps(rules))
    return found


@pytest.mark.parametrize(
    ("width", "theme", "rules"),
    [
        (1400, "dark", RULES),
        (390, "light", RULES),
        pytest.param(1400, "light", OF_COLOURS, marks=pytest.mark.slow),
        pytest.param(390, "dark", OF_COLOURS, marks=pytest.mark.slow),
    ],
)
async def test_axe_finds_nothing_in_any_section(tabs: Tabs, theme: str, width: int, rules: list[str]) -> None:
    tab = await tabs("start", width=width, storage={"vtube.theme": theme})
    assert await tab.js("document.documentElement.dataset.theme") == theme
    for section in SECTIONS:
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")
        await tab.js("document.querySelector('.more')?.setAttribute('open', '')")
        assert await violations(tab, rules) == [], section
        assert await tab.js("document.documentElement.scrollWidth") == width, section


async def test_no_request_leaves_the_computer(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("start")
    await tab.call("Network.enable")
    await tab.call("Page.reload")
    await tab.until("document.querySelector('vt-stage canvas')?.dataset.drawn > 0")
    for section in SECTIONS:
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")
    assert len(tab.requests) > 10
    hosts = {re.sub(r"^\w+://([^/]*).*", r"\1", url) for url in tab.requests if not url.startswith(("blob:", "data:"))}
    assert hosts == {f"127.0.0.1:{camera.port}"}


@pytest.mark.parametrize(("language", "word"), [("ja", "出力"), ("zh", "输出"), ("en", "Outputs")])
async def test_the_page_speaks_three_languages(tabs: Tabs, language: str, word: str) -> None:
    tab = await tabs("outputs", storage={"vtube.language": language})
    await tab.reads(".panel h2", word)
    assert await tab.js("document.documentElement.lang") == language
    other = "ja" if language == "en" else "en"
    await tab.click(".top details.menu:not(#problems) summary")
    await tab.click(f".top [lang={other}]")
    await tab.reads(".panel h2", {"ja": "出力", "en": "Outputs"}[other])


def tables() -> dict[str, dict[str, str]]:
    """Language to key to words, as the files have them."""
    pair = re.compile(r'"([\w.]+)": "((?:[^"\\]|\\.)*)"')
    return {path.stem: dict(pair.findall(path.read_text(encoding="utf-8"))) for path in (ROOM / "texts").glob("*.js")}


def test_every_language_has_every_word_with_the_same_places() -> None:
    english, *others = (tables()[name] for name in ("en", "ja", "zh"))
    assert len(english) > 300
    for words in others:
        assert set(english) - set(words) == set()
        assert {key for key in set(words) - set(english) if not key.startswith("emotion.")} == set()
        places = re.compile(r"{\w+}")
        assert [
            key for key in english if sorted(places.findall(english[key])) != sorted(places.findall(words[key]))
        ] == []


def test_every_word_that_the_page_asks_for_is_there() -> None:
    known = tables()["en"]
    asked = set()
    for path in SCRIPTS:
        if "texts" not in path.parts:
            asked |= set(re.findall(r'\bt\(\s*"([\w.]+)"', path.read_text(encoding="utf-8")))
    assert len(asked) > 150
    assert asked - set(known) == set()


def test_every_reason_of_the_page_is_one_that_the_program_gives() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parent.parent.rglob("*.py"))
    made = {"camera.win32": "camera.{", "camera.darwin": "camera.{", "sound.none.output": "sound.none.{"}
    made["sound.none.input"] = "sound.none.{"
    known = {key.removeprefix("why.") for key in tables()["en"] if key.startswith("why.")}
    assert len(known) > 20
    assert [code for code in known if f'"{made.get(code, code)}' not in source] == []


def test_every_icon_that_the_page_shows_is_there() -> None:
    known = set(re.findall(r'<symbol id="([\w-]+)"', (ROOM / "icons.svg").read_text(encoding="utf-8")))
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        asked = set(re.findall(r'\b(?:icon|button|empty)\("([\w-]+)"', text)) | set(
            re.findall(r'icon: "([\w-]+)"', text)
        )
        assert asked <= known, path.name


def test_every_script_imports_what_it_calls_of_the_others() -> None:
    scripts = [path for path in SCRIPTS if "texts" not in path.parts]
    texts = {path.name: re.sub("//.*", "", path.read_text(encoding="utf-8")) for path in scripts}
    exported = r"^export [a-z ]*(?:const|function\*?) (\w+)"
    offered = {name for text in texts.values() for name in re.findall(exported, text, re.M)}
    assert len(offered) > 100
    for script, text in texts.items():
        brought = " ".join(re.findall(r"import {([^}]*)}", text))
        own = r"(?:const|let|function\*?) (\w+)|(?:const|let) [\[{]([^;=]*)[\]}] =|^  (?:async )?(\w+)\("
        known = re.findall(r"\w+", " ".join([brought, *(" ".join(found) for found in re.findall(own, text, re.M))]))
        called = set(re.findall(r"(?<![.\w\"'`$-])(\w+)\(", text))
        assert (offered & called) - set(known) == set(), script


def test_lit_is_the_file_that_its_readme_describes() -> None:
    readme = (FOLDER / "vendor" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256((FOLDER / "vendor" / "lit.js").read_bytes()).hexdigest() in readme


def test_every_script_but_the_tables_of_one_language_is_fetched_at_once_and_small() -> None:
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    scripts = {name for name in names() if name.endswith(".js") and name.startswith(("room/", "vendor/"))}
    ahead = set(re.findall(r'rel="modulepreload" href="/static/([^"]+)"', page))
    late = {name for name in scripts if name.startswith("room/texts/about-")}
    assert ahead == scripts - {"room/main.js"} - late
    for path in SCRIPTS:
        if "texts" not in path.parts:
            assert len(path.read_text(encoding="utf-8").splitlines()) < 250, path.name


async def test_everything_is_reached_by_keys_alone(tabs: Tabs, camera: Camera) -> None:
    tab = await tabs("expressions")
    await tab.js("document.body.tabIndex = -1, document.body.focus()")
    wanted = {"#face", "#outputs", "air", "say-text", "find", "grief", "joy"}
    reached: set[str] = set()
    place = ""
    for _ in range(300):
        if wanted <= reached and place == "grief":
            break
        await tab.key("Tab")
        focus = await tab.js(FOCUS)
        place = focus["place"]
        reached.add(place)
        assert focus["ring"] or place == "body", place
    assert wanted <= reached
    await tab.key("Enter")
    assert await camera.comes(lambda: camera.state()["emotion"] == "grief")


async def test_the_skip_link_leads_to_the_section(tabs: Tabs) -> None:
    tab = await tabs("voice")
    await tab.js("document.body.tabIndex = -1, document.body.focus()")
    await tab.key("Tab")
    assert await tab.js("document.activeElement.className") == "skip btn"
    await tab.key("Enter")
    await tab.until("document.activeElement.localName === 'h2'")


async def test_a_phone_that_opens_the_last_section_shows_its_tab(tabs: Tabs) -> None:
    tab = await tabs("speed", width=390, height=844)
    place = (
        "(r => r.left >= 0 && r.right <= 390)(document.querySelector('.rail [aria-current]').getBoundingClientRect())"
    )
    await tab.until(place)


async def test_on_a_phone_targets_are_large_enough_for_a_thumb(tabs: Tabs) -> None:
    tab = await tabs("expressions", width=390, height=844)
    for section in SECTIONS:
        await tab.js(f"location.hash = '{section}'")
        await tab.until(f"document.querySelector('.panel vt-{section}')?.innerText.length > 10")
        small = await tab.js(SMALL)
        assert small == [], section
    high = await tab.js("[...document.querySelectorAll('.rail a')].map((e) => e.getBoundingClientRect().height)")
    assert min(high) >= 44


async def test_on_a_phone_the_header_is_whole_and_the_theme_is_in_the_menu(tabs: Tabs) -> None:
    tab = await tabs("expressions", width=360, height=780)
    await tab.until(
        "(([shown, whole]) => shown.right <= whole.right && shown.bottom <= whole.bottom + 1)"
        "(['.who small span', '.who small'].map((one) => document.querySelector(one).getBoundingClientRect()))"
    )
    assert await tab.js("document.querySelector('.who b').scrollWidth <= document.querySelector('.who b').clientWidth")
    before = await tab.js("document.documentElement.dataset.theme")
    await tab.click(".top details.menu:not(#problems) summary")
    await tab.click(".sheet .theme")
    await tab.until(f"document.documentElement.dataset.theme !== '{before}'")


@pytest.mark.parametrize(("width", "height"), [(780, 360), (720, 450), (932, 430), (960, 540)])
async def test_a_low_window_has_the_picture_beside_the_section_and_never_scrolls_as_a_whole(
    tabs: Tabs, width: int, height: int
) -> None:
    tab = await tabs("expressions", width=width, height=height)
    assert await tab.js("document.querySelector('.panel').clientHeight") > 0.6 * height
    assert await tab.js("document.querySelector('.panel').scrollWidth <= document.querySelector('.panel').clientWidth")
    await tab.js("document.querySelector('.rail a:last-child').scrollIntoView()")
    await tab.js("document.querySelector('#say-text').focus()")
    assert await tab.js("document.querySelector('.room').scrollTop") == 0
    assert await tab.js("document.querySelector('.top').getBoundingClientRect().top") == 0


async def test_on_a_phone_keys_bring_every_tab_into_view_and_shut_a_menu_they_leave(tabs: Tabs) -> None:
    tab = await tabs("voice", width=360, height=780)
    await tab.js("document.querySelector('.rail a').focus()")
    for _ in range(await tab.js("document.querySelectorAll('.rail a').length - 1")):
        await tab.key("Tab")
        await tab.until("(r => r.left >= 0 && r.right <= 360)(document.activeElement.getBoundingClientRect())")
    await tab.js("document.querySelector('.top details.menu:not(#problems) summary').focus()")
    await tab.key("Enter")
    await tab.until("document.querySelector('.menu[open]') !== null")
    for _ in range(5):
        await tab.key("Tab")
    await tab.until("document.activeElement.id === 'air' && !document.querySelector('.menu[open]')")
