"""`stream:twitch`, `stream:youtube`, `stream:ADDRESS`: straight to a platform, with sound, without OBS.

What encodes and sends is a process of its own (`stream_process.py`): whatever a platform, a network or a driver does,
it can be ended, and the camera goes on. Frames go there through a pipe; while it is full, frames are dropped here.
"""

from __future__ import annotations

import contextlib
import json
import random
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vtube.clock import Clock, monotonic
from vtube.errors import Line, OutputError
from vtube.frame import Frame
from vtube.outputs.base import Output, OutputAwayError, OutputContext, OutputEndedError
from vtube.outputs.destination import Destination, destination
from vtube.outputs.soundtrack import RATE, Soundtrack
from vtube.spec import Spec
from vtube.threads import Worker

PROGRAM = Path(__file__).with_name("stream_process.py")
HEAD = struct.Struct("<cqI")
TICKS = 90_000
"""As in the program."""

BEHIND_S = 0.25
"""Sound is taken so long after its picture: sources need a while to tell what was heard. It is not delayed by that."""

START_S = 60.0
"""How long the program may take to load its libraries: the first time, a virus scanner reads them all."""

ANSWER_S = 10.0
"""How long the other side may take to answer, from there on."""

STALL_S = 5.0
"""A frame that takes longer than this to hand over means that the connection stands still."""

LOOK_S = 0.5
PIPE_BYTES = 2**20
CLOSE_S = 0.5
"""Seconds for the last frames and a goodbye."""

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
"""Between attempts: the first pause, doubled each time, up to this."""

STEADY_S = 30.0
"""A connection that lasted so long begins with the first pause again."""

WATCHED = ((2160, 16_000), (1440, 9_000), (1080, 4_500), (720, 2_500), (480, 1_200), (0, 800))
"""Rows of a picture, and the kbit/s that platforms advise for it at 30 frames a second."""


