"""Every place that opens a path which a client may name opens a file of this computer, or refuses in one line."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.test_paths import OTHERS
from vtube.audio.calibration import load_calibration
from vtube.audio.file import read_sound
from vtube.avatar.picture.decode import decode
from vtube.avatar.poses_file import load_poses
from vtube.cli.film_list import rows_of
from vtube.errors import AudioError, TrackingError, VtubeError
from vtube.scene.background import Background
from vtube.settings.loading import load
from vtube.settings.yaml_file import read_yaml
from vtube.tracking.recordings.replay_files import frames_of
from vtube.tracking.webcam import open_capture

PLACES: dict[str, Callable[[Path], object]] = {
    "audio file:": read_sound,
    "lipsync.calibration": load_calibration,
    "avatar.character": decode,
    "emotion.templates": read_yaml,
    "scene.background": lambda path: Background(str(path), 64, 64),
    "tracking replay:": lambda path: list(frames_of(path)),
}

LOCAL_PLACES: dict[str, Callable[[Path], object]] = {
    "--config": load,
    "--poses": load_poses,
    "--list": rows_of,
}
"""Only who starts the program names these."""

EACH_PLACE = pytest.mark.parametrize("place", PLACES)


@EACH_PLACE
@pytest.mark.parametrize("name", OTHERS)
def test_an_address_is_refused_in_one_line(place: str, name: str) -> None:
    with pytest.raises(VtubeError) as refused:
        PLACES[place](Path(name))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("place", [*PLACES, *LOCAL_PLACES])
@pytest.mark.skipif(os.name == "nt", reason="Windows' pipes have names of their own")
def test_a_pipe_and_a_device_are_refused_at_once(place: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(VtubeError):
            {**PLACES, **LOCAL_PLACES}[place](name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n"),
        ("a.wav", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n"),
        ("a.ffconcat", "ffconcat version 1.0\nfile '{address}'\n"),
        ("a.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n"),
        ("a.mpd", '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>{address}</BaseURL></Period></MPD>'),
    ],
)
def test_a_list_of_addresses_that_is_called_a_sound_opens_nothing(name: str, text: str, tmp_path: Path) -> None:
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        listener = threading.Thread(target=lambda: came.extend(visitors(server)))
        listener.start()
        file = tmp_path / name
        file.write_text(text.replace("{address}", f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"))
        with pytest.raises(AudioError):
            read_sound(file)
        listener.join()
    assert came == []


def visitors(server: socket.socket) -> list[bytes]:
    try:
        return [str(server.accept()[1]).encode()]
    except TimeoutError:
        return []


@pytest.mark.parametrize("name", OTHERS)
def test_a_webcam_is_no_address(name: str) -> None:
    with pytest.raises(TrackingError):
        open_capture(name)
