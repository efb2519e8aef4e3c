"""One clip after the other, with renders that do as the test says."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import eventually
from vtube.clips import queue as queue_module
from vtube.clips.clip import Clip
from vtube.clips.order import Order
from vtube.clips.queue import ClipQueue
from vtube.clips.shelf import Shelf
from vtube.errors import OutputError


class FakeRender:
    """Tells what the test hands over, and ends as it says or is killed."""

    def __init__(self, clip: Clip, video: Path) -> None:
        self.clip, self._video = clip, video
        self._told: queue.Queue[Mapping[str, Any] | None] = queue.Queue()
        self._fault = ""
        self.killed = False

    def tell(self, **line: object) -> None:
        self._told.put(line)

    def finish(self, fault: str = "", *, video: bool = True) -> None:
        self._fault = fault
        if not fault and video:
            self._video.write_bytes(b"video")
            self.tell(stage="finished", seconds=2.5)
        self._told.put(None)

    def lines(self) -> Iterator[Mapping[str, Any]]:
        while (line := self._told.get(timeout=10)) is not None:
            yield line

    def end(self) -> str:
        return "killed" if self.killed else self._fault

    def kill(self) -> None:
        self.killed = True
        self._told.put(None)


class Making:
    """A queue and the renders that it has started."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self.renders: list[FakeRender] = []
        self._numbers = itertools.count()
        self.queue = ClipQueue(self.shelf, self._start)

    def add(self, **order: Any) -> str:
        key = f"20260101-000000-{next(self._numbers):06x}"
        return self.queue.add(Clip(key, 1.0, Order(**{"text": "Hi", **order}))).key

    def render(self, number: int) -> FakeRender:
        assert eventually(lambda: len(self.renders) > number)
        return self.renders[number]

    def comes(self, key: str, state: str) -> Clip:
        def there() -> bool:
            clip = self.queue.get(key)
            return clip is not None and clip.state == state

        assert eventually(there), self.queue.get(key)
        clip = self.queue.get(key)
        assert clip is not None
        return clip

    def _start(self, clip: Clip) -> FakeRender:
        if clip.order.name == "no start":
            raise OutputError("cannot render in the background: no such program")
        self.renders.append(FakeRender(clip, self.shelf.video(clip)))
        return self.renders[-1]


@pytest.fixture
def making(tmp_path: Path) -> Iterator[Making]:
    made = Making(tmp_path)
    yield made
    made.queue.close()


def test_one_is_made_after_the_other(making: Making) -> None:
    first, second = making.add(), making.add()
    render = making.render(0)
    making.comes(first, "working")
    assert making.queue.state()["waiting"] == 1
    render.tell(stage="drawing", done=30, of=60, speed=2.0, left_s=0.5)
    assert eventually(lambda: making.queue.state()["active"]["progress"] == 0.5)
    assert making.queue.state()["active"]["left_s"] == 0.5
    assert len(making.renders) == 1
    render.finish()
    done = making.comes(first, "done")
    assert (done.seconds, done.size_bytes) == (2.5, 5)
    making.render(1).finish()
    making.comes(second, "done")
    assert [clip.key for clip in making.queue.all()] == [second, first]
    assert making.queue.state()["active"] is None
    assert [clip.state for clip in Shelf(making.shelf.folder).all()] == ["done", "done"]


def test_one_that_fails_says_why_and_does_not_stop_the_next(making: Making) -> None:
    first, second, third = making.add(), making.add(name="no start"), making.add()
    making.render(0).finish("the voice edge does not answer")
    assert making.comes(first, "failed").error == "the voice edge does not answer"
    assert making.comes(second, "failed").error == "cannot render in the background: no such program"
    making.render(1).finish()
    making.comes(third, "done")


def test_a_render_that_leaves_no_video_has_failed(making: Making) -> None:
    key = making.add()
    making.render(0).finish(video=False)
    assert making.comes(key, "failed").error == "the render has left no video"


def test_one_is_stopped_and_goes_on(making: Making) -> None:
    key, waiting = making.add(), making.add()
    render = making.render(0)
    assert making.queue.stop(waiting)
    assert making.queue.stop(key)
    assert eventually(lambda: render.killed)
    making.comes(key, "stopped")
    making.comes(waiting, "stopped")
    making.queue.resume(key)
    making.render(1).finish()
    making.comes(key, "done")
    with pytest.raises(OutputError, match="is done"):
        making.queue.resume(key)
    assert making.queue.resume("20200101-000000-000000") is None
    assert not making.queue.stop("20200101-000000-000000")


