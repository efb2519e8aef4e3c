"""The outputs of a running camera: what the settings ask for is fed, and a change reaches every one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from tests.fakes import FakeOutput
from tests.outputs.contexts import moving_frame
from tests.outputs.test_worker import until
from tests.waiting import eventually
from vtube.errors import OutputError, SettingsError
from vtube.outputs.base import OutputContext
from vtube.outputs.group import OutputGroup
from vtube.outputs.registry import OUTPUTS
from vtube.outputs.worker import OutputState
from vtube.registry import Entry
from vtube.scene.background import Background
from vtube.settings import Settings, parse
from vtube.spec import Spec

SIZE = {"width": 64, "height": 64}


class RatedOutput(FakeOutput):
    """Notes the rate that it is told when it is opened."""

    def __init__(self, context: OutputContext, announces_rate: bool) -> None:
        super().__init__(announces_rate=announces_rate)
        self.context = context
        self.rates: list[float] = []

    def open(self) -> None:
        super().open()
        self.rates.append(self.context.fps)


class Rig:
    """A group whose outputs `rated` and `plain` are the test's own."""

    def __init__(self) -> None:
        self.made: dict[str, RatedOutput] = {}
        self.group: OutputGroup | None = None

    def make(self, spec: Spec, context: OutputContext) -> RatedOutput:
        self.made[spec.kind] = RatedOutput(context, spec.kind == "rated")
        return self.made[spec.kind]

    def start(self, settings: Settings) -> OutputGroup:
        self.group = OutputGroup(settings, Background("green", 64, 64))
        self.group.start("http://here/camera")
        return self.group


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    rig = Rig()
    for kind in ("rated", "plain"):
        monkeypatch.setitem(OUTPUTS._entries, kind, Entry(kind, rig.make))  # noqa: SLF001 - taken out again at the end
    yield rig
    if rig.group is not None:
        rig.group.close()


def settings(*outputs: str, server: bool = False, **more: Any) -> Settings:
    return parse({"outputs": list(outputs), "scene": SIZE, "server": {"enabled": server}, **more})


def names(group: OutputGroup) -> list[str]:
    return [status.name for status in group.statuses()]


def test_every_output_gets_the_frame(rig: Rig) -> None:
    group = rig.start(settings("rated", "plain", "rated"))
    until(lambda: all(status.state is OutputState.LIVE for status in group.statuses()))
    group.submit(moving_frame(0), 1.0)
    until(lambda: all(output.times == [1.0] for output in rig.made.values()))
    assert names(group) == ["fake", "fake"]


def test_the_browser_is_there_with_the_server_only(rig: Rig) -> None:
    group = rig.start(settings("null", server=True))
    assert names(group) == ["null", "browser"]
    until(lambda: group.statuses()[1].detail == "http://here/camera")
    group.close()
    assert names(rig.start(settings("null", "browser"))) == ["null"]
    with pytest.raises(SettingsError, match="needs the server"):
        rig.start(settings("browser"))


def test_an_output_that_announced_the_rate_is_opened_again_when_it_changes(rig: Rig) -> None:
    group = rig.start(settings("rated", "plain"))
    until(lambda: rig.made["rated"].rates == [30.0] and rig.made["plain"].rates == [30.0])
    group.prepare(settings("rated", "plain", loop={"fps": 60}))()
    until(lambda: rig.made["rated"].rates == [30.0, 60.0])
    group.submit(moving_frame(0), 1.0)
    until(lambda: rig.made["rated"].times == [1.0])
    assert rig.made["plain"].rates == [30.0]
    assert rig.made["rated"].closed == 1


def test_outputs_come_and_go_while_the_others_stay(rig: Rig) -> None:
    group = rig.start(settings("plain"))
    until(lambda: rig.made["plain"].opened == 1)
    group.prepare(settings("rated", "plain"))()
    until(lambda: rig.made["rated"].opened == 1)
    rated = rig.made["rated"]
    group.prepare(settings("plain"))()
    until(lambda: rated.closed == 1)
    assert (rig.made["plain"].opened, rig.made["plain"].closed) == (1, 0)
    assert names(group) == ["fake"]


