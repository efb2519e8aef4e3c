"""Keys of a running camera, pressed in the terminal it was started in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Protocol

from vtube.cli.terminal import Terminal, open_terminal
from vtube.errors import VtubeError
from vtube.server.control import EmotionControl, FaceControl, MotionControl
from vtube.server.outsiders import PluginsControl

READ_S = 0.2
HELP = "keys: c neutral face, space pause, 0-9 emotions, q end, ? this line"

log = logging.getLogger(__name__)


class Keyed(Protocol):
    """What keys are for; `studio.control.Control` is the real one."""

    @property
    def face(self) -> FaceControl:
        """The tracked face."""

    @property
    def motion(self) -> MotionControl:
        """The motion as a whole."""

    @property
    def emotion(self) -> EmotionControl:
        """The emotion that is shown."""

    @property
    def plugins(self) -> PluginsControl:
        """Plug-ins for VTube Studio."""


class Keys:
    """Listens while the `with` block lasts, where there is a terminal; leaves it as it was found."""

    def __init__(
        self,
        control: Keyed,
        stop: Callable[[], None],
        terminal: Callable[[], Terminal | None] = open_terminal,
    ) -> None:
        """`stop` ends the program."""
        self._control = control
        self._open = terminal
        self._terminal: Terminal | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keys", daemon=True)
        self._paused = False
        self._actions: Mapping[str, Callable[[], None]] = {
            "c": self._calibrate,
            " ": self._pause,
            "q": stop,
            "?": self._help,
            "h": self._help,
            "y": lambda: self._answer(True),
            "n": lambda: self._answer(False),
            **{digit: self._emotion(int(digit)) for digit in "0123456789"},
        }

    def __enter__(self) -> Keys:
        self._terminal = self._open()
        if self._terminal is not None:
            self._help()
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(1.0)
        if self._terminal is not None:
            self._terminal.close()

    def press(self, typed: str) -> None:
        """Do what a key stands for. Text of several characters is none: pasted by mistake, an arrow key."""
        if len(set(typed)) != 1:
            return
        action = self._actions.get(typed[0].lower())
        if action is None:
            return
        try:
            action()
        except VtubeError as error:
            log.warning("%s", error)

    def _run(self) -> None:
        assert self._terminal is not None
        while not self._stop.is_set():
            try:
                self.press(self._terminal.read(READ_S))
            except (EOFError, OSError, ValueError):
                return

    def _calibrate(self) -> None:
        self._control.face.calibrate()
        log.info("the face seen now becomes the neutral one")

    def _pause(self) -> None:
        self._paused = not self._paused
        self._control.motion.pause(self._paused)
        log.info("paused; space goes on" if self._paused else "going on")

    def _emotion(self, number: int) -> Callable[[], None]:
        def show() -> None:
            names = ["neutral", *(name for name in self._control.emotion.names() if name != "neutral")]
            if number < len(names):
                self._control.emotion.show(names[number])
                log.info("emotion: %s", names[number])

        return show

    def _answer(self, allow: bool) -> None:
        for question in self._control.plugins.questions()[:1]:
            if self._control.plugins.answer(question["number"], allow):
                log.info("%s %r", "let in:" if allow else "refused:", question["name"])

    def _help(self) -> None:
        log.info("%s", HELP)
