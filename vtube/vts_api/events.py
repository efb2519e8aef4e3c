"""Events: what plug-ins want to be told of, and the watch over it."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from typing import Any

from vtube.vts_api.messages import ApiError, Data, ErrorID, answer, text_of
from vtube.vts_api.model import position
from vtube.vts_api.session import Session, Shared, identity
from vtube.vts_api.tracking import found

TEST, MODEL_LOADED, TRACKING = "TestEvent", "ModelLoadedEvent", "TrackingStatusChangedEvent"
MOVED, HOTKEY, BACKGROUND = "ModelMovedEvent", "HotkeyTriggeredEvent", "BackgroundChangedEvent"
NEVER = (
    "ModelConfigChangedEvent",
    "ModelOutlineEvent",
    "ModelAnimationEvent",
    "ItemEvent",
    "ModelClickedEvent",
    "PostProcessingEvent",
    "Live2DCubismEditorConnectedEvent",
    "ArtMeshTrackingEvent",
    "ArtMeshOutlineEvent",
)
"""Known and taken, and never sent: nothing of the kind happens here."""
EVENTS = (TEST, MODEL_LOADED, TRACKING, MOVED, HOTKEY, BACKGROUND, *NEVER)
LONGEST_TEST = 32
TICK_S = 0.1
TICKS_A_SECOND = round(1 / TICK_S)
SEND_S = 5.0
MODEL_ID = re.compile(r"[0-9a-fA-F]{32}")
ACTIONS = frozenset(
    (
        *("Unset", "TriggerAnimation", "ChangeIdleAnimation", "ToggleExpression", "RemoveAllExpressions", "MoveModel"),
        *("ChangeBackground", "ReloadMicrophone", "ReloadTextures", "CalibrateCam", "ChangeVTSModel"),
        *("TakeScreenshot", "ScreenColorOverlay", "RemoveAllItems", "ToggleItemScene", "DownloadRandomWorkshopItem"),
        *("ExecuteItemAction", "ArtMeshColorPreset", "ToggleTracker", "ToggleTwitchFeature", "LoadEffectPreset"),
        *("ToggleLive2DEditorAPI", "WebItemAction", "ToggleModelSound"),
    )
)


async def subscribe(session: Session, data: Data) -> Data:
    """EventSubscriptionRequest.

    Raises:
        ApiError: there is no such event, or its config is wrong.
    """
    name, wanted = text_of(data.get("eventName")), data.get("subscribe") is True
    config = data.get("config")
    config = config if isinstance(config, dict) else {}
    if not name and not wanted:
        session.subscriptions.clear()
    elif name not in EVENTS:
        raise ApiError(ErrorID.EVENT_UNKNOWN, "there is no such event")
    elif wanted:
        _check(name, config)
        session.subscriptions[name] = _kept(name, config)
        if name == MOVED:
            session.shared.moved_told.discard(session.number)
    else:
        session.subscriptions.pop(name, None)
    names = list(session.subscriptions)
    return {"subscribedEventCount": len(names), "subscribedEvents": names}


def _check(name: str, config: Mapping[str, Any]) -> None:
    if name == TEST and len(str(config.get("testMessageForEvent") or "")) > LONGEST_TEST:
        line = f"testMessageForEvent has at most {LONGEST_TEST} characters"
        raise ApiError(ErrorID.EVENT_TEST_MESSAGE_TOO_LONG, line)
    if name == MODEL_LOADED and not all(MODEL_ID.fullmatch(str(one)) for one in _list(config.get("modelID"))):
        raise ApiError(ErrorID.EVENT_MODEL_ID_INVALID, "a modelID has 32 hexadecimal digits")
    action = config.get("onlyForAction")
    if name == HOTKEY and action and action not in ACTIONS:
        raise ApiError(ErrorID.EVENT_HOTKEY_ACTION_INVALID, "onlyForAction names a hotkey action")


def _kept(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a config is ever looked at: a message may hold half a megabyte."""
    if name == TEST:
        return {"testMessageForEvent": str(config.get("testMessageForEvent") or "")}
    if name == MODEL_LOADED:
        return {"modelID": [str(one) for one in _list(config.get("modelID"))]}
    if name == HOTKEY:
        only = str(config.get("onlyForAction") or "")
        return {"onlyForAction": only, "ignoreHotkeysTriggeredByAPI": config.get("ignoreHotkeysTriggeredByAPI") is True}
    return {}


