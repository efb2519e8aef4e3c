"""The chat sources by the kind their SPEC names; a new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterable

from vtube.chat.base import ChatContext, ChatSource
from vtube.registry import Entry, Registry
from vtube.settings import SourceSettings

NONE = "none"

CHATS: Registry[ChatContext, ChatSource] = Registry(
    "chat source",
    "vtube.chats",
    [
        Entry("twitch", "vtube.chat.twitch:TwitchChat", "a Twitch channel; needs no account", ":CHANNEL"),
        Entry(
            "youtube",
            "vtube.chat.youtube:YoutubeChat",
            "a live stream on YouTube; needs a key of its Data API",
            ":VIDEO",
            aliases=("yt",),
        ),
        Entry("bilibili", "vtube.chat.bilibili:BilibiliChat", "a room on live.bilibili.com", ":ROOM"),
        Entry(
            "onecomme",
            "vtube.chat.onecomme:OneCommeChat",
            "the program OneComme, which reads Niconico, TwitCasting, TikTok, Kick and more",
            aliases=("wancome", "わんコメ"),
        ),
        Entry(
            "socialstream",
            "vtube.chat.socialstream:SocialStreamChat",
            "the browser extension Social Stream Ninja, which reads very many sites",
            ":SESSION",
            aliases=("ssn", "social-stream"),
        ),
        Entry("stdin", "vtube.chat.stdin:StdinChat", "what is typed into the terminal", aliases=("terminal",)),
        Entry(NONE, "vtube.chat.base:NoChat", "no chat", aliases=("off",)),
    ],
    ("chat",),
)


def create_chats(specs: Iterable[str], settings: SourceSettings) -> list[ChatSource]:
    """The sources that SPECs name, without `none`.

    Raises:
        SettingsError: there is no such source, or what it needs is missing.
    """
    context = ChatContext(settings)
    return [CHATS.create(text, context) for text in CHATS.distinct(specs) if text != NONE]
