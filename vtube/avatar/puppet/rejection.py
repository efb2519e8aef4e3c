"""Pictures that no good puppet can be made of, and remembering them: nobody waits for the same refusal twice."""

from __future__ import annotations

import json
from pathlib import Path

from vtube.errors import ModelError
from vtube.paths import remove, write_whole

NAME = "refused.json"
LONGEST = 500


class UnfitError(ModelError):
    """The picture is the reason; another try with the same picture would end alike."""


def remember(folder: Path, version: str, reason: str) -> None:
    """Keep why a bake of this `version` was refused."""
    try:
        content = json.dumps({"version": version, "reason": reason})
        write_whole(folder / NAME, lambda part: part.write_text(content, "utf-8"))
    except OSError:
        return  # then the next start tries again


def remembered(folder: Path, version: str) -> str | None:
    """Why a bake of this `version` was refused, or None."""
    try:
        kept = json.loads((folder / NAME).read_text("utf-8"))
        return str(kept["reason"])[:LONGEST] if kept["version"] == version else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def forget(folder: Path) -> None:
    """Try again."""
    remove(folder / NAME)
