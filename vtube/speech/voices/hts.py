"""The durations that an HTS voice gives its phonemes, computed as the engine does.

The Python package of Open JTalk hands out the sound but not its timing, and its library shows its inner functions on
some systems only. The timing is decided before any sound is made, by one decision tree over the label of each
phoneme, which is small enough to walk here.

File format and arithmetic: hts_engine API 1.10 (HTS_Model, HTS_SStreamSet), http://hts-engine.sourceforge.net.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vtube.errors import SpeechError

Durations = NDArray[np.int64]
_Node = tuple[re.Pattern[str], str, str]

_QUESTION = re.compile(r"^QS\s+(\S+)\s*\{(.*)\}\s*$", re.MULTILINE)
_NODE = re.compile(r"^\s*(-?\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s*$", re.MULTILINE)
_PHONEME = re.compile(r"-(.*?)\+")


@dataclass(frozen=True, slots=True)
class HtsDurations:
    """The duration model of one voice file.

    Attributes:
        frame_s: seconds of one frame.
        nodes: node number to (question, branch when not so, branch when so).
        means, variances: one row for each leaf, one column for each of the phoneme's states; frames.
    """

    frame_s: float
    nodes: dict[str, _Node]
    means: NDArray[np.float64]
    variances: NDArray[np.float64]

    def of(self, labels: Sequence[str], speed: float = 1.0) -> Durations:
        """Frames of each phoneme of full-context `labels` at `speed`."""
        leaves = [self._leaf(label) for label in labels]
        means, variances = self.means[leaves].ravel(), self.variances[leaves].ravel()
        frames = _rounded(means) if speed == 1.0 else _spread(means, variances, int(means.sum() / speed + 0.5))
        durations: Durations = frames.reshape(len(labels), -1).sum(axis=1)
        return durations

    def _leaf(self, label: str) -> int:
        node = "0"
        while True:
            question, no, yes = self.nodes[node]
            node = yes if question.fullmatch(label) else no
            if node not in self.nodes:
                return int(node.strip('"').rpartition("_")[2]) - 1


def phoneme_of(label: str) -> str:
    """The phoneme that a full-context label is about."""
    found = _PHONEME.search(label)
    return found[1] if found else "sil"


def read_durations(path: Path) -> HtsDurations:
    """The duration model of the voice file `path`.

    Raises:
        SpeechError: it is not a voice file of HTS version 1.0 with one duration tree.
    """
    try:
        head, _, data = path.read_bytes().partition(b"[DATA]\n")
        keys = dict(re.findall(r"^([A-Z_]+):(.*)$", head.decode("ascii", "replace"), re.MULTILINE))
        states = int(keys["NUM_STATES"])
        tree = _part(data, keys["DURATION_TREE"]).decode("ascii")
        pdf = _part(data, keys["DURATION_PDF"])
        leaves = int.from_bytes(pdf[:4], "little")
        rows = np.frombuffer(pdf, "<f4", leaves * 2 * states, 4).reshape(leaves, 2 * states).astype(np.float64)
        frame_s = int(keys["FRAME_PERIOD"]) / int(keys["SAMPLING_FREQUENCY"])
        return HtsDurations(frame_s, _nodes(tree), rows[:, :states], rows[:, states:])
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise SpeechError(f"{path.name} is not a voice file that can be timed: {error}") from None


def _part(data: bytes, span: str) -> bytes:
    first, last = (int(number) for number in span.split("-"))
    return data[first : last + 1]


def _nodes(tree: str) -> dict[str, _Node]:
    questions = {name: _pattern(patterns) for name, patterns in _QUESTION.findall(tree)}
    return {number: (questions[question], no, yes) for number, question, no, yes in _NODE.findall(tree)}


def _pattern(listed: str) -> re.Pattern[str]:
    """`"*-a+*","*-i+*"` as one expression; * stands for anything, ? for one character."""
    each = [re.escape(one).replace(r"\*", ".*").replace(r"\?", ".") for one in re.findall(r'"([^"]*)"', listed)]
    return re.compile("|".join(each), re.DOTALL)


def _rounded(frames: NDArray[np.float64]) -> Durations:
    return np.maximum(1, np.floor(frames + 0.5)).astype(np.int64)


def _spread(means: NDArray[np.float64], variances: NDArray[np.float64], target: int) -> Durations:
    """Frames that sum to `target`, every state stretched in proportion to its variance."""
    if target <= len(means):
        return np.ones(len(means), np.int64)
    rho = (target - means.sum()) / variances.sum()
    frames = _rounded(means + rho * variances)
    while (missing := target - int(frames.sum())) != 0:
        step = 1 if missing > 0 else -1
        distance = np.abs(rho - (frames + step - means) / variances)
        if step < 0:
            distance[frames <= 1] = np.inf
        frames[int(np.argmin(distance))] += step
    return frames
