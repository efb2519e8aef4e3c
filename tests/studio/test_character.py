"""The character on air: engines and puppets come and go, and what comes too late is not shown."""

from __future__ import annotations

import importlib
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.avatar.puppet_fixtures import figure, still_puppet
from tests.waiting import eventually
from vtube.avatar.picture.apart import Apart
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet.file import puppet_path, save
from vtube.avatar.puppet.manager import Kept
from vtube.errors import EngineError, PictureError, UnfitPictureError
from vtube.frame import Frame, blank
from vtube.paths import default_picture
from vtube.pose import Pose, neutral
from vtube.realtime.render_thread import RenderThread
from vtube.realtime.schedule import Schedule
from vtube.settings import AvatarSettings
from vtube.studio import character
from vtube.studio.character import FAILED, LiveCharacter
from vtube.studio.wardrobe import LiveWardrobe


class Painter:
    """A renderer that shows its picture and tells when it was asked and closed."""

    detail = "fake"

    def __init__(self, character: Character, name: str = "painter") -> None:
        self.character, self.name = character, name
        self.drawn = 0
        self.closed = False

    def render(self, pose: Pose) -> Frame:
        self.drawn += 1
        return self.character.frame.copy()

    def close(self) -> None:
        self.closed = True


class Puppets:
    """A bake that the test moves on."""

    newest: Puppets

    def __init__(self, _: Any, take_over: Callable[..., None], give_back: Callable[..., None]) -> None:
        self.take_over, self.give_back = take_over, give_back
        self.begun: list[tuple[Character, str]] = []
        Puppets.newest = self

    def look_up(self, _: Character) -> Kept:
        return Kept(None, None)

    def begin(self, character: Character, engine: str, _: Kept) -> None:
        self.begun.append((character, engine))

    def threads(self, _: Character, __: Kept) -> int:
        return 1

    def stage(self, _: str) -> str | None:
        return None

    def duty_cycle(self) -> float:
        return 0.5

    def status(self) -> dict[str, Any]:
        return {"state": "none"}

    def close(self) -> None:
        self.begun.clear()


class Moving:
    """Another pose each time."""

    count = 0

    def pose(self, _: float) -> Pose:
        self.count += 1
        pose = neutral()
        pose[0] = (self.count % 100) / 100
        return pose

    def source_time(self) -> float | None:
        return None


class OnAir:
    """A character, what draws it and its bake."""

    def __init__(self) -> None:
        self.character = LiveCharacter(AvatarSettings())
        self.puppets = Puppets.newest
        self.rendering = RenderThread(self.character.still(), Moving(), lambda: Schedule(0.0, 200.0))
        self.rendering.start()

    def load(self) -> None:
        self.character.load(self.rendering)
        assert eventually(lambda: bool(self.puppets.begun))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Painter]:
    painters: list[Painter] = []

    def create(_: str, one: Character, **__: Any) -> Painter:
        painters.append(Painter(one))
        return painters[-1]

    monkeypatch.setattr(character, "create_renderer", create)
    monkeypatch.setattr(character, "PuppetManager", Puppets)
    return painters


@pytest.fixture
def on_air(made: list[Painter]) -> Iterator[OnAir]:
    one = OnAir()
    one.load()
    assert eventually(lambda: made[0].drawn > 0)
    yield one
    one.character.close()
    one.rendering.close()


def png(*colour: int) -> bytes:
    """The outline of the default character in one colour."""
    with Image.open(default_picture()) as image:
        shown = np.asarray(image.convert("RGBA"))[..., 3:] >= 128
    picture = np.where(shown, np.array(colour, np.uint8), np.uint8(0))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def test_a_puppet_takes_over_and_gives_back(on_air: OnAir, made: list[Painter]) -> None:
    one, _ = on_air.puppets.begun[0]
    puppet = Painter(one, "puppet")
    on_air.puppets.take_over(one, puppet)
    assert eventually(lambda: puppet.drawn > 0)
    assert on_air.character.engine == "puppet (fake)"
    on_air.puppets.give_back(one)
    assert eventually(lambda: puppet.closed and made[1].drawn > 0)
    assert on_air.character.engine == "painter (fake)"


def test_the_puppet_of_another_character_comes_too_late(on_air: OnAir, made: list[Painter]) -> None:
    other = Character.of(blank())
    late = Painter(other, "puppet")
    on_air.puppets.take_over(other, late)
    assert late.closed
    on_air.puppets.give_back(other)
    assert (on_air.character.engine, len(made)) == ("painter (fake)", 1)


def test_a_puppet_that_comes_after_the_end_is_closed(on_air: OnAir) -> None:
    one, _ = on_air.puppets.begun[0]
    on_air.character.close()
    late = Painter(one, "puppet")
    on_air.puppets.take_over(one, late)
    assert late.closed


def test_another_character_is_shown_and_its_bake_begins(on_air: OnAir, made: list[Painter]) -> None:
    assert "eyes" in on_air.character.show(png(10, 200, 30, 255), "green.png", force=True)
    assert eventually(lambda: made[1].drawn > 0)
    assert on_air.character.name == "green.png"
    one, engine = on_air.puppets.begun[1]
    assert engine == "painter"
    assert one == made[1].character


def test_the_former_character_comes_back(on_air: OnAir) -> None:
    with pytest.raises(PictureError, match="no other character"):
        on_air.character.back()
    on_air.character.show(png(10, 200, 30, 255), "green.png", force=True)
    assert on_air.character.former == "ilta.png"
    assert on_air.character.back() == "ilta.png" == on_air.character.name
    assert on_air.character.former == "green.png"
    assert on_air.character.back() == "green.png" == on_air.character.name


