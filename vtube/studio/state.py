"""The state of a running camera as one JSON object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from vtube import __version__
from vtube.audio.mouth_source import MouthSource
from vtube.clock import Clock, monotonic
from vtube.dialogue.broadcast import Broadcast
from vtube.errors import lines_in
from vtube.listening.host import HostVoice
from vtube.motion.animator import Animator
from vtube.outputs.group import OutputGroup
from vtube.pose import Pose, to_mapping
from vtube.realtime.loop import FrameLoop
from vtube.realtime.render_thread import RenderThread
from vtube.scene.stage import Stage
from vtube.signals import InputStatus
from vtube.speech.queue import SpeechQueue
from vtube.studio.air import Air, Recorder
from vtube.studio.character import LiveCharacter
from vtube.studio.clips import LiveClips
from vtube.studio.portraits import Portraits
from vtube.tracking.group import TrackerGroup
from vtube.triggers.service import Triggers
from vtube.vts_api.service import PluginService

MOUTH = ("aaa", "iii", "uuu", "eee", "ooo", "open")


@dataclass(frozen=True, slots=True)
class StateReader:
    """Reads the parts that the state tells of; any thread may, none is written to.

    Attributes:
        pose: the pose on air.
        paused: whether motion and drawing stand still.
        url: where the control page is, or None.
        revision: how many times the settings have changed.
    """

    loop: FrameLoop
    rendering: RenderThread
    character: LiveCharacter
    animator: Animator
    trackers: TrackerGroup
    mouth_source: MouthSource
    speech: SpeechQueue
    stage: Stage
    outputs: OutputGroup
    broadcast: Broadcast
    host: HostVoice
    portraits: Portraits
    plugins: PluginService
    triggers: Triggers
    clips: LiveClips
    pose: Callable[[], Pose]
    paused: Callable[[], bool]
    url: Callable[[], str | None]
    air: Air
    recorder: Recorder
    revision: Callable[[], int]
    clock: Clock = monotonic

    def read(self) -> dict[str, Any]:
        """What `/api/state` answers; times in milliseconds, ages in seconds, rates per second.

        `lines` has, for every line in it that has one, the `code` by which a page says it in another language.
        """
        state = self._parts(self.clock())
        state["lines"] = {str(one): {"code": one.code, "values": one.values} for one in lines_in(state)}
        return state

    def _parts(self, now: float) -> dict[str, Any]:
        return {
            "version": __version__,
            **self._rates(now),
            "paused": self.paused(),
            "on_air": self.air.on,
            "fps": self.loop.fps,
            "size": list(self.stage.size),
            "recording": self.recorder.status(),
            "revision": self.revision(),
            "engine": self.character.engine,
            "puppet": self.character.puppet(),
            "character": self.character.name,
            "former": self.character.former,
            "emotion": self.animator.emotion.current,
            "expressions": self.animator.expressions.names(),
            "portraits": self.portraits.status(),
            "emotion_strength": self.animator.emotion.strength,
            "calibrated": self.animator.retargeter.calibrated,
            "inputs": [asdict(status) for status in self.inputs(now)],
            "speech": self.speech.status(now),
            "chat": self.broadcast.chat_state(now),
            "dialogue": self.broadcast.dialogue_state(now),
            "listening": self.host.status(now),
            "effects": [asdict(cost) for cost in self.stage.costs()],
            "outputs": [asdict(status) for status in self.outputs.statuses()],
            "vts_api": self.plugins.status(),
            "hotkeys": self.triggers.status(),
            "clips": self.clips.state(),
            "url": self.url(),
            "pose": to_mapping(self.pose()),
            "held": self.animator.manual.held,
        }

    def meters(self) -> dict[str, Any]:
        """The recent peak of what is heard, dB of full scale, and the mouth's shape; each None without one."""
        now = self.clock()
        levels = [status.level_db for status in self.mouth_source.statuses(now)]
        mouth = self.mouth_source.mouth(now)
        shape = {name: round(float(getattr(mouth, name)), 3) for name in MOUTH} if mouth is not None else None
        return {"level_db": next((level for level in levels if level is not None), None), "mouth": shape}

    def inputs(self, now: float) -> list[InputStatus]:
        """Every tracker and the sound, in order of importance, at `now` (monotonic seconds)."""
        sent = self.plugins.input(now)
        statuses = [
            *self.trackers.statuses(now),
            *([sent] if sent is not None else []),
            *self.mouth_source.statuses(now),
        ]
        return [status for status in statuses if status.name != "none"]

    def _rates(self, now: float) -> dict[str, Any]:
        loop, render = self.loop.stats(now), self.rendering.stats(now)
        return {
            "output_fps": _rounded(loop.output_fps),
            "render_fps": _rounded(render.render_fps),
            "frame_ms": _rounded(render.frame_ms),
            "latency_ms": _rounded(render.latency_ms),
            "latency_p99_ms": _rounded(render.latency_p99_ms),
            "interval_p99_ms": _rounded(loop.interval_p99_ms),
            "frames": loop.frames,
            "repeated": loop.repeated,
            "late": loop.late,
            "skipped": loop.skipped,
            "failure": render.failure,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
