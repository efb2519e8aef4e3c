"""Which of several sources moves which part of a face: what is sent is not yet used.

Senders name every value they know, whether or not anything moves it: a model's 52 clips at 0, look clips beside eye
bones, a head that a phone was told not to send. So each part goes to the source that moves it, and to none when
nothing does; it comes back at the first change.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from vtube.signals import ARKIT_SHAPES, FaceFrame

USED_S = 10.0
"""A source that has moved a part within this time uses it; one whose numbers rest at zero for longer does not."""
NOTHING = 1e-4
"""Degrees below which a head or an eye is exactly at rest, the rounding of a quaternion aside."""

LIDS, BROWS, MOUTH, GAZE, HEAD = "lids", "brows", "mouth", "gaze", "head"
ANGLES = "gaze angles"
"""The gaze as the eyes' angles, which is a way of its own to say it beside the eyeLook shapes."""
PARTS = (LIDS, BROWS, MOUTH, GAZE, HEAD)
_LID_SHAPES = ("eyeBlink", "eyeSquint", "eyeWide")


def _part_of_shape(name: str) -> str:
    if name.startswith("eyeLook"):
        return GAZE
    return LIDS if name.startswith(_LID_SHAPES) else BROWS if name.startswith("brow") else MOUTH


def part_of_parameter(name: str) -> str:
    """The part of the face that a THA3 parameter belongs to."""
    prefixes = {"eyebrow_": BROWS, "eye_": LIDS, "iris_rotation": GAZE, "iris_": LIDS, "mouth_": MOUTH}
    return next((part for prefix, part in prefixes.items() if name.startswith(prefix)), HEAD)


SHAPES: Mapping[str, tuple[str, ...]] = {
    part: tuple(name for name in ARKIT_SHAPES if _part_of_shape(name) == part) for part in (LIDS, BROWS, MOUTH, GAZE)
}
"""The shapes of each part; cheeks and nose go with the mouth."""
_SHAPE_PART = {name: part for part, names in SHAPES.items() for name in names}


class _Use:
    """What one source has done with one part."""

    __slots__ = ("changed", "rests", "values")

    def __init__(self) -> None:
        self.values: tuple[Any, ...] | None = None
        self.changed = float("-inf")
        self.rests = True

    def note(self, values: tuple[Any, ...], now: float) -> None:
        if self.values is not None and values != self.values and _differ(values, self.values):
            self.changed = now
        self.values = values
        self.rests = not any(value is not None and abs(value) > NOTHING for value in values)

    def used(self, now: float) -> bool:
        return not self.rests or now - self.changed <= USED_S

    def rank(self, now: float) -> tuple[int, float]:
        """Who moves it now comes before who moved it once, and that before who never did."""
        if now - self.changed <= USED_S:
            return 2, 0.0
        return (1, self.changed) if self.changed > float("-inf") else (0, 0.0)


class Layer(NamedTuple):
    """What one source says of the face."""

    key: Hashable
    frame: FaceFrame


