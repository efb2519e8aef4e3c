"""Throws junk at a UDP port of this computer: rubbish of many kinds, at a steady rate, from many sockets.

    python -m benchmarks.junk_datagrams 11111               # at a running camera
    python -m benchmarks.junk_datagrams --tracker livelink  # at a receiver of its own, and measures it

With `--tracker` a good sender runs beside the junk and the receiving process reports how many of its frames came
through, how long after their sending, what receiving cost, and how punctual a 60 fps loop beside it stayed.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import random
import socket
import struct
import time
from collections.abc import Iterator

from vtube.clock import monotonic
from vtube.tracking.network.auto import PROTOCOLS
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols.wire import Datagram

HERE = "127.0.0.1"
SOCKETS = 16
BURST_S = 0.002
STAMP, STAMP_AT = struct.Struct(">f"), 34


def junk(seed: int = 1) -> list[bytes]:
    """1,000 datagrams: noise of all sizes, beginnings of real protocols, an oversized one now and then."""
    dice = random.Random(seed)
    starts = [b"", b"\x06\x00\x00\x00", b'{"BlendShapes": [', b"jawOpen-5|=head#1,", b"#bundle\x00", b"FMV3"]
    sizes = [0, 10, 60, 300, 1400, 1785]
    return [dice.choice(starts) + dice.randbytes(8000 if n % 50 == 0 else dice.choice(sizes)) for n in range(1000)]


def flood(port: int, per_s: float, seconds: float) -> int:
    """Send junk to `port` on this computer; returns how many datagrams were sent."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOCKETS)]
    packets, sent, start = junk(), 0, monotonic()
    while (now := monotonic()) - start < seconds:
        while sent < (now - start) * per_s:
            with contextlib.suppress(OSError):
                sockets[sent % SOCKETS].sendto(packets[sent % len(packets)], (HERE, port))
            sent += 1
        time.sleep(BURST_S)
    return sent


def good_livelink(port: int, seconds: float) -> None:
    """60 Live Link Face datagrams a second, each carrying the fraction of the second it was sent at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        start = monotonic()
        for frame in range(int(seconds * 60)):
            time.sleep(max(0.0, start + frame / 60 - monotonic()))
            values = [monotonic() % 1.0] + [0.0] * 60
            sock.sendto(
                b"\x06"
                + struct.pack(">i", 4)
                + b"good"
                + struct.pack(">i", 4)
                + b"good"
                + struct.pack(">ifiiB61f", frame, 0.0, 60, 1, 61, *values),
                (HERE, port),
            )


def punctual(seconds: float, fps: float = 60.0) -> Iterator[float]:
    """Lateness in seconds of each tick of a loop that does nothing else."""
    start = monotonic()
    for tick in range(1, int(seconds * fps)):
        time.sleep(max(0.0, start + tick / fps - monotonic()))
        yield monotonic() - start - tick / fps


def milliseconds(ordered: list[float]) -> str:
    """Median and 99th percentile of sorted seconds."""
    median, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"{median * 1e3:.2f} ms median, {p99 * 1e3:.2f} ms p99"


def measure(per_s: float, seconds: float, quiet: bool) -> None:
    """Receive Live Link Face beside the flood and print what it cost."""
    protocol = next(protocol for protocol in PROTOCOLS if protocol.kind == "livelink")
    tracker = NetworkTracker("livelink", (0,), protocol.decoder, host=HERE)
    delays: list[float] = []

    def note(datagram: Datagram) -> None:
        delays.append((monotonic() - STAMP.unpack_from(datagram.data, STAMP_AT)[0]) % 1.0)

    tracker.tap = note
    tracker.start()
    port = tracker.ports[0]
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=good_livelink, args=(port, seconds + 2.0))]
    if not quiet:
        others.append(context.Process(target=flood, args=(port, per_s, seconds + 2.0)))
    for other in others:
        other.start()
    while tracker.counters.received < 10:
        time.sleep(0.01)
    time.sleep(1.0)
    received, frames, cpu, began = tracker.counters.received, tracker.counters.frames, os.times(), monotonic()
    delays.clear()
    late = sorted(punctual(seconds))
    delays.sort()
    spent = sum(os.times()[:2]) - sum(cpu[:2])
    elapsed = monotonic() - began
    print(
        f"{(tracker.counters.received - received) / elapsed:8.0f} datagrams/s arrived, "
        f"{(tracker.counters.frames - frames) / elapsed:.1f} good frames/s, "
        f"{100 * spent / elapsed:.1f} % of a core (with the 60 fps loop), "
        f"received after {milliseconds(delays)}, loop late by {milliseconds(late)}"
    )
    print(f"         {tracker.counters}, {tracker.status(monotonic())}")
    for other in others:
        other.join()
    tracker.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int, nargs="?", help="port of a running camera on 127.0.0.1")
    parser.add_argument("--tracker", choices=["livelink"], help="measure a receiver of its own instead")
    parser.add_argument("--rate", type=float, default=10_000, help="datagrams a second (10000)")
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    if arguments.tracker:
        for quiet in (True, False):
            measure(arguments.rate, arguments.seconds, quiet)
    elif arguments.port:
        sent = flood(arguments.port, arguments.rate, arguments.seconds)
        print(f"{sent} datagrams sent to port {arguments.port}")
    else:
        parser.error("name a port, or --tracker livelink")


if __name__ == "__main__":
    main()
