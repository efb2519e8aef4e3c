"""Twitch's EventSub by WebSocket, for who has a token: chat, and what is redeemed with channel points.

https://dev.twitch.tv/docs/eventsub/handling-websocket-events/
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from vtube.chat.base import Link, LostError
from vtube.chat.eventsub_messages import arrival_of
from vtube.chat.helix import Helix, Token, TokenError
from vtube.chat.seen import Seen

SOCKET = "wss://eventsub.wss.twitch.tv/ws"
KEEPALIVE_S = 30
GRACE_S = 3.0
"""A keepalive may be so late."""
WELCOME_S = 10.0
LAST_WORDS_S = 0.2
"""For what the old server still has to say after a move."""
VALID_S = 3600.0
"""So often Twitch wants to be asked whether the token is still good."""
MAX_BYTES = 1 << 20

REDEEMS = "channel.channel_points_custom_reward_redemption.add"
CHAT = (
    "channel.chat.message",
    "channel.chat.notification",
    "channel.chat.message_delete",
    "channel.chat.clear",
    "channel.chat.clear_user_messages",
)
_CLOSED = {
    4000: "Twitch has a fault",
    4002: "Twitch got no answer to a ping",
    4003: "Twitch waited for subscriptions in vain",
    4004: "the move to another server took too long",
    4005: "Twitch's network timed out",
    4006: "Twitch's network failed",
    4007: "Twitch does not know the address to move to",
}
"""What the codes say with which Twitch closes a connection."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A subscription; what is not needed may be refused."""

    kind: str
    version: str
    condition: Mapping[str, str]
    is_needed: bool = False


class EventSub:
    """One channel's events, for one token. `read` once per connection."""

    def __init__(self, channel: str, helix: Helix, socket: str) -> None:
        """Nothing is opened yet; `channel` is its login name, `socket` the WebSocket's address."""
        self._channel, self._helix, self._socket = channel, helix, socket
        self._seen = Seen()
        self._has_redeems = False

    async def read(self, link: Link) -> None:
        """Read until the connection ends.

        Raises:
            TokenError: the token does not let us in; the line says why.
            LostError, OSError, TimeoutError, aiohttp.ClientError: as `base.ChatSource` says.
        """
        token = await self._helix.validated(link.session)
        owner = await self._helix.user_number(link.session, self._channel)
        address = f"{self._socket}?keepalive_timeout_seconds={KEEPALIVE_S}"
        socket = await link.session.ws_connect(address, max_msg_size=MAX_BYTES)
        try:
            session = await _welcomed(socket)
            await self._subscribe(link, token, owner, str(session["id"]))
            link.live(f"#{self._channel}, by the token of {token.login}")
            checked = link.clock()
            while True:
                value = await _frame(socket, _silence_s(session))
                moved = self._take(value, link)
                if moved:
                    socket, session = await self._move(socket, moved, session, link)
                if link.clock() - checked >= VALID_S:
                    checked = link.clock()
                    await self._helix.validated(link.session)
        finally:
            await socket.close()

    def _take(self, value: Mapping[str, Any], link: Link) -> str:
        """Deliver a message of the protocol; the address to move to, if it has one."""
        metadata, payload = _mapping(value.get("metadata")), _mapping(value.get("payload"))
        match metadata.get("message_type"):
            case "notification":
                if self._seen.is_new(str(metadata.get("message_id"))):
                    self._deliver(payload, metadata.get("message_timestamp"), link)
            case "session_reconnect":
                return str(_mapping(payload.get("session")).get("reconnect_url") or "")
            case "revocation":
                self._revoked(_mapping(payload.get("subscription")), link)
            case "session_keepalive" | "session_welcome":
                pass
            case _:
                link.damaged(metadata)
        return ""

    def _deliver(self, payload: Mapping[str, Any], sent: object, link: Link) -> None:
        try:
            kind, event = str(payload["subscription"]["type"]), payload["event"]
            what = arrival_of(kind, event, sent, has_redeems=self._has_redeems)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            link.damaged(error)
            return
        if what is not None:
            link.post(what)

    def _revoked(self, subscription: Mapping[str, Any], link: Link) -> None:
        kind, why = str(subscription.get("type")), str(subscription.get("status"))
        if kind in CHAT:
            raise TokenError(f"Twitch takes the subscription to {kind} back ({why})")
        self._has_redeems = self._has_redeems and kind != REDEEMS
        link.details["without"] = sorted({*link.details.get("without", ()), kind})

    async def _move(
        self, old: aiohttp.ClientWebSocketResponse, address: str, session: Mapping[str, Any], link: Link
    ) -> tuple[aiohttp.ClientWebSocketResponse, Mapping[str, Any]]:
        """Connect to `address`, reading on from the old server until the new one says welcome."""
        new = await link.session.ws_connect(address, max_msg_size=MAX_BYTES)
        reading = asyncio.create_task(self._read_on(old, _silence_s(session), link))
        try:
            found = await _welcomed(new)
            await asyncio.wait({reading}, timeout=LAST_WORDS_S)
            if reading.done():
                reading.result()
        except BaseException:
            await new.close()
            raise
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await old.close()
        return new, found

    async def _read_on(self, socket: aiohttp.ClientWebSocketResponse, patience_s: float, link: Link) -> None:
        """Read until it ends, however it does."""
        with contextlib.suppress(LostError):
            while True:
                self._take(await _frame(socket, patience_s), link)

    async def _subscribe(self, link: Link, token: Token, owner: str, session: str) -> None:
        """Ask for everything that the token may have."""
        self._has_redeems, without = False, []
        for one in wanted(token, owner):
            refused = await self._helix.subscribe(link.session, one.kind, one.version, one.condition, session)
            if not refused:
                self._has_redeems = self._has_redeems or one.kind == REDEEMS
            elif one.is_needed:
                raise TokenError(f"Twitch refuses {one.kind}: {refused}")
            else:
                without.append(one.kind)
        link.details["without"] = without


