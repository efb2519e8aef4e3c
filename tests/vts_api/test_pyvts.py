"""A client library that others use, pyvts, as its documentation says."""

import asyncio
import contextlib
import io
from pathlib import Path

import pytest

from tests.vts_api.rig import Rig

pyvts = pytest.importorskip(
    "pyvts",
    reason="pip install --no-deps pyvts aiofiles websockets; it would bring an OpenCV with windows in place of ours",
)


async def test_pyvts_comes_in_moves_the_character_and_presses_a_hotkey(rig: Rig, tmp_path: Path) -> None:
    info = {
        "plugin_name": "pyvts test",
        "developer": "genteki",
        "authentication_token_path": str(tmp_path / "token.txt"),
    }
    where = {"version": "1.0", "name": "VTubeStudioPublicAPI", "host": "127.0.0.1", "port": rig.port}
    client = pyvts.vts(plugin_info=info, vts_api_info=where)
    with contextlib.redirect_stdout(io.StringIO()):
        await client.connect()
        asked = asyncio.create_task(client.request_authenticate_token())
        await asyncio.to_thread(rig.allow)
        await asked
        assert await client.request_authenticate() is True
    requests = client.vts_request
    created = await client.request(requests.requestCustomParameter("HeartRate", 0, 200, 60, "beats"))
    assert created["data"] == {"parameterName": "HeartRate"}
    sent = await client.request(requests.requestSetMultiParameterValue(["FaceAngleX", "MouthOpen"], [-15, 0.5]))
    assert sent["messageType"] == "InjectParameterDataResponse"
    assert rig.shows("head_y") == pytest.approx(0.5)
    assert rig.shows("mouth_aaa") == pytest.approx(0.5)
    told = await client.request(requests.requestParameterValue("MouthOpen"))
    assert told["data"]["value"] == 0.5
    keys = (await client.request(requests.requestHotKeyList()))["data"]["availableHotkeys"]
    done = await client.request(requests.requestTriggerHotKey(keys[0]["hotkeyID"]))
    assert done["data"]["hotkeyID"] == keys[0]["hotkeyID"]
    assert rig.emotion.current == "joy"
    moved = await client.request(requests.requestMoveModel(0.2, 0.1, rot=10, size=10, relative=True, move_time=0.2))
    assert moved["messageType"] == "MoveModelResponse"
    assert rig.glides == [0.2]
    tinted = await client.request(requests.ColorTintRequest(red=200, tint_all=True))
    assert tinted["data"] == {"matchedArtMeshes": 1}
    assert rig.tints[-1].red == pytest.approx(200 / 255)
    heard = await client.request(requests.eventSubscriptionTest("hello"))
    assert heard["data"]["subscribedEvents"] == ["TestEvent"]
    gone = await client.request(requests.requestDeleteCustomParameter("HeartRate"))
    assert gone["data"] == {"parameterName": "HeartRate"}
    await client.close()

    again = pyvts.vts(plugin_info=info, vts_api_info=where)
    with contextlib.redirect_stdout(io.StringIO()):
        await again.connect()
        await again.request_authenticate_token()
        assert await again.request_authenticate() is True
    await again.close()
