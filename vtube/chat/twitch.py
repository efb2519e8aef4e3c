"""`twitch:CHANNEL`: a Twitch chat by IRC over TLS, read without an account; with a token by EventSub.

The protocol is Twitch's own dialect of IRCv3: https://dev.twitch.tv/docs/chat/irc/
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import ssl
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from vtube.chat.base import ChatContext, Link, LostError
from vtube.chat.eventsub import SOCKET, EventSub
from vtube.chat.eventsub_messages import BADGES
from vtube.chat.helix import HELIX, IDENTITY, Helix, TokenError
from vtube.chat.irc import IrcLine, parse_line
from vtube.chat.message import ChatMessage, Kind, Removal, Role
from vtube.chat.twitch_replies import TwitchReplies
from vtube.errors import ChatError, Line, SettingsError
from vtube.spec import Spec

ADDRESS = "ircs://irc.chat.twitch.tv:6697"
CONNECT_S = 10.0
SILENCE_S = 240.0
"""After so long without a line the server is asked whether it is there."""
ANSWER_S = 10.0
MAX_LINE_BYTES = 64 * 1024

log = logging.getLogger(__name__)

_CHANNEL = re.compile(r"[a-z0-9_]{1,25}")
_NOTICES = {
    "sub": Kind.MEMBER,
    "resub": Kind.MEMBER,
    "subgift": Kind.GIFT,
    "submysterygift": Kind.GIFT,
    "raid": Kind.RAID,
    "announcement": Kind.TEXT,
}


class TwitchChat:
    """One channel."""

    name = "twitch"

    def __init__(self, spec: Spec, context: ChatContext) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: the channel's name is missing or is none.
        """
        self.channel = channel_of(spec.argument or "")
        self._address = urlsplit(context.address(self.name, ADDRESS))
        self._eventsub = eventsub_of(self.channel, context)
        self._context = context

    @property
    def by_token(self) -> bool:
        """Whether a token is used, as long as it is taken."""
        return self._eventsub is not None

    def replier(self) -> TwitchReplies:
        """See `replies.Answerable`."""
        return TwitchReplies(self.channel, helix_of(self._context), self._context.settings.twitch_token_variable)

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`; a token that is not taken is told, and the chat read without."""
        if self._eventsub is not None:
            try:
                return await self._eventsub.read(link)
            except TokenError as error:
                self._eventsub = None
                link.details.update(token=str(error), without=[])
                log.warning("chat %s: %s; the chat is read without an account", self.name, error)
        await self._read_irc(link)

    async def _read_irc(self, link: Link) -> None:
        encrypted = self._address.scheme != "irc"
        port = self._address.port or (6697 if encrypted else 6667)
        tls = ssl.create_default_context() if encrypted else None
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(self._address.hostname, port, ssl=tls, limit=MAX_LINE_BYTES)
        try:
            await self._greet(writer, link)
            async for line in self._lines(reader, writer):
                await self._handle(line, writer, link)
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()

    async def _greet(self, writer: asyncio.StreamWriter, link: Link) -> None:
        await _send(writer, "CAP REQ :twitch.tv/tags twitch.tv/commands")
        await _send(writer, "PASS SCHMOOPIIE")
        await _send(writer, f"NICK justinfan{link.random.randint(10_000, 99_999)}")

    async def _lines(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[str]:
        """Each line of the server; a server that is silent is asked, and left when it does not answer."""
        asked = False
        while True:
            try:
                async with asyncio.timeout(ANSWER_S if asked else SILENCE_S):
                    data = await reader.readuntil(b"\n")
            except TimeoutError:
                if asked:
                    raise LostError(Line("the server is silent", "chat.silent")) from None
                asked = True
                await _send(writer, "PING :vtube")
                continue
            except asyncio.IncompleteReadError:
                raise LostError(Line("the server closed the connection", "chat.closed")) from None
            except asyncio.LimitOverrunError as error:
                await reader.readexactly(error.consumed)
                continue
            asked = False
            if text := data.decode("utf-8", "replace").rstrip("\r\n"):
                yield text

    async def _handle(self, text: str, writer: asyncio.StreamWriter, link: Link) -> None:
        line = parse_line(text)
        if line is None:
            link.damaged(text)
            return
        match line.command:
            case "PING":
                await _send(writer, f"PONG :{line.trailing or 'tmi.twitch.tv'}")
            case "001":
                await _send(writer, f"JOIN #{self.channel}")
            case "366" | "ROOMSTATE":
                link.live(f"#{self.channel}")
            case "RECONNECT":
                raise LostError("the server asks to connect anew", at_once=True)
            case "NOTICE":
                self._notice(line)
            case "PRIVMSG" | "USERNOTICE" | "CLEARMSG" | "CLEARCHAT":
                self._deliver(line, link)

    def _notice(self, line: IrcLine) -> None:
        reason = line.tags.get("msg-id", "")
        if reason in ("msg_channel_suspended", "tos_ban"):
            raise ChatError(f"Twitch has suspended the channel {self.channel}")
        if "authentication failed" in line.trailing.lower() or "improperly formatted" in line.trailing.lower():
            raise LostError(f"Twitch refuses: {line.trailing}")

    def _deliver(self, line: IrcLine, link: Link) -> None:
        room, source = line.tags.get("room-id"), line.tags.get("source-room-id")
        if source and source != room:  # another channel's, in a shared chat
            return
        if line.command == "CLEARMSG":
            link.post(Removal(self.name, message_id=line.tags.get("target-msg-id", "-")))
        elif line.command == "CLEARCHAT":
            link.post(Removal(self.name, user_id=line.tags.get("target-user-id", "")))
        elif (message := message_of(line)) is not None:
            link.post(message)


def helix_of(context: ChatContext) -> Helix | None:
    """Twitch's web interface, where the environment has a token."""
    token = os.environ.get(context.settings.twitch_token_variable, "").strip()
    own = context.address("eventsub", "")
    if not token:
        return None
    return Helix(token, address=f"{own}/helix" if own else HELIX, identity=own or IDENTITY)


def eventsub_of(channel: str, context: ChatContext) -> EventSub | None:
    """The channel's events, where the environment has a token."""
    helix, own = helix_of(context), context.address("eventsub", "")
    return EventSub(channel, helix, f"{own.replace('http', 'ws', 1)}/ws" if own else SOCKET) if helix else None


def channel_of(argument: str) -> str:
    """A channel's name from what people write: also #name and the page's address.

    Raises:
        SettingsError: it is none.
    """
    name = argument.strip().rstrip("/").rpartition("/")[2].lstrip("#@").lower()
    if not _CHANNEL.fullmatch(name):
        line = f"twitch takes the name of a channel, such as twitch:monstercat, not {argument!r}"
        raise SettingsError(line, "spec.argument", example="twitch:monstercat")
    return name


def message_of(line: IrcLine) -> ChatMessage | None:
    """A PRIVMSG or USERNOTICE as a message; None for a notice that concerns nobody here."""
    tags, text = line.tags, line.parameters[1] if len(line.parameters) > 1 else ""
    if text.startswith("\x01ACTION "):
        text = text[len("\x01ACTION ") :].rstrip("\x01")
    kind, amount, currency = Kind.TEXT, 0.0, ""
    if line.command == "USERNOTICE":
        notice = tags.get("msg-id", "")
        if notice not in _NOTICES:
            return None
        kind = _NOTICES[notice]
        text = text or tags.get("system-msg", "")
    elif bits := _number(tags.get("bits", "")):
        kind, amount, currency = Kind.PAID, float(bits), "bits"
    elif tags.get("custom-reward-id"):
        kind = Kind.REDEEM
    login = tags.get("login") or line.nick
    return ChatMessage(
        "twitch",
        tags.get("id", ""),
        tags.get("display-name") or login or "somebody",
        text,
        user_id=tags.get("user-id", ""),
        kind=kind,
        amount=amount,
        currency=currency,
        roles=_roles(tags),
        time=_number(tags.get("tmi-sent-ts", "")) / 1000,
        reply_to=tags.get("reply-parent-msg-id", ""),
    )


def _roles(tags: dict[str, str]) -> frozenset[Role]:
    badges = (badge.partition("/")[0] for badge in tags.get("badges", "").split(","))
    roles = {BADGES[badge] for badge in badges if badge in BADGES}
    if tags.get("mod") == "1":
        roles.add(Role.MODERATOR)
    if tags.get("first-msg") == "1":
        roles.add(Role.FIRST_TIME)
    return frozenset(roles)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


async def _send(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(f"{line}\r\n".encode())
    await writer.drain()