def test_a_refused_change_changes_nothing(rig: Rig) -> None:
    group = rig.start(settings("plain"))
    until(lambda: rig.made["plain"].rates == [30.0])
    with pytest.raises(SettingsError, match="no output 'nonsense'"):
        group.prepare(settings("rated", "nonsense", loop={"fps": 60}))
    with pytest.raises(SettingsError, match="needs a path"):
        group.prepare(settings("file"))
    assert names(group) == ["fake"]
    assert rig.made["plain"].context.fps == 30.0
    assert rig.made["plain"].closed == 0


def test_a_recording_goes_on_at_the_new_rate_without_losing_a_frame(rig: Rig, tmp_path: Path) -> None:
    spec = f"file:{tmp_path / 'take.mkv'}"
    group = rig.start(settings(spec))
    for number in range(10):
        group.submit(moving_frame(number, 64, 64), number / 30)
    group.prepare(settings(spec, loop={"fps": 60}))()
    for number in range(20):
        group.submit(moving_frame(number, 64, 64), 10 / 30 + number / 60)
    until(lambda: group.statuses()[0].sent == 30)
    group.close()
    with av.open(str(tmp_path / "take.mkv")) as file:
        times = [frame.time for frame in file.decode(video=0)]
    assert times == pytest.approx([*(n / 30 for n in range(10)), *(10 / 30 + n / 60 for n in range(20))], abs=0.002)


def test_an_output_that_was_taken_away_does_not_hold_up_the_end(rig: Rig) -> None:
    group = rig.start(settings("plain", "null"))
    plain = rig.made["plain"]
    plain.gate.clear()
    until(lambda: plain.opened == 1)
    group.submit(moving_frame(0), 0.0)
    assert plain.busy.wait(30)
    group.prepare(settings("null"))()
    before = time.monotonic()
    group.close(0.1)
    assert time.monotonic() - before < 10
    plain.gate.set()


def test_off_air_the_outputs_get_nothing_and_the_preview_goes_on(rig: Rig) -> None:
    group = rig.start(parse({"outputs": ["plain"], "scene": SIZE}))
    frame = moving_frame(0, 64, 64)
    group.on_air = False
    group.submit(frame, 1.0)
    until(lambda: len(rig.made["plain"].frames) == 1)
    assert not rig.made["plain"].frames[0].any()
    shown = group.preview.latest()
    assert shown is not None
    assert shown.frame is frame
    group.on_air = True
    group.submit(frame, 2.0)
    until(lambda: len(rig.made["plain"].frames) == 2)
    assert rig.made["plain"].frames[1] is frame


def test_a_recording_is_what_goes_out_while_it_runs(rig: Rig, tmp_path: Path) -> None:
    group = rig.start(parse({"outputs": ["plain"], "scene": SIZE}))
    assert group.recording() is None
    group.record(tmp_path / "take.mkv")
    with pytest.raises(OutputError, match="running already"):
        group.record(tmp_path / "other.mkv")
    for number in range(3):
        group.submit(moving_frame(number, 64, 64), number / 30)
    group.stop_recording()
    until(lambda: (status := group.recording()) is not None and status.state is OutputState.CLOSED)
    group.submit(moving_frame(9, 64, 64), 1.0)
    with av.open(str(tmp_path / "take.mkv")) as file:
        assert len(list(file.decode(video=0))) == 3
    group.record(tmp_path / "next.mkv")
    assert group.recording() is not None


async def test_pixels_are_needed_while_somebody_takes_them(tmp_path: Path) -> None:
    group = OutputGroup(settings(server=True), Background("green", 64, 64))
    group.start("http://here/camera")
    try:
        assert not group.need_pixels()
        with group.broadcast.subscribe(pixels=False):
            assert not group.need_pixels()
            with group.broadcast.subscribe():
                assert group.need_pixels()
                group.on_air = False  # all get an empty frame
                assert not group.need_pixels()
                with group.preview.subscribe():
                    assert group.need_pixels()
                group.on_air = True
        assert not group.need_pixels()
        group.record(tmp_path / "a.mp4")
        assert group.need_pixels()
        group.stop_recording()
        assert not group.need_pixels()
    finally:
        group.close()


