"""What the server asks of those who steer the program from outside: plug-ins, hotkeys and links."""

from __future__ import annotations

from typing import Any, Protocol


class PluginsControl(Protocol):
    """Plug-ins for VTube Studio."""

    def questions(self) -> list[dict[str, Any]]:
        """Who asks to come in: number, name, developer, origin."""

    def answer(self, number: int, allow: bool) -> bool:
        """Let one in that asks, or not; False when it does not ask any more. Blocks."""

    def revoke(self, key: str) -> bool:
        """Take one's access and its parameters away; False when there is none of that key. Blocks."""

    def status(self) -> dict[str, Any]:
        """Whether it listens and where, who asks, who may come in and who is there."""


class TriggersControl(Protocol):
    """Actions by name, and links that do them."""

    def names(self) -> list[str]:
        """The actions that there are."""

    def do(self, action: str) -> None:
        """Do one, such as `expression:joy`. Blocks."""

    def links(self) -> list[dict[str, str]]:
        """Each link's key and name; no tokens."""

    def new_link(self, name: str) -> str:
        """The token of one more link. Blocks."""

    def remove_link(self, key: str) -> bool:
        """Take a link away; False when there is none of that key. Blocks."""

    def knows_link(self, token: str) -> bool:
        """Whether a link has this token."""
