"""What the clients of language models share: a POST whose answer comes line by line, in bounded time."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

import aiohttp

from vtube.clock import Clock, monotonic
from vtube.dialogue.llm.base import ContextOverflowError
from vtube.dialogue.llm.sse import Lines
from vtube.errors import LanguageModelError, SettingsError
from vtube.settings import LanguageModelSettings
from vtube.speech.answer_text import reason
from vtube.text import first_line, hidden, public

RETRIED = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
RETRIES = 2
RETRY_S = 0.5
LONGEST_RETRY_S = 8.0
MAX_REFUSAL_BYTES = 1 << 16
_TOO_LONG = (
    "exceed_context_size",
    "context_length_exceeded",
    "context length",
    "too many tokens",
    "prompt is too long",
)
_ADVICE = {
    401: "is the key right?",
    402: "there is no credit left",
    403: "the key may not do this",
    404: "is there such a model, and is that its address?",
}


class RefusedError(LanguageModelError):
    """The server refuses, before the first word; `status` is HTTP's."""

    def __init__(self, line: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(line)
        self.status, self.retry_after = status, retry_after


class Patience:
    """How long the next bytes may take. Comments that keep a connection alive count as bytes, but not as words."""

    def __init__(self, settings: LanguageModelSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._began = clock()
        self._spoke = False

    def word(self) -> None:
        """The first word has come."""
        self._spoke = True

    def left_s(self) -> float:
        """Seconds until it runs out, if nothing comes meanwhile."""
        spent = self._clock() - self._began
        left = self._settings.whole_s - spent
        return min(left, self._settings.between_s if self._spoke else self._settings.first_s - spent)


class ModelServer:
    """One server of language models. A connection serves one answer: kept ones turn out to be dead."""

    def __init__(
        self,
        name: str,
        address: str,
        settings: LanguageModelSettings,
        headers: Mapping[str, str] | None = None,
        *,
        secret: str = "",
        clock: Clock = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`secret` is struck out of whatever the server says."""
        self.name, self.address = name, address.rstrip("/")
        self.settings, self.clock = settings, clock
        self._headers, self._secret, self._sleep = dict(headers or {}), secret, sleep
        self._session: aiohttp.ClientSession | None = None

    async def lines(self, path: str, body: Mapping[str, Any], patience: Patience) -> AsyncGenerator[str]:
        """The lines of the answer to a POST of `body` as JSON; tried again while nothing has come.

        Raises:
            ContextOverflowError: the body is more than the model can see.
            RefusedError: the server refuses.
            LanguageModelError: it does not answer in time, or breaks off.
        """
        for attempt in range(RETRIES + 1):
            came = False
            try:
                async with aclosing(self._once(path, body, patience)) as lines:
                    async for line in lines:
                        came = True
                        yield line
            except RefusedError as error:
                if error.status not in RETRIED or attempt == RETRIES:
                    raise
                wait = error.retry_after if error.retry_after is not None else RETRY_S * 2**attempt
                await self._sleep(min(wait, LONGEST_RETRY_S))
            except (aiohttp.ClientError, ConnectionError) as error:
                if came or attempt == RETRIES or isinstance(error, aiohttp.ClientConnectorError):
                    raise self.failed(error) from None
            else:
                return

    async def asked(self, path: str) -> dict[str, Any]:
        """The object that a GET gives; an empty one where it gives none."""
        try:
            async with asyncio.timeout(self.settings.connect_s):
                async with self._opened().get(
                    self.address + path, headers=self._headers, allow_redirects=False
                ) as answer:
                    value = await answer.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError):  # time-outs are OSErrors
            return {}
        return value if isinstance(value, dict) else {}

    def failed(self, error: object) -> LanguageModelError:
        """An error that says that the connection did not hold."""
        if isinstance(error, aiohttp.ClientConnectorError):
            return LanguageModelError(
                f"{self.name} does not answer at {public(self.address)}; start it, or set dialogue.model.addresses",
                "server.silent",
                name=self.name,
                address=public(self.address),
            )
        return self.broken(first_line(error))

    def broken(self, why: str) -> LanguageModelError:
        """An error that says why an answer broke off."""
        return LanguageModelError(self.safe(f"{self.name} broke off: {why}"))

    def safe(self, text: str) -> str:
        """The text without the key."""
        return hidden(text, self._secret)

    async def close(self) -> None:
        """End the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _once(self, path: str, body: Mapping[str, Any], patience: Patience) -> AsyncGenerator[str]:
        lines = Lines()
        try:
            async with asyncio.timeout(patience.left_s()):
                answer = await self._opened().post(
                    self.address + path, json=body, headers=self._headers, allow_redirects=False
                )
            async with answer:
                if answer.status != 200:
                    raise await self._refusal(answer)
                while data := await self._next(answer, patience):
                    for line in lines.feed(data):
                        yield line
                for line in lines.feed(b"", final=True):
                    yield line
        except TimeoutError:
            raise LanguageModelError(
                f"{self.name} takes too long; see dialogue.model.first_s",
                "server.slow",
                name=self.name,
                setting="dialogue.model.first_s",
            ) from None
        except ValueError:
            raise self.broken("it sends something else than expected") from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=self.settings.connect_s)
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def _next(self, answer: aiohttp.ClientResponse, patience: Patience) -> bytes:
        async with asyncio.timeout(patience.left_s()):
            return await answer.content.readany()

    async def _refusal(self, answer: aiohttp.ClientResponse) -> LanguageModelError:
        async with asyncio.timeout(self.settings.connect_s):
            data = await answer.content.read(MAX_REFUSAL_BYTES)
        text = data.decode("utf-8", "replace")
        if answer.status in (400, 413, 500) and any(word in text.lower() for word in _TOO_LONG):
            return ContextOverflowError(f"the conversation is longer than {self.name} can see")
        said = reason(self.safe(text).encode()) or str(answer.reason or "")
        advice = f"; {_ADVICE[answer.status]}" if answer.status in _ADVICE else ""
        return RefusedError(
            self.safe(f"{self.name} refuses ({answer.status}): {first_line(said)}{advice}"),
            answer.status,
            _seconds(answer.headers.get("Retry-After")),
        )


def key_of(kind: str, settings: LanguageModelSettings, usual: str) -> str:
    """The key of a kind, from the environment alone; empty when there is none and a server of one's own is named.

    Raises:
        SettingsError: the usual server wants one.
    """
    variable = settings.key_variables.get(kind, usual)
    key = os.environ.get(variable, "").strip()
    if not key and kind not in settings.addresses:
        raise SettingsError(
            f"{kind} needs a key in the environment variable {variable}; "
            "for a server that needs none, set dialogue.model.addresses"
        )
    return key


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
