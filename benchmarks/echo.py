"""How often does she take her own echo for somebody who speaks, with rooms, clocks and reports as they are?

    python -m benchmarks.echo HER_SENTENCES HOST_SENTENCES

Both are folders of sound files. For each room she says sentences after pauses, some with a host who speaks over her or
between them, through the canceller of `listening.echo: cancel` (extra `echo`) and what cuts turns out of what is left.
A row tells how many turns began and came to an end though nobody but she had spoken, and which of the host's were
heard. Nothing waits for a clock: a row takes a few seconds and is the same every time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from vtube.audio.base import RATE, Samples
from vtube.audio.file import read_sound
from vtube.audio.sound_clock import BLOCK_S, LoudspeakerClock
from vtube.listening.echo import BLOCK, HER_BLOCK, HER_RATE, HOLD_BLOCKS, EchoCanceller
from vtube.listening.turns import Sign, Turn, TurnTaker
from vtube.outputs.soundtrack import LiveLine
from vtube.settings import ListeningSettings

START_S = 1000.0
HER_DB, HOST_DB = -26.0, -24.0
"""Root mean square of what is said, dB of full scale."""
AHEAD_S = 0.06
"""How long before it is heard her voice is handed over."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its devices.

    Attributes:
        name: for the row.
        reverberation_s: until an echo is 60 dB softer.
        echo_db: how loud her echo is beside the host.
        delay_s: how late it is.
        millionths: how much too fast the microphone's clock is.
        wander_s: how far off the sound server's reports of her voice are, over seconds.
        busy: share of blocks that come up to 60 ms late.
        drive: how far the loudspeaker is overdriven; 0 for not at all.
        pauses: seconds between her sentences, in turn.
        over: share of her sentences that the host speaks over.
    """

    name: str
    reverberation_s: float = 0.35
    echo_db: float = -8.0
    delay_s: float = 0.08
    millionths: float = 0.0
    wander_s: float = 0.0015
    busy: float = 0.0
    drive: float = 0.0
    pauses: tuple[float, ...] = (1.0, 4.0, 12.0)
    over: float = 0.0


ROOMS = (
    Room("plain"),
    Room("small", reverberation_s=0.15),
    Room("large", reverberation_s=0.7),
    Room("loud", echo_db=4.0),
    Room("soft", echo_db=-18.0),
    Room("0.3 s late", delay_s=0.3),
    Room("30 millionths", millionths=30.0),
    Room("240 millionths", millionths=240.0),
    Room("-240 millionths", millionths=-240.0),
    Room("busy computer", busy=0.05),
    Room("reports wander by 4 ms", wander_s=0.004),
    Room("busy, 8 ms, 240 millionths", busy=0.05, wander_s=0.008, millionths=240.0),
    Room("overdriven loudspeaker", drive=2.0, echo_db=4.0),
    Room("long pauses", pauses=(20.0, 8.0, 30.0)),
    Room("spoken over", over=0.7),
    Room("spoken over, loud", over=0.7, echo_db=4.0),
    Room("spoken over, soft", over=0.7, echo_db=-18.0),
)

Said = tuple[float, Samples]
"""When something is said, and it, at RATE."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("her", type=Path, help="a folder of her sentences")
    parser.add_argument("host", type=Path, help="a folder of the host's")
    parser.add_argument("--sentences", type=int, default=9, help="of hers in each room (9)")
    arguments = parser.parse_args()
    hers, hosts = _sentences(arguments.her, HER_DB), _sentences(arguments.host, HOST_DB)
    whole = np.zeros(5, np.int64)
    for room in ROOMS:
        row = measured(room, hers, hosts, arguments.sentences)
        whole += row
        print(_told(room.name, row), flush=True)
    print(_told("all", whole))


def measured(room: Room, hers: list[Samples], hosts: list[Samples], count: int) -> NDArray[np.int64]:
    """Her sentences; turns that began and that ended though only she spoke; the host's turns, and those heard."""
    random = np.random.default_rng(1)
    by_her, by_host = _plan(room, hers, hosts, count, random)
    seconds = max(when + len(said) / RATE for when, said in [*by_her, *by_host]) + 3.0
    heard = _microphone(room, by_her, by_host, seconds, random)
    left = _cancelled(room, _laid_out(by_her, seconds), heard, random)
    begun, turns = _turns(left)
    times = [(when - 0.1, when + len(said) / RATE + 0.6) for when, said in by_host]
    alone = [when for when in begun if not any(first <= when <= last for first, last in times)]
    false = [turn for turn in turns if not any(turn.began < last and turn.ended > first for first, last in times)]
    found = sum(any(turn.began < last and turn.ended > first for turn in turns) for first, last in times)
    return np.array([len(by_her), len(alone), len(false), len(by_host), found])


def _sentences(folder: Path, level_db: float) -> list[Samples]:
    found = [read_sound(path, RATE) for path in sorted(folder.iterdir()) if path.is_file()]
    if not found:
        raise SystemExit(f"no sound files in {folder}")
    return [(sound * 10 ** (level_db / 20) / _loudness(sound)).astype(np.float32) for sound in found]


def _loudness(sound: Samples) -> float:
    """Root mean square without the pauses."""
    power = sound.astype(np.float64) ** 2
    return float(np.sqrt(power[power > 1e-3 * power.max()].mean()))


