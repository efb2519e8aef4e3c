"""How a plug-in comes in: it asks the user once, gets a token, and shows that in every session."""

from __future__ import annotations

import asyncio
import base64
import binascii

from vtube.vts_api.messages import STUDIO_VERSION, ApiError, Data, ErrorID, text_of
from vtube.vts_api.session import Session

SHORTEST, LONGEST = 3, 32
MAX_ICON = 400_000
"""Characters of an icon: 128 x 128 pixels need far fewer."""


async def state(session: Session, _: Data) -> Data:
    """APIStateRequest."""
    return {
        "active": True,
        "vTubeStudioVersion": STUDIO_VERSION,
        "currentSessionAuthenticated": session.plugin is not None,
    }


async def token(session: Session, data: Data) -> Data:
    """AuthenticationTokenRequest: waits for the user.

    Raises:
        ApiError: the names are none, somebody else asks just now, or the user refuses.
    """
    name = _name(data.get("pluginName"), ErrorID.TOKEN_PLUGIN_NAME, "pluginName")
    developer = _name(data.get("pluginDeveloper"), ErrorID.TOKEN_DEVELOPER_NAME, "pluginDeveloper")
    _check_icon(data.get("pluginIcon"))
    if not await _allowed(session, name, developer):
        raise ApiError(ErrorID.TOKEN_DENIED, "the user has not let this plug-in in")
    made = await session.shared.blocking(session.shared.plugins.allow, name, developer)
    return {"authenticationToken": made}


async def authenticate(session: Session, data: Data) -> Data:
    """AuthenticationRequest.

    Raises:
        ApiError: a field is missing.
    """
    given = []
    for key, number in (
        ("authenticationToken", ErrorID.AUTHENTICATION_TOKEN_MISSING),
        ("pluginName", ErrorID.AUTHENTICATION_NAME_MISSING),
        ("pluginDeveloper", ErrorID.AUTHENTICATION_DEVELOPER_MISSING),
    ):
        text = text_of(data.get(key))
        if not text:
            raise ApiError(number, f"{key} is missing")
        given.append(text)
    shown, name, developer = given
    if not session.shared.plugins.knows(name, developer, shown):
        session.plugin = None
        return {"authenticated": False, "reason": "The token is not valid for this plug-in, or was revoked."}
    session.plugin, session.revoked = (name, developer), False
    return {"authenticated": True, "reason": "The token is valid. The plug-in may work for this session."}


async def _allowed(session: Session, name: str, developer: str) -> bool:
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[bool] = loop.create_future()

    def settle(allow: bool) -> None:
        if not answered.done():
            answered.set_result(allow)

    def answer(allow: bool) -> None:
        loop.call_soon_threadsafe(settle, allow)

    asking = session.shared.asking
    number = asking.ask(name, developer, session.origin, answer)
    if number is None:
        raise ApiError(ErrorID.TOKEN_ONGOING, "the user is being asked already, or has just refused")
    try:
        return await answered
    finally:
        asking.withdraw(number)


def _name(value: object, number: ErrorID, key: str) -> str:
    text = text_of(value).strip()
    if not (SHORTEST <= len(text) <= LONGEST and text.isprintable()):
        raise ApiError(number, f"{key} has {SHORTEST} to {LONGEST} characters")
    return text


def _check_icon(value: object) -> None:
    """An icon is looked at and not shown: a picture by a stranger has no business on the page."""
    if value is None or value == "":
        return
    try:
        data = base64.b64decode(text_of(value, MAX_ICON), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        raise ApiError(ErrorID.TOKEN_ICON, "pluginIcon is a PNG or a JPEG, in Base64")
