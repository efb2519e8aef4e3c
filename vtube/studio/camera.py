"""A camera for programs of your own: `vtube.Camera`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from vtube import settings as settings_module
from vtube.outputs.registry import OUTPUTS
from vtube.studio.pipeline import Studio
from vtube.threads import Worker

ENGINE_S = 20.0
"""What closing waits for an engine at most."""


class Camera:
    """A character that is alive while the `with` block runs.

        with vtube.Camera("me.png", outputs=["browser"]) as camera:
            camera.say("Hello!")
            camera.emotion("joy")
            camera.run(60)

    Entering opens the inputs and outputs; `run` sends frames in the caller's thread, `start` in one of its own;
    leaving gives every device back. Every method may be called from any thread.
    """

    def __init__(
        self,
        character: str | Path | None = None,
        *,
        outputs: Sequence[str] | None = None,
        tracking: Sequence[str] = ("none",),
        audio: str = "none",
        engine: str = "auto",
        fps: float = 30.0,
        size: int | str | None = None,
        port: int | None = None,
        config: str | Path | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Nothing is opened yet.

        Args:
            character: the picture; None is Ilta, the default character.
            outputs: SPECs as for `--output`, such as `camera`, `browser`, `file:show.mov`; None is those of the
                settings: the page, and a virtual camera where there is one.
            tracking: SPECs as for `--tracking`, such as `ifacialmocap`; the first that is live wins.
            audio: a SPEC as for `--audio`: whose sound moves the mouth.
            engine: what draws: auto, torch, openvino or puppet.
            fps: frames a second for the outputs, 1..240.
            size: of the picture as for `--size`, such as 1080, "1920x1080", "auto"; None is that of the settings.
            port: of the control page on this computer; 0 takes any free one, None runs without it unless an output
                is `browser`, which is served by it on the port of the settings.
            config: a settings file as for `--config`; what the other arguments say goes before it.
            settings: more settings, nested as in the file; they go before all others.

        Raises:
            SettingsError: a SPEC or a setting names something that does not exist.
            PictureError: the character cannot be used.
        """
        has_page = port is not None or outputs is None or "browser" in OUTPUTS.distinct(outputs)
        values: dict[str, Any] = {
            "avatar": {"character": None if character is None else str(character), "engine": engine},
            **({} if outputs is None else {"outputs": list(outputs)}),
            "tracking": list(tracking),
            "audio": audio,
            "loop": {"fps": fps},
            **({} if size is None else {"scene": {"size": str(size)}}),
            "server": {"enabled": has_page, **({} if port is None else {"port": port})},
        }
        settings_module.merge(values, settings or {})
        self._studio = Studio(settings_module.load(None if config is None else Path(config), values))
        self._runner = Worker("camera", lambda _: self._studio.run())

    def __enter__(self) -> Self:
        """Open inputs and outputs, and begin to load the engine; until it is there, the picture stands still.

        Raises:
            VtubeError: an input or the server cannot be had; one line.
        """
        try:
            self._studio.open()
        except BaseException:
            self._studio.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give every device back."""
        self.close()

    def run(self, seconds: float | None = None) -> None:
        """Send frames for `seconds`, or until `stop`; Ctrl-C ends it as a KeyboardInterrupt."""
        self._studio.run(seconds)

    def start(self) -> None:
        """Send frames from a thread of its own, until `stop`."""
        self._runner.start()

    def stop(self) -> None:
        """End `run` and what `start` began."""
        self._studio.stop()

    def close(self) -> None:
        """Stop, and give every device back; harmless when called twice.

        An engine that is just being loaded is waited for, some seconds: a program of one's own goes on after this, or
        ends, and Python must not be taken down while a thread is inside an engine.
        """
        self._studio.close()
        self._studio.join(ENGINE_S)
        self._runner.join()

    def say(self, text: str, voice: str | None = None, *, interrupt: bool = False) -> int:
        """Let the character speak; returns the number of the utterance.

        Args:
            text: what to say, in the language of the voice.
            voice: a SPEC as for `say --voice`; None is the voice of the settings.
            interrupt: at once, in place of what is said and waits.

        Raises:
            SettingsError: there is no such voice.
            SpeechError: too much waits to be said, or there is nothing in the text.
        """
        return self._studio.control.speech.say(text, voice, interrupt)

    def emotion(self, name: str, strength: float = 1.0) -> None:
        """Show an emotion until the next one: one of `emotions`, `neutral` for none.

        Raises:
            SettingsError: there is no such emotion.
        """
        self._studio.control.emotion.show(name, strength)

    def emotions(self) -> list[str]:
        """The names of the emotions there are."""
        return self._studio.control.emotion.names()

    def pose(self, values: Mapping[str, float] | None) -> None:
        """Hold some parameters, such as {"head_y": 0.5}, against everything that moves them; None frees all.

        Raises:
            PoseError: there is no such parameter.
        """
        self._studio.control.pose.hold(values)

    def state(self) -> dict[str, Any]:
        """What `/api/state` answers: rates, engine, inputs and outputs, pose, speech."""
        return self._studio.control.state()

    def settings(self) -> dict[str, Any]:
        """All settings, as `/api/settings` answers them."""
        return self._studio.control.settings.values()

    @property
    def url(self) -> str | None:
        """The address of the control page; None without one."""
        return self._studio.url
