"""The character on air as VTube Studio's model: which, where she stands and how large, and what there is none of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from vtube.errors import VtubeError
from vtube.pose import COUNT
from vtube.signals import Colouring
from vtube.vts_api.hotkeys import models_of
from vtube.vts_api.messages import STUDIO_VERSION, ApiError, Data, ErrorID, number_of
from vtube.vts_api.session import Session, Shared, identity

LARGEST_ZOOM = 8.0
"""The zoom of size 100; size 0 is the zoom 1, and size -100 its inverse."""
SIZE, PLACE, TURN = 100.0, 1000.0, 360.0
LONGEST_S = 2.0
COOLDOWN_S = 2.0
RAINBOW = "jeb_"
"""Of a colour: all hues in turn."""


def position(shared: Shared) -> Data:
    """The `modelPosition` of what is in force; the rotation clockwise, from 0 to 360."""
    zoom, x, y, rotation = shared.program.framing()
    size = SIZE * math.log(max(zoom, 1e-3)) / math.log(LARGEST_ZOOM)
    return {"positionX": 2 * x, "positionY": 2 * y, "rotation": rotation % 360, "size": size}


async def current(session: Session, _: Data) -> Data:
    """CurrentModelRequest."""
    shared = session.shared
    return {
        **shared.model(),
        "vtsModelName": f"{shared.program.name()}.vtube.json",
        "vtsModelIconName": "",
        "live2DModelName": "",
        "modelLoadTime": 0,
        "timeSinceModelLoaded": round(1000 * (shared.clock() - shared.began)),
        "numberOfLive2DParameters": COUNT,
        "numberOfLive2DArtmeshes": 0,
        "hasPhysicsFile": False,
        "numberOfTextures": 1,
        "textureResolution": 512,
        "modelPosition": position(shared),
    }


async def available(session: Session, _: Data) -> Data:
    """AvailableModelsRequest: the wardrobe, and the character on air."""
    shared = session.shared
    now = shared.program.name()
    names = await shared.blocking(models_of, shared.program)
    rows = [
        {
            "modelLoaded": name == now,
            "modelName": name,
            "modelID": identity("model", name),
            "vtsModelName": f"{name}.vtube.json",
            "vtsModelIconName": "",
        }
        for name in dict.fromkeys([*names, now])
    ]
    return {"numberOfModels": len(rows), "availableModels": rows}


async def load(session: Session, data: Data) -> Data:
    """ModelLoadRequest: changes into a character of the wardrobe.

    Raises:
        ApiError: there is none of that ID, it comes too soon after the last, or she cannot be shown.
    """
    shared, wanted = session.shared, data.get("modelID")
    if not isinstance(wanted, str):
        raise ApiError(ErrorID.MODEL_ID_MISSING, "modelID is missing")
    if not wanted:
        raise ApiError(ErrorID.MODEL_CANNOT_CHANGE, "there is always a character; hide her on the control page")
    names = {identity("model", name): name for name in await shared.blocking(models_of, shared.program)}
    if wanted == shared.model()["modelID"]:
        return {"modelID": wanted}
    if wanted not in names:
        raise ApiError(ErrorID.MODEL_ID_NOT_FOUND, "no kept character has that ID")
    now = shared.clock()
    if now - shared.loaded < COOLDOWN_S:
        raise ApiError(ErrorID.MODEL_LOAD_COOLDOWN, f"the last change is less than {COOLDOWN_S:g} s ago")
    shared.loaded = now
    try:
        await shared.blocking(shared.program.wardrobe.show, names[wanted])
    except VtubeError as error:
        raise ApiError(ErrorID.MODEL_CANNOT_CHANGE, str(error)) from None
    return {"modelID": wanted}


async def move(session: Session, data: Data) -> Data:
    """MoveModelRequest: place, size and rotation go into the framing, until the next start.

    Raises:
        ApiError: a field is missing or out of range.
    """
    shared = session.shared
    seconds, relative = number_of(data.get("timeInSeconds")), data.get("valuesAreRelativeToModel")
    if seconds is None or not isinstance(relative, bool):
        raise ApiError(ErrorID.MOVE_MISSING, "timeInSeconds and valuesAreRelativeToModel are needed")
    given = {
        key: _within(data.get(key), most)
        for key, most in (("positionX", PLACE), ("positionY", PLACE), ("size", SIZE), ("rotation", TURN))
        if data.get(key) is not None
    }
    if not 0 <= seconds <= LONGEST_S:
        raise ApiError(ErrorID.MOVE_OUT_OF_RANGE, f"timeInSeconds is 0 to {LONGEST_S:g}")
    shared.moves += 1
    try:
        await shared.blocking(_move, shared, given, seconds, relative, shared.moves)
    except VtubeError as error:
        raise ApiError(ErrorID.MOVE_OUT_OF_RANGE, str(error)) from None
    return {}


def _move(shared: Shared, given: Mapping[str, float], seconds: float, relative: bool, number: int) -> None:
    """Done in the one thread for what blocks; an absolute move that a newer one has overtaken is left out."""
    if number != shared.moves and not relative:
        return
    now = position(shared)
    wanted = {key: value + (now[key] if relative else 0.0) for key, value in given.items()}
    scene: dict[str, float] = {}
    for key, axis in (("positionX", "x"), ("positionY", "y")):
        if key in wanted:
            scene[axis] = min(max(wanted[key] / 2, -1.0), 1.0)
    if "size" in wanted:
        scene["zoom"] = min(max(LARGEST_ZOOM ** (wanted["size"] / SIZE), 0.1), LARGEST_ZOOM)
    if "rotation" in given:
        turn = given["rotation"] if relative else (given["rotation"] - now["rotation"] + 180) % 360 - 180
        scene["rotation"] = now["rotation"] + turn
    if scene:
        shared.program.glide(seconds)
        shared.program.settings.change({"scene": scene}, False)


def _within(value: object, most: float) -> float:
    number = number_of(value)
    if number is None or abs(number) > most:
        raise ApiError(ErrorID.MOVE_OUT_OF_RANGE, f"places are within {PLACE:g}, size {SIZE:g}, rotation {TURN:g}")
    return number


async def statistics(session: Session, _: Data) -> Data:
    """StatisticsRequest."""
    shared = session.shared
    width, height = shared.program.size()
    return {
        "uptime": round(1000 * (shared.clock() - shared.began)),
        "framerate": round(shared.program.fps()),
        "vTubeStudioVersion": STUDIO_VERSION,
        "allowedPlugins": len(shared.plugins.all()),
        "connectedPlugins": len({one.key for one in shared.sessions.values() if one.plugin is not None}),
        "startedWithSteam": False,
        "windowWidth": width,
        "windowHeight": height,
        "windowIsFullscreen": False,
    }


async def tint(session: Session, data: Data) -> Data:
    """ColorTintRequest: `tintAll` tints the figure; any other art mesh does not match, as there is none.

    Raises:
        ApiError: the colour or the matcher is missing or wrong.
    """
    colour, matcher = data.get("colorTint"), data.get("artMeshMatcher")
    if not isinstance(colour, dict) or not isinstance(matcher, dict):
        raise ApiError(ErrorID.TINT_MISSING, "colorTint and artMeshMatcher are needed")
    wanted = _colouring(colour)
    if matcher.get("tintAll") is not True:
        return {"matchedArtMeshes": 0}
    session.shared.tint(session.number, wanted)
    return {"matchedArtMeshes": 1}


def _colouring(colour: Mapping[str, Any]) -> Colouring:
    values = [number_of(colour.get(f"color{channel}")) for channel in "RGBA"]
    shares = [value / 255 for value in values if value is not None and 0 <= value <= 255]
    if len(shares) < len(values):
        raise ApiError(ErrorID.TINT_INVALID, "colours are numbers from 0 to 255")
    red, green, blue, alpha = shares
    return Colouring(red, green, blue, alpha, colour.get(RAINBOW) is True)
