"""Every effect by the name `scene.effects` calls it. A new one is a file in `effects` and an entry below."""

from __future__ import annotations

from vtube.registry import Entry, Registry
from vtube.scene.background import Background
from vtube.scene.base import Effect, EffectChain
from vtube.scene.framing import Framing
from vtube.settings import SceneSettings

EFFECTS: Registry[SceneSettings, Effect] = Registry(
    "effect",
    "vtube.effects",
    [
        Entry(
            "background",
            "vtube.scene.background:create_background_effect",
            help="paints the background into the picture, for outputs with transparency too",
        ),
    ],
)
"""What the setting `scene.effects` takes."""


def create_background(scene: SceneSettings) -> Background:
    """What opaque outputs show behind the character.

    Raises:
        SettingsError: the background is neither a colour nor a readable picture.
    """
    return Background(scene.background, scene.width, scene.height)


def create_scene(scene: SceneSettings) -> EffectChain:
    """The framing, then the effects that the settings list, in their order; gives frames of the scene's size.

    Raises:
        SettingsError: there is no such effect, or one of them cannot work with these settings.
    """
    framing = Framing(scene.width, scene.height, scene.zoom, scene.x, scene.y)
    return EffectChain([framing, *(EFFECTS.create(text, scene) for text in scene.effects)])
