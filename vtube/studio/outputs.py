"""The outputs of a running camera."""

from __future__ import annotations

from vtube.errors import SettingsError
from vtube.outputs.base import OutputContext
from vtube.outputs.broadcast import FrameBroadcast
from vtube.outputs.registry import create_output
from vtube.outputs.worker import OutputStatus, OutputWorker, close_all
from vtube.realtime.picture import Picture
from vtube.scene.stage import Stage
from vtube.settings import Settings


class LiveOutputs:
    """One worker for each output that the settings name, and the browser's while there is a server.

    `open` and `close` belong to the thread that opens the camera, `deliver` to the loop's; `workers` is replaced as a
    whole and never written to.
    """

    def __init__(self, stage: Stage) -> None:
        self.broadcast = FrameBroadcast()
        """Where the server finds the newest frame."""
        self.workers: tuple[OutputWorker, ...] = ()
        self._stage = stage

    def open(self, settings: Settings, url: str | None) -> None:
        """Begin to open all of them, each in its own thread; `url` is the server's, None without one.

        Raises:
            SettingsError: there is no such output, or its argument is wrong.
        """
        context = self._context(settings, url)
        self.workers = tuple(OutputWorker(create_output(text, context)) for text in wanted_outputs(settings, url))
        for worker in self.workers:
            worker.start()

    def deliver(self, picture: Picture, deadline: float) -> None:
        """Hand every output the picture of this deadline (monotonic seconds); never blocks."""
        for worker in self.workers:
            worker.submit(picture.frame, deadline)

    def statuses(self) -> list[OutputStatus]:
        """Where each output stands."""
        return [worker.status() for worker in self.workers]

    def close(self) -> None:
        """Give every device back, all at the same time."""
        close_all(self.workers)

    def _context(self, settings: Settings, url: str | None) -> OutputContext:
        scene, stage = settings.scene, self._stage
        return OutputContext(
            scene.width,
            scene.height,
            settings.loop.fps,
            stage.flatten,
            stage.preview,
            self.broadcast,
            f"{url}/camera",
        )


def wanted_outputs(settings: Settings, url: str | None) -> list[str]:
    """The SPECs of the settings, each once, with `browser` exactly while there is a server.

    Raises:
        SettingsError: the browser alone is wanted, and there is no server.
    """
    wanted = dict.fromkeys(settings.outputs)
    if url is not None:
        wanted["browser"] = None
    elif settings.outputs == ["browser"]:
        raise SettingsError("--output browser needs the server; leave out --no-server")
    else:
        wanted.pop("browser", None)
    return list(wanted)
