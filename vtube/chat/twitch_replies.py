"""Answers written into a Twitch chat by Helix: https://dev.twitch.tv/docs/api/reference/#send-chat-message."""

from __future__ import annotations

import aiohttp

from vtube.chat.base import LostError
from vtube.chat.helix import BusyError, Helix, TokenError
from vtube.chat.replies import NotSentError, Reply, Sent

SCOPE = "user:write:chat"
LIMIT = 500
EVERY_S = 2.0
"""A user may send 20 messages in 30 seconds."""


class TwitchReplies:
    """Writes into one channel with a user's token."""

    limit, every_s, is_thread = LIMIT, EVERY_S, True

    def __init__(self, channel: str, helix: Helix | None, variable: str) -> None:
        """Nothing is asked yet; `helix` is None where the environment has no token."""
        self._channel, self._helix = channel, helix
        self.lacks = "" if helix is not None else f"it needs a user's token with the scope {SCOPE} in {variable}"
        self._owner = self._sender = ""

    async def send(self, session: aiohttp.ClientSession, reply: Reply) -> Sent:
        """See `replies.Replier`."""
        assert self._helix is not None
        try:
            if not self._owner:
                await self._look(session, self._helix)
            number, dropped = await self._helix.send_chat(
                session, self._owner, self._sender, reply.text, reply_to=reply.to.id
            )
        except TokenError as error:
            raise NotSentError(str(error), for_good=True) from None
        except BusyError as error:
            raise NotSentError(str(error), error.pause_s) from None
        except LostError as error:
            raise NotSentError(str(error)) from None
        if dropped:
            raise NotSentError(f"Twitch drops the message: {dropped}")
        return Sent(number, self._sender)

    async def _look(self, session: aiohttp.ClientSession, helix: Helix) -> None:
        token = await helix.validated(session)
        if SCOPE not in token.scopes:
            raise TokenError(f"the token has not the scope {SCOPE}")
        self._owner = await helix.user_number(session, self._channel)
        self._sender = token.user_id
