"""One clip after the other: asked for by any thread, made by one, told to whoever asks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from vtube.clips.clip import RESUMABLE, UNDER_WAY, Clip
from vtube.clips.process import Rendering
from vtube.clips.shelf import FREE_TO_GO_ON, Shelf
from vtube.errors import OutputError, VtubeError
from vtube.threads import Worker, quietly

log = logging.getLogger(__name__)

MOST_WAITING = 20
CLOSE_S = 0.5
ELSEWHERE = "another vtube that runs makes this clip; stop or end it there"
NO_ROOM = "the disk is nearly full; make room, and let it go on"

Start = Callable[[Clip], Rendering]


class ClipQueue:
    """The clips that there are, and the one at work. Any thread may call it.

    A preview goes before all others: the clip at work is ended, and goes on where it was when the preview is done.
    """

    def __init__(self, shelf: Shelf, start: Start, now: Callable[[], float] = time.time) -> None:
        """Nothing is read or begun yet.

        Args:
            shelf: where the clips are kept.
            start: begins to render one.
            now: seconds since 1970.
        """
        self._shelf, self._start, self.now = shelf, start, now
        self._clips: dict[str, Clip] | None = None
        self._waiting: list[str] = []
        self._active: str | None = None
        self._rendering: Rendering | None = None
        self._changed = threading.Condition(threading.RLock())
        self._worker = Worker("clips", self._work)
        self.revision = 0
        """Grows with each change of the list, but not with progress."""

    def all(self) -> list[Clip]:
        """Every clip, the newest first, with what other programs have made of them."""
        with self._changed:
            self._look_again()
            return list(reversed(self._known().values()))

    def get(self, key: str) -> Clip | None:
        """One clip; None when there is none of that key."""
        with self._changed:
            return self._renewed(key)

    def add(self, clip: Clip) -> Clip:
        """Let a clip be made whose files are on the shelf. A preview takes the place of the one before.

        Raises:
            OutputError: too many wait, or the disk cannot be written.
        """
        with self._changed:
            known = self._known()
            if not clip.order.preview and len(self._waiting) >= MOST_WAITING:
                raise OutputError(f"{MOST_WAITING} clips wait already; try again when some are done")
            if clip.order.preview:
                for other in [one for one in known.values() if one.order.preview]:
                    self.remove(other.key)
            self._claim(clip.key)
            known[clip.key] = clip
            self._enter(clip)
            return clip

    def resume(self, key: str) -> Clip | None:
        """Let one go on that has failed or was stopped; None when there is none of that key.

        Raises:
            OutputError: it is done, waits or is being made; or too many wait.
        """
        with self._changed:
            clip = self._own(key)
            if clip is None:
                return None
            if clip.state not in RESUMABLE:
                raise OutputError("this clip is done" if clip.state == "done" else "this clip is being made already")
            if len(self._waiting) >= MOST_WAITING:
                raise OutputError(f"{MOST_WAITING} clips wait already; try again when some are done")
            self._claim(key)
            return self._enter(clip.at_rest("waiting"))

    def stop(self, key: str) -> bool:
        """Stop one that waits or is being made; False when there is none. What is done of it is kept.

        Raises:
            OutputError: another program makes it.
        """
        with self._changed:
            clip = self._own(key)
            if clip is None:
                return False
            if key in self._waiting:
                self._waiting.remove(key)
            if clip.state in UNDER_WAY:
                self._put(clip.at_rest("stopped"))
                self._end(key)
            return True

    def remove(self, key: str) -> bool:
        """Delete one with its files, and end it where it is being made; False when there is none.

        Raises:
            OutputError: another program makes it.
        """
        with self._changed:
            clip = self._own(key)
            if clip is None:
                return False
            del self._known()[key]
            if key in self._waiting:
                self._waiting.remove(key)
            self.revision += 1
            if self._active == key:
                self._end(key)  # the worker removes the files when the process has ended
            else:
                self._shelf.remove(clip.key)
            return True

    def state(self) -> dict[str, Any]:
        """For `/api/state`: `revision`, how many are `waiting`, and how far the `active` one is. Waits for nobody."""
        active = (self._clips or {}).get(self._active or "")
        return {
            "revision": self.revision,
            "waiting": len(self._waiting),
            "active": active.figures() if active is not None else None,
        }

    def close(self) -> None:
        """End what is being made; what is done of it is kept for the next start."""
        self._worker.stop()
        with self._changed:
            if self._rendering is not None:
                self._rendering.kill()
            self._changed.notify_all()
        self._worker.join(CLOSE_S)
        with self._changed:
            self._shelf.claims.release_all()

    def _known(self) -> dict[str, Clip]:
        if self._clips is None:
            self._clips = {clip.key: clip for clip in self._shelf.all()}
        return self._clips

    def _look_again(self) -> None:
        """What other programs of this user have added, done and removed meanwhile."""
        found = {clip.key: clip for clip in self._shelf.all()}
        for key in [*self._known(), *found]:
            if not self._shelf.claims.holds(key):
                self._learn(key, found.get(key))

    def _renewed(self, key: str) -> Clip | None:
        if not self._shelf.claims.holds(key):
            self._learn(key, self._shelf.one(key))
        return self._known().get(key)

    def _learn(self, key: str, clip: Clip | None) -> None:
        known = self._known()
        if known.get(key) == clip:
            return
        self.revision += 1
        if clip is None:
            del known[key]
        else:
            known[key] = clip

    def _own(self, key: str) -> Clip | None:
        clip = self._renewed(key)
        if clip is not None and clip.elsewhere:
            raise OutputError(ELSEWHERE)
        return clip

    def _claim(self, key: str) -> None:
        if not self._shelf.claims.take(key):
            raise OutputError(ELSEWHERE)

    def _rest(self, clip: Clip) -> None:
        """Leave a clip on which nobody works here any more to other programs; a preview ends with this one."""
        if clip.state not in UNDER_WAY and not clip.order.preview and clip.key != self._active:
            self._shelf.claims.release(clip.key)

    def _enter(self, clip: Clip) -> Clip:
        if self._worker.stopping.is_set():
            raise OutputError("the program is ending")
        if clip.order.preview:
            self._waiting.insert(0, clip.key)
        else:
            self._waiting.append(clip.key)
        self._put(clip)
        active = self._known().get(self._active or "")
        if clip.order.preview and active is not None and not active.order.preview:
            self._waiting.insert(1, active.key)
            self._put(active.at_rest("waiting"))
            self._end(active.key)
        self._worker.start()
        self._changed.notify_all()
        return clip

    def _put(self, clip: Clip) -> None:
        """Know a clip as it is now, and keep that."""
        if clip.key in self._known():
            self._known()[clip.key] = clip
            self.revision += 1
            quietly(lambda: self._shelf.keep(clip))
            self._rest(clip)

    def _end(self, key: str) -> None:
        if self._active == key and self._rendering is not None:
            self._rendering.kill()

    def _work(self, stopping: threading.Event) -> None:
        while (clip := self._next(stopping)) is not None:
            try:
                self._make(clip, stopping)
            except VtubeError as error:
                self._finish(clip.key, str(error), stopping)
            except Exception as error:
                log.error("the clip %s failed: %s", clip.key, error, exc_info=error)
                self._finish(clip.key, f"{type(error).__name__}: {error}", stopping)

    def _next(self, stopping: threading.Event) -> Clip | None:
        with self._changed:
            while not self._waiting:
                if stopping.is_set():
                    return None
                self._changed.wait()
            if stopping.is_set():
                return None
            self._active = self._waiting.pop(0)
            clip = replace(self._known()[self._active], state="working")
            self._put(clip)
            return clip

    def _make(self, clip: Clip, stopping: threading.Event) -> None:
        self._shelf.check_room(least=FREE_TO_GO_ON)
        rendering = self._start(clip)
        with self._changed:
            self._rendering = rendering
            if stopping.is_set() or not self._is_wanted(clip.key):
                rendering.kill()
        fault = ""
        for line in rendering.lines():
            self._hear(clip.key, line)
            if not fault and self._shelf.free() < FREE_TO_GO_ON:
                fault = NO_ROOM
                rendering.kill()
        failed = rendering.end()
        self._finish(clip.key, fault or failed, stopping)

    def _is_wanted(self, key: str) -> bool:
        clip = self._known().get(key)
        return clip is not None and clip.state == "working"

    def _hear(self, key: str, line: Mapping[str, Any]) -> None:
        with self._changed:
            if self._is_wanted(key):
                self._known()[key] = self._known()[key].told(line)

    def _finish(self, key: str, fault: str, stopping: threading.Event) -> None:
        """A process has ended: by itself, by a fault, or because somebody wanted so, who has said already why."""
        with self._changed:
            self._active = self._rendering = None
            clip = self._known().get(key)
            if clip is None:
                self._shelf.remove(key)
                return
            if clip.state != "working":
                self._rest(clip)
                return
            if stopping.is_set():
                self._put(clip.at_rest("interrupted"))
            elif fault:
                log.warning("the clip %s failed: %s", clip.title, fault)
                self._put(clip.at_rest("failed", fault))
            else:
                self._put(self._done(clip))

    def _done(self, clip: Clip) -> Clip:
        try:
            size = self._shelf.video(clip).stat().st_size
        except OSError:
            return clip.at_rest("failed", "the render has left no video")
        return replace(clip.at_rest("done"), size_bytes=size)
