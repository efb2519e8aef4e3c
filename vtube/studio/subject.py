"""Where a character's figure lies in its picture, for the scene that frames it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vtube.avatar.picture.character import Character
from vtube.avatar.picture.silhouette import OPAQUE
from vtube.frame import SIZE
from vtube.scene.shot import TEMPLATE, Subject

THIN = 4
"""Rows and columns with fewer visible pixels don't count: specks and single strands."""

STRAIGHT = 24
"""A figure that ends at its left or right in one straight line of so many pixels is cut there."""


def subject_of(character: Character) -> Subject:
    """The figure and its head, in parts of the picture; those of the template where there is none to be seen."""
    solid = character.frame[..., 3] >= OPAQUE
    rows, columns = (np.flatnonzero(solid.sum(axis=axis) >= THIN) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return TEMPLATE
    left, right = int(columns[0]), int(columns[-1])
    straight = all(solid[:, column].sum() >= STRAIGHT for column in (left, right))
    subject = Subject(
        left=left / SIZE,
        top=int(rows[0]) / SIZE,
        right=(right + 1) / SIZE,
        bottom=(int(rows[-1]) + 1) / SIZE,
        is_cut_at_sides=straight,
    )
    head = character.head
    if head is None:
        return subject
    x, y = (head.x + 0.5) / SIZE, (head.y + 0.5) / SIZE
    return replace(subject, head_x=x, head_y=y, head_size=head.size / SIZE)
