"""The streamer's voice as a part of the camera: off, or one listener, which another one may replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vtube.audio.base import AudioSource
from vtube.audio.registry import create_source
from vtube.listening.base import Ear, Partner, Recogniser
from vtube.listening.echo import HerVoice, WithoutHerVoice
from vtube.listening.listener import Listener
from vtube.listening.registry import create_recogniser
from vtube.settings import Commit, ListeningSettings, Settings
from vtube.threads import quietly

CreateSource = Callable[[str, Settings], AudioSource | None]
CreateRecogniser = Callable[[str, ListeningSettings], Recogniser]


class HostVoice:
    """`start`, then any thread may ask for `status`; `close` in the end."""

    def __init__(
        self,
        settings: Settings,
        partner: Partner,
        her_voice: HerVoice,
        *,
        source: CreateSource = create_source,
        recogniser: CreateRecogniser = create_recogniser,
    ) -> None:
        """Nothing listens before `start`.

        Raises:
            SettingsError: there is no such sound input or recogniser.
            PackageMissingError: no package for speech recognition is installed, or none that cancels echoes.
            AudioError: the echo canceller does not start.
        """
        self._partner, self._her_voice = partner, her_voice
        self._create_source, self._create_recogniser = source, recogniser
        self._settings = settings
        self._started = False
        self._listener = self._made(settings)

    def prepare(self, settings: Settings) -> Commit:
        """Listen to another voice, or to none, or in another way; see `settings.Room`.

        Raises:
            SettingsError: there is no such sound input.
            PackageMissingError, AudioError: as at the start.
        """
        if _ears(settings) != _ears(self._settings):
            new = self._made(settings)
            return lambda: self._change(settings, new)
        return lambda: self._adopt(settings)

    def start(self) -> None:
        """Load the recogniser in the background, then listen."""
        self._started = True
        if self._listener is not None:
            self._listener.start()

    def close(self) -> None:
        """Give the microphone back; harmless when called twice."""
        self._started = False
        if self._listener is not None:
            self._listener.close()

    def status(self, now: float) -> dict[str, Any]:
        """The object `listening` of `/api/state`; see `Listener.status`."""
        listener, spec = self._listener, self._settings.listen
        if listener is None:
            return {"spec": spec, "state": str(Ear.OFF)}
        return {"spec": spec, **listener.status(now)}

    def _made(self, settings: Settings) -> Listener | None:
        source = self._create_source(settings.listen, settings)
        if source is None:
            return None
        if settings.listening.echo == "cancel":
            source = WithoutHerVoice(source, self._her_voice)
        recogniser = self._create_recogniser(settings.listening.recogniser, settings.listening)
        return Listener(settings.listening, source, recogniser, self._partner)

    def _change(self, settings: Settings, new: Listener | None) -> None:
        old, self._listener, self._settings = self._listener, new, settings
        if old is not None:
            quietly(old.close)
        if new is not None and self._started:
            new.start()

    def _adopt(self, settings: Settings) -> None:
        self._settings = settings
        if self._listener is not None:
            self._listener.adopt(settings.listening)


def _ears(settings: Settings) -> tuple[str, str]:
    """What takes another listener when it changes."""
    return settings.listen, settings.listening.echo
