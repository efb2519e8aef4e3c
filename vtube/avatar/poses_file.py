"""Poses as files: a JSON list, each entry 45 numbers or an object {parameter: value}."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from pathlib import Path
from typing import Any

from vtube.errors import NO_JSON, PoseError
from vtube.paths import read_bounded
from vtube.pose import Pose, from_mapping, from_sequence

MAX_BYTES = 256_000_000


def load_poses(path: Path) -> list[Pose]:
    """All poses of `path` (`.json`, or `.json.gz`).

    Raises:
        PoseError: the file cannot be read, is not such a list, or an entry is wrong (the message numbers it).
    """
    entries = _read(path)
    if not isinstance(entries, list) or not entries:
        raise PoseError(f"{path} should hold a JSON list of poses with at least one entry")
    return [_pose(entry, f"{path}, pose {number}") for number, entry in enumerate(entries)]


def _read(path: Path) -> Any:
    try:
        content = read_bounded(path, MAX_BYTES)
        if path.suffix == ".gz":
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise PoseError(f"cannot read the poses {path}: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MAX_BYTES:
        raise PoseError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        return json.loads(content)
    except NO_JSON as error:
        raise PoseError(f"{path} is not JSON: {error}") from None


def _pose(entry: object, where: str) -> Pose:
    try:
        if isinstance(entry, dict):
            return from_mapping(entry)
        if isinstance(entry, list):
            return from_sequence(entry)
    except PoseError as error:
        raise PoseError(f"{where}: {error}") from None
    raise PoseError(f"{where}: a pose is a list of 45 numbers or an object of parameter: value")
