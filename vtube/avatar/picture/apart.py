"""Large pictures are prepared in a process of their own: neither the show nor its memory feels it.

A picture of 64 megapixels takes two gigabytes and holds the interpreter's lock for a tenth of a second now and then.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from PIL import Image

from vtube.avatar.picture.character import Character
from vtube.avatar.picture.decode import MAX_FILE_BYTES
from vtube.avatar.picture.examine import Examined, examine
from vtube.avatar.picture.head import Head
from vtube.avatar.picture.judge import Judge
from vtube.avatar.picture.prepare import prepare
from vtube.errors import PictureError, VtubeError
from vtube.processes.background import background_process

LARGE = 4 << 20
"""Pictures of more pixels are prepared apart. Smaller ones take less time than a process takes to begin."""
REMEMBERED = 2
MODULE = "vtube.avatar.picture.apart_worker"


@dataclass(frozen=True)
class Order:
    """What the child is to do."""

    picture: bytes
    name: str
    head: Head | None
    is_drawn: bool
    """Whether an engine is to draw it, too."""


class Apart:
    """Prepares pictures for a camera that runs. Any thread may call it; one large picture at a time.

    The last large ones are remembered, so that a picture which was looked at goes on air at once.
    """

    def __init__(self, large: int = LARGE) -> None:
        """`large`: from how many pixels on."""
        self._large = large
        self._turn = threading.Lock()
        self._results: dict[tuple[object, ...], Examined] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def prepare(self, picture: bytes, name: str, head: Head | None = None) -> Character:
        """As `prepare` of this folder.

        Raises:
            PictureError: see there; or the process ends before its work.
        """
        if not self._is_large(picture):
            return prepare(picture, name, head)
        return self._made(picture, name, head, is_drawn=False).character

    def examine(self, picture: bytes, name: str, head: Head | None = None) -> Examined:
        """As `examine` of this folder.

        Raises:
            PictureError, EngineError: see there; or the process ends before its work.
        """
        if not self._is_large(picture):
            return examine(picture, name, head)
        return self._made(picture, name, head, is_drawn=True)

    def close(self) -> None:
        """End what is being prepared; nothing begins any more."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()

    def _is_large(self, picture: bytes) -> bool:
        """Whether it says so in its first bytes; what says nothing is refused by `decode`, and quickly."""
        try:
            with Image.open(io.BytesIO(picture)) as image:
                width, height = image.size
        except Image.DecompressionBombError:
            return False
        except Exception:  # noqa: BLE001 - whatever a damaged file makes Pillow raise
            return False
        return width * height > self._large and len(picture) <= MAX_FILE_BYTES

    def _made(self, picture: bytes, name: str, head: Head | None, *, is_drawn: bool) -> Examined:
        key = hashlib.sha256(picture).digest(), head, Judge().can_look
        with self._turn:
            known = self._results.pop(key, None)
            if known is None or (is_drawn and known.seen is None and Judge().can_look):
                known = self._run(Order(picture, name, head, is_drawn))
            self._results[key] = known
            for old in list(self._results)[:-REMEMBERED]:
                self._results.pop(old)
        return replace(known, character=replace(known.character, name=name))

    def _run(self, order: Order) -> Examined:
        try:
            with self._started() as process:
                assert process.stdin is not None and process.stdout is not None
                with contextlib.suppress(OSError):  # it has ended: its answer, or none, says why
                    pickle.dump(order, process.stdin)
                    process.stdin.flush()
                said = process.stdout.read()
        except OSError as error:
            raise PictureError(f"the picture cannot be prepared: {error.strerror or error}") from None
        try:
            answer = pickle.loads(said)
        except (EOFError, pickle.UnpicklingError):
            why = f"its process ended with {process.returncode}; save it smaller, 2048 x 2048 or less"
            raise PictureError(
                f"the picture cannot be prepared: {'the program ends' if self._closed else why}"
            ) from None
        if isinstance(answer, VtubeError):
            raise answer
        assert isinstance(answer, Examined)
        return answer

    @contextlib.contextmanager
    def _started(self) -> Iterator[subprocess.Popen[bytes]]:
        """The process, which is no more afterwards."""
        process = self._process = background_process(MODULE)
        try:
            if self._closed:
                process.kill()
            yield process
        finally:
            self._process = None
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
