"""SillyTavern's `postprocessor_chain` as effects of ours: a list of [filter, {option: value}], in order.

Names, defaults and meanings: SillyTavern-Extras, `talkinghead/tha3/app/postprocessor.py` (2024-02). Its filters work on
linear light, ours on sRGB, so that strengths are converted; speeds there are pixels a frame at 25 frames a second of a
picture of 512 rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

ROWS, FPS = 512, 25.0
MOST = 16
"""As many as `scene.effects` holds."""

Chain = Annotated[list[Any], Field(max_length=100)]


class Options:
    """One filter's options: its defaults, and what was given in their place. Numbers are finite.

    Attributes:
        dropped: the names of what is unknown, wrong or has no counterpart here.
    """

    def __init__(self, defaults: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        self._values = dict(defaults)
        self.dropped: list[str] = []
        for name, value in given.items():
            if name in defaults and _fits(value, defaults[name]):
                self._values[name] = value
            else:
                self.dropped.append(name[:100])

    def number(self, name: str, low: float = 0.0, high: float = 1.0) -> float:
        """The number `name`, brought into these bounds; one that may be switched off is 0 then."""
        return min(max(float(self._values[name] or 0.0), low), high)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool | str):
        return type(value) is type(default)
    if isinstance(default, list):
        return isinstance(value, list) and len(value) == len(default) and all(_fits(one, 0.0) for one in value)
    if value is None:
        return True
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) < 1e9


def _encoded(light: float) -> float:
    """A share of linear light as a share of sRGB's numbers."""
    return float(max(light, 0.0) ** (1 / 2.2))


def _spec(kind: str, **options: float | str) -> str:
    told = ",".join(f"{name}={value if isinstance(value, str) else f'{value:.4g}'}" for name, value in options.items())
    return f"{kind}:{told}"


def _bloom(options: Options) -> str:
    threshold = round(255 * _encoded(options.number("luma_threshold")))
    return _spec("bloom", strength=options.number("hdr_exposure", 0, 2), threshold=min(threshold, 254))


def _aberration(options: Options) -> str:
    """The colours part with the distance from the middle there, evenly here: as far as they do half-way."""
    return _spec("aberration", shift=options.number("axial_scale", 0, 0.1) / 2)


def _vignetting(options: Options) -> str:
    dark = 1 - _encoded(math.cos(math.pi * options.number("strength", 0, 0.5)) ** 2)
    return _spec("vignette", strength=dark, start=0.2)


def _translucency(options: Options) -> str:
    return _spec("translucency", opacity=options.number("alpha"))


def _alphanoise(options: Options) -> str:
    return _spec("noise", luma=0, alpha=options.number("magnitude"), soft=options.number("sigma", 0, 8), rate=FPS)


def _lumanoise(options: Options) -> str:
    return _spec("noise", luma=options.number("magnitude") / 3, soft=options.number("sigma", 0, 8), rate=FPS)


def _lowres(options: Options) -> str:
    return _tape(soft=options.number("sigma", 0, 1.5) / 1.5)


def _badhsync(options: Options) -> str:
    reach = sum(options.number(f"amplitude{place}", 0, 1) for place in (1, 2, 3))
    return _tape(sync=min(125 * reach, 1.0))


def _distort(options: Options) -> str:
    lean = options.number("strength", -1, 1) / 2
    return _tape(lean=-lean if options["edge"] == "bottom" else lean)


def _vhsglitches(options: Options) -> str:
    """As many a picture as there are on average, and as bright."""
    many = options.number("max_glitches", 0, 100) / (1 + options.number("unboost", 0, 100))
    return _tape(dropouts=min(many * math.sqrt(options.number("strength")) / 3, 1.0))


def _vhstracking(options: Options) -> str:
    """The strip passes as often as the picture floats there."""
    torn = min(20 * options.number("base_offset"), 1.0)
    return _tape(strength=torn, tracking=min(options.number("speed", 0, 100) * FPS / ROWS, 5.0))


def _shift(options: Options) -> str:
    many = max(1, round(options.number("max_glitches", 1, 64)))
    share = 1 - (1 / many) ** (1 / max(options.number("unboost", 0.1, 100), 0.1)) if many > 1 else 0.1
    return _spec("glitch", strength=min(5 * options.number("strength", 0, 1), 1.0), bands=many, share=share)


def _desaturate(options: Options) -> str:
    if options.number("bandpass_q") > 0:
        options.dropped += ["bandpass_q", "bandpass_reference_rgb"]
    parts = (round(255 * _encoded(min(float(part), 1.0))) for part in options["tint_rgb"])
    return _spec("tint", strength=options.number("strength"), colour="#" + bytes(parts).hex())


def _banding(options: Options) -> str:
    speed = min(max(options.number("speed", -1000, 1000) * FPS / ROWS, -20.0), 20.0)
    bright = _encoded(1 + options.number("strength", 0, 10))
    return _spec("banding", strength=1 - 1 / bright, bands=options.number("density", 0.5, 20), speed=speed)


