"""OBS Studio itself: the rows of the table in docs/guide/obs.md, as Media Sources of one scene that it records."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from tests.server.conftest import Running
from tests.waiting import eventually
from vtube.clock import monotonic
from vtube.frame import Frame

DOCS = Path(__file__).resolve().parents[2] / "docs" / "guide" / "obs.md"
SIZE = 64
COLOUR = (200, 40, 120)
GLOBAL = """\
[General]
FirstRun=true
LastVersion=486539264
EnableAutoUpdates=false
[Basic]
Profile=test
ProfileDir=test
SceneCollection=test
SceneCollectionFile=test
"""
PROFILE = """\
[General]
Name=test
[Output]
Mode=Simple
[SimpleOutput]
FilePath={folder}
RecFormat=mkv
RecQuality=Stream
VBitrate=4000
StreamEncoder=x264
[Video]
BaseCX={width}
BaseCY={height}
OutputCX={width}
OutputCY={height}
FPSCommon=10
"""


@pytest.fixture
def obs() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Ends what is put in."""
    if shutil.which("obs") is None:
        pytest.skip("needs OBS Studio (Debian and Ubuntu: apt install obs-studio)")
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait(60)


def documented() -> list[dict[str, str]]:
    """What the docs tell to fill in, column by column."""
    rows = re.findall(
        r"^\| (Input|Input Format|FFmpeg Options) \| (.*) \| (.*) \| (.*) \|$", DOCS.read_text("utf-8"), re.M
    )
    columns = list(zip(*[row[1:] for row in rows], strict=True))
    return [
        dict(zip((row[0] for row in rows), (cell.strip("`") for cell in column), strict=True)) for column in columns
    ]


def source(column: dict[str, str], running: Running, number: int) -> dict[str, object]:
    address = column["Input"].replace("http://127.0.0.1:8787", running.url)
    options = {"empty": "", "see below": f"video_size={SIZE}x{SIZE} pixel_format=rgba framerate=30"}
    settings = {
        "is_local_file": False,
        "input": address,
        "input_format": column["Input Format"],
        "ffmpeg_options": options.get(column["FFmpeg Options"], column["FFmpeg Options"]),
        "buffering_mb": 0,
        "reconnect_delay_sec": 1,
    }
    return {"id": "ffmpeg_source", "name": f"source {number}", "settings": settings}


def prepare(folder: Path, sources: list[dict[str, object]]) -> None:
    """OBS' own files: one profile, one scene with the sources side by side."""
    base = folder / "obs-studio"
    for part in ("basic/profiles/test", "basic/scenes"):
        (base / part).mkdir(parents=True)
    (base / "global.ini").write_text(GLOBAL)
    profile = PROFILE.format(folder=folder, width=SIZE * len(sources), height=SIZE)
    (base / "basic/profiles/test/basic.ini").write_text(profile)
    items = [
        {"id": number + 1, "name": one["name"], "visible": True, "align": 5, "pos": {"x": SIZE * number, "y": 0}}
        for number, one in enumerate(sources)
    ]
    scene = {"id": "scene", "name": "scene", "settings": {"id_counter": len(items), "items": items}}
    content = {"name": "test", "current_scene": "scene", "current_program_scene": "scene"}
    text = json.dumps(content | {"scene_order": [{"name": "scene"}], "sources": [*sources, scene]})
    (base / "basic/scenes/test.json").write_text(text)


def newest(folder: Path) -> Frame | None:
    """The last frame that OBS has recorded so far."""
    films = list(folder.glob("*.mkv"))
    try:
        with av.open(films[0]) as film:
            frames = list(film.decode(video=0))
            return np.asarray(frames[-1].to_ndarray(format="rgb24"), np.uint8)
    except (av.FFmpegError, IndexError):
        return None


@pytest.mark.slow
@pytest.mark.obs
def test_obs_shows_every_stream_as_the_docs_say(
    running: Running, tmp_path: Path, display: str, obs: list[subprocess.Popen[bytes]]
) -> None:
    columns = documented()
    assert [column["Input Format"] for column in columns] == ["rawvideo", "nut", "mpjpeg"]
    prepare(tmp_path, [source(column, running, number) for number, column in enumerate(columns)])
    words = "--multi --startrecording --collection test --profile test --minimize-to-tray --disable-updater"
    own = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}
    with (tmp_path / "obs.log").open("wb") as log:
        obs.append(subprocess.Popen(["obs", *words.split()], env=os.environ | own, stdout=log, stderr=log))
    picture = np.full((SIZE, SIZE, 4), (*COLOUR, 255), np.uint8)

    def shown() -> bool:
        frame = newest(tmp_path)
        middles = (
            [] if frame is None else [frame[SIZE // 2, SIZE * number + SIZE // 2] for number in range(len(columns))]
        )
        return bool(middles) and bool(np.abs(np.array(middles, int) - COLOUR).max() < 24)

    assert eventually(shown, 90.0, lambda: running.broadcast.publish(picture, monotonic())), (
        tmp_path / "obs.log"
    ).read_text("utf-8", "replace")[-3000:]
