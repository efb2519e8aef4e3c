"""Where things lie in a puppet."""

from __future__ import annotations

from dataclasses import dataclass

FACE_SIZE = 192
FACE_TOP, FACE_LEFT = 32, 160
"""Where THA3's face crop lies in the picture."""

SHIFT_UNIT = 32.0
"""Pixels of the picture for a shift of 1 from the body decoder."""

ADDED_UNIT = 0.25
"""Of the full range of colour or alpha, premultiplied, for 1 of what the body decoder adds."""
CELLS = 128
"""Of the body's decoder, across and down the figure's box."""

NOTHING, FULL = 4.0, 12.0
"""Of 255: what a face covers by less than NOTHING is left out, and all of it counts from FULL on.

An unfinished decoder covers a little everywhere: a faint veil, and work for each pixel of a large frame.
"""


@dataclass(frozen=True)
class Box:
    """A rectangle, pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column to its right."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row below."""
        return self.top + self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def times(self, factor: int) -> Box:
        """The same box in a picture of `factor` times the side."""
        return Box(self.left * factor, self.top * factor, self.width * factor, self.height * factor)

    def moved(self, right: int, down: int) -> Box:
        """The same box elsewhere."""
        return Box(self.left + right, self.top + down, self.width, self.height)


CROP = Box(FACE_LEFT, FACE_TOP, FACE_SIZE, FACE_SIZE)
"""THA3's face crop."""

SLOPE = 0.1
"""Of the negative side of the decoders' activation."""

BODY_OUTPUTS = 7
"""Shift right and down, what is taken away, and what is added: red, green, blue, alpha."""
MOVING = 2
"""Of these, the first ones, which are the shift."""

PAINTS, MOST_PAINTS = 3, 6
"""Of a face of layers: what is seen at a place where lids close, lips part or brows move."""
UNPAINTED, FLOW = 2, 2
"""Layers before the paints, the drawing and its neutral face; soft channels before theirs, right and down."""


@dataclass(frozen=True)
class Shape:
    """A decoder: from `inputs` numbers to an image of `outputs` channels."""

    inputs: int
    outputs: int
    rows: int
    columns: int
    """Of the first level."""
    widths: tuple[int, ...]
    """Channels of each level, the smallest first; each has twice the rows and columns of the one before."""
    shuffle: int = 2
    """How many rows and columns of the image one cell of the last level becomes."""
    hidden: int = 128
    styled: bool = False
    """Whether the parameters scale and shift the channels of every level, too."""
    soft: int = 0
    """Further channels, one cell of the last level each, without a shuffle to pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the image."""
        last = self.shuffle << (len(self.widths) - 1)
        return self.rows * last, self.columns * last

    @property
    def paints(self) -> int:
        """Of a face of layers: beside how far its neutral face moves, so many colours."""
        return max(0, self.soft - FLOW) // 3

    @property
    def head_channels(self) -> int:
        """Of the last convolution, which become `outputs` channels by a shuffle to pixels."""
        return self.outputs * self.shuffle**2

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of each weight."""
        first, last = self.widths[0], self.widths[-1]
        shapes: dict[str, tuple[int, ...]] = {}
        for name, before, after in (
            ("linear1", self.inputs, self.hidden),
            ("linear2", self.hidden, self.hidden),
            ("linear3", self.hidden, first * self.rows * self.columns),
        ):
            shapes |= {f"{name}.weight": (after, before), f"{name}.bias": (after,)}
        for level, (before, after) in enumerate(zip(self.widths, self.widths[1:], strict=False)):
            rows, columns = self.rows << (level + 1), self.columns << (level + 1)
            if self.styled:
                shapes |= {f"styles.{level}.weight": (2 * after, self.hidden), f"styles.{level}.bias": (2 * after,)}
            shapes |= {f"levels.{level}.place": (1, after, rows, columns)}
            for name, inputs in (("before", before), ("after", after)):
                shapes |= {
                    f"levels.{level}.{name}.weight": (after, inputs, 3, 3),
                    f"levels.{level}.{name}.bias": (after,),
                }
        if self.soft:
            shapes |= {"soft.weight": (self.soft, last, 3, 3), "soft.bias": (self.soft,)}
        return shapes | {"head.weight": (self.head_channels, last, 3, 3), "head.bias": (self.head_channels,)}


def body_shape() -> Shape:
    """6 parameters to 128 x 128 cells over the figure's box."""
    return Shape(6, BODY_OUTPUTS, 8, 8, (128, 96, 64, 32))


MOST_DETAIL = 4
"""Times the 512's resolution at which a face may be kept."""


def face_shape(rows: int, columns: int, detail: int = 1, paints: int = 0) -> Shape:
    """39 parameters to every pixel of the face's box, whose sides at 512 are `rows` and `columns`, multiples of 16.

    At `detail` 1: the change of its colours. At more, pixels of a picture of 512 · detail: colours, and how much they
    cover the drawing. With `paints`, a face of layers: for every pixel, how much the drawing, the moved neutral face
    and each paint is chosen; softly, by how much the neutral face moves right and down, and the colour of each paint.
    """
    widths, shuffle = (128, 96, 64, 40), 2 * detail
    if paints:
        layers, soft = UNPAINTED + paints, FLOW + 3 * paints
        return Shape(39, layers, rows // 16, columns // 16, widths, shuffle, styled=True, soft=soft)
    return Shape(39, 3 if detail == 1 else 4, rows // 16, columns // 16, widths, shuffle)
