"""Every effect by the name `scene.effects` calls it. A new one is a file in `effects` and an entry below."""

from __future__ import annotations

from collections.abc import Callable

from vtube.errors import refusing
from vtube.registry import Entry, Registry
from vtube.scene.background import Background
from vtube.scene.base import Effect, EffectChain
from vtube.scene.framing import Framing
from vtube.scene.shot import FramingValues
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
        Entry(
            "vignette",
            "vtube.scene.effects.vignette:Vignette",
            help="darker towards the corners",
            argument="[:STRENGTH]",
        ),
        Entry(
            "bloom",
            "vtube.scene.effects.bloom:Bloom",
            help="bright places shine beyond their edges",
            argument="[:STRENGTH]",
        ),
        Entry(
            "aberration",
            "vtube.scene.effects.aberration:Aberration",
            help="colours fall apart sidewards, as through a cheap lens",
            argument="[:SHIFT]",
            aliases=("chromatic",),
        ),
        Entry(
            "scanlines",
            "vtube.scene.effects.lines:create_scanlines",
            help="dark lines, as on a tube screen",
            argument="[:STRENGTH]",
        ),
        Entry(
            "banding",
            "vtube.scene.effects.lines:create_banding",
            help="broad dark bands that wander, as with a poor cable",
            argument="[:STRENGTH]",
        ),
        Entry(
            "noise",
            "vtube.scene.effects.noise:Noise",
            help="grain in brightness, and in transparency",
            argument="[:LUMA]",
            aliases=("grain",),
        ),
        Entry(
            "grade",
            "vtube.scene.effects.grade:create_grade",
            help="saturation, contrast, brightness and warmth",
            argument="[:SATURATION]",
        ),
        Entry(
            "tint",
            "vtube.scene.effects.grade:create_tint",
            help="all colours give way to one; white takes them out",
            argument="[:STRENGTH]",
            aliases=("desaturate",),
        ),
        Entry(
            "translucency",
            "vtube.scene.effects.translucency:Translucency",
            help="the background shows through",
            argument="[:OPACITY]",
            aliases=("opacity", "ghost"),
        ),
        Entry(
            "outline",
            "vtube.scene.effects.surround:Outline",
            help="an edge of one colour round the figure",
            argument="[:WIDTH]",
        ),
        Entry(
            "glow",
            "vtube.scene.effects.surround:create_glow",
            help="a soft light round the figure",
            argument="[:STRENGTH]",
        ),
        Entry(
            "shadow",
            "vtube.scene.effects.surround:create_shadow",
            help="a soft shadow behind the figure",
            argument="[:STRENGTH]",
        ),
        Entry(
            "pixelate",
            "vtube.scene.effects.blocks:Pixelate",
            help="large square pixels",
            argument="[:SIZE]",
        ),
        Entry(
            "posterize",
            "vtube.scene.effects.blocks:Posterize",
            help="few shades of each colour",
            argument="[:LEVELS]",
        ),
        Entry(
            "glitch",
            "vtube.scene.effects.glitch:Glitch",
            help="now and then bands of the picture lie elsewhere",
            argument="[:STRENGTH]",
        ),
        Entry(
            "tape",
            "vtube.scene.effects.tape:Tape",
            help="an old tape: soft colours, bad sync, a torn strip, dropouts",
            argument="[:STRENGTH]",
            aliases=("vhs", "analog"),
        ),
    ],
    ("scene.effects",),
)
"""What the setting `scene.effects` takes."""


def create_background(scene: SceneSettings) -> Background:
    """What opaque outputs show behind the character.

    Raises:
        SettingsError: the background is neither a colour nor a readable picture.
    """
    with refusing(scene.background, "scene.background"):
        return Background(scene.background, scene.width, scene.height)


def create_framing(scene: SceneSettings, values: Callable[[float], FramingValues] | None = None) -> Framing:
    """What places the picture; `values` gives the framing of every moment, without it the one of the settings stays."""
    return Framing(scene.width, scene.height, scene.zoom, scene.x, scene.y, scene.rotation, values)


def create_scene(scene: SceneSettings, framing: Framing | None = None) -> EffectChain:
    """The framing, then the effects that the settings list, in their order; gives frames of the scene's size.

    Raises:
        SettingsError: there is no such effect, or one of them cannot work with these settings.
    """
    effects = [(text, EFFECTS.create(text, scene)) for text in scene.effects]
    return EffectChain([("framing", framing or create_framing(scene)), *effects])
