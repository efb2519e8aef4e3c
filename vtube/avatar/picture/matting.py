"""Cut a figure out of any background with rembg's network for anime, where the extra `cutout` is installed.

rembg (MIT) fetches the network, isnet-anime (Apache-2.0, 176 MB), from its own releases when it is first used.
"""

from __future__ import annotations

import logging
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vtube.avatar.picture.character import Note
from vtube.avatar.picture.cutout import LEAST_FIGURE, MOST_FIGURE, OPAQUE_NOTE, Cut
from vtube.avatar.picture.outline import outline_of
from vtube.avatar.picture.silhouette import OPAQUE
from vtube.frame import Frame
from vtube.registry import installed, optional
from vtube.text import first_line

log = logging.getLogger(__name__)

PACKAGE, NETWORK = "rembg", "isnet-anime"

SOLID = 250
"""Alpha from which on a pixel has nothing of the background in its colour."""


def with_network(picture: Frame, cut: Cut) -> Cut:
    """What the network makes of a picture whose background could not be taken away; else `cut` as it is."""
    if all(note.code != OPAQUE_NOTE for note in cut.notes) or not installed(PACKAGE):
        return cut
    try:
        alpha = np.minimum(_alpha(picture), picture[..., 3])
    except Exception as error:  # noqa: BLE001 - a package of others, which fetches files and may raise anything
        text = f"The extra cutout could not take the background away: {first_line(error)}."
        return Cut(cut.frame, (*cut.notes, Note("cutout-failed", "note", text)))
    region = (alpha >= OPAQUE).astype(np.uint8)
    if not LEAST_FIGURE < float(region.mean()) < MOST_FIGURE or outline_of(region).is_card:
        text = "The extra cutout found no figure in front of the background."
        return Cut(cut.frame, (*cut.notes, Note("cutout-failed", "note", text)))
    return Cut(_cleaned(picture, alpha), (Note("cut-out", "done", "took the background away with the extra cutout"),))


def _alpha(picture: Frame) -> NDArray[np.uint8]:
    """How opaque the network sees each pixel, shape (height, width)."""
    rembg: Any = optional(PACKAGE, "cutout", "taking any background away")
    log.info("cutting the figure out with %s; the first time its network is fetched (176 MB)", NETWORK)
    mask = rembg.remove(np.ascontiguousarray(picture[..., :3]), session=rembg.new_session(NETWORK), only_mask=True)
    return np.asarray(mask, np.uint8).reshape(picture.shape[0], picture.shape[1])


def _cleaned(picture: Frame, alpha: NDArray[np.uint8]) -> Frame:
    """The picture with that alpha; edges get the colour of the figure beside them, which has no background in it."""
    solid = alpha >= SOLID
    out = np.dstack([picture[..., :3], alpha])
    if solid.any():
        _, label = cv2.distanceTransformWithLabels(
            (~solid).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        colours = np.zeros((int(label.max()) + 1, 3), np.uint8)
        colours[label[solid]] = picture[solid][:, :3]
        edge = ~solid & (alpha > 0)
        out[edge, :3] = colours[label[edge]]
    out[alpha == 0] = 0
    return np.ascontiguousarray(out)
