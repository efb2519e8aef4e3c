"""Every effect by the name `scene.effects` calls it. A new one is a file beside this and a line below."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from vtube.errors import SettingsError
from vtube.scene.background import Background, BackgroundEffect
from vtube.scene.base import Effect, EffectChain
from vtube.scene.framing import Framing
from vtube.settings import SceneSettings

EffectFactory = Callable[[SceneSettings], Effect]


def _framing(scene: SceneSettings) -> Effect:
    return Framing(scene.width, scene.height, scene.zoom, scene.x, scene.y)


def _background(scene: SceneSettings) -> Effect:
    return BackgroundEffect(create_background(scene))


EFFECTS: dict[str, EffectFactory] = {
    "background": _background,
}


def create_background(scene: SceneSettings) -> Background:
    """What opaque outputs show behind the character.

    Raises:
        SettingsError: the background is neither a colour nor a readable picture.
    """
    return Background(scene.background, scene.width, scene.height)


def create_scene(scene: SceneSettings) -> Effect:
    """The framing, then the effects that the settings list, in their order; gives frames of the scene's size.

    Raises:
        SettingsError: there is no such effect, or one of them cannot work with these settings.
    """
    return EffectChain([_framing(scene), *(_effect(name)(scene) for name in scene.effects)])


def _effect(name: str) -> EffectFactory:
    if name not in EFFECTS:
        near = difflib.get_close_matches(name, EFFECTS, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingsError(f"there is no effect {name!r}; {hint}Known: {', '.join(sorted(EFFECTS))}")
    return EFFECTS[name]
