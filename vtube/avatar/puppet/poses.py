"""Which poses a puppet learns: dense where trackers and idle motion go, thin but everywhere in the rest.

Retargeted trackers let the body follow the head (body_y like head_y, body_z like neck_z) and reach every limit often;
idle motion and what emotions do with the head stay within a third of the range. Faces of emotions go to their limits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vtube.pose import BODY, COUNT, FACE, HIGH, INDEX, LOW

Poses = NDArray[np.float32]
"""Shape (n, 45), float32."""

TRACKED, IDLE = 0.65, 0.2
"""Shares of the body poses; the others are anywhere, each parameter by itself."""
REACH = 0.95
"""Standard deviation of a tracked head; what lies outside the range is at its limit."""
CALM = 0.25
RESTING, RESTING_GAZE, GAZE = 0.15, 0.12, 0.45
"""Share of faces that rest but for a blink or a mouth that speaks, as one on air does most of the time; how far their
eyes wander, and those of the others: standard deviation."""
STIRRED, SLIGHTLY = 0.6, 0.12
"""Share of faces in which nearly everything moves a little, as a tracked face does, and how much."""
FEELING, OPENING = 0.15, (0.1, 0.2, 0.35, 0.15, 0.2)
"""Share of faces with a strong feeling, both sides alike, as emotions are; how often it takes each shape of lids."""
FOLLOWING = 0.7
"""Share of tracked poses whose body turns exactly as far as the head."""

_PAIRS = tuple(
    (INDEX[f"{name}_left"], INDEX[f"{name}_right"])
    for name in (
        "eyebrow_troubled",
        "eyebrow_angry",
        "eyebrow_lowered",
        "eyebrow_raised",
        "eyebrow_happy",
        "eyebrow_serious",
        "eye_wink",
        "eye_happy_wink",
        "eye_surprised",
        "eye_relaxed",
        "eye_unimpressed",
        "eye_raised_lower_eyelid",
        "iris_small",
        "mouth_lowered_corner",
        "mouth_raised_corner",
    )
)
_BROWS, _LIDS, _IRIS, _CORNERS = _PAIRS[:6], _PAIRS[6:11], _PAIRS[11:13], _PAIRS[13:]
_MOUTH = tuple(INDEX[f"mouth_{shape}"] for shape in ("aaa", "iii", "uuu", "eee", "ooo", "delta"))
_BLINK = _LIDS[0]
_SMIRK = INDEX["mouth_smirk"]
_GAZE = INDEX["iris_rotation_x"], INDEX["iris_rotation_y"]


def body_poses(count: int, seed: int) -> Poses:
    """`count` poses that differ in head, neck, body and breathing; the face as drawn."""
    random = np.random.default_rng(seed)
    poses = np.zeros((count, COUNT), np.float32)
    kind = random.random(count)
    poses[:, BODY] = random.uniform(-1, 1, (count, 6))
    tracked, idle = kind < TRACKED, (kind >= TRACKED) & (kind < TRACKED + IDLE)
    poses[tracked, BODY] = _tracked(int(tracked.sum()), random, REACH)
    poses[idle, BODY] = _tracked(int(idle.sum()), random, CALM)
    poses[:, INDEX["breathing"]] = random.random(count)
    return np.clip(poses, LOW, HIGH)


def whole_poses(count: int, seed: int) -> Poses:
    """`count` poses that differ in everything."""
    poses = body_poses(count, seed)
    poses[:, : BODY.start] = face_poses(count, seed)[:, : BODY.start]
    return poses


def face_poses(count: int, seed: int) -> Poses:
    """`count` poses that differ in brows, lids, irises and mouth; head and body as drawn."""
    random = np.random.default_rng(seed)
    poses = np.zeros((count, COUNT), np.float32)
    for pose in poses:
        if random.random() < RESTING:
            _rest(pose, random)
            continue
        feels = random.random() < FEELING
        if random.random() < STIRRED:
            _stir(pose, random)
        if feels:
            _feel(pose, random)
        else:
            _brows(pose, random)
            _lids(pose, random)
            _mouth(pose, random)
        pose[list(_GAZE)] = random.normal(0, GAZE, 2)
    return np.clip(poses, LOW, HIGH)


def shut_eyes() -> Poses:
    """Nothing but both eyes shut, in each of two ways: what shows where lids are and how they are painted."""
    poses = np.zeros((2, COUNT), np.float32)
    for pose, pair in zip(poses, _LIDS[:2], strict=True):
        pose[list(pair)] = 1
    return poses


def extreme_faces() -> Poses:
    """Each parameter of the face alone at each end of its range: what shows where a face ever changes."""
    poses = []
    for index in range(FACE.stop):
        for value in {float(LOW[index]), float(HIGH[index])} - {0.0}:
            pose = np.zeros(COUNT, np.float32)
            pose[index] = value
            poses.append(pose)
    return np.stack(poses)


def _tracked(count: int, random: np.random.Generator, reach: float) -> Poses:
    head_x, head_y, neck_z = np.clip(random.normal(0, reach, (3, count)), -1, 1)
    share = np.where(random.random((2, count)) < FOLLOWING, 1.0, random.random((2, count)))
    breathing = np.zeros(count)
    return np.stack([head_x, head_y, neck_z, share[0] * head_y, share[1] * neck_z, breathing], 1).astype(np.float32)


def _both(pose: Poses, pair: tuple[int, int], value: float, random: np.random.Generator) -> None:
    """Set left and right: mostly alike, sometimes a little apart, sometimes one side only."""
    other = random.choice([value, np.clip(value + random.normal(0, 0.15), 0, 1), 0.0], p=[0.5, 0.3, 0.2])
    pair = pair if random.random() < 0.5 else pair[::-1]
    pose[pair[0]], pose[pair[1]] = value, other


def _rest(pose: Poses, random: np.random.Generator) -> None:
    """As drawn, or a blink of both eyes, or a mouth that speaks; half of the time with small movements of the rest."""
    if random.random() < 0.5:
        _stir(pose, random)
    blinks, speaks = random.random(2) < 0.5
    if blinks:
        pose[list(_BLINK)] = _level(random)
    if speaks:
        _mouth(pose, random)
    pose[list(_GAZE)] = random.normal(0, RESTING_GAZE, 2)


def _stir(pose: Poses, random: np.random.Generator) -> None:
    """Half of all paired parameters a little, left and right much alike."""
    for pair in _PAIRS:
        if random.random() < 0.5:
            value = random.exponential(SLIGHTLY)
            pose[list(pair)] = np.clip(value + random.normal(0, 0.1 * SLIGHTLY, 2), 0, 1)


def _feel(pose: Poses, random: np.random.Generator) -> None:
    """One or two shapes of the brows, one or two of the lids, the mouth and its corners, strongly and on both sides."""
    brows = random.permutation(len(_BROWS))[: random.integers(1, 3)]
    lids = random.choice(len(_LIDS), random.integers(0, 3), replace=False, p=OPENING)
    for pair in (*(_BROWS[index] for index in brows), *(_LIDS[index] for index in lids)):
        pose[list(pair)] = _level(random)
    for pair, chance in zip((*_IRIS, *_CORNERS), (0.2, 0.3, 0.3, 0.3), strict=True):
        if random.random() < chance:
            pose[list(pair)] = _level(random)
    if random.random() < 0.8:
        pose[_MOUTH[random.integers(len(_MOUTH))]] = _level(random)


def _level(random: np.random.Generator) -> float:
    """Anything from 0 to 1, the ends often."""
    return float(np.clip(random.uniform(-0.1, 1.25), 0, 1))


def _brows(pose: Poses, random: np.random.Generator) -> None:
    for index in random.permutation(len(_BROWS))[: random.integers(0, 4)]:
        _both(pose, _BROWS[index], _level(random), random)


def _lids(pose: Poses, random: np.random.Generator) -> None:
    kinds = random.permutation(len(_LIDS))[: random.integers(0, 3)]
    if random.random() < 0.4:
        kinds = np.append(kinds, 0)
    for index in kinds:
        _both(pose, _LIDS[index], _level(random), random)
    for pair, chance in zip(_IRIS, (0.35, 0.2), strict=True):
        if random.random() < chance:
            _both(pose, pair, _level(random), random)


def _mouth(pose: Poses, random: np.random.Generator) -> None:
    """One shape, or two or three that share it; corners."""
    shapes = random.permutation(len(_MOUTH))[: random.integers(0, 4)]
    if len(shapes):
        shares = random.dirichlet(np.ones(len(shapes))) * random.uniform(0.1, 1.3)
        pose[[_MOUTH[index] for index in shapes]] = shares
    for pair in _CORNERS:
        if random.random() < 0.35:
            _both(pose, pair, _level(random), random)
    if random.random() < 0.1:
        pose[_SMIRK] = _level(random)