def _plan(
    room: Room, hers: list[Samples], hosts: list[Samples], count: int, random: np.random.Generator
) -> tuple[list[Said], list[Said]]:
    by_her, by_host, now = [], [], 2.0
    for number in range(count):
        said = hers[random.integers(len(hers))]
        by_her.append((round(now, 2), said))
        last = now + len(said) / RATE
        if random.random() < room.over:
            by_host.append((now + 0.8, hosts[random.integers(len(hosts))]))
            last = max(last, now + 0.8 + len(by_host[-1][1]) / RATE)
        now = last + room.pauses[number % len(room.pauses)]
        if number % 3 == 2:
            by_host.append((now, hosts[random.integers(len(hosts))]))
            now += len(by_host[-1][1]) / RATE + 1.5
    return by_her, by_host


def _laid_out(said: list[Said], seconds: float) -> Samples:
    whole: Samples = np.zeros(round((seconds + 1) * RATE), np.float32)
    for when, sound in said:
        first = round(when * RATE)
        whole[first : first + len(sound)] += sound
    return whole


def _microphone(
    room: Room, by_her: list[Said], by_host: list[Said], seconds: float, random: np.random.Generator
) -> Samples:
    """What it takes, on its own clock."""
    played = sosfilt(butter(2, 200.0, "highpass", fs=RATE, output="sos"), _laid_out(by_her, seconds))
    if room.drive:
        loudest = np.abs(played).max()
        played = loudest / room.drive * np.tanh(room.drive * played / loudest)
    length = round(1.2 * room.reverberation_s * RATE)
    walls = random.standard_normal(length) * np.exp(-6.9 * np.arange(length) / (room.reverberation_s * RATE))
    walls *= np.sqrt(0.5 / (walls**2).sum())
    walls[0] += np.sqrt(0.5)
    delay = round(room.delay_s * RATE)
    echo = np.concatenate([np.zeros(delay), fftconvolve(played, walls)])[: len(played)]
    echo *= 10 ** ((HOST_DB + room.echo_db) / 20) / _loudness(echo)
    sound = echo + _laid_out(by_host, seconds) + 0.0005 * random.standard_normal(len(echo))
    fast = 1 + room.millionths * 1e-6
    at = np.arange(int(len(sound) * fast) - 2) / fast
    finer = resample_poly(sound, 8, 1)  # straight lines between these are as good as a band-limited curve
    found: Samples = np.interp(8 * at, np.arange(len(finer)), finer).clip(-1, 1).astype(np.float32)
    return found


def _cancelled(room: Room, hers: Samples, heard: Samples, random: np.random.Generator) -> Samples:
    line = LiveLine()
    blocks = _her_blocks(room, hers, random)
    waiting = next(blocks, None)

    def her_voice(when: float, count: int) -> Samples:
        mix = np.zeros(count, np.float32)
        line.add_to(mix, round(when * HER_RATE))
        return mix

    canceller, parts, told = EchoCanceller(her_voice), [], 0.0
    for number in range(len(heard) // BLOCK):
        end = START_S + (number + 1) * BLOCK_S / (1 + room.millionths * 1e-6)
        late = random.uniform(0.0, 0.06) if random.random() < room.busy else random.uniform(0.0, 0.008)
        told = max(told, end + late)
        while waiting is not None and waiting[0] - AHEAD_S <= told:
            line.write(waiting[2], waiting[1])
            waiting = next(blocks, None)
        parts.append(canceller.process(heard[number * BLOCK : (number + 1) * BLOCK], told)[0])
    return np.concatenate(parts)[HOLD_BLOCKS * BLOCK :]


def _her_blocks(room: Room, hers: Samples, random: np.random.Generator) -> Iterator[tuple[float, float, Samples]]:
    """When each block of her voice is heard, when the program thinks so, and it, at HER_RATE."""
    finer = resample_poly(hers.astype(np.float64), HER_RATE // RATE, 1).astype(np.float32)
    clock, off, kept = LoudspeakerClock(), 0.0, float(np.exp(-BLOCK_S / 1.5))
    for number in range(len(finer) // HER_BLOCK):
        when = START_S + number * BLOCK_S
        off = kept * off + room.wander_s * float(np.sqrt(1 - kept**2) * random.standard_normal())
        early = random.uniform(0.0, 0.02) if random.random() < room.busy else 0.0
        block = finer[number * HER_BLOCK : (number + 1) * HER_BLOCK]
        thought = clock.begin(when + off - early)
        if block.any():
            yield when, thought, block


def _turns(left: Samples) -> tuple[list[float], list[Turn]]:
    taker, begun, turns = TurnTaker(ListeningSettings()), list[float](), list[Turn]()
    for first in range(0, len(left) - BLOCK, BLOCK):
        now = (first + BLOCK) / RATE
        for found in taker.feed(left[first : first + BLOCK], now):
            if isinstance(found, Turn):
                turns.append(found)
            elif found is Sign.BEGUN:
                begun.append(now)
    return begun, turns


def _told(name: str, row: NDArray[np.int64]) -> str:
    hers, begun, false, hosts, heard = row.tolist()
    return f"{name:28} {hers:3} sentences: {begun:3} begun, {false:3} turns of nobody; host heard {heard} of {hosts}"


if __name__ == "__main__":
    main()
