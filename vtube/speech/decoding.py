"""The one door through which sound comes in from programs and servers: it is what its bytes say, or an error.

What was asked for is not always what comes: MP3 in place of PCM, a page that wants a login, an error as JSON with the
status 200, several WAVs in a row. Text is never played. Headerless PCM is believed only while it does not sound like
noise.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame

from vtube.audio.base import Samples
from vtube.audio.convert import to_mono
from vtube.errors import SpeechError
from vtube.speech.answer_text import looks_like_text, reason, text_of
from vtube.speech.sound import is_noise, resampled, without_bursts

MAX_SECONDS = 600.0

UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0x7FFFFFFF)
"""What programs write into a WAV's header that do not know yet how long they will speak."""

CHUNKS = frozenset((b"LIST", b"INFO", b"fact", b"cue ", b"smpl", b"bext", b"id3 ", b"ID3 ", b"PEAK", b"JUNK", b"plst"))
"""What may follow a WAV's samples without being samples."""

CONTAINERS = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FORM", b"caff", b".snd", b"#!AMR", b"RF64", b"RIFX")
"""First bytes of MP3, Ogg, FLAC, WebM, AIFF, CAF, AU, AMR and large or big-endian WAV."""

ADTS = (b"\xff\xf1", b"\xff\xf9")
"""First bytes of AAC."""

FIRST_WORDS = {b"fLaC": re.compile(rb"fLaC\x00\x00\x00\x22"), b"OggS": re.compile(rb"OggS\x00\x02")}
"""How a FLAC and an Ogg begin."""

MP3_TAG = re.compile(rb"ID3[\x02-\x04]\x00.([\x00-\x7f]{4})", re.DOTALL)
MP3_LENGTH = re.compile(rb"\xff[\xe2-\xff].{2}(?:.{9}|.{17}|.{32})(?:Xing|Info)", re.DOTALL)
"""How an MP3 begins: with a tag, whose size has seven bits in each of four bytes, or a frame that tells its length."""

HEAD = 1 << 14
"""Bytes in which frames are looked for."""

HEADERLESS = {"audio/basic": "mulaw", "audio/pcmu": "mulaw", "audio/pcma": "alaw"}
"""Media types of sound without a header to FFmpeg's format; at 8 kHz unless they say otherwise."""

RATES = range(4_000, 384_001)
LEAST_ENCODED = 200
"""Characters from which on a text inside JSON may be a sound in base64 or hex."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        body: the bytes.
        headers: by name in lower case.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """Such as `audio/pcm`, without parameters; empty when it does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def stated(self, *names: str) -> int | None:
        """A number that the media type's parameters or the headers state under one of these names."""
        parameters = dict(
            (key.strip().lower(), value.strip().strip('"'))
            for key, _, value in (part.partition("=") for part in self.headers.get("content-type", "").split(";")[1:])
        )
        for name in names:
            for value in (parameters.get(name), self.headers.get(f"x-{name}"), self.headers.get(name)):
                if value is not None and value.strip().isdigit():
                    return int(value)
        return None


def decode(answer: Answer | bytes, who: str, pcm_rate: int | None = None) -> tuple[Samples, int]:
    """Samples, nowhere above full scale, and their rate.

    Args:
        answer: WAV, MP3, Ogg, FLAC …, PCM, or JSON that holds one of them.
        who: whose answer it is, for messages.
        pcm_rate: samples a second of PCM without a header where nothing states it; None where none is expected.

    Raises:
        SpeechError: it is no sound, an empty one, noise, or longer than MAX_SECONDS; in one line.
    """
    answer = Answer(answer) if isinstance(answer, bytes) else answer
    if not answer.body:
        raise SpeechError(f"{who} answered with no sound")
    if looks_like_text(answer.body):
        answer = _out_of_text(answer, who)
    samples, rate = _by_its_bytes(answer, who, pcm_rate)
    if not len(samples):
        raise SpeechError(f"{who} answered with no sound")
    if is_noise(samples):
        raise SpeechError(f"{who} answered with noise; is the format that it is asked for one that it has?")
    return without_bursts(samples, rate), rate


