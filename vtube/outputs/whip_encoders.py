"""Pictures and sound as WebRTC takes them: H.264 or VP8, and Opus, in packets for aiortc."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import ColorRange, Colorspace

from vtube.outputs.stream_process import TICKS, set_up, working_encoder

PLAIN = {"profile": "baseline", "forced-idr": "1"}
OPTIONS: dict[str, dict[str, str]] = {
    "libx264": {"profile": "baseline", "nal-hrd": "none", "forced-idr": "1"},
    "h264_nvenc": PLAIN,
    "h264_qsv": {"profile": "baseline", "forced_idr": "1"},
    "h264_amf": {"profile": "constrained_baseline", "forced_idr": "1"},
    "h264_videotoolbox": {"profile": "baseline"},
}
"""What WebRTC asks for other than platforms: a profile that every receiver reads, whole pictures when it wants one."""

VP8 = {"deadline": "realtime", "cpu-used": "-8", "lag-in-frames": "0", "error-resilient": "default"}
OPUS_BLOCK = 960
"""Samples of one packet: 20 ms."""
LONGEST_WAIT_S = 2.0
"""A picture waits no longer for its sound, in seconds of pictures after it: sound that stays away holds up nothing."""


class Encoders:
    """Makes packets of pictures and sound, and lets both go in step: a receiver takes what leaves at once for one time.

    Sound is told later than its picture, so pictures wait for it.
    """

    def __init__(self, config: dict[str, Any], codec: str, send: Callable[[str, Any], None]) -> None:
        """`codec` is H264 or VP8; `send` gets a kind, video or audio, and a packet, in the caller's thread."""
        self._config, self._send = config, send
        self.name = working_encoder(config) if codec == "H264" else "libvpx"
        self._colours = Colorspace.ITU709 if codec == "H264" else Colorspace.ITU601  # VP8 knows but one (RFC 6386, 9.2)
        self._video = self._opened_video()
        self._audio: Any = av.CodecContext.create("libopus", "w")
        self._audio.sample_rate, self._audio.layout = config["audio_rate"], "stereo"
        self._audio.format, self._audio.bit_rate = "flt", 1000 * config["audio_bitrate"]
        self._audio.options = {"application": "audio"}
        self._audio.open(strict=False)
        self._resampler = av.AudioResampler("flt", "stereo", config["audio_rate"], OPUS_BLOCK)
        self._waiting: deque[tuple[float, Any]] = deque()
        self.wants_key_frame = threading.Event()

    def picture(self, ticks: int, rgb: bytes) -> None:
        """Encode one picture, RGB, without a row's padding."""
        shape = self._config["height"], self._config["width"], 3
        frame = av.VideoFrame.from_ndarray(np.frombuffer(rgb, np.uint8).reshape(shape), "rgb24")
        frame = frame.reformat(
            format=self._video.pix_fmt, dst_colorspace=self._colours, dst_color_range=ColorRange.MPEG
        )
        frame.pts, frame.time_base = ticks, Fraction(1, TICKS)
        if self.wants_key_frame.is_set():
            self.wants_key_frame.clear()
            frame.pict_type = PictureType.I
        self._waiting.extend((ticks / TICKS, packet) for packet in self._video.encode(frame))
        self._let_go(ticks / TICKS - LONGEST_WAIT_S)

    def sound(self, position: int, samples: bytes) -> None:
        """Encode and send mono samples, float32, and the pictures before their end."""
        block = av.AudioFrame.from_ndarray(np.frombuffer(samples, np.float32)[None], "fltp", "mono")
        rate = self._config["audio_rate"]
        block.sample_rate, block.pts, block.time_base = rate, position, Fraction(1, rate)
        for part in self._resampler.resample(block):
            for packet in self._audio.encode(part):
                self._send("audio", packet)
        self._let_go((position + len(samples) // 4) / rate)

    def _let_go(self, until: float) -> None:
        """Send the pictures that wait, up to a moment of theirs."""
        while self._waiting and self._waiting[0][0] <= until:
            self._send("video", self._waiting.popleft()[1])

    def _opened_video(self) -> Any:
        video: Any = av.CodecContext.create(self.name, "w")
        if self.name == "libvpx":
            self._set_up_vp8(video)
        else:
            set_up(video, self._config)
            video.color_primaries = video.color_trc = 1  # BT.709
        video.colorspace, video.color_range = self._colours, ColorRange.MPEG
        video.open(strict=False)
        return video

    def _set_up_vp8(self, video: Any) -> None:
        config = self._config
        video.width, video.height, video.pix_fmt = config["width"], config["height"], "yuv420p"
        video.framerate = Fraction(config["fps"]).limit_denominator(1001)
        video.time_base, video.bit_rate = Fraction(1, TICKS), 1000 * config["bitrate"]
        video.gop_size = max(1, round(config["keyframe_s"] * config["fps"]))
        video.thread_count = max(1, min(4, (os.cpu_count() or 1) - 1))
        kbit = f"{config['bitrate']}k"
        video.options = {**VP8, "minrate": kbit, "maxrate": kbit, "bufsize": kbit}
