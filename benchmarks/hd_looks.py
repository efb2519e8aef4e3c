"""How a puppet's large frames look beside exact THA3: faces, ghosts, wavering shifts, steadiness. Used by `hd`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.puppet import slow_pairs
from vtube.avatar.engines.openvino_engine import OpenVinoRenderer
from vtube.avatar.engines.request import Request
from vtube.avatar.enlarge import enlarge, fitting
from vtube.avatar.picture.character import Character
from vtube.avatar.puppet.drawing import at_detail
from vtube.avatar.puppet.evaluate import psnr, unseen_poses, waviness_px
from vtube.avatar.puppet.face_targets import DETAIL
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.fine_faces import FineFaces
from vtube.avatar.puppet.mended import Mending
from vtube.avatar.puppet.player import Player
from vtube.avatar.puppet.poses import shut_eyes
from vtube.avatar.superres.enlarger import FACES, Enlarger
from vtube.frame import WHOLE, Frame, View
from vtube.pose import COUNT, NAMES, Pose, from_mapping

Figures = dict[str, float]

SHIFTED = {
    "neutral": {},
    "far": {"head_y": 1.0, "body_y": 1.0, "head_x": 0.5},
    "tilt": {"neck_z": 1.0, "body_z": 1.0},
}
"""At which poses it is measured how much shifts waver."""
LIDS = "eye_wink", "eye_happy_wink", "eye_relaxed"
"""What shuts them; unimpressed ones stay half open."""
SIDES = ("left", "right"), ("left",), ("right",)
MOUTHS = "mouth_aaa", "mouth_ooo", None
HEAD = "head_x", "head_y", "neck_z", "body_y", "body_z", "breathing"
SHOWN = 0.02
"""Of 255: a parameter that changes exact THA3's frames by less, mean of the pixels, says nothing about steadiness."""
SIDE = 1024


