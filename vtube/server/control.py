"""What the server's routes may ask of the program: one protocol for each part that a client can reach.

The rooms' own objects satisfy them; `studio.control.Control` gathers them. Every method may be called from any thread
and returns at once unless it says otherwise. Each raises a VtubeError with one clear line for what a user can cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from vtube.server.clip_control import ClipsControl
from vtube.server.outsiders import PluginsControl, TriggersControl
from vtube.server.seen import AirControl, RecorderControl, ScenesControl, StillsControl
from vtube.settings import Outcome


class PoseControl(Protocol):
    """Parameters held by hand."""

    def hold(self, values: Mapping[str, float] | None) -> None:
        """Hold exactly these parameters; None or an empty mapping releases all of them."""

    def change(self, values: Mapping[str, float | None]) -> None:
        """Hold these beside what is held already; None lets go of one."""


class EmotionControl(Protocol):
    """The emotion that is shown."""

    def names(self) -> list[str]:
        """The names `show` takes."""

    def show(self, name: str, strength: float = 1.0) -> None:
        """Ease into the emotion `name`; strength 0..1; `neutral` releases it."""

    def overlay(self, templates: Mapping[str, Mapping[str, float]]) -> None:
        """Lay templates {emotion: {parameter: value}} over the program's own; an empty mapping takes them off."""

    def everyone(self) -> dict[str, dict[str, float]]:
        """{emotion: {parameter: value}} of all that there are, without what is 0."""


class ExpressionsControl(Protocol):
    """Expressions of the user's own, kept from start to start."""

    def values(self) -> dict[str, dict[str, float]]:
        """{name: {parameter: value}}, without what is 0."""

    def put(self, values: Mapping[str, Mapping[str, float]]) -> None:
        """Add these or replace them; all or none. Blocks."""

    def remove(self, name: str) -> bool:
        """Take one away; False when there is none of that name. Blocks."""


class GestureControl(Protocol):
    """Gestures by name."""

    def names(self) -> list[str]:
        """The names `act` takes."""

    def act(self, word: str) -> None:
        """Begin the gesture of that name."""


class ReactionControl(Protocol):
    """What happens around her."""

    def names(self) -> list[str]:
        """What `notice` takes."""

    def notice(self, name: str) -> None:
        """Tell her body of it."""


class PortraitsControl(Protocol):
    """The faces of the expressions, small."""

    def get(self, name: str) -> bytes | None:
        """The WebP of an expression; None while there is none."""


class ClassifierControl(Protocol):
    """Finds emotions in texts."""

    def classify(self, text: str) -> dict[str, float]:
        """The emotions in `text` and the share of 1 of each, the largest first. Blocks for a long text."""


class CharacterControl(Protocol):
    """The character on air."""

    def show(self, picture: bytes, name: str, force: bool = False, head: str | None = None) -> str:
        """Show another character; returns what was done to fit the picture. Blocks while it is prepared.

        `force` shows a picture with a problem, too; without it, an UnfitPictureError names the problem. `head` is
        X,Y,SIZE in pixels of the picture.
        """

    def examine(self, picture: bytes, name: str, head: str | None = None) -> dict[str, Any]:
        """What would come of that: name, fine, notes, head, preview. Blocks while it is drawn."""

    def back(self) -> str:
        """Show the character before this one again; returns its name. Blocks while its engine is created."""


class WardrobeControl(Protocol):
    """Characters that are kept by name. All of it blocks."""

    def all(self) -> list[dict[str, Any]]:
        """Each: name, digest, puppet, on_air."""

    def keep(self, name: str, picture: bytes, force: bool = False, head: str | None = None) -> str:
        """Keep a picture, or with an empty one the character on air; returns what was done to fit it."""

    def show(self, name: str) -> None:
        """Change into one."""

    def remove(self, name: str) -> None:
        """Forget one."""

    def picture(self, name: str) -> bytes:
        """The PNG of one."""


class FaceControl(Protocol):
    """The tracked face."""

    def calibrate(self) -> None:
        """Take the tracked face of this moment as the neutral one.

        Raises:
            TrackingError: no face is seen.
        """

    def reading(self) -> dict[str, Any]:
        """The face before the user's own curves: `seen`, `parameters` and `shapes` by name."""


class MotionControl(Protocol):
    """The motion as a whole."""

    def pause(self, paused: bool) -> None:
        """Stop moving and drawing (the last frame stays up), or go on."""


class SpeechControl(Protocol):
    """The character's own voice."""

    def say(self, text: str, voice: str | None = None, interrupt: bool = False) -> int:
        """Speak, after what is waiting or in its place; returns the text's number."""

    def pause(self, paused: bool) -> None:
        """Let speech stand still in the middle of a word, or go on."""

    def skip(self) -> None:
        """Leave out the rest of the text that is being said."""

    def stop(self) -> None:
        """Leave out everything that is being said or waits."""

    def voices(self) -> list[dict[str, Any]]:
        """Every voice: name, usage, help, ready, missing, command, languages."""

    def styles(self, voice: str) -> dict[str, str]:
        """What the server of the voice `voice` has, SPEC to name. Blocks while the server is asked."""


