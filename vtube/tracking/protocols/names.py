"""Every sender's spelling of the 52 ARKit shapes, brought to Apple's camelCase names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vtube.signals import ARKIT_SHAPES
from vtube.tracking.protocols.limits import shape_weight

INNER_BROW_SIDES = ("browInnerUpLeft", "browInnerUpRight")
"""Android trackers send browInnerUp per side; Apple has one shape: their mean."""


def _spellings(name: str) -> Iterator[str]:
    yield name
    yield name[0].upper() + name[1:]
    for side, short in (("Left", "_L"), ("Right", "_R")):
        base = name.removesuffix(side)
        if base and base != name and base not in {"jaw", "mouth"}:
            for spelled in (base + short, base + short.lower(), f"{base}_{side}"):
                yield spelled
                yield spelled[0].upper() + spelled[1:]


_EXACT = {spelled: name for name in (*ARKIT_SHAPES, *INNER_BROW_SIDES) for spelled in _spellings(name)}
_FOLDED = {spelled.lower(): name for spelled, name in _EXACT.items()}


def arkit_name(text: str) -> str | None:
    """The canonical name of a shape, None for anything that is not one of the 52.

    Accepts camelCase and PascalCase in any case, `_L`/`_R` for `Left`/`Right` (never splitting `mouthLeft` or
    `jawRight`), blanks around it and a namespace in front (`ARKit.`, `face:`, `/x/`).
    """
    name = _lookup(text)
    return None if name in INNER_BROW_SIDES else name


def collect(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Canonical name to weight for the pairs that are shapes; unknown names and non-finite values are left out.

    Per-sided inner brows become their mean unless `browInnerUp` itself is there.
    """
    shapes: dict[str, float] = {}
    for text, value in pairs:
        name = _lookup(text)
        weight = shape_weight(value) if name else None
        if name and weight is not None:
            shapes[name] = weight
    sides = [shapes.pop(side) for side in INNER_BROW_SIDES if side in shapes]
    if sides:
        shapes.setdefault("browInnerUp", sum(sides) / len(sides))
    return shapes


def fill_cheeks(shapes: dict[str, float]) -> dict[str, float]:
    """Android trackers know no cheekSquint: eyeSquint stands in for it. Returns the same mapping."""
    for side in ("Left", "Right"):
        if f"eyeSquint{side}" in shapes:
            shapes.setdefault(f"cheekSquint{side}", shapes[f"eyeSquint{side}"])
    return shapes


def look_shapes(left: tuple[float, float] | None, right: tuple[float, float] | None) -> dict[str, float]:
    """The eyeLook shapes that gaze angles amount to, for senders that have only angles (x + down, y + own left).

    35 degrees are 1.0, 28 degrees upwards (measured on Live Link Face recordings).
    """
    shapes: dict[str, float] = {}
    for side, eye, outwards in (("Left", left, 1.0), ("Right", right, -1.0)):
        if eye is not None:
            down, out = eye[0], eye[1] * outwards
            shapes[f"eyeLookDown{side}"] = min(max(down / 35.0, 0.0), 1.0)
            shapes[f"eyeLookUp{side}"] = min(max(-down / 28.0, 0.0), 1.0)
            shapes[f"eyeLookOut{side}"] = min(max(out / 35.0, 0.0), 1.0)
            shapes[f"eyeLookIn{side}"] = min(max(-out / 35.0, 0.0), 1.0)
    return shapes


def _lookup(text: str) -> str | None:
    name = _EXACT.get(text)
    if name is None and len(text) < 128:
        bare = text.strip()
        for mark in ".:/":
            bare = bare.rpartition(mark)[2]
        name = _FOLDED.get(bare.lower())
    return name
