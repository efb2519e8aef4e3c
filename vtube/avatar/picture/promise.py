"""What was seen to happen to a picture when it was told to blink, to speak, to raise its brows and to turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from vtube import pose as parameters
from vtube.avatar.base import Renderer
from vtube.avatar.picture.character import Note
from vtube.avatar.picture.response import CLOSE_LOOK, Response, change, respond
from vtube.frame import Frame
from vtube.pose import Pose

FACE = slice(32, 224), slice(160, 352)
"""Rows and columns of the frame in which the networks look for a face."""
BROWS_UP = parameters.from_mapping({"eyebrow_raised_left": 1, "eyebrow_raised_right": 1})
TURNED = parameters.from_mapping({"head_y": 1})

SEEN = "seen"
"""The code of the note that says what did happen."""

WORKS = 0.3
"""How surely a lid or a mouth has to move."""
IN_FOCUS = 0.3
"""The share of the change by the lids that has to lie at the eyes."""
BROW_CHANGE, TURN_CHANGE = 40.0, 60.0
"""Change, 0 to 765, that one pixel in two hundred above the eyes, and one in ten of the head, has to reach."""
TILE = 192


def broken(seen: Response) -> Iterator[Note]:
    """What of a face did not move, each as a note."""
    left, right = (lid >= WORKS and seen.focus >= IN_FOCUS for lid in seen.lids)
    if not left and not right:
        yield Note("eyes-still", "problem", "The eyes do not close when they should: no open eyes were seen to blink.")
    elif not left or not right:
        side = "right" if right else "left"  # of the picture, which is the other one of the person
        text = f"Only the eye on the picture's {side} closes; the other one is covered, or drawn closed."
        yield Note("one-eye", "note", text)
    if seen.mouth < WORKS:
        yield Note("mouth-still", "problem", "The mouth does not open when it should: it is covered, or hard to see.")


@dataclass(frozen=True)
class Seen:
    """What a renderer made of a character, and what was seen of it."""

    frames: dict[str, Frame]
    """`as drawn`, `eyes closed`, `mouth open`, `brows raised`, `head turned`: 512 x 512 each."""
    notes: tuple[Note, ...]
    """Problems, if any, and a last one that says what did happen."""

    def sheet(self) -> Image.Image:
        """The five pictures in a row, on grey, with their names."""
        sheet = Image.new("RGBA", (TILE * len(self.frames), TILE + 18), (238, 238, 240, 255))
        draw = ImageDraw.Draw(sheet)
        for number, (name, frame) in enumerate(self.frames.items()):
            upper = Image.fromarray(frame).crop((64, 0, 448, 384)).resize((TILE, TILE), Image.Resampling.LANCZOS)
            sheet.alpha_composite(upper, (TILE * number, 0))
            draw.text((TILE * number + TILE // 2, TILE + 9), name, (30, 30, 40), anchor="mm")
        return sheet.convert("RGB")


def watch(renderer: Renderer) -> Seen:
    """Let a renderer draw five poses, and look at what becomes of them.

    Raises:
        EngineError: it cannot draw.
    """
    poses: dict[str, Pose] = dict(zip(("as drawn", "eyes closed", "mouth open"), CLOSE_LOOK, strict=True))
    poses |= {"brows raised": BROWS_UP, "head turned": TURNED}
    frames = {name: renderer.render(pose) for name, pose in poses.items()}
    return Seen(frames, tuple(_told(frames)))


def with_seen(notes: tuple[Note, ...], seen: Seen | None) -> tuple[Note, ...]:
    """A picture's notes with what a renderer showed, each once."""
    known = {note.code for note in notes}
    return (*notes, *(note for note in (seen.notes if seen else ()) if note.code not in known))


def _told(frames: dict[str, Frame]) -> Iterator[Note]:
    rest, closed, opened, brows, turned = frames.values()
    seen = respond(*(np.ascontiguousarray(frame[FACE]) for frame in (rest, closed, opened)))
    problems = list(broken(seen))
    yield from problems
    rise, turn = _brows_rise(rest, brows, seen), _head_turns(rest, turned)
    if not rise:
        yield Note(
            "brows-still", "note", "The brows do not rise when they should: hair covers them, or there are none."
        )
    if not turn:
        yield Note("head-still", "problem", "The head does not turn when it should.")
    still = {note.code for note in problems}
    happens = {
        "the eyes close": not still & {"eyes-still", "one-eye"},
        "one eye closes": "one-eye" in still,
        "the mouth opens": "mouth-still" not in still,
        "the brows rise": rise,
        "the head turns": turn,
    }
    text = ", ".join(words for words, happened in happens.items() if happened) or "nothing moves"
    yield Note(SEEN, "done", f"seen to happen: {text}")


def _brows_rise(rest: Frame, brows: Frame, seen: Response) -> bool:
    """Whether something above the eyes moved."""
    face = np.ascontiguousarray(rest[FACE])
    changed = cv2.GaussianBlur(change(np.ascontiguousarray(brows[FACE]), face), (0, 0), 1.0)
    bottom = int(np.clip(seen.y, 24, 150))
    return bool(np.quantile(changed[max(0, bottom - 60) : bottom, 40:152], 0.995) > BROW_CHANGE)


def _head_turns(rest: Frame, turned: Frame) -> bool:
    changed = change(np.ascontiguousarray(turned[FACE]), np.ascontiguousarray(rest[FACE]))
    visible = rest[FACE][..., 3] > 0
    return bool(visible.any() and np.quantile(changed[visible], 0.9) > TURN_CHANGE)
