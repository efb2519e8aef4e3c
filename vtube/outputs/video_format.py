"""What goes into which kind of video file.

Every file is written so that it can be played after a crash: Matroska and WebM in clusters of a second, MOV and
MP4 in fragments of a second that become one ordinary file when it is closed (`hybrid_fragmented`, FFmpeg 7.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Container:
    """How FFmpeg is to write one kind of file.

    Attributes:
        codecs: video encoders, the first that FFmpeg was built with is taken.
        pixel_format: what the encoder stores.
        source: what it is handed: `rgba` frames, `bgra` without a second conversion, or opaque `rgb24`.
        options: for the video encoder.
        audio: the audio encoder.
        audio_rate: samples a second when the encoder takes only some rates, else that of the sound.
        muxer: options for the container.
    """

    codecs: tuple[str, ...]
    pixel_format: str
    source: str
    audio: str
    muxer: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    audio_rate: int | None = None

    @property
    def transparent(self) -> bool:
        """Whether transparency is kept."""
        return self.source != "rgb24"


_FRAGMENTS = {"movflags": "hybrid_fragmented+frag_keyframe", "flush_packets": "1"}
_CLUSTERS = {"cluster_time_limit": "1000", "flush_packets": "1"}

CONTAINERS: dict[str, Container] = {
    ".mov": Container(("qtrle",), "argb", "argb", "pcm_s16le", _FRAGMENTS),
    ".mkv": Container(("ffv1",), "bgra", "bgra", "flac", _CLUSTERS, {"level": "3", "slices": "4", "slicecrc": "1"}),
    ".webm": Container(
        ("libvpx-vp9",),
        "yuva420p",
        "rgba",
        "libopus",
        _CLUSTERS,
        {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "lag-in-frames": "0", "crf": "20", "b": "0"},
        audio_rate=48_000,
    ),
    ".mp4": Container(
        ("libx264", "h264", "mpeg4"),
        "yuv420p",
        "rgb24",
        "aac",
        _FRAGMENTS,
        {"preset": "veryfast", "crf": "18", "bf": "0"},
    ),
}
"""File ending to container; .mov and .mkv are lossless.

H.264 without B frames: they would delay the first frame, which a fragmented file cannot take back.
"""