def _out_of_text(answer: Answer, who: str) -> Answer:
    """The sound that is written in a text, such as JSON's `audioContent`."""
    for text in text_of(answer.body):
        if len(text) >= LEAST_ENCODED and (sound := _unwritten(text)) is not None:
            return Answer(sound, {key: value for key, value in answer.headers.items() if key != "content-type"})
    raise SpeechError(f"{who} answered with text in place of sound: {reason(answer.body)}")


def _unwritten(text: str) -> bytes | None:
    """The bytes that a text stands for in base64 (perhaps as a data: address) or hex."""
    text = "".join(text.rpartition("base64,")[2].split())
    for read in (bytes.fromhex, lambda one: base64.b64decode(one, validate=True)):
        try:
            data: bytes = read(text)
        except (ValueError, binascii.Error):
            continue
        return data if not looks_like_text(data) else None
    return None


def _by_its_bytes(answer: Answer, who: str, pcm_rate: int | None) -> tuple[Samples, int]:
    data = answer.body
    if data[:4] == b"RIFF":
        return _joined([_through_ffmpeg(piece, who) for piece in waves(data)], who)
    if _is_container(data):
        return _joined([_through_ffmpeg(piece, who) for piece in _streams(data)], who)
    if answer.media_type in HEADERLESS:
        rate = str(_rate(answer, 8_000))
        return _through_ffmpeg(data, who, HEADERLESS[answer.media_type], {"sample_rate": rate})
    if pcm_rate is not None or answer.media_type in ("audio/pcm", "audio/l16", "audio/raw", "audio/x-raw"):
        return _pcm(data, answer.stated("channels", "sample-channels") or 1), _rate(answer, pcm_rate or 24_000)
    return _through_ffmpeg(data, who)


def _is_container(data: bytes) -> bool:
    return data.startswith(CONTAINERS) or data[4:8] == b"ftyp" or _is_mpeg(data) or data[:2] in ADTS


def _is_mpeg(data: bytes) -> bool:
    """Whether frames of MPEG audio (layers II and III) begin here: the same first two bytes come again and again."""
    first = data[:2]
    if len(first) < 2 or first[0] != 0xFF or first[1] & 0xE6 not in (0xE2, 0xE4):
        return False
    return data.count(first, 0, HEAD) > min(len(data), HEAD) / 2_500


def _rate(answer: Answer, usual: int) -> int:
    stated = answer.stated("rate", "sample-rate", "samplerate", "sample_rate", "audio-sample-rate")
    return stated if stated is not None and stated in RATES else usual


def waves(data: bytes) -> list[bytes]:
    """Each WAV of several in a row, as a WAV whose header is true."""
    pieces = []
    while data[:4] == b"RIFF" and (piece := _first_wave(data)) is not None:
        wave, data = piece
        pieces.append(wave)
    return pieces or [data]


def _first_wave(data: bytes) -> tuple[bytes, bytes] | None:
    """The first WAV in `data`, and what follows it; None where there is no end to its header."""
    place, kind = 12, b""
    while place + 8 <= len(data):
        name, size = data[place : place + 4], struct.unpack_from("<I", data, place + 4)[0]
        if name == b"data":
            end = _end_of_samples(data, place + 8, size)
            samples = data[place + 8 : end]
            header = b"RIFF" + struct.pack("<I", 28 + len(kind) + len(samples)) + b"WAVE"
            chunk = b"fmt " + struct.pack("<I", len(kind)) + kind
            return header + chunk + b"data" + struct.pack("<I", len(samples)) + samples, data[_next_wave(data, end) :]
        if name == b"fmt ":
            kind = data[place + 8 : place + 8 + size]
        place += 8 + size + size % 2
    return None


def _end_of_samples(data: bytes, begin: int, size: int) -> int:
    """Where the samples end that begin at `begin`: not always where the header says."""
    if size not in UNKNOWN_SIZES and begin + size <= len(data):
        rest = data[begin + size : begin + size + 5]
        if len(rest) < 4 or rest[:4] in (*CHUNKS, b"RIFF") or rest[1:5] in (*CHUNKS, b"RIFF"):
            return begin + size
    return _next_wave(data, begin)


