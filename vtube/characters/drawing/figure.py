"""The whole figure, back to front."""

from __future__ import annotations

from vtube.characters.drawing import clothes, eyes, face, hair, jacket
from vtube.characters.drawing.svg import document


def drawing() -> str:
    """The SVG document."""
    return document(
        [*hair.definitions(), *face.definitions(), *eyes.definitions(), *clothes.definitions(),
         *jacket.definitions()],
        hair.behind(),
        face.neck(),
        clothes.drawing(),
        jacket.drawing(),
        clothes.collar_and_bow(),
        jacket.hood(),
        face.skin(),
        face.features(),
        eyes.drawing(),
        hair.front(),
        face.brows(),
        title="Ilta",
    )
