"""The program behind `stream`: encodes what it reads from standard input and sends it to a platform.

A process of its own, because a network that stands still or a graphics driver that fails must cost nothing but this
stream: it can be ended at any moment. Imports nothing of the package.

Input: the length of a JSON object (4 bytes) and the object, then messages, each with a head of HEAD: a kind, a time in
ticks, a length. `V` is an RGB picture, `A` mono float32 samples. Output: lines of JSON, {"loaded": true} once the
libraries are there, {"live": encoder} once the other side has answered, {"error": why, "hopeless": whether trying again
is useless} before an end of its own.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import struct
import subprocess
import sys
import threading
from fractions import Fraction
from typing import Any, BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

HEAD = struct.Struct("<cqI")
TICKS = 90_000
"""A second of a picture's time; a sample's is counted in samples."""

AHEAD = 8
"""Messages that wait for the encoder, four pictures and their sound: a busy computer loses none for that."""

NAMES = {
    "nvenc": "h264_nvenc",
    "videotoolbox": "h264_videotoolbox",
    "qsv": "h264_qsv",
    "amf": "h264_amf",
    "mediafoundation": "h264_mf",
    "x264": "libx264",
}
"""Encoders in the order in which they are tried."""

OPTIONS: dict[str, dict[str, str]] = {
    "libx264": {"preset": "veryfast", "tune": "zerolatency", "profile": "high", "nal-hrd": "cbr", "sc_threshold": "0"},
    "h264_nvenc": {"preset": "p4", "tune": "ll", "rc": "cbr", "profile": "high", "zerolatency": "1"},
    "h264_qsv": {"preset": "veryfast", "profile": "high", "async_depth": "1"},
    "h264_amf": {"usage": "lowlatency", "rc": "cbr", "profile": "high"},
    "h264_videotoolbox": {"realtime": "1", "profile": "high"},
    "h264_mf": {"rate_control": "cbr", "scenario": "live_streaming"},
}
QUICK = ("-analyzeduration", "1000000", "-flush_packets", "1")
"""Lets ffmpeg begin as soon as it knows both streams; what it has read until then it sends, too."""

SRT_END = "linger=1"
"""Without it SRT throws away what is still on its way when the stream ends: half a second."""

WINDOWS_GONE = {106, 108, 10053, 10054}
"""ECONNABORTED and ECONNRESET of its C library and of its sockets; PyAV knows only the sockets'."""
GONE = "the receiver does not answer, or has gone"
NO_SRT = "SRT needs the program ffmpeg with SRT in it (Debian and Ubuntu: sudo apt install ffmpeg)"


class StreamFailedError(Exception):
    """Why there is no stream and never will be; one line."""


