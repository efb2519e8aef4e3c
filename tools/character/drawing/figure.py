"""The whole figure, back to front."""

from __future__ import annotations

from tools.character.drawing import blouse, bow, eyes, face, hair, hood, jacket, skirt
from tools.character.drawing.svg import document

PARTS = (hair, face, eyes, skirt, blouse, jacket, bow, hood)


def drawing() -> str:
    """The SVG document."""
    return document(
        [definition for part in PARTS for definition in part.definitions()],
        hair.behind(),
        face.neck(),
        skirt.drawing(),
        blouse.drawing(),
        jacket.drawing(),
        blouse.collar(),
        bow.drawing(),
        hood.drawing(),
        face.skin(),
        face.features(),
        eyes.drawing(),
        hair.front(),
        face.brows(),
        title="Ilta",
    )
