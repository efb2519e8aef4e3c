"""A server that speaks Twitch's IRC on the loopback, with the faults that a test asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Script = Callable[["Session"], Awaitable[None]]


class Session:
    """One client that has joined; `send` takes whole lines, `raw` any bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.lines: list[str] = []

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send(self, *lines: str) -> None:
        await self.raw("".join(f"{line}\r\n" for line in lines).encode())

    async def receive(self) -> str:
        data = await self.reader.readline()
        if not data:  # the end comes at once, again and again, and would let nobody else work
            raise ConnectionResetError("the client has left")
        self.lines.append(data.decode().rstrip("\r\n"))
        return self.lines[-1]

    async def say(self, text: str, number: str = "1", user: str = "mia", tags: str = "") -> None:
        head = f"@id={number};user-id=u-{user};display-name={user.title()}{';' + tags if tags else ''}"
        await self.send(f"{head} :{user}!{user}@{user}.tmi.twitch.tv PRIVMSG #stars :{text}")


class IrcServer:
    """Runs one script per connection, in order; the last again and again. `sessions` are the clients there were."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.sessions: list[Session] = []
        self.address = ""

    @asynccontextmanager
    async def run(self) -> AsyncIterator[IrcServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"irc://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for session in self.sessions:
                session.writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(reader, writer)
        self.sessions.append(session)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            await self._greet(session)
            await script(session)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _greet(self, session: Session) -> None:
        while not (line := await session.receive()).startswith("NICK"):
            if line.startswith("CAP REQ"):
                await session.send(":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands")
        nick = line.split()[1]
        await session.send(f":tmi.twitch.tv 001 {nick} :Welcome, GLHF!", f":tmi.twitch.tv 376 {nick} :>")
        joined = await session.receive()
        channel = joined.split()[1]
        await session.send(
            f":{nick}!{nick}@{nick}.tmi.twitch.tv JOIN {channel}",
            f":{nick}.tmi.twitch.tv 366 {nick} {channel} :End of /NAMES list",
        )