class Sender:
    """One connection."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self.encoder = working_encoder(config)
        self._helper: subprocess.Popen[bytes] | None = None
        self._file = self._opened()
        self._video = self._add_video()
        self._audio = self._file.add_stream("aac", rate=config["audio_rate"])
        self._audio.layout, self._audio.bit_rate = "stereo", 1000 * config["audio_bitrate"]
        self._audio.codec_context.open(strict=False)
        self._resampler = av.AudioResampler("fltp", "stereo", config["audio_rate"], self._audio.frame_size or 1024)
        self._file.start_encoding()

    def picture(self, ticks: int, rgb: bytes) -> None:
        """Encode and send one picture, RGB, without a row's padding."""
        shape = self._config["height"], self._config["width"], 3
        frame = av.VideoFrame.from_ndarray(np.frombuffer(rgb, np.uint8).reshape(shape), "rgb24")
        frame = frame.reformat(
            format=self._video.pix_fmt, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        frame.pts, frame.time_base = ticks, Fraction(1, TICKS)
        self._file.mux(self._video.encode(frame))

    def sound(self, position: int, samples: bytes) -> None:
        """Encode and send mono samples, float32."""
        block = av.AudioFrame.from_ndarray(np.frombuffer(samples, np.float32)[None], "fltp", "mono")
        block.sample_rate, block.pts = self._config["audio_rate"], position
        block.time_base = Fraction(1, self._config["audio_rate"])
        for part in self._resampler.resample(block):
            self._file.mux(self._audio.encode(part))

    def close(self) -> None:
        """Send what the encoders hold, and say goodbye."""
        for stream in (self._video, self._audio):
            self._file.mux(stream.encode(None))
        self._file.close()
        if self._helper is not None and self._helper.stdin is not None:
            self._helper.stdin.close()
            self._helper.wait(2)

    def _opened(self) -> Any:
        url, kind = self._config["url"], self._config["format"]
        if not url.startswith("srt:"):
            return av.open(url, "w", format=kind, options={"flvflags": "no_duration_filesize"} if kind == "flv" else {})
        program = shutil.which("ffmpeg")
        if program is None:
            raise StreamFailedError(NO_SRT)
        url += ("&" if "?" in url else "?") + SRT_END
        self._helper = subprocess.Popen(
            [program, "-v", "error", *QUICK, "-f", "mpegts", "-i", "pipe:0", "-c", "copy", "-f", "mpegts", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return av.open(self._helper.stdin, "w", format=kind)

    def _add_video(self) -> Any:
        config = self._config
        video = self._file.add_stream(self.encoder, rate=Fraction(config["fps"]).limit_denominator(1001))
        context = video.codec_context
        set_up(context, config)
        video.time_base = context.time_base
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries = context.color_trc = 1  # BT.709, as platforms take HD to be
        context.open(strict=False)
        return video


def set_up(video: Any, config: dict[str, Any]) -> None:
    """Give an encoder, PyAV's codec context, its size, rate and options."""
    name = video.name
    rate = Fraction(config["fps"]).limit_denominator(1001)
    video.width, video.height = config["width"], config["height"]
    video.pix_fmt = "nv12" if name in ("h264_qsv", "h264_amf", "h264_mf") else "yuv420p"
    video.time_base, video.framerate = Fraction(1, TICKS), rate
    video.bit_rate = 1000 * config["bitrate"]
    video.gop_size = max(1, round(config["keyframe_s"] * rate))
    kbit = f"{config['bitrate']}k"
    own = config.get("options", {}).get(name, {})
    video.options = {**OPTIONS[name], "maxrate": kbit, "bufsize": kbit, "bf": "0", **own}


def working_encoder(config: dict[str, Any]) -> str:
    """The first encoder that really encodes: FFmpeg knows many whose hardware is not there."""
    wanted = config["encoder"]
    names = list(NAMES.values()) if wanted == "auto" else [NAMES[wanted]]
    for name in names:
        if name in av.codecs_available and (name == "libx264" or encodes(name, config)):
            return name
    raise StreamFailedError(f"the encoder {wanted} does not work on this computer; set stream.encoder to auto")


def encodes(name: str, config: dict[str, Any]) -> bool:
    """Whether an encoder takes a few pictures."""
    try:
        video: Any = av.CodecContext.create(name, "w")
        set_up(video, config)
        packets = 0
        for ticks in range(0, 8 * 3000, 3000):
            frame = av.VideoFrame(config["width"], config["height"], video.pix_fmt)
            frame.pts, frame.time_base = ticks, Fraction(1, TICKS)
            packets += len(video.encode(frame))
        return packets + len(video.encode(None)) > 0
    except (av.FFmpegError, OSError, ValueError):
        return False


def read_whole(source: BinaryIO, count: int) -> bytes | None:
    """So many bytes; None at the end of the input."""
    data = source.read(count)
    return data if len(data) == count else None


Message = tuple[bytes, int, bytes]


def read_messages(source: BinaryIO, messages: queue.Queue[Message | None]) -> None:
    """Take what comes off the pipe at once, a few pictures ahead of the encoder; None at the end."""
    while (head := read_whole(source, HEAD.size)) is not None:
        kind, time, length = HEAD.unpack(head)
        data = read_whole(source, length)
        if data is None:
            break
        messages.put((kind, time, data))
    messages.put(None)


def serve(source: BinaryIO, sender: Sender) -> None:
    """Send what comes until the input ends."""
    messages: queue.Queue[Message | None] = queue.Queue(AHEAD)
    threading.Thread(target=read_messages, args=(source, messages), daemon=True).start()
    while (message := messages.get()) is not None:
        kind, time, data = message
        if kind == b"V":
            sender.picture(time, data)
        else:
            sender.sound(time, data)


def read_config(source: BinaryIO) -> bytes | None:
    """The JSON that comes first, behind its length; None when the input ends before."""
    length = read_whole(source, 4)
    return read_whole(source, struct.unpack("<I", length)[0]) if length else None


def say(**what: str | bool) -> None:
    """One line for whoever started this."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def reason(error: BaseException) -> str:
    """What went wrong, in one line that does not repeat the address."""
    if isinstance(error, StreamFailedError):
        return str(error)
    if isinstance(error, BrokenPipeError | ConnectionResetError):
        return GONE
    number = getattr(error, "errno", None)
    if sys.platform == "win32" and number in WINDOWS_GONE:
        return GONE
    said = str(getattr(error, "strerror", None) or type(error).__name__)
    if said.startswith("Error number") and isinstance(number, int):
        return os.strerror(abs(number))  # FFmpeg has no words for the network's errors on Windows
    return said


def main() -> int:
    """The whole program; returns its exit code."""
    av.logging.set_level(None)
    say(loaded=True)
    source = sys.stdin.buffer
    config = read_config(source)
    if config is None:
        return 1
    try:
        sender = Sender(json.loads(config))
        say(live=sender.encoder)
        serve(source, sender)
        sender.close()
    except (StreamFailedError, av.FFmpegError, OSError, ValueError) as error:
        say(error=reason(error), hopeless=isinstance(error, StreamFailedError))
        return 1
    return 0


def start() -> None:
    """Run, and end at once: Python breaks off with an error where a thread still waits for input."""
    code = main()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    start()
