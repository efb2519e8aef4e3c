"""The character on air: its picture, the engine that draws it, its puppet, and the change to another one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vtube.avatar.base import Renderer
from vtube.avatar.engines.puppet_engine import drawing_threads
from vtube.avatar.picture.apart import Apart
from vtube.avatar.picture.character import Character
from vtube.avatar.picture.head import parse_head
from vtube.avatar.picture.prepare import prepare
from vtube.avatar.puppet.manager import Kept, PuppetManager
from vtube.avatar.puppet.measure import largest_in_time
from vtube.avatar.registry import create_renderer
from vtube.avatar.still import StillRenderer
from vtube.avatar.wardrobe import Wardrobe, is_kept
from vtube.errors import PictureError, UnfitPictureError, VtubeError, refusing
from vtube.frame import View
from vtube.paths import default_picture, expanded, is_there
from vtube.realtime.render_thread import RenderThread
from vtube.scene.shot import Subject
from vtube.settings import AvatarSettings
from vtube.studio.subject import subject_of
from vtube.threads import join_all, prompt_thread, quietly

log = logging.getLogger(__name__)

LOADING, FAILED = "loading", "failed"
NOTE_LEVELS = {"done": logging.INFO, "note": logging.INFO, "problem": logging.WARNING}


def character_of(setting: str | None) -> Character:
    """The character that `avatar.character` names: a picture, one of the wardrobe, or the folder of one that is kept.

    Raises:
        PictureError: it cannot be used.
    """
    if not setting:
        return prepare(default_picture())
    with refusing(setting, "avatar.character"):
        path, wardrobe = expanded(setting), Wardrobe()
        if is_kept(path):
            return Wardrobe(path.parent).take(path.name)
        if not is_there(path) and wardrobe.has(setting):
            return wardrobe.take(setting)
        return prepare(path)


def refuse_problems(character: Character) -> None:
    """Refuse a picture that would not move well.

    Raises:
        UnfitPictureError: it has a problem, which is named.
    """
    if character.has_problem:
        raise UnfitPictureError(" ".join(note.text for note in character.notes if note.severity == "problem"))


class LiveCharacter:
    """Which picture is on air and what draws it.

    Three threads change that: the one that loads the first engine, the one of a client that shows another picture,
    and the one that listens to a bake. They take turns by one lock, held while an engine is created; nobody else
    waits for it. Any thread may read `name` and `engine`.

    Attributes:
        engine: how it is drawn, for the user; `loading` at first, `failed` when no engine runs.
        look: counts the renderers that were put on air: another number, another look.
    """

    def __init__(self, avatar: AvatarSettings) -> None:
        """Nothing is drawn before `load`.

        Raises:
            PictureError: the picture of the settings cannot be used.
        """
        self._character = character_of(avatar.character)
        self._former: Character | None = None
        for note in self._character.notes:
            log.log(NOTE_LEVELS[note.severity], "%s: %s", self._character.name, note.text)
        self.engine = LOADING
        self.look = 0
        self._subject = subject_of(self._character)
        self._avatar = avatar
        self._apart = Apart()
        self._puppets = PuppetManager(avatar, self._take_over, self._give_back)
        self._rendering: RenderThread | None = None
        self._loading: threading.Thread | None = None
        self._closed = False
        self._changing = threading.RLock()

    @property
    def name(self) -> str:
        """The picture's file name, for the user."""
        return self._character.name

    @property
    def former(self) -> str | None:
        """The name of the character that `back` would show; None while there was no other."""
        former = self._former
        return former.name if former is not None else None

    def subject(self) -> Subject:
        """Where the figure on air lies in the picture that the engine draws."""
        return self._subject

    def still(self) -> Renderer:
        """The picture as it was drawn, to be shown until an engine is loaded."""
        return StillRenderer(self._character)

    def largest_in_time(self, views: Sequence[View], seconds: float) -> tuple[View, float, bool]:
        """Of `views`, the smallest first, the largest of which her puppet, baked or not, draws a frame in time.

        With it come the seconds that a frame of it took, and whether that is in time.
        """
        puppet = self._puppets.look_up(self._character).puppet
        return largest_in_time(views, seconds, self._character, puppet, drawing_threads(self._avatar.threads))

    def load(self, rendering: RenderThread) -> None:
        """Load the engine in a thread of its own and let `rendering` draw with it."""
        self._rendering = rendering
        self._loading = threading.Thread(target=self._load, name="engine", daemon=True)
        self._loading.start()

    @property
    def character(self) -> Character:
        """The one on air."""
        return self._character

    def show(self, picture: bytes, name: str, force: bool = False, head: str | None = None) -> str:
        """Show another character; returns what was done to fit its picture. Blocks while its engine is created.

        `force` shows a picture with a problem, too; `head` says where its head is, see `parse_head`.

        Raises:
            PictureError: this is no picture, or it cannot be used; the old character stays.
            UnfitPictureError: it has a problem, which is named, and nobody forces it; the old character stays.
            EngineError: no engine draws it; the old character stays.
        """
        character = self.prepared(picture, name, head)
        if not force:
            refuse_problems(character)
        self.put_on(character)
        return " ".join(note.text for note in character.notes)

    def prepared(self, picture: bytes, name: str, head: str | None = None) -> Character:
        """A character from a picture of a client's; see `show`. The one on air stays.

        Raises:
            PictureError: this is no picture, or it cannot be used.
        """
        return self._apart.prepare(picture, name, parse_head(head) if head else None)

    def put_on(self, character: Character) -> None:
        """Show a character that is ready. Blocks while its engine is created.

        Raises:
            EngineError: no engine draws it; the old character stays.
        """
        with self._changing:
            renderer, kept = self._create_renderer(character)
            if character != self._character:
                self._former = self._character
            self._character = character
            self._begin(renderer, kept)

    def back(self) -> str:
        """Show the character before this one again; returns its name.

        Raises:
            PictureError: there was none.
            EngineError: no engine draws it; the character on air stays.
        """
        former = self._former
        if former is None:
            raise PictureError("no other character has been shown yet")
        self.put_on(former)
        return former.name

    def examine(self, picture: bytes, name: str, head: str | None = None) -> dict[str, Any]:
        """What would come of showing a picture, for `dry=1`; the character on air stays. Blocks while it is drawn.

        Raises:
            PictureError: this is no picture, or it cannot be used.
        """
        examined = self._apart.examine(picture, name, parse_head(head) if head else None)
        found = examined.character.found
        return {
            "name": examined.character.name,
            "fine": examined.is_fine,
            "notes": [asdict(note) for note in examined.notes],
            "head": {"x": found.x, "y": found.y, "size": found.size} if found else None,
            "preview": examined.preview_url(),
        }

    def painter(self) -> Renderer | None:
        """Her puppet once more, for pictures beside the camera; None without one. The caller closes it.

        Raises:
            EngineError: it cannot be played.
        """
        character = self._character
        puppet = self._puppets.look_up(character).puppet
        return create_renderer("puppet", character, threads=1, puppet=puppet) if puppet is not None else None

    def artist(self) -> Renderer:
        """Draws her beside the camera: her puppet, or an exact engine, which is slow; the caller closes it.

        Raises:
            EngineError: nothing draws her.
        """
        return self.painter() or create_renderer("auto", self._character, threads=1)

    @property
    def needs_weights(self) -> bool:
        """Whether THA3's weights are needed to show the character at its best."""
        return self._puppets.needs_weights(self._character)

    def puppet_stage(self, digest: str) -> str | None:
        """How far the puppet of a picture is: `finished`, `coarse` or, without one, None."""
        return self._puppets.stage(digest)

    def puppet(self) -> dict[str, Any]:
        """How the puppet stands, for `/api/state`."""
        return self._puppets.status()

    def close(self) -> None:
        """Let a bake end; whatever is loaded from now on is closed at once."""
        self._closed = True
        self._apart.close()
        self._puppets.close()

    def join(self, seconds: float) -> bool:
        """After `close`: wait for an engine that is being loaded; whether none is."""
        return join_all((self._loading,), seconds)

    def _load(self) -> None:
        try:
            with self._changing:
                self._begin(*self._create_renderer(self._character))
        except VtubeError as error:
            self.engine = FAILED
            log.error("%s", error)
        except Exception as error:
            self.engine = FAILED
            log.error("the engine cannot be loaded: %s", error, exc_info=error)

    def _create_renderer(self, character: Character) -> tuple[Renderer, Kept]:
        avatar, kept = self._avatar, self._puppets.look_up(character)
        with prompt_thread():  # it holds the interpreter's lock for long, and the camera would wait for it
            renderer = create_renderer(
                avatar.engine,
                character,
                variant=avatar.variant,
                precision=avatar.precision,
                device=avatar.device,
                threads=self._puppets.threads(character, kept),
                live=True,
                puppet=kept.puppet,
            )
        return renderer, kept

    def _begin(self, renderer: Renderer, kept: Kept) -> None:
        """Show the character with its first renderer."""
        self._draw_with(renderer)
        self._subject = subject_of(self._character)
        if not self._closed:
            self._puppets.begin(self._character, renderer.name, kept)
            self._throttle()

    def _take_over(self, character: Character, renderer: Renderer) -> None:
        """Show the picture with its puppet, or a better one, unless another picture is shown by now."""
        with self._changing:
            if character == self._character:
                self._draw_with(renderer, fade=True)
                self._throttle()
            else:
                renderer.close()

    def _give_back(self, character: Character) -> None:
        """Show the picture with what there is, now that nothing is baked."""
        with self._changing:
            if character == self._character and not self._closed:
                self._throttle()
                quietly(lambda: self._draw_with(self._create_renderer(character)[0], fade=True))

    def _draw_with(self, renderer: Renderer, *, fade: bool = False) -> None:
        if self._closed or self._rendering is None:
            renderer.close()
            return
        self._rendering.swap_renderer(renderer, fade=fade)
        self.engine = f"{renderer.name} ({renderer.detail})"
        self.look += 1
        log.info("engine: %s", self.engine)

    def _throttle(self) -> None:
        if self._rendering is not None:
            self._rendering.throttle(self._puppets.duty_cycle())
