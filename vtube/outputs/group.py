"""All outputs of a running camera: made from the settings, fed, changed while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from vtube.clock import monotonic
from vtube.errors import OutputError, SettingsError
from vtube.frame import Frame, blank
from vtube.outputs.base import Backdrop, OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.registry import OUTPUTS, create_output
from vtube.outputs.soundtrack import Soundtrack
from vtube.outputs.worker import CLOSE_S, ENDED, OutputState, OutputStatus, OutputWorker, close_all
from vtube.settings import Settings

BROWSER = "browser"

FINISH_S = 30.0
"""How long a file that is no longer wanted may write what it has queued."""


class OutputGroup:
    """Feeds every output by a worker of its own.

    `submit` runs in the loop's thread, `prepare` and its commit in whichever one changes the settings.

    Attributes:
        on_air: whether the outputs get the character; what they get otherwise is empty. Any thread may set it.
        broadcast: where the server finds the newest frame that goes out.
        preview: the same with the character on it, also while she is off air.
    """

    def __init__(
        self, settings: Settings, backdrop: Backdrop, soundtrack: Callable[[], Soundtrack] = Soundtrack
    ) -> None:
        """Nothing is opened yet; `soundtrack` makes the sound of a stream.

        Raises:
            SettingsError: a SPEC names no output, or only the browser is wanted and there is no server.
        """
        scene = settings.scene
        self.on_air = True
        self.broadcast = FrameBroadcast()
        self.preview = FrameBroadcast()
        self._context = OutputContext(scene.width, scene.height, settings.loop.fps, backdrop, self.broadcast)
        self._context.stream, self._context.soundtrack = settings.stream, soundtrack
        self._workers: dict[str, OutputWorker] = {}
        self._leaving: list[OutputWorker] = []
        self._lost: list[str] = []
        self._asked_for: Sequence[str] = ()
        self._by_default = None if "outputs" in settings.model_fields_set else settings.outputs
        self._recording: OutputWorker | None = None
        self._records = False
        self._nothing = blank(2, 2)
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
        self.preview.publish(frame, deadline)
        if not self.on_air:
            frame = self._empty(frame)
        for worker in self._workers.values():
            worker.submit(frame, deadline)
        recording = self._recording
        if recording is not None:
            recording.submit(frame, deadline)

    def need_pixels(self) -> bool:
        """Whether anybody takes frames as pixels, rather than as recipes. From any thread; never blocks."""
        if self.preview.needs_pixels():
            return True
        recording = self._recording
        workers = [*self._workers.values(), *([recording] if self._records and recording is not None else [])]
        return self.on_air and (self.broadcast.needs_pixels() or any(worker.needs_pixels for worker in workers))

    def record(self, path: Path) -> None:
        """Write what goes out to a new file, until `stop_recording`; the ending says how.

        Raises:
            SettingsError: no video ends like this.
            OutputError: a recording is running.
        """
        before = self._recording
        if self._records and before is not None and before.status().state in (OutputState.OPENING, OutputState.LIVE):
            raise OutputError("a recording is running already; stop it first")
        recording = OutputWorker(create_output(f"file:{path}", self._context))
        recording.start()
        self._recording, self._records = recording, True
        self._end([before] if before is not None else [])

    def stop_recording(self) -> None:
        """Finish the file; harmless when none is written."""
        self._records = False
        if self._recording is not None:
            self._recording.begin_close(monotonic() + FINISH_S)

    def recording(self) -> OutputStatus | None:
        """Where the last recording stands; None before the first."""
        return self._recording.status() if self._recording is not None else None

    def statuses(self) -> list[OutputStatus]:
        """Where each output stands, in the order of the settings."""
        return [worker.status() for worker in self._workers.values()]

    def failures(self) -> list[str]:
        """What went wrong for good, a line each: every recording that is not whole, and all outputs if none worked.

        The page that every server has counts as an output where it was asked for.
        """
        asked_for = [self._workers[text] for text in self._asked_for]
        others = [failure for worker in asked_for if (failure := worker.failure())]
        recordings = [*self._workers.values(), *self._leaving, *([self._recording] if self._recording else [])]
        lost = [failure for one in recordings if one.keeps_every_frame and (failure := one.failure())]
        return list(dict.fromkeys([*self._lost, *lost, *(others if len(others) == len(asked_for) else ())]))

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Get ready for other outputs and another rate; what is returned takes them over and cannot fail.

        Raises:
            SettingsError: a SPEC names no output, or an argument is wrong; nothing has changed.
        """
        wanted, asked_for = _wanted(settings), OUTPUTS.distinct(settings.outputs)
        new = {text: OutputWorker(create_output(text, self._context)) for text in wanted if text not in self._workers}

        def commit() -> None:
            before, self._workers = self._workers, {text: new.get(text) or self._workers[text] for text in wanted}
            rate_changed = self._context.fps != settings.loop.fps
            self._context.fps = settings.loop.fps
            self._asked_for = [text for text in wanted if text in asked_for]
            if settings.outputs != self._by_default:
                self._by_default = None
            for worker in self._workers.values():
                worker.require(self._by_default is None or len(wanted) == 1)
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
        recording = [self._recording] if self._recording is not None else []
        close_all([*self._workers.values(), *recording, *self._leaving], timeout_s)

    def _empty(self, frame: Frame) -> Frame:
        """A frame of the same size with nothing on it; nobody writes to it."""
        if self._nothing.shape != frame.shape:
            height, width, _ = frame.shape
            self._nothing = blank(width, height)
        return self._nothing

    def _end(self, workers: Sequence[OutputWorker]) -> None:
        """Close outputs that are no longer wanted, without waiting for them."""
        for worker in workers:
            worker.begin_close(monotonic() + FINISH_S)
        leaving = [*self._leaving, *workers]
        ended = [worker for worker in leaving if worker.status().state in ENDED]
        self._lost += [failure for one in ended if one.keeps_every_frame and (failure := one.failure())]
        self._leaving = [worker for worker in leaving if worker not in ended]


def _wanted(settings: Settings) -> Sequence[str]:
    """The SPECs to open: the browser is there whenever there is a server."""
    texts = OUTPUTS.distinct(settings.outputs)
    if settings.server.enabled:
        return texts if BROWSER in texts else [*texts, BROWSER]
    if texts == [BROWSER]:
        raise SettingsError("--output browser needs the server; leave out --no-server")
    return [text for text in texts if text != BROWSER]
