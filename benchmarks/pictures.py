"""What becomes of pictures as people have them: how each is judged and fitted, as a table and as a sheet to look at.

    python -m benchmarks.pictures FOLDER [--only WORD] [--sheet FILE] [--json FILE] [--before FILE]

`--json` keeps the results; `--before` puts such a file of another version beside them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from vtube.avatar.picture.decode import decode
from vtube.avatar.picture.prepare import prepare, refit
from vtube.errors import VtubeError
from vtube.frame import Frame

GROUNDS = ("black", "white", (0, 200, 0))
TILE = 170
"""Side of a picture on the sheet, pixels."""


@dataclass(frozen=True)
class Result:
    """What came of one picture.

    Attributes:
        name: the file's.
        verdict: "ready", the codes of the problems, or "refused" with the reason.
        notes: the codes of everything else that was said.
        fit: "written", the codes of what is wrong with it all the same, or "refused".
        seconds: for both.
    """

    name: str
    verdict: str
    notes: str
    fit: str
    seconds: float


def main() -> int:
    """Run over the folder and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pictures whose name has this word")
    parser.add_argument("--sheet", type=Path, help="a PNG: what came in, and what came out on black, white and green")
    parser.add_argument("--json", type=Path, help="keep the results here")
    parser.add_argument("--before", type=Path, help="results of another version, to be put beside these")
    arguments = parser.parse_args()
    results, rows = [], []
    for path in sorted(path for path in arguments.folder.iterdir() if path.is_file() and arguments.only in path.name):
        result, fitted = _try(path)
        results.append(result)
        rows.append(_row(path, result, fitted))
        print(f"{result.name}: {result.verdict}; fit: {result.fit}; {result.seconds} s", file=sys.stderr, flush=True)
    if arguments.sheet:
        _stacked(rows).save(arguments.sheet)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(result) for result in results], indent=1), encoding="utf-8")
    print(_table(results, _read(arguments.before)))
    return 0


def _try(path: Path) -> tuple[Result, Frame | None]:
    started = time.perf_counter()
    try:
        character = prepare(path)
    except VtubeError as error:
        return Result(path.name, f"refused: {error}", "", "refused", _since(started)), None
    problems = [note.code for note in character.notes if note.severity == "problem"]
    others = ", ".join(dict.fromkeys(note.code for note in character.notes if note.severity != "problem"))
    try:
        fitted = refit(decode(path), path.name)
    except VtubeError:
        return Result(path.name, ", ".join(problems) or "ready", others, "refused", _since(started)), character.frame
    wrong = ", ".join(note.code for note in fitted.notes if note.severity == "problem")
    return Result(path.name, ", ".join(problems) or "ready", others, wrong or "written", _since(started)), fitted.frame


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 1)


def _read(path: Path | None) -> dict[str, Result]:
    if path is None:
        return {}
    return {entry["name"]: Result(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))}


def _table(results: list[Result], before: dict[str, Result]) -> str:
    if not before:
        lines = ["| picture | check | notes | fit | seconds |", "|---|---|---|---|---|"]
        lines += [f"| {r.name} | {r.verdict} | {r.notes} | {r.fit} | {r.seconds:.1f} |" for r in results]
        return "\n".join(lines)
    lines = ["| picture | check before | check now | notes now | fit before | fit now |", "|---|---|---|---|---|---|"]
    nothing = Result("", "", "", "", 0.0)
    for now in results:
        old = before.get(now.name, nothing)
        lines.append(f"| {now.name} | {old.verdict} | {now.verdict} | {now.notes} | {old.fit} | {now.fit} |")
    return "\n".join(lines)


def _row(path: Path, result: Result, fitted: Frame | None) -> Image.Image:
    row = Image.new("RGB", (TILE * (1 + len(GROUNDS)), TILE + 14), "grey")
    with suppress(VtubeError):
        row.paste(_tile(decode(path).pixels, (190, 190, 190)), (0, 0))
    for place, ground in enumerate(GROUNDS if fitted is not None else (), 1):
        assert fitted is not None
        row.paste(_tile(fitted, ground), (place * TILE, 0))
    text = f"{result.name}: {result.verdict} / fit {result.fit}".encode("ascii", "replace").decode()
    ImageDraw.Draw(row).text((2, TILE + 1), text[:110], fill="white")
    return row


def _tile(frame: Frame, ground: object) -> Image.Image:
    picture = Image.fromarray(frame)
    picture.thumbnail((TILE, TILE))
    behind = Image.new("RGBA", picture.size, ground)  # type: ignore[arg-type]
    behind.alpha_composite(picture)
    return behind.convert("RGB")


def _stacked(rows: list[Image.Image], columns: int = 3) -> Image.Image:
    width, height = rows[0].size
    sheet = Image.new("RGB", (width * columns, height * -(-len(rows) // columns)))
    for number, row in enumerate(rows):
        sheet.paste(row, (width * (number % columns), height * (number // columns)))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
