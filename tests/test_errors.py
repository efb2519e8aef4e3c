"""What errors say, and how pages say it in other languages."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest

from vtube.errors import Line, OutputError, lines_in
from vtube.text import first_line


@dataclass(frozen=True)
class Status:
    error: str


def test_an_error_with_a_code_gives_a_line_that_keeps_it() -> None:
    error = OutputError("no camera called 'A'", "camera.named", name="A")
    line = str(error)
    assert isinstance(line, Line)
    assert (line, line.code, line.values) == ("no camera called 'A'", "camera.named", {"name": "A"})
    kept = [first_line(error), asdict(Status(line))["error"], copy.deepcopy(line), pickle.loads(pickle.dumps(line))]
    assert [(one, one.code, one.values) for one in kept if isinstance(one, Line)] == [
        (line, line.code, line.values)
    ] * 4
    assert json.dumps([line]) == json.dumps(["no camera called 'A'"])


@pytest.mark.parametrize("made", [f"camera: {OutputError('no', 'camera.linux')}", str(OutputError("no"))])
def test_what_is_made_of_a_line_is_an_ordinary_str(made: str) -> None:
    assert type(made) is str


def test_lines_are_found_wherever_they_are() -> None:
    line = Line("no", "camera.linux")
    assert list(lines_in({"a": [{"error": line}, ("no", line)], "b": 1, "c": "no"})) == [line, line]
