"""A small JSON file in which the program keeps something from one session to the next.

`{"format": FORMAT, "version": VERSION, KEY: {NAME: …}}`
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vtube.paths import read_bounded, write_whole


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of named things.

    Attributes:
        path: where it is; it need not be there.
        format, version: what it says it is.
        key: what its names stand under.
        most_bytes: a larger file is none of the program's.
    """

    path: Path
    format: str
    version: int
    key: str
    most_bytes: int

    def read(self) -> dict[str, Any]:
        """What is kept by name, unchecked; empty where there is no file.

        Raises:
            OSError: it cannot be read.
            ValueError: it holds something else.
        """
        try:
            content = read_bounded(self.path, self.most_bytes)
        except FileNotFoundError:
            return {}
        if len(content) > self.most_bytes:
            raise ValueError("too large")
        try:
            told = json.loads(content)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        values = told.get(self.key) if isinstance(told, Mapping) else None
        if not isinstance(values, Mapping) or (told.get("format"), told.get("version")) != (self.format, self.version):
            raise ValueError("not such a file")
        return dict(values)

    def write(self, values: Mapping[str, Any]) -> None:
        """Keep these, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        told = {"format": self.format, "version": self.version, self.key: values}
        text = json.dumps(told, indent=1, ensure_ascii=False)
        write_whole(self.path, lambda part: part.write_text(text, encoding="utf-8"))