def _list(value: object) -> list[Any]:
    return value[:100] if isinstance(value, list) else []


class Watch:
    """Looks ten times a second at what events tell of; belongs to the event loop."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._model = shared.program.name()
        self._found = found(shared)
        self._position = position(shared)
        self._background = shared.program.background()
        self._ticks = 0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            await self.tick()

    async def tick(self) -> None:
        """Tell of what has changed since the last look."""
        self._ticks += 1
        if not any(one.subscriptions for one in self._shared.sessions.values()):
            return
        if self._ticks % TICKS_A_SECOND == 0:
            await self._tell_test()
        await self._tell_model()
        await self._tell_tracking()
        await self._tell_moves()
        if (background := self._shared.program.background()) != self._background:
            self._background = background
            await self._tell(BACKGROUND, {"backgroundName": background})

    async def triggered(self, name: str, action: str, file: str, number: str) -> None:
        """A plug-in has triggered a hotkey."""
        model = self._shared.model()
        data = {
            "hotkeyID": number,
            "hotkeyName": name,
            "hotkeyAction": action,
            "hotkeyFile": file,
            "hotkeyTriggeredByAPI": True,
            "modelID": model["modelID"],
            "modelName": model["modelName"],
            "isLive2DItem": False,
        }
        for session in list(self._shared.sessions.values()):
            config = session.subscriptions.get(HOTKEY)
            if config is None or config.get("ignoreHotkeysTriggeredByAPI") is True:
                continue
            if config.get("onlyForAction") in (None, "", action):
                await _send(session, HOTKEY, data)

    async def _tell_test(self) -> None:
        counter = round(self._shared.clock() - self._shared.began)
        for session in list(self._shared.sessions.values()):
            config = session.subscriptions.get(TEST)
            if config is not None:
                said = str(config.get("testMessageForEvent") or "")
                await _send(session, TEST, {"yourTestMessage": said, "counter": counter})

    async def _tell_model(self) -> None:
        name, before = self._shared.program.name(), self._model
        if name == before:
            return
        self._model = name
        for one, loaded in ((before, False), (name, True)):
            data = {"modelLoaded": loaded, "modelName": one, "modelID": identity("model", one)}
            for session in list(self._shared.sessions.values()):
                config = session.subscriptions.get(MODEL_LOADED)
                wanted = _list(config.get("modelID")) if config is not None else []
                if config is not None and (not wanted or data["modelID"] in wanted):
                    await _send(session, MODEL_LOADED, data)

    async def _tell_tracking(self) -> None:
        if (now := found(self._shared)) != self._found:
            self._found = now
            await self._tell(TRACKING, {"faceFound": now, "leftHandFound": False, "rightHandFound": False})

    async def _tell_moves(self) -> None:
        place = position(self._shared)
        moved, self._position = place != self._position, place
        model = self._shared.model()
        data = {"modelID": model["modelID"], "modelName": model["modelName"], "modelPosition": place}
        for session in list(self._shared.sessions.values()):
            if MOVED in session.subscriptions and (moved or session.number not in self._shared.moved_told):
                self._shared.moved_told.add(session.number)
                await _send(session, MOVED, data)

    async def _tell(self, event: str, data: Data) -> None:
        for session in list(self._shared.sessions.values()):
            if event in session.subscriptions:
                await _send(session, event, data)


async def _send(session: Session, event: str, data: Data) -> None:
    with contextlib.suppress(ConnectionError, TimeoutError, RuntimeError):
        async with asyncio.timeout(SEND_S):
            await session.send(answer(event, event, data))
