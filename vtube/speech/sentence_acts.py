"""What face and body do as a sentence is heard: its emotion is shown and its gesture begun, once.

Laughter and sighs are no emotions: the body makes them where they stand, and is as before when they are over.
"""

from __future__ import annotations

from collections.abc import Callable

from vtube.speech.base import Utterance
from vtube.speech.bodily import felt
from vtube.speech.player import Player
from vtube.threads import quietly

AHEAD_S = 0.04
"""So long before its first sound a sentence counts as heard: the pose that shows its emotion comes a frame later."""


class SentenceActs:
    """Looks at what a player plays; whoever looks last sees no sentence twice."""

    def __init__(self, player: Player) -> None:
        self.show_emotion: Callable[[str], object] = lambda name: None
        """Takes the word of a tag such as [joy]."""
        self.act: Callable[[str], object] = lambda name: None
        """Takes the name of a gesture."""
        self._player = player
        self._begun: Utterance | None = None

    def follow(self, now: float) -> None:
        """Begin what belongs to the sentence that is heard at `now`, or in a moment (monotonic seconds)."""
        heard = self._player.heard(now + AHEAD_S) or self._player.heard(now)
        if heard is None or heard.utterance is self._begun:
            return
        said = self._begun = heard.utterance
        if felt(said.emotion):
            quietly(lambda: self.show_emotion(said.emotion))
        if said.gesture:
            quietly(lambda: self.act(said.gesture))
