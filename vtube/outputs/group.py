"""All outputs of a running camera: made from the settings, fed, changed while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vtube.clock import monotonic
from vtube.errors import SettingsError
from vtube.frame import Frame
from vtube.outputs.base import Backdrop, OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.registry import create_output
from vtube.outputs.worker import CLOSE_S, OutputState, OutputStatus, OutputWorker, close_all
from vtube.settings import Settings

BROWSER = "browser"

FINISH_S = 30.0
"""How long a file that is no longer wanted may write what it has queued."""


class OutputGroup:
    """Feeds every output by a worker of its own.

    `submit` runs in the loop's thread, `prepare` and its commit in whichever one changes the settings.
    """

    def __init__(self, settings: Settings, backdrop: Backdrop) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: a SPEC names no output, or only the browser is wanted and there is no server.
        """
        scene = settings.scene
        self.broadcast = FrameBroadcast()
        """Where the server finds the newest frame."""
        self._context = OutputContext(scene.width, scene.height, settings.loop.fps, backdrop, self.broadcast)
        self._workers: dict[str, OutputWorker] = {}
        self._leaving: list[OutputWorker] = []
        self._started = False
        self.prepare(settings)()

    def start(self, page: str = "") -> None:
        """Open all of them, each in its own thread; `page` is the address of the server's transparent page."""
        self._context.page = page
        self._started = True
        for worker in self._workers.values():
            worker.start()

    def submit(self, frame: Frame, deadline: float) -> None:
        """Hand the frame of this deadline to every output. Never blocks, never raises."""
        for worker in self._workers.values():
            worker.submit(frame, deadline)

    def statuses(self) -> list[OutputStatus]:
        """Where each output stands, in the order of the settings."""
        return [worker.status() for worker in self._workers.values()]

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Get ready for other outputs and another rate; what is returned takes them over and cannot fail.

        Raises:
            SettingsError: a SPEC names no output, or an argument is wrong; nothing has changed.
        """
        wanted = _wanted(settings)
        new = {text: OutputWorker(create_output(text, self._context)) for text in wanted if text not in self._workers}

        def commit() -> None:
            before, self._workers = self._workers, {text: new.get(text) or self._workers[text] for text in wanted}
            rate_changed = self._context.fps != settings.loop.fps
            self._context.fps = settings.loop.fps
            for text in before:
                if text in self._workers and rate_changed:
                    before[text].change_rate()
            if self._started:
                for worker in new.values():
                    worker.start()
                self._end([worker for text, worker in before.items() if text not in wanted])

        return commit

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Close all at the same time, within `timeout_s` altogether; one that hangs is left behind."""
        close_all([*self._workers.values(), *self._leaving], timeout_s)

    def _end(self, workers: Sequence[OutputWorker]) -> None:
        """Close outputs that are no longer wanted, without waiting for them."""
        for worker in workers:
            worker.begin_close(monotonic() + FINISH_S)
        self._leaving = [worker for worker in (*self._leaving, *workers) if worker.status().state != OutputState.CLOSED]


def _wanted(settings: Settings) -> Sequence[str]:
    """The SPECs to open: the browser is there whenever there is a server."""
    texts = list(dict.fromkeys(settings.outputs))
    if settings.server.enabled:
        return texts if BROWSER in texts else [*texts, BROWSER]
    if texts == [BROWSER]:
        raise SettingsError("--output browser needs the server; leave out --no-server")
    return [text for text in texts if text != BROWSER]
