"""Clips of the character, made beside the camera: what they are made of, and their queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from vtube.audio.file import sound_seconds
from vtube.avatar.picture.character import Character
from vtube.avatar.wardrobe import Wardrobe
from vtube.clips.clip import Clip
from vtube.clips.order import Materials, Order, command
from vtube.clips.process import Rendering, RenderProcess
from vtube.clips.queue import ClipQueue
from vtube.clips.shelf import CHARACTER, CONFIG, LOG, MOST_SOUND_BYTES, TEXT, Shelf, new_key
from vtube.errors import AudioError, OutputError, SettingsError
from vtube.motion.emotion import EmotionDriver
from vtube.settings import SettingsOwner
from vtube.speech.clean import sayable
from vtube.speech.registry import create_voice
from vtube.studio.character import LiveCharacter
from vtube.text import shown, unknown

LONGEST_SOUND_S = 3600.0


class LiveClips:
    """Satisfies `server.clip_control.ClipsControl`. Any thread may call it."""

    def __init__(
        self, live: LiveCharacter, emotion: EmotionDriver, settings: SettingsOwner, shelf: Shelf | None = None
    ) -> None:
        """Nothing is read or begun yet."""
        self._live, self._emotion, self._settings = live, emotion, settings
        self._shelf = shelf or Shelf()
        self._queue = ClipQueue(self._shelf, self._start)
        self.most_sound_bytes = MOST_SOUND_BYTES

    def make(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Let a clip be made, of the character and the settings of now; blocks while its files are written.

        Raises:
            VtubeError: what is asked for does not exist or does not go together, or there is no room.
        """
        order = replace(Order(), **values)
        self._check(order)
        character = self._live.character if order.character is None else Wardrobe().take(order.character)
        self._shelf.check_room(self._queue.all())
        key = new_key()
        clip = Clip(key, self._queue.now(), order)
        try:
            self._write(clip, character)
            return self._queue.add(clip).shown()
        except Exception:
            self._shelf.remove(key)
            raise

    def all(self) -> list[dict[str, Any]]:
        """Every clip, the newest first."""
        return [clip.shown() for clip in self._queue.all()]

    def get(self, key: str) -> dict[str, Any] | None:
        """All of one clip; None when there is none of that key."""
        clip = self._queue.get(key)
        return None if clip is None else clip.shown(whole=True)

    def video(self, key: str) -> tuple[Path, str] | None:
        """The file of a finished clip, and how it is called; None when there is none."""
        clip = self._queue.get(key)
        if clip is None or clip.state != "done":
            return None
        return self._shelf.video(clip), clip.download_name

    def resume(self, key: str) -> bool:
        """Let one go on that has failed or was stopped; False when there is none of that key.

        Raises:
            OutputError: it is done or being made already, or too many wait.
        """
        return self._queue.resume(key) is not None

    def stop(self, key: str) -> bool:
        """Stop one that waits or is being made; False when there is none of that key."""
        return self._queue.stop(key)

    def remove(self, key: str) -> bool:
        """Delete one; False when there is none of that key."""
        return self._queue.remove(key)

    def new_sound(self, name: str) -> tuple[str, BinaryIO]:
        """A key and an open file for a sound called `name`.

        Raises:
            OutputError: there is no room for it.
        """
        self._shelf.tidy_sounds(self._queue.all())
        return self._shelf.new_sound(Path(name).suffix)

    def keep_sound(self, key: str) -> float | None:
        """Look into a sound that was written; its seconds, None where its head does not say.

        Raises:
            AudioError: it holds no sound, or a very long one; it is removed.
        """
        path = self._shelf.sound(key)
        try:
            seconds = None if path is None else sound_seconds(path)
            if seconds is not None and seconds > LONGEST_SOUND_S:
                raise AudioError(f"the sound has {seconds / 60:.0f} minutes; a clip takes {LONGEST_SOUND_S / 60:.0f}")
        except AudioError as error:
            self._shelf.remove_sound(key)
            raise AudioError(str(error).replace(key, "that was sent")) from None
        return seconds

    def drop_sound(self, key: str) -> None:
        """Remove a sound that did not arrive."""
        self._shelf.remove_sound(key)

    def state(self) -> dict[str, Any]:
        """For `/api/state`."""
        return self._queue.state()

    def close(self) -> None:
        """End what is being made; it can go on after the next start."""
        self._queue.close()

    def _check(self, order: Order) -> None:
        order.check()
        if order.emotion and order.emotion not in self._emotion.names():
            raise SettingsError(unknown("emotion", order.emotion, self._emotion.names()))
        if order.sound is not None:
            if self._shelf.sound(order.sound) is None:
                raise SettingsError(f"there is no sound {shown(order.sound)}; POST /api/clips/sounds takes one")
            return
        speech = self._settings.in_force.speech
        if not sayable(order.text, speech):
            raise SettingsError("there is nothing to say in this text")
        create_voice(order.voice or speech.voice, speech)

    def _write(self, clip: Clip, character: Character) -> None:
        """Everything that it is made of: what changes on the page from now on does not change it."""
        values = self._settings.values()
        if clip.order.frame is not None:  # a framing by hand belongs to the scene, not to the one that was chosen
            values["scene"] = {**values["scene"], "zoom": 1.0, "x": 0.0, "y": 0.0, "rotation": 0.0}
        self._shelf.write(clip, CONFIG, json.dumps(values, ensure_ascii=False))
        if clip.order.text:
            self._shelf.write(clip, TEXT, clip.order.text)
        Wardrobe(self._shelf.path(clip)).keep(character, CHARACTER)

    def _start(self, clip: Clip) -> Rendering:
        character = self._shelf.path(clip, CHARACTER)
        digest = Wardrobe(character.parent).take(CHARACTER).digest
        words = self._shelf.path(clip, TEXT) if clip.order.sound is None else self._shelf.sound(clip.order.sound)
        if words is None:
            raise OutputError("the sound of this clip is gone")
        materials = Materials(
            config=self._shelf.path(clip, CONFIG),
            character=character,
            engine="puppet" if self._live.puppet_stage(digest) else "auto",
            words=words,
            out=self._shelf.video(clip),
        )
        return RenderProcess(command(clip.order, materials), self._shelf.path(clip, LOG))
