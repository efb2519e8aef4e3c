from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tools.effect_sheet import COLUMNS, LABEL_HEIGHT, SIDE, main
from vtube.scene.registry import EFFECTS


def test_every_effect_is_on_the_sheet_and_looks_different(tmp_path: Path) -> None:
    main([str(tmp_path / "sheet.png")])
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"), np.int16)
    cells = []
    for place in range(1 + len(EFFECTS.names())):
        left, top = place % COLUMNS * SIDE, place // COLUMNS * (SIDE + LABEL_HEIGHT)
        cells.append(sheet[top : top + SIDE, left : left + SIDE])
    assert cells[-1].shape == (SIDE, SIDE, 3)
    for number, one in enumerate(cells):
        assert all(np.abs(one - other).mean() > 0.2 for other in cells[:number])
