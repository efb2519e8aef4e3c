"""Plug-ins for VTube Studio on the page: switched on, asked for, let in, shown out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from tests.server.room.conftest import Camera
from tests.server.room.tab import Tab
from tests.vts_api.rig import Plugin

Tabs = Callable[..., Awaitable[Tab]]
WHO = {"pluginName": "Bonk Bot", "pluginDeveloper": "Somebody"}


async def test_a_plugin_is_let_in_from_any_section_and_shown_out(tabs: Tabs, camera: Camera) -> None:
    camera.ask("PUT", "/api/settings?save=0", {"vts_api": {"port": 0}})
    tab = await tabs("face")
    await tab.click("[aria-label='vts_api.enabled'], #vts_api\\.enabled, [data-path='vts_api.enabled'] input")
    assert await camera.comes(lambda: camera.state()["vts_api"]["state"] == "on")
    async with aiohttp.ClientSession() as session:
        plugin = Plugin(await session.ws_connect(f"http://127.0.0.1:{camera.state()['vts_api']['port']}"))
        other = await tabs("speed")
        token: dict[str, Any] = await _token(plugin, other)
        await plugin.data("Authentication", {**WHO, **token})
        await plugin.inject(FaceAngleX=30)
        assert await camera.comes(lambda: camera.state()["pose"]["head_y"] == -1)
        assert [one["name"] for one in camera.state()["inputs"]] == ["plugins"]
        await tab.reads("[data-plugin] .r", "connected")
        await tab.click("[aria-label='Revoke the access of Bonk Bot']")
        assert await camera.comes(lambda: camera.state()["vts_api"]["plugins"] == [])
        assert await plugin.error("Statistics") == 50
    camera.ask("PUT", "/api/settings?save=0", {"vts_api": {"enabled": False}})


async def _token(plugin: Plugin, tab: Tab) -> dict[str, Any]:
    await plugin.socket.send_json(
        {
            "apiName": "VTubeStudioPublicAPI",
            "apiVersion": "1.0",
            "messageType": "AuthenticationTokenRequest",
            "data": WHO,
        }
    )
    await tab.click("[aria-label='Allow Bonk Bot']")
    token: dict[str, Any] = (await plugin.hear())["data"]
    assert token["authenticationToken"] not in await tab.js("document.documentElement.outerHTML")
    return token