def test_one_that_is_being_made_cannot_be_begun_twice(making: Making) -> None:
    key = making.add()
    making.render(0)
    with pytest.raises(OutputError, match="being made already"):
        making.queue.resume(key)


def test_one_is_deleted_wherever_it_is(making: Making) -> None:
    working, waiting = making.add(), making.add()
    render = making.render(0)
    folder = making.shelf.folder
    assert making.queue.remove(waiting)
    assert not (folder / waiting).exists()
    assert making.queue.remove(working)
    assert eventually(lambda: render.killed)
    assert eventually(lambda: not (folder / working).exists())
    assert not making.queue.remove(working)
    assert making.queue.all() == []


def test_a_preview_goes_before_all_and_takes_the_place_of_the_one_before(making: Making) -> None:
    long, other = making.add(), making.add()
    first = making.render(0)
    preview = making.add(preview=True)
    assert eventually(lambda: first.killed)
    assert making.render(1).clip.key == preview
    making.comes(long, "waiting")
    newer = making.add(preview=True)
    assert eventually(lambda: making.render(1).killed)
    assert making.queue.get(preview) is None
    assert making.render(2).clip.key == newer
    making.render(2).finish()
    making.comes(newer, "done")
    assert making.render(3).clip.key == long
    making.render(3).finish()
    assert making.render(4).clip.key == other
    assert eventually(lambda: not (making.shelf.folder / preview).exists())


def test_an_end_of_the_program_interrupts_and_the_next_start_goes_on(making: Making) -> None:
    key, waiting = making.add(), making.add()
    making.render(0)
    making.queue.close()
    making.comes(key, "interrupted")
    with pytest.raises(OutputError, match="is ending"):
        making.add()
    again = Making(making.shelf.folder)
    assert {clip.state for clip in again.queue.all()} == {"interrupted"}
    assert {clip.key for clip in again.queue.all()} == {key, waiting}
    again.queue.resume(key)
    again.render(0).finish()
    again.comes(key, "done")
    again.queue.close()


def test_so_many_wait_and_no_more(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "MOST_WAITING", 1)
    making.add()
    making.render(0)
    making.add()
    with pytest.raises(OutputError, match="1 clips wait already"):
        making.add()
    making.add(preview=True)


def test_a_disk_that_runs_full_ends_the_render(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    key = making.add()
    render = making.render(0)
    monkeypatch.setattr(making.shelf, "free", lambda: 1000)
    render.tell(stage="drawing", done=1, of=10)
    assert "disk is nearly full" in making.comes(key, "failed").error
    assert eventually(lambda: render.killed)


def test_the_revision_grows_with_the_list_and_not_with_progress(making: Making) -> None:
    key = making.add()
    render = making.render(0)
    making.comes(key, "working")
    before = making.queue.revision
    render.tell(stage="drawing", done=1, of=10)
    assert eventually(lambda: making.queue.state()["active"]["progress"] > 0)
    assert making.queue.revision == before
    render.finish()
    making.comes(key, "done")
    assert making.queue.revision > before


def test_what_another_program_makes_is_shown_and_left_alone(making: Making) -> None:
    clip, preview = making.add(), making.add(preview=True)
    other = Making(making.shelf.folder)
    making.comes(preview, "working")
    (seen,) = other.queue.all()
    assert (seen.key, seen.state, seen.elsewhere) == (clip, "waiting", True)
    assert seen.figures()["elsewhere"]
    for act in (other.queue.resume, other.queue.stop, other.queue.remove):
        with pytest.raises(OutputError, match="another vtube that runs makes this clip"):
            act(clip)
        assert not act(preview)
    assert making.shelf.path(Clip(preview, 1.0, Order())).exists()
    assert making.queue.stop(clip)
    before = other.queue.revision
    assert other.comes(clip, "stopped").elsewhere is False
    assert other.queue.revision > before
    other.queue.resume(clip)
    with pytest.raises(OutputError, match="another vtube that runs makes this clip"):
        making.queue.resume(clip)
    other.render(0).finish()
    making.comes(clip, "done")
    assert eventually(lambda: other.queue.remove(clip))
    assert making.queue.get(clip) is None
    assert making.queue.all() == [making.queue.get(preview)]
    other.queue.close()


def test_a_clip_that_was_deleted_while_it_was_made_is_not_seen_again(making: Making) -> None:
    key = making.add()
    making.render(0)
    assert making.queue.remove(key)
    assert making.queue.all() == []
    assert making.queue.get(key) is None