class Beside:
    """A puppet beside exact THA3, its faces enlarged; both in float32 where steadiness is looked at."""

    def __init__(self, character: Character, puppet: Puppet, drawing: Frame) -> None:
        """`drawing`: the character's, at its own size."""
        self._exact = OpenVinoRenderer(Request(character, precision="float32"), keep_linear=True)
        self._player = Player(puppet, character.frame, "auto", drawing)
        self._steady = Player(puppet, character.frame, "f32", drawing)
        self._box, self._figure = puppet.face_box, puppet.figure_box
        self._network = Enlarger(FACES)
        self._own = at_detail(drawing, DETAIL)
        self._neutral = self._exact.face(np.zeros(COUNT, np.float32))[self._box.slices][..., :3].copy()
        shut = [self._exact.face(pose)[self._box.slices][..., :3] for pose in shut_eyes()]
        mend = Mending(self._neutral, shut)
        self._fine = FineFaces(self._own, self._box, self._neutral, self._network, mend)

    def close(self) -> None:
        """Give memory back."""
        self._exact.close()

    def faces(self, count: int) -> Figures:
        """`count` faces that were not learnt beside their targets: PSNR of the crop, and speckle in the box.

        Speckle is the mean Laplacian of the error, of 255.
        """
        close, speckle = [], []
        for pose in unseen_poses(count):
            shown, wanted, _ = self._pair(pose)
            close.append(psnr(shown, wanted))
            off = self._grey(shown) - self._grey(wanted)
            speckle.append(float(np.abs(cv2.Laplacian(off, cv2.CV_32F, ksize=1)).mean()))
        return {
            "face dB": round(float(np.mean(close)), 2),
            "worst dB": round(min(close), 2),
            "speckle": round(float(np.mean(speckle)), 2),
        }

    def ghosts(self) -> Figures:
        """What is left of the drawing's own lines under closed lids; the same of an added change, which must fail.

        Only on the sides where they are closed: the iris of an eye that is open has its own lines rightly.
        """
        ours, failed = [], []
        for pose, sides in closed_eyes():
            shown, wanted, cover = self._pair(pose)
            cover = on_sides(cover, sides)
            ours.append(self._fine.ghosts(shown, wanted, cover))
            failed.append(self._fine.ghosts(self._fine.with_layer(self._added(pose)), wanted, cover))
        return {
            "ghosts": round(float(np.mean(ours)), 3),
            "most": round(max(ours), 3),
            "an added change": round(float(np.mean(failed)), 3),
        }

    def closeness(self, count: int) -> Figures:
        """`count` whole frames that were not learnt, 512 x 512 both: mean and worst PSNR."""
        close = []
        for pose in unseen_poses(count):
            self._draw(self._player, pose, WHOLE)
            close.append(psnr(self._player.frame(), self._exact.render(pose)))
        return {"closeness dB": round(float(np.mean(close)), 2), "worst dB": round(min(close), 2)}

    def waviness(self) -> Figures:
        """Of the shifts, pixels of 512."""
        return {name: round(self._waviness(from_mapping(values)), 3) for name, values in SHIFTED.items()}

    def steadiness(self, names: tuple[str, ...] = NAMES) -> Figures:
        """How much frames of 1024 x 1024 change along slow sweeps, times exact THA3's, each over its own gradient.

        The face's parameters together, the worst of them, and each of head, body and breathing.
        """
        theirs, ours = zip(*(self._changes(name) for name in names), strict=True)
        faces = [number for number, name in enumerate(names) if name not in HEAD and theirs[number] > 0]
        ratios = {name: our / their for name, our, their in zip(names, ours, theirs, strict=True) if their > 0}
        of_face = {name: ratio for name, ratio in ratios.items() if name not in HEAD}
        together = sum(ours[number] for number in faces) / max(sum(theirs[number] for number in faces), 1e-9)
        heads = {name: round(ratio, 2) for name, ratio in ratios.items() if name in HEAD}
        return {"face": round(together, 2), "worst of the face": round(max(of_face.values(), default=0.0), 2)} | heads

    def _pair(self, pose: Pose) -> tuple[Frame, Frame, NDArray[np.uint8]]:
        """The face's crop as it is shown and as it should be, and how much of the drawing that covers."""
        self._player.face(pose)
        layer = self._player.decoded_face
        if layer is None or layer.shape[2] != 4:
            raise SystemExit("benchmarks.hd: this puppet was made by an older version; `vtube bake` makes a new one")
        wanted = self._fine.wanted(self._exact.face(pose))
        return self._fine.with_layer(layer), self._fine.with_layer(wanted), wanted[..., 3]

    def _added(self, pose: Pose) -> Frame:
        """The design that fails: the change of the exact face, enlarged and added to the drawing."""
        face = self._exact.face(pose)[self._box.slices][..., :3]
        change = face.astype(np.float32) - self._neutral
        large = cv2.resize(change, None, fx=DETAIL, fy=DETAIL, interpolation=cv2.INTER_CUBIC)
        own = self._fine.with_layer(np.zeros((*large.shape[:2], 4), np.uint8))
        colours = own[self._box.times(DETAIL).slices][..., :3] + large
        return np.dstack([colours.clip(0, 255), np.full(large.shape[:2], 255)]).astype(np.uint8)

    def _grey(self, crop: Frame) -> NDArray[np.float32]:
        part = crop[self._box.times(DETAIL).slices]
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGBA2GRAY), np.float32)

    def _waviness(self, pose: Pose) -> float:
        alpha = self._exact.render(pose)[..., 3]
        self._player.body(pose)
        return waviness_px(self._player.shifts, self._exact.shift(), self._figure, alpha)

    def _changes(self, name: str) -> tuple[float, float]:
        """Of exact THA3 and of the puppet along one parameter's sweep; 0 where nothing is to be seen."""
        theirs, ours, seen = 0.0, 0.0, 0.0
        view = fitting(SIDE, SIDE)
        for pair in slow_pairs(name):
            exact = [shown(enlarge(self._exact.render(pose), SIDE)) for pose in pair]
            puppet = [shown(self._draw(self._steady, pose, view)) for pose in pair]
            seen += float(np.abs(exact[0] - exact[1]).mean())
            theirs, ours = theirs + change(*exact), ours + change(*puppet)
        return (theirs, ours) if seen > SHOWN else (0.0, 0.0)

    def _draw(self, player: Player, pose: Pose, view: View) -> Frame:
        player.face(pose)
        player.body(pose)
        return player.frame(view)


def closed_eyes() -> Iterator[tuple[Pose, tuple[str, ...]]]:
    """Lids shut in every way, on both sides and on one, with some mouths; and on which sides."""
    for lid, sides, mouth in product(LIDS, SIDES, MOUTHS):
        values = {f"{lid}_{side}": 1.0 for side in sides} | ({mouth: 0.7} if mouth else {})
        yield from_mapping(values), sides


def on_sides(cover: NDArray[np.uint8], sides: tuple[str, ...]) -> NDArray[np.uint8]:
    """`cover` of a face's box on these sides of the person alone; the person's left is the picture's right."""
    middle = cover.shape[1] // 2
    part = cover.copy()
    part[:, :middle] *= "right" in sides
    part[:, middle:] *= "left" in sides
    return part


def shown(frame: Frame) -> NDArray[np.float32]:
    """Premultiplied."""
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGBA2mRGBA), np.float32)


def change(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Mean difference of two frames over the mean difference of neighbours in one: how far it moved, pixels, about."""
    gradient = np.abs(np.diff(one, axis=0)).mean() + np.abs(np.diff(one, axis=1)).mean()
    return float(np.abs(one - other).mean() / max(float(gradient), 1e-6))