def _scanlines(options: Options) -> str:
    """Each second row there, a line in three here at most; fields take turns."""
    if options["channel"] != "Y":
        options.dropped.append("channel")
    return _spec("scanlines", strength=1 - _encoded(0.5), lines=ROWS // 3, speed=FPS / 2 if options["dynamic"] else 0)


def _tape(**options: float) -> str:
    return _spec("tape", **{"strength": 1, "sync": 0, "tracking": 0, "soft": 0, "dropouts": 0, **options})


Filter = tuple[Callable[[Options], str], Mapping[str, Any], Sequence[str]]
"""What it comes to here, its options with the client's defaults, and those of them that have no counterpart."""

_GLITCHES = {"unboost": 4.0, "max_glitches": 3, "hold_min": 1, "hold_max": 3, "name": ""}
_HEIGHTS = {"min_glitch_height": 3, "max_glitch_height": 6}
_HELD = ("hold_min", "hold_max", *_HEIGHTS)
_DENSITIES = {"density1": 4.0, "density2": 13.0, "density3": 27.0}
_RIPPLES = {"ripple_amplitude": 0.05, "ripple_density1": 4.0, "ripple_density2": 13.0, "ripple_density3": 27.0}
FILTERS: dict[str, Filter] = {
    "bloom": (_bloom, {"luma_threshold": 0.8, "hdr_exposure": 0.7}, ()),
    "chromatic_aberration": (_aberration, {"transverse_sigma": 0.5, "axial_scale": 0.005}, ("transverse_sigma",)),
    "vignetting": (_vignetting, {"strength": 0.42}, ()),
    "translucency": (_translucency, {"alpha": 0.9}, ()),
    "alphanoise": (_alphanoise, {"magnitude": 0.1, "sigma": 0.0, "name": ""}, ()),
    "lumanoise": (_lumanoise, {"magnitude": 0.1, "sigma": 0.0, "name": ""}, ()),
    "analog_lowres": (_lowres, {"kernel_size": 5, "sigma": 0.75}, ("kernel_size",)),
    "analog_badhsync": (
        _badhsync,
        {"speed": 8.0, "amplitude1": 0.001, "amplitude2": 0.001, "amplitude3": 0.001, **_DENSITIES},
        ("speed", *_DENSITIES),
    ),
    "analog_distort": (
        _distort,
        {"speed": 8.0, "strength": 0.1, "edge": "top", **_RIPPLES},
        ("speed", *_RIPPLES),
    ),
    "analog_vhsglitches": (_vhsglitches, {"strength": 0.1, **_GLITCHES, **_HEIGHTS}, _HELD),
    "analog_vhstracking": (
        _vhstracking,
        {"base_offset": 0.03, "max_dynamic_offset": 0.01, "speed": 2.5},
        ("max_dynamic_offset",),
    ),
    "shift_distort": (_shift, {"strength": 0.05, **_GLITCHES, **_HEIGHTS}, _HELD),
    "desaturate": (
        _desaturate,
        {"strength": 1.0, "tint_rgb": [1.0] * 3, "bandpass_reference_rgb": [1.0, 0.0, 0.0], "bandpass_q": 0.0},
        (),
    ),
    "banding": (_banding, {"strength": 0.4, "density": 2.0, "speed": 16.0}, ()),
    "scanlines": (_scanlines, {"field": 0, "dynamic": True, "channel": "Y"}, ("field",)),
}


def effects_of(chain: Sequence[Any]) -> tuple[list[str], list[str]]:
    """Our effects for the client's filters, in order, and what of the chain is not taken, by name."""
    effects: list[str] = []
    dropped: list[str] = []
    for place, link in enumerate(chain):
        read = _link(link)
        if read is None or read[0] not in FILTERS:
            name = str(read[0])[:100] if read is not None else f"number {place + 1}"
            dropped.append(f"postprocessor_chain: {name} ({'unknown' if read is not None else 'no filter'})")
            continue
        name, given = read
        make, defaults, silent = FILTERS[name]
        options = Options(defaults, given)
        effect = make(options)
        without = [*options.dropped, *(one for one in silent if one in given and one not in options.dropped)]
        if without:
            dropped.append(f"postprocessor_chain: {name}: {', '.join(without)}")
        if len(effects) < MOST:
            effects.append(effect)
        else:
            dropped.append(f"postprocessor_chain: {name} (more than {MOST})")
    return effects, dropped


def _link(link: object) -> tuple[str, Mapping[str, Any]] | None:
    """A filter's name and its options; None for what is neither."""
    if isinstance(link, str):
        return link, {}
    if not isinstance(link, list) or not 1 <= len(link) <= 2 or not isinstance(link[0], str):
        return None
    options = link[1] if len(link) == 2 else {}
    return (link[0], options) if isinstance(options, dict) else None
