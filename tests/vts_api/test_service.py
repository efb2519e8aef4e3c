"""The service: switched on and off while the camera runs, found by its datagram, within bounds."""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.vts_api.rig import Plugin, Rig
from tests.waiting import eventually
from vtube.errors import ServerError, SettingsError
from vtube.settings import parse
from vtube.vts_api import discovery
from vtube.vts_api.listening import MESSAGES_A_SECOND, Rate

Enter = Callable[..., Awaitable[Plugin]]


def taken_port() -> tuple[socket.socket, int]:
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    holder.listen(1)
    return holder, holder.getsockname()[1]


async def test_it_is_switched_while_the_camera_runs(tmp_path: Path) -> None:
    rig = Rig(tmp_path, enabled=False)
    assert rig.service.status()["state"] == "off"
    rig.service.prepare(parse({"vts_api": {"enabled": True, "port": 0}}))()
    assert rig.service.status()["state"] == "on"
    async with aiohttp.ClientSession() as session:
        plugin = Plugin(await session.ws_connect(f"http://127.0.0.1:{rig.port}"))
        assert (await plugin.data("APIState"))["active"] is True
        rig.service.prepare(parse({"vts_api": {"enabled": False, "port": 0}}))()
        assert rig.service.status()["state"] == "off"
        assert (await plugin.socket.receive(timeout=5)).type.name in ("CLOSE", "CLOSING", "CLOSED")
    rig.service.close()
    rig.service.close()


def test_a_port_that_is_taken_refuses_the_change_and_costs_a_start_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    holder, port = taken_port()
    with holder:
        rig = Rig(tmp_path, port=port)
        assert rig.service.status()["state"] == "failed"
        assert f"TCP port {port} is taken" in rig.service.status()["reason"]
        assert "vts_api.port" in caplog.text and "server.port" not in caplog.text
        other = Rig(tmp_path, enabled=False)
        with pytest.raises(ServerError, match="taken"):
            other.service.prepare(parse({"vts_api": {"enabled": True, "port": port}}))
        assert other.service.status()["state"] == "off"
        rig.service.close()
        other.service.close()


def test_what_another_room_refuses_gives_the_port_back(tmp_path: Path) -> None:
    holder, port = taken_port()
    holder.close()
    rig = Rig(tmp_path, enabled=False)
    prepared = rig.service.prepare(parse({"vts_api": {"enabled": True, "port": port}}))
    prepared.discard()  # type: ignore[attr-defined]
    rig.service.prepare(parse({"vts_api": {"enabled": True, "port": port}}))()
    assert rig.port == port
    rig.service.close()


def test_a_table_that_names_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="did you mean 'MouthOpen'"):
        Rig(tmp_path, rules=[{"parameter": "Heart", "target": "MouthOpem"}])


async def test_it_tells_its_port_as_vtube_studio_does() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        task = asyncio.create_task(discovery.announce("127.0.0.1", 8001, receiver.getsockname()[1]))
        message = json.loads(await asyncio.to_thread(receiver.recv, 4096))
        task.cancel()
    assert message["messageType"] == message["requestID"] == "VTubeStudioAPIStateBroadcast"
    assert {key: message["data"][key] for key in ("active", "port", "windowTitle")} == {
        "active": True,
        "port": 8001,
        "windowTitle": "VTube Studio",
    }
    assert len(message["data"]["instanceID"]) == 32


@pytest.mark.parametrize(
    ("host", "to"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("0.0.0.0", "255.255.255.255")]
)
def test_only_who_may_come_in_is_told(host: str, to: str) -> None:
    assert discovery.target(host) == to


async def test_32_sessions_and_no_more_and_no_pages(connect: Enter, rig: Rig) -> None:
    opened = [await connect() for _ in range(32)]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await connect()
    assert refused.value.status == 503
    await opened[0].socket.close()
    assert await asyncio.to_thread(eventually, lambda: rig.service.status()["state"] == "on")
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{rig.port}/") as answer:
                status = answer.status
            if status != 503:
                break
    assert status == 426


def test_who_sends_too_fast_is_read_more_slowly() -> None:
    rate = Rate(MESSAGES_A_SECOND, 0.0)
    waits = [rate.wait(0.0) for _ in range(2 * MESSAGES_A_SECOND)]
    assert waits[MESSAGES_A_SECOND // 2] == 0
    assert waits[-1] == pytest.approx(1.0, abs=0.01)
    assert rate.wait(10.0) == 0