class Pauses:
    """How long to wait before the next attempt: ever longer, and not all streams at the same moment."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """`chance` gives numbers from 0 to 1."""
        self._chance = chance
        self._failures = 0

    def next(self, lasted_s: float = 0.0) -> float:
        """Seconds, after a connection that lasted so long."""
        self._failures = 1 if lasted_s > STEADY_S else self._failures + 1
        wait = float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self._failures - 1, 10)))
        return wait * (0.5 + 0.5 * self._chance())


class StreamOutput(Output):
    """Sends frames and sound to a platform, and again after every failure."""

    name = "stream"
    announces_rate = True
    behind_s = BEHIND_S
    start_s, answer_s = START_S, ANSWER_S
    close_s = CLOSE_S
    program: tuple[str, ...] = ("-I", str(PROGRAM))
    """What Python is told to run."""

    def __init__(
        self,
        spec: Spec,
        context: OutputContext,
        *,
        goal: Destination | None = None,
        clock: Clock = monotonic,
        pauses: Pauses | None = None,
    ) -> None:
        """Nothing is opened yet.

        Raises:
            SettingsError: the SPEC names no platform or address, or its key is missing.
        """
        self._goal = goal or destination(spec.argument)
        self._context, self._clock, self._pauses = context, clock, pauses or Pauses()
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = Worker("stream watchdog", self._watch)
        self._writing_since: float | None = None
        self._opened_at: float | None = None
        self._first: float | None = None
        self._heard = 0
        self._sound = Soundtrack()
        self.detail = self._goal.shown

    def open(self) -> None:
        """Connect, and agree on what is sent.

        Raises:
            OutputError: the platform does not answer or refuses; tried again later.
            OutputEndedError: this computer has no encoder that works.
        """
        self.close()
        self._first, self._heard = None, 0
        self._sound = self._context.soundtrack()
        self._process = process = self._started()
        self._begin_watch()
        config = json.dumps(self.config()).encode()
        answer = self._ask(process, config)
        if "live" not in answer:
            why = self._goal.without_secrets(str(answer.get("error") or "it does not answer"))
            self.close()
            line = f"no stream to {self._goal.shown}: {why}"
            said = Line(line, "stream.unreachable", {"name": self._goal.shown, "reason": why})
            raise OutputEndedError(said) if answer.get("hopeless") else self._away(said)
        self._opened_at = self._clock()
        self.detail = f"{self._goal.shown}, {self._context.size}, {self._bitrate()} kbit/s, {answer['live']}"

    def send(self, frame: Frame, now: float) -> None:
        """Hand over one frame, and the sound that belongs before it.

        Raises:
            OutputError: the connection is gone.
        """
        if self._process is None:
            raise OutputError(f"no stream to {self._goal.shown}")
        if self._first is None:
            self._first, self._heard = now, round(now * RATE)
        picture = self._context.backdrop.flatten(frame)
        self._write(b"V", round((now - self._first) * TICKS), picture.data)
        first = round(self._first * RATE)
        count = round((now - self.behind_s) * RATE) - self._heard
        if count > 0:
            self._write(b"A", self._heard - first, self._sound.read(self._heard, count).data)
            self._heard += count

    def close(self) -> None:
        """Say goodbye, or end it."""
        process, self._process = self._process, None
        if process is None:
            return
        self._watchdog.stop()
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(self.close_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _away(self, why: str) -> OutputAwayError:
        lasted = 0.0 if self._opened_at is None else self._clock() - self._opened_at
        self._opened_at = None
        return OutputAwayError(why, self._pauses.next(lasted))

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _widen(process)
        return process

    def _ask(self, process: subprocess.Popen[bytes], config: bytes) -> dict[str, Any]:
        """Send the wishes and wait for the answer; the watchdog ends a process that gives none."""
        assert process.stdin is not None
        assert process.stdout is not None
        self._writing_since = self._clock() + self.start_s - STALL_S
        try:
            process.stdin.write(struct.pack("<I", len(config)) + config)
            process.stdin.flush()
            answer = dict(json.loads(process.stdout.readline() or b"{}"))
            if "loaded" in answer:
                self._writing_since = self._clock() + self.answer_s - STALL_S
                answer = dict(json.loads(process.stdout.readline() or b"{}"))
            return answer
        except (OSError, ValueError):
            return {}
        finally:
            self._writing_since = None

    def _write(self, kind: bytes, time: int, data: memoryview) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        self._writing_since = self._clock()
        try:
            process.stdin.write(HEAD.pack(kind, time, data.nbytes))
            process.stdin.write(data)
            process.stdin.flush()
        except OSError:
            raise self._away(f"the stream to {self._goal.shown} has ended: {self._last_words(process)}") from None
        finally:
            self._writing_since = None

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        """Why the process ended."""
        assert process.stdout is not None
        try:
            line = json.loads(process.stdout.readline() or b"{}")
        except (OSError, ValueError):
            line = {}
        why = str(line.get("error") or "the connection stood still")
        return self._goal.without_secrets(why)

    def _begin_watch(self) -> None:
        self._watchdog.close()
        self._watchdog = Worker("stream watchdog", self._watch)
        self._watchdog.start()

    def _watch(self, stopping: threading.Event) -> None:
        """End the process when a write takes too long: that is the only way to end it on every system."""
        process = self._process
        while process is not None and not stopping.wait(LOOK_S):
            since = self._writing_since
            if since is not None and self._clock() - since > STALL_S:
                process.kill()
                return

    def _bitrate(self) -> int:
        """Of the picture, kbit/s."""
        wanted = self._context.stream.bitrate
        if wanted:
            return wanted
        rows = min(self._context.width, self._context.height)
        usual = next(kbit for least, kbit in WATCHED if rows >= least)
        return round(usual * (1.5 if self._context.fps > 40 else 1.0))

    def config(self) -> dict[str, Any]:
        """What the program is told."""
        stream = self._context.stream
        return {
            "url": self._goal.url,
            "format": self._goal.format,
            "width": self._context.width,
            "height": self._context.height,
            "fps": self._context.fps,
            "encoder": stream.encoder,
            "bitrate": self._bitrate(),
            "audio_bitrate": stream.audio_bitrate,
            "audio_rate": RATE,
            "keyframe_s": stream.keyframe_s,
        }


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let a large part of a picture into the pipe at once, where the system can: fewer changes between processes."""
    if sys.platform == "linux" and process.stdin is not None:
        import fcntl  # not on Windows

        with contextlib.suppress(OSError):
            fcntl.fcntl(process.stdin.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