def test_a_device_needs_pixels(rig: Rig) -> None:
    group = rig.start(settings("plain"))
    assert group.need_pixels()


def test_a_recording_that_is_not_whole_is_a_failure_also_when_others_work(rig: Rig, tmp_path: Path) -> None:
    group = rig.start(settings("plain", f"file:{tmp_path / 'gone' / 'a.mkv'}"))
    until(lambda: OutputState.ENDED in [status.state for status in group.statuses()])
    group.close()
    assert [line for line in group.failures() if "there is no folder" in line] == group.failures() != []


def test_a_failed_recording_is_not_forgotten_when_it_is_no_longer_wanted(rig: Rig, tmp_path: Path) -> None:
    group = rig.start(settings("plain"))
    for name in ("a.mkv", "b.mkv"):
        group.record(tmp_path / "gone" / name)
        until(lambda: (status := group.recording()) is not None and status.state is OutputState.ENDED)
    (tmp_path / "gone").mkdir()
    for _ in range(2):
        group.record(tmp_path / "gone" / "c.mkv")
        group.stop_recording()
    group.close()
    assert len(group.failures()) == 1  # the reason is the same


def test_nothing_worked_when_every_output_that_was_asked_for_has_failed(rig: Rig) -> None:
    group = rig.start(settings("plain", "rated", server=True))
    until(lambda: len(rig.made) == 2)
    assert group.failures() == []
    for number, (name, failed) in enumerate({"plain": 1, "rated": 2}.items()):
        rig.made[name].open_failures = [OutputError("still gone")] * 20
        rig.made[name].send_failures = [OutputError(f"{name} is gone")]
        assert group.failures() == []
        group.submit(moving_frame(number, 64, 64), float(number))
        until(lambda failed=failed: [one.state for one in group.statuses()].count(OutputState.FAILED) == failed)  # type: ignore[misc]
    assert len(group.failures()) == 2


def test_an_output_that_is_written_twice_in_any_spelling_is_one(rig: Rig) -> None:
    group = rig.start(settings("plain", "PLAIN", " plain", "OBS", "browser", server=True))
    assert len(group.statuses()) == 2
    with pytest.raises(SettingsError, match="needs the server"):
        OutputGroup(settings("obs"), Background("green", 64, 64))


class NoDevice(FakeOutput):
    def open(self) -> None:
        raise OutputError("there is none", "camera.linux")


def test_an_output_of_the_defaults_may_be_absent_until_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS._entries, "camera", Entry("camera", lambda *_: NoDevice()))  # noqa: SLF001 - put back at the end
    group = OutputGroup(parse({"scene": SIZE}), Background("green", 64, 64))
    group.start("http://here/camera")
    try:
        assert eventually(lambda: [one.state for one in group.statuses()] == ["absent", "live"])
        assert group.failures() == []
        group.prepare(parse({"scene": {**SIZE, "zoom": 2}, "outputs": ["camera", "browser"]}))()
        assert group.statuses()[0].state == "absent"  # another setting was changed
        group.prepare(parse({"scene": SIZE, "outputs": ["browser", "camera"]}))()
        assert eventually(lambda: [one.state for one in group.statuses()] == ["live", "failed"])
    finally:
        group.close()


def test_the_only_output_is_needed_even_if_nobody_named_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS._entries, "camera", Entry("camera", lambda *_: NoDevice()))  # noqa: SLF001 - put back at the end
    group = OutputGroup(parse({"scene": SIZE, "server": {"enabled": False}}), Background("green", 64, 64))
    group.start()
    try:
        assert eventually(lambda: [one.state for one in group.statuses()] == ["failed"])
        assert group.failures() == ["fake: there is none"]
    finally:
        group.close()
