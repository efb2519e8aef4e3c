"""Mutates good packets at random and feeds them to every parser; anything raised ends it with the packet's bytes.

A second of it runs among the tests (`test_fuzz.py`). For longer:

    python -m tests.tracking.fuzz --seconds 60 [--captures FOLDER]
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path

from vtube.clock import monotonic
from vtube.tracking.network.auto import PROTOCOLS
from vtube.tracking.network.tcp import Splitter
from vtube.tracking.protocols import fmv3
from vtube.tracking.protocols.fmv3_session import Fmv3Session
from vtube.tracking.protocols.wire import Datagram

Target = Callable[[bytes, float], object]
SOURCE = ("10.0.0.1", 5)
TEXT = (
    b"trackingStatus-1|eyeBlink_L-20|jawOpen&35|browInnerUp-50|=head#-10.5,4.25,2.5,0.03,-0.08,-0.4|"
    b"rightEye#8.5,-4.5,-0.7|leftEye#8.25,-9.0,-1.4|___iFacialMocap"
)
JSON = (
    b'{"Timestamp":1,"Hotkey":-1,"FaceFound":true,"Rotation":{"x":1,"y":2,"z":3},"EyeLeft":{"x":4,"y":9},'
    b'"BlendShapes":[{"k":"JawOpen","v":0.5},{"k":"EyeBlinkLeft","v":0.1}]}'
)
INTERESTING = [
    b"\x00",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\x7f\xc0\x00\x00",
    b"nan",
    b"inf",
    b"1e999",
    b"|",
    b"=",
    b"#",
    b"&",
    b"-",
    b",",
    b"{",
    b"[",
    b'"',
    b"9" * 400,
    bytes(4),
    b"/",
    b",f",
]


def seeds(captures: Path | None) -> list[bytes]:
    """Good packets of every protocol; real ones too where the folder has them."""
    livelink = b"\x06" + struct.pack(">i4si4sifiiB61f", 4, b"fuzz", 4, b"fuzz", 7, 0.0, 60, 1, 61, *[0.5] * 61)
    face = struct.pack("<di2f2fB1f4f3f3f68f136f210f14f", 1.0, 0, 640.0, 480.0, 1.0, 1.0, 1, *[0.5] * 439)
    told = json.dumps({"blend_names": ["jawOpen", "x"], "blend_encoding": "i16"}).encode()
    schemas = [
        fmv3.message(kind, 9, schema=1, body=fmv3.START.pack(0, 60, 1200, 10_000, revision) + told)
        for kind, revision in fmv3.SCHEMA_TYPES.items()
    ]
    frame = fmv3.message(fmv3.FRAME, 9, schema=1, sequence=1, body=struct.pack("<2h12f", 10, 20, *[0.5] * 12))
    osc = (
        b"/VMC/Ext/Blend/Val\x00\x00,sf\x00A\x00\x00\x00\x3f\x00\x00\x00",
        b"/VMC/Ext/Blend/Apply\x00\x00\x00\x00,\x00\x00\x00",
        b"/avatar/parameters/v2/JawOpen\x00\x00\x00,f\x00\x00\x3f\x00\x00\x00",
        b"/W\x00\x00,if\x00\x00\x00\x00\x05\x3f\x00\x00\x00",
        b"#bundle\x00" + bytes(7) + b"\x01\x00\x00\x00\x10/HR\x00,fff" + bytes(4) + bytes(12),
    )
    found = [
        TEXT,
        TEXT.replace(b"-20", b"&20"),
        JSON,
        livelink,
        livelink[:37],
        face,
        *schemas,
        frame,
        fmv3.hello(1, 4),
        *osc,
    ]
    return found + (real(captures) if captures else [])


def real(captures: Path) -> list[bytes]:
    """The recorded packets in a folder of recordings."""
    lines = (captures / "ifacialmocap_packets.jsonl").read_text(encoding="utf-8").splitlines()
    data, at, found = gzip.decompress((captures / "livelinkface_udp.gesichter").read_bytes()), 5, []
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return [json.loads(line)["text"].encode() for line in lines] + found


def mutate(dice: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """One to eight changes: bits, bytes, pieces cut, put in, repeated, exchanged with other packets."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at, kind = dice.randint(0, len(changed)), dice.randrange(6)
        if kind == 0 and changed:
            changed[at % len(changed)] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del changed[at : at + dice.choice([1, 2, 4, 50])]
        elif kind == 2:
            changed[at:at] = dice.choice(INTERESTING)
        elif kind == 3:
            new = dice.choice(INTERESTING)
            changed[at : at + len(new)] = new
        elif kind == 4:
            changed[at:at] = changed[at : at + dice.randint(1, 40)]
        else:
            other = dice.choice(others)
            cut = dice.randint(0, len(other))
            changed[at : at + dice.randint(0, 40)] = other[cut : cut + dice.randint(1, 40)]
    return bytes(changed)


def targets() -> dict[str, Target]:
    """Every parser with its memory, by name."""
    found = {protocol.kind: _decoder(protocol.decoder()) for protocol in PROTOCOLS}
    session = Fmv3Session(1)

    def talk(data: bytes, now: float) -> object:
        session.receive(Datagram(data, SOURCE, 49983, now))
        return session.due(now)

    def split(data: bytes, now: float) -> object:
        try:
            return Splitter().feed(data)
        except ValueError:
            return None

    return found | {"fmv3 session": talk, "tcp splitter": split}


def _decoder(decode: Callable[[Datagram], object]) -> Target:
    return lambda data, now: decode(Datagram(data, SOURCE, 5, now))


def run(seconds: float, seed: int = 1, captures: Path | None = None, most: int | None = None) -> tuple[int, int]:
    """Feed mutated packets to every parser for `seconds`, or `most` packets; packets and how many of them were taken.

    Raises:
        AssertionError: a parser raised; the message has its name and the packet.
    """
    dice, good, tried = random.Random(seed), seeds(captures), targets()
    packets, taken, start = 0, 0, monotonic()
    while (now := monotonic()) - start < seconds and (most is None or packets < most):
        data = mutate(dice, dice.choice(good), good)
        packets += 1
        for name, target in tried.items():
            try:
                taken += target(data, now) is not None
            except Exception as error:
                raise AssertionError(f"{name} raised {error!r} on {data!r}") from error
    return packets, taken


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--captures", type=Path, default=None, help="a folder of recordings")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    packets, taken = run(arguments.seconds, arguments.seed, arguments.captures)
    print(f"{packets} packets at {len(targets())} parsers, {taken} times accepted, nothing raised")


if __name__ == "__main__":
    main()
