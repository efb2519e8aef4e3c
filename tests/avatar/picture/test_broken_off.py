"""A picture that breaks off is named in words about the picture."""

import io

import pytest
from PIL import Image

from vtube.avatar.picture.decode import decode
from vtube.errors import PictureError


def test_a_webp_that_breaks_off_says_so() -> None:
    kept = io.BytesIO()
    Image.effect_noise((600, 600), 90).convert("RGB").save(kept, "WEBP")
    with pytest.raises(PictureError, match="is damaged: it breaks off"):
        decode(kept.getvalue()[: len(kept.getvalue()) // 2])