class PartChooser:
    """Puts one face together from the layers of several sources, part by part.

    Args:
        explicit: THA3 parameters count as used whatever their value, as somebody drives them on purpose.
    """

    def __init__(self, explicit: bool = True) -> None:
        self._explicit = explicit
        self._uses: dict[tuple[Hashable, str], _Use] = {}
        self._noted: dict[Hashable, tuple[FaceFrame, list[tuple[str, _Use]]]] = {}
        self.chosen: dict[str, Hashable] = {}
        """Part to the key of the source that has it, as `choose` left it."""

    def forget(self, key: Hashable) -> None:
        """Drop what is known of a source."""
        self._uses = {known: use for known, use in self._uses.items() if known[0] != key}
        self._noted.pop(key, None)

    def choose(self, layers: Sequence[Layer], now: float) -> FaceFrame:
        """The face of these layers, the most important first; with the first one's time, source and position."""
        seen = [(layer, part, use) for layer in layers for part, use in self._note(layer, now)]
        owners: dict[str, tuple[Layer, str]] = {}
        self.chosen = {}
        for part in PARTS:
            best = max(
                (entry for entry in seen if _part(entry[1]) == part and entry[2].used(now)),
                key=lambda entry: entry[2].rank(now),
                default=None,
            )
            if best is not None:
                owners[part], self.chosen[part] = (best[0], best[1]), best[0].key
        whole = len(layers) == 1 and len({_part(channel) for _, channel, _ in seen}) == len(owners)
        if whole and not (GAZE in owners and owners[GAZE][1] == ANGLES and _looks(layers[0].frame)):
            return layers[0].frame
        return self._assemble(layers, owners, now)

    def _note(self, layer: Layer, now: float) -> list[tuple[str, _Use]]:
        """The parts of a layer and their uses; a frame that was there before is not looked at again."""
        noted = self._noted.get(layer.key)
        if noted is not None and noted[0] is layer.frame:
            return noted[1]
        found = []
        for part, values in _parts(layer.frame):
            use = self._uses.get((layer.key, part))
            if use is None:
                use = self._uses[layer.key, part] = _Use()
            use.note(values, now)
            found.append((part, use))
        self._noted[layer.key] = layer.frame, found
        return found

    def _assemble(self, layers: Sequence[Layer], owners: Mapping[str, tuple[Layer, str]], now: float) -> FaceFrame:
        frames = [layer.frame for layer in layers]
        first = frames[0]
        shapes, parameters = dict(self._shapes(layers, owners, now)), dict(self._parameters(layers, owners))
        head = owners[HEAD][0].frame if HEAD in owners else None
        gaze = owners[GAZE][0].frame if GAZE in owners else None
        placed = next((frame.head_position for frame in (head, *frames) if frame and frame.head_position), None)
        return replace(
            first,
            shapes=shapes,
            head=head.head if head else None,
            head_position=placed,
            eye_left=gaze.eye_left if gaze else None,
            eye_right=gaze.eye_right if gaze else None,
            parameters=parameters,
        )

    def _shapes(
        self, layers: Sequence[Layer], owners: Mapping[str, tuple[Layer, str]], now: float
    ) -> Iterator[tuple[str, float]]:
        """Of each part its owner's, and before them what others that use it add; of the gaze one source's alone."""
        for layer in reversed(layers):
            for name, value in layer.frame.shapes.items():
                part = _SHAPE_PART[name]
                use = self._uses.get((layer.key, part))
                if part in owners and part != GAZE and use is not None and use.used(now):
                    yield name, value
        for part, (layer, channel) in owners.items():
            if channel != ANGLES:
                yield from (
                    (name, layer.frame.shapes[name]) for name in SHAPES.get(part, ()) if name in layer.frame.shapes
                )

    def _parameters(
        self, layers: Sequence[Layer], owners: Mapping[str, tuple[Layer, str]]
    ) -> Iterable[tuple[str, float]]:
        for layer in reversed(layers):
            for name, value in layer.frame.parameters.items():
                owner = owners.get(part_of_parameter(name))
                if owner[0].key == layer.key if owner is not None else self._explicit:
                    yield name, value


def _parts(frame: FaceFrame) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The parts that a frame says something of, and its numbers for them."""
    shapes, driven = frame.shapes, _driven(frame.parameters) if frame.parameters else {}
    for part, names in SHAPES.items():
        values = tuple(map(shapes.get, names))
        more = driven.get(part, ())
        if more or any(value is not None for value in values):
            yield part, values + more
    if frame.eye_left is not None or frame.eye_right is not None:
        yield ANGLES, (*(frame.eye_left or ()), *(frame.eye_right or ()))
    if frame.head is not None or HEAD in driven:
        yield HEAD, (*(frame.head or ()), *driven.get(HEAD, ()))


def _driven(parameters: Mapping[str, float]) -> dict[str, tuple[float, ...]]:
    found: dict[str, tuple[float, ...]] = {}
    for name, value in parameters.items():
        part = part_of_parameter(name)
        found[part] = (*found.get(part, ()), value)
    return found


def _part(channel: str) -> str:
    return GAZE if channel == ANGLES else channel


def _differ(values: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Whether a number is another; one that was not known yet is no change."""
    return any(
        one != other for one, other in zip(values, before, strict=False) if one is not None and other is not None
    )


def _looks(frame: FaceFrame) -> bool:
    return any(name in frame.shapes for name in SHAPES[GAZE])
