"""Puppets beside exact THA3, in one run: closeness, face, sharpness, steadiness, speed, and sheets to look at.

    python -m benchmarks.puppet PICTURE... --poses POSES.json[.gz] [--from N] [--count 25] [--sweeps [PRECISION]]
                                [--speed SECONDS] [--sheets FOLDER] [--json]

Each picture needs its puppet (`vtube bake PICTURE`). The poses should be ones that no puppet learnt; beside them every
emotion of `config/emotions.yaml` is looked at. A sheet shows exact THA3 on the left of each pair and the puppet on the
right; the sheet of emotions shows faces.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.bench import run_bench
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.puppet_engine import PuppetRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.poses_file import load_poses
from vtube.avatar.puppet.evaluate import compare, psnr
from vtube.errors import VtubeError
from vtube.frame import Frame
from vtube.motion.templates import load_templates
from vtube.pose import COUNT, NAMES, PARAMETERS

SWEEP_S, SWEEP_FPS, PLACES = 4.0, 60, 6
"""A slow sweep takes a parameter through its range in 4 s; its frame-to-frame differences are looked at in 6 places."""
SHIMMER = 0.25
"""Of 255: pixels that the exact renderer moves by less stand still in it."""
COLUMNS = 3
PART = slice(16, 400), slice(80, 432)
"""What a sheet shows of a frame."""
FACE_PART = slice(None), slice(None)
BACKGROUND = 200


def main() -> int:
    """Measure every picture; a table or JSON on stdout."""
    arguments = _arguments()
    try:
        poses = np.stack(load_poses(arguments.poses))[arguments.start :]
        chosen = poses[:: max(1, len(poses) // arguments.count)][: arguments.count]
        rows = {path.stem: measure(path, chosen, arguments) for path in arguments.pictures}
    except VtubeError as error:
        print(f"benchmarks.puppet: {error}", file=sys.stderr)
        return 1
    print(json.dumps(rows, indent=2) if arguments.json else table(rows))
    return 0


def measure(path: Path, poses: NDArray[np.float32], arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures of one picture."""
    character = prepare(path)
    picture = character.frame
    request = Request(character, precision="float32")
    exact, puppet = OpenVinoRenderer(request, keep_linear=True), PuppetRenderer(Request(character))
    try:
        row: dict[str, Any] = asdict(compare(puppet, exact, picture, poses))
        frames = [(exact.render(pose), puppet.render(pose)) for pose in poses]
        row["still_db"] = float(np.mean([psnr(picture, frame) for frame, _ in frames]))
        faces = {name: (exact.face(pose), puppet.face(pose)) for name, pose in load_templates().items()}
        row["emotions_db"] = {name: round(psnr(*pair), 2) for name, pair in faces.items()}
        if arguments.sheets:
            arguments.sheets.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(arguments.sheets / f"{path.stem}.png"), sheet(frames))
            cv2.imwrite(str(arguments.sheets / f"{path.stem}-emotions.png"), sheet(list(faces.values()), FACE_PART, 4))
    finally:
        exact.close()
        puppet.close()
    if arguments.sweeps:
        row["steadiness"] = swept(character, arguments.sweeps)
    if arguments.speed:
        row["engines"] = run_bench(character, poses, ["puppet"], arguments.speed)["engines"]
    return row


def swept(character: Character, precision: str) -> dict[str, dict[str, float]]:
    """`steadiness` with both renderers in `precision`."""
    request = Request(character, precision=precision)
    exact, puppet = OpenVinoRenderer(request), PuppetRenderer(request)
    try:
        return steadiness(exact, puppet)
    finally:
        exact.close()
        puppet.close()


def steadiness(exact: OpenVinoRenderer, puppet: PuppetRenderer) -> dict[str, dict[str, float]]:
    """Parameter → how much neighbouring frames of a slow sweep differ, the puppet's over the exact renderer's.

    `all`: mean difference; `still`: of pixels that the exact renderer hardly moves, where any difference is shimmer.
    """
    ratios = {}
    for name in NAMES:
        theirs, ours = ([_moves(renderer, pair) for pair in slow_pairs(name)] for renderer in (exact, puppet))
        resting = [their < SHIMMER for their in theirs]
        ratios[name] = {
            "all": round(float(np.mean(ours)) / max(float(np.mean(theirs)), 1e-6), 3),
            "still": round(float(np.mean([our[rest].mean() for our, rest in zip(ours, resting, strict=True)])), 4),
        }
    return ratios