def wanted(token: Token, owner: str) -> list[Wanted]:
    """What is asked for: the chat, and what more the token's scopes and its owner allow."""
    channel = {"broadcaster_user_id": owner}
    found = [Wanted(kind, "1", channel | {"user_id": token.user_id}, kind == CHAT[0]) for kind in CHAT]
    if token.user_id == owner and token.scopes & {"channel:read:redemptions", "channel:manage:redemptions"}:
        found.append(Wanted(REDEEMS, "1", channel))
    if "moderator:read:followers" in token.scopes:
        found.append(Wanted("channel.follow", "2", channel | {"moderator_user_id": token.user_id}))
    return found


async def _welcomed(socket: aiohttp.ClientWebSocketResponse) -> Mapping[str, Any]:
    """The session with which a connection begins."""
    value = await _frame(socket, WELCOME_S)
    session = _mapping(_mapping(value.get("payload")).get("session"))
    if _mapping(value.get("metadata")).get("message_type") != "session_welcome" or "id" not in session:
        raise LostError("Twitch does not begin with a welcome")
    return session


async def _frame(socket: aiohttp.ClientWebSocketResponse, patience_s: float) -> Mapping[str, Any]:
    """The next message; one that is no JSON is an empty one."""
    try:
        message = await socket.receive(timeout=patience_s)
    except TimeoutError:
        raise LostError("Twitch is silent") from None
    if message.type is not aiohttp.WSMsgType.TEXT:
        code = socket.close_code or 0
        raise LostError(_CLOSED.get(code, f"Twitch closed the connection ({code})"))
    with contextlib.suppress(ValueError):
        return _mapping(message.json())
    return {}


def _silence_s(session: Mapping[str, Any]) -> float:
    """Seconds of silence after which the server is gone."""
    said = session.get("keepalive_timeout_seconds")
    return (said if isinstance(said, int | float) and said > 0 else KEEPALIVE_S) + GRACE_S


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
