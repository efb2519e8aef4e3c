"""`youtube:VIDEO`: the chat of a live stream by YouTube's Data API; the key comes from YOUTUBE_API_KEY.

New messages are pushed (https://developers.google.com/youtube/v3/live/docs/liveChatMessages/streamList), which costs
little of the day's quota; where that does not work they are asked for again and again
(https://developers.google.com/youtube/v3/live/docs/liveChatMessages/list).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from vtube.chat.base import ChatContext, Link, LostError, NotLiveError
from vtube.chat.json_objects import JsonObjects
from vtube.chat.youtube_api import (
    ADDRESS,
    ENDED,
    SPOILT,
    UNITS_PER_LOOK,
    UNITS_PER_PAGE,
    USED_UP,
    RefusedError,
    YoutubeApi,
)
from vtube.chat.youtube_messages import arrival_of, dict_of, list_of, number_of, time_of
from vtube.chat.youtube_replies import TOKENS, UserToken, YoutubeReplies
from vtube.errors import ChatError, SettingsError
from vtube.spec import Spec

MAX_RESULTS = 500
QUIET_S = 120.0
"""A stream without a word for so long is opened anew."""
SHORT_S, MOST_SHORT = 5.0, 3
"""Streams that end sooner than this, so many in a row, are none."""

_VIDEO = re.compile(r"[\w-]{11}")

log = logging.getLogger(__name__)


class _NoStreamError(Exception):
    """Messages are not pushed here."""


class YoutubeChat:
    """One video's chat."""

    name = "youtube"

    def __init__(self, spec: Spec, context: ChatContext) -> None:
        """Nothing is asked yet.

        Raises:
            SettingsError: the video is none, or there is no key.
        """
        self.video = video_of(spec.argument or "")
        variable = context.settings.youtube_key_variable
        key = os.environ.get(variable, "").strip()
        if not key:
            line = f"youtube needs a key of the YouTube Data API in the environment variable {variable}"
            raise SettingsError(line, "chat.key", variable=variable)
        self._api = YoutubeApi(context.address(self.name, ADDRESS), key, context.settings.youtube_quota)
        self._streams = context.settings.youtube_stream
        self._token_variable = context.settings.youtube_token_variable
        own = context.address(self.name, "")
        self._tokens = f"{own}/token" if own else TOKENS
        self._chat = self._token = ""
        """The chat that was read last, and how far; after a fault it is gone on with there."""

    def replier(self) -> YoutubeReplies:
        """See `replies.Answerable`."""
        return YoutubeReplies(self._api, lambda: self._chat, UserToken(self._token_variable, self._tokens))

    async def listen(self, link: Link) -> None:
        """See `base.ChatSource`; what was written before is passed over."""
        chat = await self._chat_id(link)
        if chat != self._chat:
            self._chat, self._token = chat, ""
        try:
            if self._streams:
                try:
                    await self._stream(link)
                except _NoStreamError as error:
                    self._streams, self._token = False, ""
                    log.info("chat youtube: messages are not pushed (%s); they are asked for", error)
            await self._poll(link)
        except RefusedError as error:
            if error.reasons & (SPOILT | ENDED):
                self._token = ""
            raise error.meaning() from None
        except NotLiveError:
            self._token = ""
            raise

    # Asking again and again

    async def _poll(self, link: Link) -> None:
        if not self._token:  # the first page is history
            await self._wait(link, await self._page(link))
        link.live(self.video)
        while True:
            page = await self._page(link)
            for item in list_of(page.get("items")):
                self._deliver(item, link)
            if page.get("offlineAt"):
                raise NotLiveError("the stream is over")
            await self._wait(link, page)

    async def _page(self, link: Link) -> dict[str, Any]:
        page = await self._api.get(link, "/liveChat/messages", self._query(), UNITS_PER_PAGE)
        self._token = str(page.get("nextPageToken") or "")
        return page

    async def _wait(self, link: Link, page: Mapping[str, Any]) -> None:
        link.live(self.video)
        wait = self._api.wait_s(number_of(page.get("pollingIntervalMillis")) / 1000)
        link.details["poll_s"] = round(wait, 1)
        await link.sleep(wait)

    # Having them pushed

    async def _stream(self, link: Link) -> None:
        """Read one stream after the other; each goes on where the last one ended."""
        short = 0
        while True:
            began = link.clock()
            try:
                came = await self._read_stream(link)
            except RefusedError as error:
                known = error.reasons & (ENDED | USED_UP | SPOILT) or "rateLimitExceeded" in error.reasons
                if known or error.status == 429 or error.status >= 500:
                    raise
                raise _NoStreamError(str(error)) from None
            short = short + 1 if not came and link.clock() - began < SHORT_S else 0
            if short >= MOST_SHORT:
                raise _NoStreamError("streams end as they begin")
            await link.sleep(self._api.wait_s(0.0))

    async def _read_stream(self, link: Link) -> int:
        """How many messages came until it ended."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=QUIET_S)
        path, query, came = "/liveChat/messages/stream", self._query(), 0
        async with self._api.opened(link, path, query, UNITS_PER_PAGE, timeout) as answer:
            link.live(self.video)
            since = 0.0 if self._token else _moment(answer)
            objects = JsonObjects()
            try:
                async for data in answer.content.iter_any():
                    for page in objects.feed(data):
                        came += self._deliver_page(page, since, link)
            except TimeoutError:
                pass  # nobody wrote
            except ValueError as error:
                link.damaged(error)
        return came

    def _deliver_page(self, page: Mapping[str, Any], since: float, link: Link) -> int:
        if page.get("error"):
            raise LostError("YouTube breaks the stream off")
        self._token = str(page.get("nextPageToken") or self._token)
        items = [item for item in list_of(page.get("items")) if not _is_before(item, since)]
        for item in items:
            self._deliver(item, link)
        if page.get("offlineAt"):
            raise NotLiveError("the stream is over")
        return len(items)

    # Both

    def _deliver(self, item: object, link: Link) -> None:
        if not isinstance(item, dict):
            link.damaged(item)
            return
        if dict_of(item.get("snippet")).get("type") == "chatEndedEvent":
            raise NotLiveError("the stream is over")
        what = arrival_of(item)
        if what is not None:
            link.post(what)

    async def _chat_id(self, link: Link) -> str:
        query = {"part": "snippet,liveStreamingDetails", "id": self.video}
        try:
            answer = await self._api.get(link, "/videos", query, UNITS_PER_LOOK)
        except RefusedError as error:
            raise error.meaning() from None
        items = list_of(answer.get("items"))
        if not items:
            raise ChatError(f"YouTube has no video {self.video}", "chat.gone", name=self.video)
        chat = dict_of(dict_of(items[0]).get("liveStreamingDetails")).get("activeLiveChatId")
        if not isinstance(chat, str) or not chat:
            raise NotLiveError("the stream has not begun, or its chat is off")
        return chat

    def _query(self) -> dict[str, str]:
        query = {"liveChatId": self._chat, "part": "id,snippet,authorDetails", "maxResults": str(MAX_RESULTS)}
        return query | ({"pageToken": self._token} if self._token else {})


def video_of(argument: str) -> str:
    """A video's id from what people write: also the address of its page.

    Raises:
        SettingsError: it is none.
    """
    text = argument.strip()
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        named = parse_qs(parts.query).get("v", [parts.path.rstrip("/").rpartition("/")[2]])[0] or parts.netloc
    except ValueError:  # [ without ]
        named = ""
    if not _VIDEO.fullmatch(named):
        line = f"youtube takes the id of a video, such as youtube:jfKfPfyJRdk, not {argument!r}"
        raise SettingsError(line, "spec.argument", example="youtube:jfKfPfyJRdk")
    return named


def _moment(answer: aiohttp.ClientResponse) -> float:
    """When it was sent, by the server's own clock; 0 when it does not say."""
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return 0.0


def _is_before(item: object, since: float) -> bool:
    """Whether a message was written before that moment."""
    written = time_of(dict_of(dict_of(item).get("snippet")).get("publishedAt"))
    return 0 < written < since
