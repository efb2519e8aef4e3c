"""Another value for every field of the settings."""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from tests.audio.sounds import spoken_vowels
from vtube.audio.calibration import calibrate
from vtube.errors import SettingsError
from vtube.paths import default_picture, shipped
from vtube.settings import Settings, fields, nested, parse, value_at

ALL = dict(fields(Settings))


class Values:
    """Another value for every field: of a number, a choice or a switch by itself, of a text or a list by this table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def table(self) -> dict[str, Any]:
        return {
            "audio": f"file:{self.wav}",
            "chat": ["stdin"],
            "dialogue.model.addresses": {"ollama": "http://127.0.0.1:11435"},
            "dialogue.model.key_variables": {"openai": "MY_KEY"},
            "dialogue.memory.path": str(self.folder / "memory.sqlite"),
            "dialogue.sight.monitor": 2,
            "dialogue.sight.region": "0,0,640,480",
            "dialogue.show": str(shipped(Path("config/show.yaml"))),
            "dialogue.sources.addresses": {"twitch": "irc://127.0.0.1:6667"},
            "dialogue.sources.bilibili_cookie_variable": "MY_COOKIE",
            "dialogue.memory.embeddings": "ollama:nomic-embed-text",
            "dialogue.sources.twitch_token_variable": "MY_TOKEN",
            "dialogue.sources.youtube_key_variable": "MY_KEY",
            "dialogue.sources.youtube_token_variable": "MY_TOKEN",
            "avatar.character": str(default_picture()),
            "avatar.device": "cpu",
            "emotion.favourites": ["joy", "fear"],
            "emotion.templates": str(self.emotions),
            "idle.sway_parts": ["head_x", "neck_z"],
            "idle.tremble": 0.1,
            "stream.music": str(self.wav),
            "stream.sound": "mic",
            "stream.ice_servers": ["stun:127.0.0.1:3478"],
            "reactions.table": str(self.reactions),
            "lipsync.calibration": str(self.calibration),
            "listening.recogniser": "sphinx",
            "loop.fps": 60.0,
            "mixer.hold_lost_s": 1.2,
            "osc.rules": [{"address": "/head", "target": "head_y"}],
            "outputs": ["null"],
            "pointer.keys": {"f1": "sad"},
            "receiver.host": "127.0.0.1",
            "retarget.brow": "angry",
            "retarget.invert": ["yaw"],
            "retarget.parameters": {"head_y": {"gain": 0.5}},
            "retarget.shapes": {"jawOpen": {"gain": 0.5}},
            "scene.background": "#ff0000",
            "scene.effects": ["background"],
            "scene.frame": "face",
            "scene.presets": {"Chat": {"frame": "face"}},
            "scene.size": "1080",
            "server.allowed_hosts": ["me.example"],
            "server.allowed_origins": ["http://localhost:8000"],
            "server.host": "localhost",
            "server.token": "a secret of theirs",
            "speech.addresses": {"voicevox": "http://127.0.0.1:50031"},
            "speech.command": ["espeak"],
            "speech.device": "Speakers",
            "speech.readings": {"OBS": "オービーエス"},
            "speech.voice": "hibari",
            "speech.voices": {"en": "kokoro"},
            "tracking": ["none"],
            "hotkeys.controllers": {"note:36": "air"},
            "hotkeys.keys": {"f8": "air"},
            "vts_api.host": "localhost",
            "vts_api.rules": [{"parameter": "HeartRate", "target": "breathing"}],
        }

    @cached_property
    def wav(self) -> Path:
        path = self.folder / "a.wav"
        path.write_bytes(b"nothing that is opened here")
        return path

    @cached_property
    def emotions(self) -> Path:
        path = self.folder / "mine.yaml"
        path.write_text("joy:\n  eyebrow_raised: 0.9\n")
        return path

    @cached_property
    def reactions(self) -> Path:
        path = self.folder / "reacts.yaml"
        path.write_text("silence: {do: {bow: 1}, after_s: 5, every_s: 5}\n")
        return path

    @cached_property
    def calibration(self) -> Path:
        path = self.folder / "me.npz"
        calibrate(spoken_vowels()).save(path)
        return path

    def another(self, path: tuple[str, ...]) -> Any:
        field, now = ALL[path], value_at(Settings(), path)
        key = ".".join(path)
        if key in self.table:
            return self.table[key]
        if isinstance(now, bool):
            return not now
        if get_origin(field.annotation) is Literal:
            return next(one for one in get_args(field.annotation) if one != now)
        if isinstance(now, int | float):
            return another_number(now, path)
        if isinstance(now, str) and path[0] == "speech":
            return f"another {path[-1]}"
        raise AssertionError(f"{key} needs another value in the table of this test")


def another_number(now: float, path: tuple[str, ...]) -> float:
    """Half of it, or what else the schema allows."""
    for number in (now / 2, now + 0.5, now / 4, now + 1, now + 2):
        other = type(now)(number)
        with contextlib.suppress(SettingsError):
            if other != now and parse(nested({path: other})):
                return other
    raise AssertionError(f"{'.'.join(path)} needs another value in the table of this test")
