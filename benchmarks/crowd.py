"""How much of the processors other programs had, from /proc (Linux): a crowded computer says little of its camera."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vtube.clock import monotonic

STAT = Path("/proc/stat")
IDLE, IOWAIT, GUEST = 3, 4, 8
"""Columns of a processor's times that nobody of this computer worked in, or that are counted twice."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Processor seconds up to a moment, of everybody (stolen ones by a virtual machine's host, too) and of our own."""

    at: float
    everybody: float
    own: float


def look(pids: Sequence[int]) -> Moment:
    """Read the times now; `pids` are our own processes, this one apart."""
    times = [int(one) for one in STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]]
    worked = sum(value for column, value in enumerate(times) if column not in (IDLE, IOWAIT) and column < GUEST)
    return Moment(monotonic(), worked / _hertz(), sum(map(_own, (os.getpid(), *pids))))


def share_of_others(before: Moment, after: Moment) -> float:
    """How much of all processors other programs had between two moments, 0..1."""
    others = (after.everybody - before.everybody) - (after.own - before.own)
    return max(0.0, others / (after.at - before.at) / (os.cpu_count() or 1))


def _own(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _hertz()


def _hertz() -> int:
    return os.sysconf("SC_CLK_TCK")
