"""What VTube Studio has and this program has not: told by there being none, or refused by VTube Studio's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vtube.vts_api.messages import ApiError, Data, ErrorID, number_of, text_of
from vtube.vts_api.session import Session

CUSTOM_ITEMS = "LoadCustomImagesAsItems"
MANY, MOST_FILTERED = 100, 512
LONGEST_FADE_S = 2.0


async def physics(session: Session, _: Data) -> Data:
    """GetCurrentModelPhysicsRequest: hair and clothes move by themselves here, and nobody sets how."""
    return {
        **session.shared.model(),
        "modelHasPhysics": False,
        "physicsSwitchedOn": False,
        "usingLegacyPhysics": False,
        "physicsFPSSetting": -1,
        "baseStrength": 0,
        "baseWind": 0,
        "apiPhysicsOverrideActive": False,
        "apiPhysicsOverridePluginName": "",
        "physicsGroups": [],
    }


WHITE = {"colorR": 255, "colorG": 255, "colorB": 255}

NOTHING: Mapping[str, Mapping[str, Any]] = {
    "VTSFolderInfoRequest": {
        "models": "Live2DModels",
        "backgrounds": "Backgrounds",
        "items": "Items",
        "config": "Config",
        "logs": "Logs",
        "backup": "Backup",
    },
    "ArtMeshListRequest": {
        "modelLoaded": True,
        "numberOfArtMeshNames": 0,
        "numberOfArtMeshTags": 0,
        "artMeshNames": [],
        "artMeshTags": [],
        "numberOfArtMeshGroups": 0,
        "artMeshGroups": [],
    },
    "SceneColorOverlayInfoRequest": {
        "active": False,
        "itemsIncluded": False,
        "isWindowCapture": False,
        "baseBrightness": 0,
        "colorBoost": 0,
        "smoothing": 0,
        **{f"color{kind}{channel}": 255 for kind in ("Overlay", "Avg") for channel in "RGB"},
        **{f"{part}CapturePart": {"active": False, **WHITE} for part in ("left", "middle", "right")},
    },
    "ItemListRequest": {
        "itemsInSceneCount": 0,
        "totalItemsAllowedCount": 0,
        "canLoadItemsRightNow": False,
        "availableSpots": [],
        "itemInstancesInScene": [],
        "availableItemFiles": [],
    },
    "ItemUnloadRequest": {"unloadedItems": []},
}
"""What is answered truthfully by there being nothing."""

REFUSED: Mapping[str, tuple[ErrorID, str]] = {
    "ItemLoadRequest": (ErrorID.ITEM_CANNOT_LOAD, "there are no items"),
    "ItemAnimationControlRequest": (ErrorID.ITEM_ANIMATION_NOT_FOUND, "there are no items"),
    "ItemPinRequest": (ErrorID.ITEM_PIN_NOT_LOADED, "there are no items"),
    "ItemSortRequest": (ErrorID.ITEM_SORT_NOT_FOUND, "there are no items"),
    "ArtMeshSelectionRequest": (ErrorID.ART_MESHES_CANNOT_SELECT, "the character is one picture, without art meshes"),
    "SetCurrentModelPhysicsRequest": (ErrorID.NO_PHYSICS, "the character has no physics of her own"),
}
"""What VTube Studio does and this program does not."""


async def move_items(_: Session, data: Data) -> Data:
    """ItemMoveRequest: each item is told to be none."""
    wanted = data.get("itemsToMove")
    items = wanted[:MANY] if isinstance(wanted, list) else []
    numbers = [text_of(one.get("itemInstanceID")) if isinstance(one, dict) else "" for one in items]
    missing = int(ErrorID.ITEM_MOVE_NOT_FOUND)
    return {"movedItems": [{"itemInstanceID": one, "success": False, "errorID": missing} for one in numbers]}


async def permission(_: Session, data: Data) -> Data:
    """PermissionRequest: the only permission that there is, for own pictures as items, is not granted.

    Raises:
        ApiError: there is no such permission.
    """
    wanted = text_of(data.get("requestedPermission"))
    if wanted not in ("", CUSTOM_ITEMS):
        raise ApiError(ErrorID.PERMISSION_UNKNOWN, f"the only permission is {CUSTOM_ITEMS}")
    permissions = [{"name": CUSTOM_ITEMS, "granted": False}]
    return {"grantSuccess": False, "requestedPermission": wanted, "permissions": permissions}


async def art_meshes_at(session: Session, data: Data) -> Data:
    """ArtMeshAtPositionRequest: none is anywhere."""
    model, (width, height) = session.shared.model(), session.shared.program.size()
    return {
        "modelLoaded": True,
        "loadedModelID": model["modelID"],
        "loadedModelName": model["modelName"],
        "modelWasHit": False,
        "checkedPosition": {axis: number_of(data.get(axis)) or 0.0 for axis in "xy"},
        "windowSize": {"x": width, "y": height},
        "artMeshHitCount": 0,
        "artMeshHits": [],
    }


async def ndi(session: Session, data: Data) -> Data:
    """NDIConfigRequest: tells whether there is an output of that kind; outputs are switched on the control page.

    Raises:
        ApiError: a resolution that VTube Studio would not take either.
    """
    if data.get("setNewConfig") is True:
        sides = [(data.get(f"custom{side}NDI"), step) for side, step in (("Width", 16), ("Height", 8))]
        if not all(_is_side(number_of(value), step) for value, step in sides):
            raise ApiError(ErrorID.NDI_RESOLUTION_INVALID, "a side is 256 to 8192 in steps of 16 and 8, or -1")
    outputs = session.shared.program.settings.values().get("outputs", [])
    return {
        "setNewConfig": False,
        "ndiActive": any(str(one).partition(":")[0] == "ndi" for one in outputs),
        "useNDI5": True,
        "useCustomResolution": False,
        "customWidthNDI": -1,
        "customHeightNDI": -1,
    }


def _is_side(value: float | None, step: int) -> bool:
    return value in (None, -1.0) or (value is not None and 256 <= value <= 8192 and value % step == 0)


async def effects(_: Session, data: Data) -> Data:
    """PostProcessingListRequest: VTube Studio's effects are not here; ours are set on the control page.

    Raises:
        ApiError: the filter is too long.
    """
    wanted = data.get("effectIDFilter")
    if isinstance(wanted, list) and len(wanted) > MOST_FILTERED:
        raise ApiError(ErrorID.EFFECTS_FILTER_INVALID, f"effectIDFilter has at most {MOST_FILTERED} entries")
    return {
        "postProcessingSupported": False,
        "postProcessingActive": False,
        "canSendPostProcessingUpdateRequestRightNow": False,
        "restrictedEffectsAllowed": False,
        "presetIsActive": False,
        "activePreset": "",
        **dict.fromkeys(("presetCount", "activeEffectCount", "effectCountBeforeFilter", "configCountBeforeFilter"), 0),
        **dict.fromkeys(("effectCountAfterFilter", "configCountAfterFilter"), 0),
        "postProcessingEffects": [],
        "postProcessingPresets": [],
    }


async def update_effects(_: Session, data: Data) -> Data:
    """PostProcessingUpdateRequest: checked as VTube Studio checks it, and refused.

    Raises:
        ApiError: always.
    """
    seconds = number_of(data.get("postProcessingFadeTime", 0))
    if seconds is None or not 0 <= seconds <= LONGEST_FADE_S:
        raise ApiError(ErrorID.EFFECTS_FADE_INVALID, f"postProcessingFadeTime is 0 to {LONGEST_FADE_S:g}")
    if data.get("setPostProcessingPreset") is True and data.get("setPostProcessingValues") is True:
        raise ApiError(ErrorID.EFFECTS_PRESET_AND_VALUES, "a preset or values, not both")
    raise ApiError(ErrorID.EFFECTS_CANNOT_UPDATE, "effects are set on the control page")
