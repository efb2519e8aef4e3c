"""What a puppet may begin with: what the default character's has learnt. Needs torch.

How lids close, lips part and a head turns is much the same in every character whom THA3 moves, and so is where in the
picture that happens. A new fit takes it over, place by place, and only has to learn how this character differs.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, grid_sample

from vtube.avatar.puppet.face_layers import repainted
from vtube.avatar.puppet.file import Puppet
from vtube.avatar.puppet.fit import Fit
from vtube.avatar.puppet.layout import FACE_LEFT, FACE_TOP, MOVING, PAINTS, Box, Shape


def begin_face(fit: Fit, box: Box, ancestor: Puppet) -> None:
    """Let the fit of a face whose box is `box`, within the face's crop, begin with the ancestor's.

    A paint that the ancestor has not begins half-way between two that it has.
    """
    if not 2 <= ancestor.paints <= PAINTS:
        return
    own, shape = fit.decoder.state_dict(), fit.decoder.shape
    paints = [[number] for number in range(ancestor.paints)] + [[0, 1]] * (PAINTS - ancestor.paints)
    known = repainted(ancestor.face, ancestor.face_shape, paints)
    kept = {name: torch.from_numpy(array) for name, array in known.items()}
    there, here = (each.moved(FACE_LEFT, FACE_TOP) for each in (ancestor.face_box, box))
    weights = placed(kept, own, ancestor.face_shape, shape, there, here)
    for name in ("head.weight", "head.bias"):
        weights[name] = _at_shuffle(kept[name], shape)
    fit.adopt(weights, 0)


def begin_body(fit: Fit, box: Box, ancestor: Puppet) -> None:
    """Let the fit of a body whose box is `box` begin with how the ancestor's moves, and with nothing taken or added.

    What is taken away and added is each picture's own.
    """
    own, shape = fit.decoder.state_dict(), fit.decoder.shape
    kept = {name: torch.from_numpy(array) for name, array in ancestor.body.items()}
    weights = placed(kept, own, ancestor.body_shape, shape, ancestor.figure_box, box)
    moving = MOVING * shape.shuffle**2
    for name in ("head.weight", "head.bias"):
        weights[name] = torch.cat([kept[name][:moving], own[name][moving:].cpu()])
    fit.adopt(weights, 0)


def placed(
    kept: dict[str, Tensor], own: dict[str, Tensor], was: Shape, shape: Shape, there: Box, here: Box
) -> dict[str, Tensor]:
    """Weights `kept` of a decoder of shape `was` and the box `there`, for one of `shape` and the box `here`.

    What belongs to places is read from where they are in the picture; all else is the same. `own`: weights of `shape`.
    """
    weights = dict(kept)
    for name in own:
        if name.endswith(".place"):
            weights[name] = _seen_from(kept[name], own[name].shape[2:], there, here)
    for name in ("linear3.weight", "linear3.bias"):
        maps = kept[name].reshape(was.widths[0], was.rows, was.columns, -1).permute(3, 0, 1, 2)
        moved = _seen_from(maps, torch.Size([shape.rows, shape.columns]), there, here)
        weights[name] = moved.permute(1, 2, 3, 0).reshape(own[name].shape)
    return weights


def _seen_from(maps: Tensor, size: torch.Size, there: Box, here: Box) -> Tensor:
    """`maps` (n, channels, rows, columns) of the box `there`, at the cells (rows, columns) of `here`."""
    rows, columns = size
    x = here.left + (torch.arange(columns) + 0.5) * (here.width / columns)
    y = here.top + (torch.arange(rows) + 0.5) * (here.height / rows)
    x, y = (x - there.left) * (2 / there.width) - 1, (y - there.top) * (2 / there.height) - 1
    places = torch.stack(torch.meshgrid(x, y, indexing="xy"), 2)[None].expand(len(maps), -1, -1, -1)
    return grid_sample(maps.float(), places, padding_mode="border", align_corners=False)


def _at_shuffle(head: Tensor, shape: Shape) -> Tensor:
    """The face's last convolution, each of whose cells becomes `shape.shuffle` pixels a side."""
    side = math.isqrt(len(head) // shape.outputs)
    cells = head.reshape(shape.outputs, side, side, -1).permute(0, 3, 1, 2)
    if shape.shuffle > side:
        factor = shape.shuffle // side
        cells = cells.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    else:
        cells = adaptive_avg_pool2d(cells, shape.shuffle)
    return cells.permute(0, 2, 3, 1).reshape(-1, *head.shape[1:])