class DialogueControl(Protocol):
    """The broadcast: viewers' messages in, answers out."""

    def post(self, values: Mapping[str, Any]) -> int:
        """Take in a message from any program: text, and user, source, id, user_id, kind, amount, currency, roles."""

    def stop(self, hold: bool = False) -> None:
        """Fall silent and still at once, forget who waits and hide what is shown; with `hold` until `resume`."""

    def resume(self) -> None:
        """Answer again."""

    def next_part(self) -> bool:
        """Go on to the next part of the running order; False when there is none."""

    def approve(self, key: str) -> bool:
        """Have a waiting message answered next; False when it waits no more."""

    def drop(self, key: str) -> bool:
        """Leave a waiting message out; False when it waits no more."""

    def memory(self) -> Mapping[str, Any]:
        """All that is remembered. Blocks."""

    def forget(self, viewer: str) -> bool:
        """Forget a viewer, `source:number`; False when nobody of that name is known. Blocks."""

    def set_fact(self, values: Mapping[str, Any]) -> int | None:
        """Write a fact: text, and viewer, number, importance, pinned; its number, None for a wrong one. Blocks."""

    def delete_fact(self, number: int) -> bool:
        """Delete a fact; whether there was one of that number. Blocks."""


class MouthControl(Protocol):
    """The mouth without a sound."""

    def set_lip_flap(self, talking: bool) -> None:
        """Move the mouth as if speaking, for speech that this program cannot hear, until told otherwise."""

    def set_lip_flap_style(self, quickness: float, vowel: str | None) -> None:
        """How it moves from its next start on: how quick, 1 as ever, and with which vowel (`aaa`), None for all."""


class SettingsControl(Protocol):
    """The settings of the running camera."""

    def values(self) -> dict[str, Any]:
        """All settings that are in force, as in `config/default.yaml`, without what is secret."""

    def waiting(self) -> dict[str, Any]:
        """Those that were changed and wait for the next start."""

    def schema(self) -> dict[str, Any]:
        """Their JSON schema, with `live` or `local` where it is so."""

    def change(self, changes: Mapping[str, Any], save: bool = True) -> Outcome:
        """Change settings (nested mapping) as a whole or not at all; `save` keeps them for the next start. Blocks."""


class Control(Protocol):
    """The program as the server sees it."""

    @property
    def pose(self) -> PoseControl:
        """Parameters held by hand."""

    @property
    def emotion(self) -> EmotionControl:
        """The emotion that is shown."""

    @property
    def expressions(self) -> ExpressionsControl:
        """Expressions of the user's own."""

    @property
    def gesture(self) -> GestureControl:
        """Gestures by name."""

    @property
    def reactions(self) -> ReactionControl:
        """What happens around her."""

    @property
    def portraits(self) -> PortraitsControl:
        """The faces of the expressions."""

    @property
    def classifier(self) -> ClassifierControl:
        """Finds emotions in texts."""

    @property
    def character(self) -> CharacterControl:
        """The character on air."""

    @property
    def wardrobe(self) -> WardrobeControl:
        """Characters that are kept by name."""

    @property
    def face(self) -> FaceControl:
        """The tracked face."""

    @property
    def motion(self) -> MotionControl:
        """The motion as a whole."""

    @property
    def speech(self) -> SpeechControl:
        """The character's own voice."""

    @property
    def dialogue(self) -> DialogueControl:
        """The broadcast."""

    @property
    def mouth(self) -> MouthControl:
        """The mouth without a sound."""

    @property
    def settings(self) -> SettingsControl:
        """The settings of the running camera."""

    @property
    def air(self) -> AirControl:
        """Whether viewers see the character."""

    @property
    def recorder(self) -> RecorderControl:
        """Recordings of what goes out."""

    @property
    def stills(self) -> StillsControl:
        """Stills in any poses."""

    @property
    def scenes(self) -> ScenesControl:
        """Looks of the scene by name."""

    @property
    def clips(self) -> ClipsControl:
        """Videos that are made in the background."""

    @property
    def plugins(self) -> PluginsControl:
        """Plug-ins for VTube Studio."""

    @property
    def triggers(self) -> TriggersControl:
        """Actions by name, and links that do them."""

    def state(self) -> dict[str, Any]:
        """The JSON object of `/api/state`, but what the server knows itself."""

    def meters(self) -> dict[str, Any]:
        """The level of what is heard and the mouth: what moves faster than the state is told."""

    def phones(self) -> dict[str, Any]:
        """What to enter in a phone's app: `addresses` of this computer, whether they `reach` it, and the `apps`."""

    def sound_inputs(self) -> list[dict[str, Any]]:
        """Every sound input with its level now: spec, kind, name, level_db. Blocks while it listens."""
