"""A running camera: the lives of its parts.

Threads: the loop runs in the caller's, and one each for the renderer, every tracker, every output, the server,
speech, the broadcast, the streamer's voice, the loading of an engine and listening to a bake.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from vtube.clock import monotonic
from vtube.errors import AudioError, TrackingError
from vtube.studio.parts import Parts
from vtube.threads import close_together

log = logging.getLogger(__name__)

CLOSE_S = 0.9
"""Seconds that closing may take, everything together; what hangs longer is left behind."""
OUTPUTS_SHARE = 0.9
"""The part of these that outputs may take, so that they can say themselves which of them hangs."""
RENDERER = "the renderer"


class Studio(Parts):
    """A running camera. `open`, `run` until `stop` is called from anywhere, `close`; meanwhile ask `control`."""

    _closed = False

    def open(self) -> None:
        """Open inputs, outputs and server, and begin to load the engine.

        Raises:
            VtubeError: an input, the server or the weights cannot be had; one line.
        """
        if self.server is not None:
            self.server.start()
            self.portraits.start()
            log.info("control page: %s   for OBS: %s/camera", self.url, self.url)
        self.outputs.start(f"{self.url}/camera" if self.url is not None else "")
        self._track()
        self._listen()
        self.speech.start()
        self.broadcast.start()
        self.host.start()
        self.edited.start()
        self.plugins.open(self.program())
        self.triggers.open()
        self.captions.start()
        self.rendering.start()
        self.character.load(self.rendering)

    def run(self, seconds: float | None = None) -> None:
        """Send frames until `stop`, or for `seconds`."""
        self.loop.run(seconds)

    def stop(self) -> None:
        """End `run`; from any thread or a signal handler."""
        self.loop.stop()

    def close(self, seconds: float = CLOSE_S) -> None:
        """Give every device back within `seconds`; harmless when called twice or after a failed `open`."""
        if self._closed:
            return
        self._closed = True
        self.loop.stop()
        for name in close_together(self._closers(seconds * OUTPUTS_SHARE), seconds):
            if name != RENDERER or not self.rendering.is_drawing(monotonic()):  # which may still finish its frame
                log.warning("%s does not close; leaving it behind", name)

    def join(self, seconds: float) -> bool:
        """After `close`: wait, at most `seconds` together, for engines and voices at work; whether all have ended."""
        deadline = monotonic() + seconds
        parts = (self.rendering, self.character, self.portraits, self.speech)
        return all([part.join(deadline - monotonic()) for part in parts])

    def _track(self) -> None:
        """Start the trackers; as for the sound input, what was only saved does not keep the camera from starting."""
        try:
            self.trackers.start()
        except TrackingError as error:
            saved, now = self._read_saved(), self.settings.in_force
            if saved.get("tracking") != now.tracking and saved.get("receiver", {}).get("host") != now.receiver.host:
                raise
            log.warning("%s; the camera starts without it, as it was only saved", error)

    def _listen(self) -> None:
        """Open the sound input; one that was only saved and is gone by now does not keep the camera from starting."""
        try:
            self.mouth_source.start()
        except AudioError as error:
            if self._read_saved().get("audio") != self.settings.in_force.audio:
                raise
            log.warning("%s; the camera starts without it, as it was only saved", error)
            self.settings.change({"audio": "none"}, save=False)

    def _read_saved(self) -> Mapping[str, Any]:
        return self.saved.read() if self.saved is not None else {}

    def _closers(self, outputs_s: float) -> list[tuple[str, Callable[[], object]]]:
        closers: list[tuple[str, Callable[[], object]]] = [
            (RENDERER, self.rendering.close),  # first, as it ends its frame
            ("an output", lambda: self.outputs.close(outputs_s)),
            ("the neutral face", self.animator.close),
            ("a portrait", self.portraits.close),
            ("a look at edited files", self.edited.close),
            ("a clip", self.clips.close),
            ("a tracker", self.trackers.close),
            ("the sound input", self.mouth_source.close),
            ("the sound of a stream", self.sound.close),
            ("the microphone of the host", self.host.close),
            ("the broadcast", self.broadcast.close),
            ("the voice", self.speech.close),
            ("the subtitles", self.captions.close),
            ("the plug-ins", self.plugins.close),
            ("a hotkey", self.triggers.close),
            ("the bake", self.character.close),
        ]
        if self.server is not None:
            closers.insert(0, ("the server", self.server.stop))
        return closers