def test_a_character_is_kept_and_put_on_again(on_air: OnAir, made: list[Painter]) -> None:
    wardrobe = LiveWardrobe(on_air.character)
    wardrobe.keep("Ilta", b"")
    with pytest.raises(UnfitPictureError):
        wardrobe.keep("Green", png(10, 200, 30, 255))
    wardrobe.keep("Green", png(10, 200, 30, 255), force=True)
    wardrobe.show("Green")
    assert on_air.character.name == "Green" and made[-1].character.frame[100, 200].tolist() == [10, 200, 30, 255]
    assert [(one["name"], one["on_air"], one["puppet"]) for one in wardrobe.all()] == [
        ("Green", True, None),
        ("Ilta", False, None),
    ]
    wardrobe.remove("Green")
    assert on_air.character.name == "Green"
    assert wardrobe.picture("Ilta").startswith(b"\x89PNG")
    assert LiveCharacter(AvatarSettings(character="Ilta")).name == "Ilta"


def test_a_picture_is_examined_without_changing_the_air(on_air: OnAir, made: list[Painter]) -> None:
    told = on_air.character.examine(png(10, 200, 30, 255), "green.png")
    assert told["name"] == "green.png" and not told["fine"]
    assert {"code", "severity", "text"} == set(told["notes"][0])
    assert told["preview"].startswith("data:image/png;base64,")
    assert on_air.character.name == "ilta.png" and len(made) == 1


def test_what_is_refused_leaves_the_old_character(on_air: OnAir, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise EngineError("no engine draws this")

    with pytest.raises(PictureError):
        on_air.character.show(b"no picture", "broken.png")
    monkeypatch.setattr(character, "create_renderer", refuse)
    with pytest.raises(EngineError):
        on_air.character.show(png(1, 2, 3, 255), "undrawable.png", force=True)
    assert (on_air.character.name, on_air.character.engine) == ("ilta.png", "painter (fake)")
    one, _ = on_air.puppets.begun[0]
    puppet = Painter(one, "puppet")
    on_air.puppets.take_over(one, puppet)
    assert eventually(lambda: puppet.drawn > 0)


@pytest.mark.usefixtures("made")
def test_an_engine_that_cannot_be_loaded_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise EngineError("no engine runs here")

    monkeypatch.setattr(character, "create_renderer", refuse)
    one = OnAir()
    one.character.load(one.rendering)
    assert eventually(lambda: one.character.engine == FAILED)
    one.rendering.close()
    assert eventually(lambda: not any(thread.name == "engine" for thread in threading.enumerate()))
    said = [record.getMessage() for record in caplog.records if record.name == character.__name__]
    assert said == ["no engine runs here"]


def counted(monkeypatch: pytest.MonkeyPatch, function: str) -> list[int]:
    """A list that grows with every call of a function, named in full."""
    module, _, name = function.rpartition(".")
    calls: list[int] = []
    inner = getattr(importlib.import_module(module), name)

    def counting(*values: Any, **options: Any) -> Any:
        calls.append(len(calls))
        return inner(*values, **options)

    monkeypatch.setattr(function, counting)
    return calls


def test_an_upload_hashes_its_picture_once_and_opens_its_puppet_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTUBE_MODELS", str(tmp_path))
    file = io.BytesIO()
    Image.fromarray(figure()).save(file, "PNG")
    puppet = still_puppet(prepare(file.getvalue()).frame)
    save(puppet, puppet_path(puppet.picture, puppet.variant))
    one = LiveCharacter(AvatarSettings(engine="puppet"))  # else auto's next engine would hide why this one fails
    rendering = RenderThread(one.still(), Moving(), lambda: Schedule(0.0, 200.0))
    hashed = counted(monkeypatch, "vtube.avatar.picture.character.frame_digest")
    opened = counted(monkeypatch, "vtube.avatar.puppet.file.safe_open")
    one.show(file.getvalue(), "bust.png")
    assert one.puppet()["state"] == "finished"
    assert (len(hashed), len(opened)) == (1, 1)
    one.close()
    rendering.close()


def test_a_picture_with_a_problem_is_shown_only_when_forced(on_air: OnAir, made: list[Painter]) -> None:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (512, 512, 3), np.uint8)).save(file, "PNG")
    scene, before = file.getvalue(), on_air.character.name
    with pytest.raises(UnfitPictureError, match="background"):
        on_air.character.show(scene, "unfit.png")
    assert on_air.character.name == before and len(made) == 1 and not made[0].closed
    assert "background" in on_air.character.show(scene, "unfit.png", force=True)
    assert on_air.character.name == "unfit.png" and len(made) == 2


@pytest.mark.parametrize("force", [False, True])
def test_an_empty_picture_is_never_shown(on_air: OnAir, made: list[Painter], force: bool) -> None:
    before = on_air.character.name
    with pytest.raises(PictureError, match="nothing in it is visible"):
        on_air.character.show(png(0, 0, 0, 0), "empty.png", force=force)
    assert on_air.character.name == before and len(made) == 1 and not made[0].closed


def test_large_pictures_are_prepared_apart_and_end_with_the_program(
    monkeypatch: pytest.MonkeyPatch, made: list[Painter]
) -> None:
    apart: list[Apart] = []

    def begin() -> Apart:
        apart.append(Apart(large=100))
        return apart[-1]

    monkeypatch.setattr(character, "Apart", begin)
    live = LiveCharacter(AvatarSettings())
    picture = default_picture().read_bytes()
    assert live.examine(picture, "one.png")["fine"]
    assert live.prepared(picture, "two.png") == prepare(default_picture())
    live.close()
    with pytest.raises(PictureError, match="the program ends"):
        live.examine(png(10, 200, 30, 255), "late.png")