def _next_wave(data: bytes, begin: int) -> int:
    """Where the next WAV begins at or after `begin`, or the end of all."""
    place = data.find(b"RIFF", begin)
    while place >= 0 and data[place + 8 : place + 12] != b"WAVE":
        place = data.find(b"RIFF", place + 1)
    return place if place >= 0 else len(data)


def _streams(data: bytes) -> Iterator[bytes]:
    """Each of several FLACs, Oggs or MP3s in a row; of anything else FFmpeg hears what there is."""
    mark = FIRST_WORDS.get(data[:4])
    if mark is not None:
        begins = [found.start() for found in mark.finditer(data, 1)]
    else:
        begins = _mp3_begins(data) if _is_mpeg(data) or MP3_TAG.match(data) else []
    for begin, end in pairwise([0, *begins, len(data)]):
        yield data[begin:end]


def _mp3_begins(data: bytes) -> list[int]:
    """Where further MP3s begin; a frame right after a tag is no beginning of its own."""
    tags = {found.start(): found.end() + _seven_bits(found[1]) for found in MP3_TAG.finditer(data)}
    frames = {found.start() for found in MP3_LENGTH.finditer(data)} - set(tags.values())
    return sorted({*tags, *frames} - {0})


def _seven_bits(size: bytes) -> int:
    return sum(part << 7 * place for place, part in enumerate(reversed(size)))


def _joined(parts: list[tuple[Samples, int]], who: str) -> tuple[Samples, int]:
    """One after the other, at the rate of the first."""
    rate = parts[0][1]
    samples = np.concatenate([resampled(part, its, rate) for part, its in parts])
    if len(samples) > MAX_SECONDS * rate:
        raise SpeechError(f"{who} speaks longer than {MAX_SECONDS:g} s")
    return samples, rate


PLANES = 8
"""As many pointers has a frame of FFmpeg. PyAV looks for their end behind the last, and the program would crash."""


def _through_ffmpeg(
    data: bytes, who: str, kind: str | None = None, options: dict[str, str] | None = None
) -> tuple[Samples, int]:
    parts: list[Samples] = []
    rate = total = 0
    try:
        with av.open(io.BytesIO(data), "r", format=kind, options=options or {}) as container:
            for frame in container.decode(audio=0):
                parts.append(_mono(frame))
                rate, total = frame.sample_rate, total + len(parts[-1])
                if total > MAX_SECONDS * rate:
                    raise SpeechError(f"{who} speaks longer than {MAX_SECONDS:g} s")
    except (OSError, av.FFmpegError, ValueError, IndexError):
        if not parts:
            raise SpeechError(f"{who} answered with something that is no sound, or cut off") from None
    return (np.concatenate(parts) if parts else np.empty(0, np.float32)), rate or 24_000


def _mono(frame: AudioFrame) -> Samples:
    if frame.format.is_planar and frame.layout.nb_channels >= PLANES:
        (frame,) = av.AudioResampler(frame.format.packed.name, frame.layout).resample(frame)
    block: Any = frame.to_ndarray()
    if frame.format.is_planar:
        return to_mono(block.T)
    return to_mono(block.reshape(-1, frame.layout.nb_channels))


READINGS = (("<i2", 0), (">i2", 0), ("<i2", 1), ("<f4", 0))
"""How PCM without a header may be written, the usual way first, and after how many bytes it begins."""


def _pcm(data: bytes, channels: int) -> Samples:
    """PCM without a header, read in the first way that does not sound like noise."""
    readings = [_read(data, kind, skip, channels) for kind, skip in READINGS]
    return next((one for one in readings if len(one) and not is_noise(one)), readings[0])


def _read(data: bytes, kind: str, skip: int, channels: int) -> Samples:
    size = np.dtype(kind).itemsize * channels
    whole = np.frombuffer(data[skip : skip + (len(data) - skip) // size * size], kind)
    if kind == "<f4" and not (np.isfinite(whole).all() and np.abs(whole, dtype=np.float64).max(initial=0) <= 4):
        return np.empty(0, np.float32)
    return to_mono(whole.reshape(-1, channels))
