"""From a message of a plug-in to its answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from vtube.vts_api import absent, authentication, events, hotkeys, model, tracking
from vtube.vts_api.messages import (
    ApiError,
    BadEnvelopeError,
    Data,
    ErrorID,
    Request,
    answer,
    read_request,
    refusal,
)
from vtube.vts_api.session import Session

log = logging.getLogger(__name__)

Handler = Callable[[Session, Data], Awaitable[Data]]

OPEN: Mapping[str, Handler] = {
    "APIStateRequest": authentication.state,
    "AuthenticationTokenRequest": authentication.token,
    "AuthenticationRequest": authentication.authenticate,
}
"""What anybody may ask."""

HANDLERS: Mapping[str, Handler] = {
    "StatisticsRequest": model.statistics,
    "CurrentModelRequest": model.current,
    "AvailableModelsRequest": model.available,
    "ModelLoadRequest": model.load,
    "MoveModelRequest": model.move,
    "ColorTintRequest": model.tint,
    "GetCurrentModelPhysicsRequest": absent.physics,
    "ItemMoveRequest": absent.move_items,
    "PermissionRequest": absent.permission,
    "ArtMeshAtPositionRequest": absent.art_meshes_at,
    "NDIConfigRequest": absent.ndi,
    "PostProcessingListRequest": absent.effects,
    "PostProcessingUpdateRequest": absent.update_effects,
    "HotkeysInCurrentModelRequest": hotkeys.hotkeys,
    "HotkeyTriggerRequest": hotkeys.trigger,
    "ExpressionStateRequest": hotkeys.expression_state,
    "ExpressionActivationRequest": hotkeys.activate,
    "FaceFoundRequest": tracking.face_found,
    "InputParameterListRequest": tracking.parameters,
    "ParameterValueRequest": tracking.parameter,
    "Live2DParameterListRequest": tracking.live2d,
    "ParameterCreationRequest": tracking.create,
    "ParameterDeletionRequest": tracking.delete,
    "InjectParameterDataRequest": tracking.inject,
    "EventSubscriptionRequest": events.subscribe,
}
"""What needs a session with a token."""


async def respond(session: Session, text: str | bytes) -> str:
    """The answer to a message; whatever is wrong is an APIError."""
    try:
        request = read_request(text)
    except BadEnvelopeError as error:
        return refusal(error, error.request_id)
    try:
        return answer(request.kind.removesuffix("Request") + "Response", request.number, await _data(session, request))
    except ApiError as error:
        return refusal(error, request.number)
    except Exception:
        log.exception("a plug-in's %s failed", request.kind[:64])
        return refusal(ApiError(ErrorID.INTERNAL, "something went wrong inside; the log says what"), request.number)


async def _data(session: Session, request: Request) -> Data:
    kind = request.kind
    if kind in OPEN:
        return await OPEN[kind](session, request.data)
    if kind not in HANDLERS and kind not in absent.NOTHING and kind not in absent.REFUSED:
        raise ApiError(ErrorID.TYPE_UNKNOWN, "there is no request of that type")
    session.check()
    if kind in HANDLERS:
        return await HANDLERS[kind](session, request.data)
    if kind in absent.NOTHING:
        return dict(absent.NOTHING[kind])
    raise ApiError(*absent.REFUSED[kind])