def slow_pairs(name: str) -> list[NDArray[np.float32]]:
    """Pairs of neighbouring poses (2, 45) of a slow sweep of one parameter, the others 0."""
    parameter = PARAMETERS[NAMES.index(name)]
    step = (parameter.high - parameter.low) / (SWEEP_S * SWEEP_FPS)
    pairs = np.zeros((PLACES, 2, COUNT), np.float32)
    pairs[:, 0, parameter.index] = np.linspace(parameter.low, parameter.high - step, PLACES)
    pairs[:, 1, parameter.index] = pairs[:, 0, parameter.index] + step
    return list(pairs)


def sheet(
    frames: list[tuple[Frame, Frame]], part: tuple[slice, slice] = PART, columns: int = COLUMNS
) -> NDArray[np.uint8]:
    """Pairs of this part of the frames in columns, BGR on grey."""
    pairs = [np.hstack([_on_grey(frame)[part] for frame in pair]) for pair in frames]
    whole = len(pairs) - len(pairs) % columns or len(pairs)
    across = min(columns, whole)
    rows = [np.hstack(pairs[index : index + across]) for index in range(0, whole, across)]
    return np.asarray(np.vstack(rows), np.uint8)


def table(rows: dict[str, dict[str, Any]]) -> str:
    """The figures as Markdown."""
    lines = [
        "| picture | closeness dB | worst | still picture | face dB | emotions | sharpness | exact | steadiness | "
        "fps | ms | MB | times plain torch |",
        "|" + "---|" * 13,
    ]
    for name, row in rows.items():
        steady = [ratio["all"] for ratio in row.get("steadiness", {}).values()]
        engines, emotions = row.get("engines", {}), list(row["emotions_db"].values())
        puppet, plain = engines.get("puppet", {}), engines.get("torch-plain", {})
        times = f"{puppet['fps'] / plain['fps']:.0f}" if puppet and plain else ""
        lines.append(
            f"| {name} | {row['psnr_db']:.2f} | {row['worst_psnr_db']:.2f} | {row['still_db']:.2f} "
            f"| {row['face_psnr_db']:.2f} | {np.mean(emotions):.2f}, at least {min(emotions):.2f} "
            f"| {row['sharpness']:.2f} | {row['exact_sharpness']:.2f} "
            f"| {f'{np.median(steady):.2f}, at most {max(steady):.2f}' if steady else ''} "
            f"| {puppet.get('fps', '')} | {puppet.get('ms_median', '')} | {puppet.get('peak_memory_mb', '')} "
            f"| {times} |"
        )
    return "\n".join(lines)


def _moves(renderer: OpenVinoRenderer | PuppetRenderer, pair: NDArray[np.float32]) -> NDArray[np.float32]:
    """(512, 512): by how many of 255 the two frames differ, mean of the premultiplied channels."""
    one, other = (renderer.render(pose).astype(np.float32) for pose in pair)
    for frame in (one, other):
        frame[..., :3] *= frame[..., 3:] / 255
    return np.asarray(np.abs(one - other).mean(2), np.float32)


def _on_grey(frame: Frame) -> NDArray[np.uint8]:
    alpha = frame[..., 3:].astype(np.float32) / 255
    shown = frame[..., 2::-1] * alpha + BACKGROUND * (1 - alpha)
    return np.rint(shown).astype(np.uint8)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--poses", type=Path, required=True)
    parser.add_argument("--from", dest="start", type=int, default=0, help="the first pose that counts")
    parser.add_argument("--count", type=int, default=25)
    parser.add_argument(
        "--sweeps",
        nargs="?",
        const="auto",
        metavar="PRECISION",
        help="measure steadiness, too: both in this precision (default: what they take here)",
    )
    parser.add_argument("--speed", type=float, default=0.0, metavar="SECONDS", help="measure speed for so long")
    parser.add_argument("--sheets", type=Path, metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
