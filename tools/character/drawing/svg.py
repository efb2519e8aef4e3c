"""SVG elements as text."""

from __future__ import annotations

from collections.abc import Sequence

from tools.character.drawing.pen import XY, number

Stop = tuple[float, str] | tuple[float, str, float]
"""Offset, colour and, where it is not 1, opacity of a gradient's stop."""


def element(tag: str, *children: str, **attributes: str | float) -> str:
    """One element; `stroke_width=2` becomes `stroke-width="2"`, and a trailing underscore is dropped."""
    text = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def shape(data: str, fill: str, **attributes: str | float) -> str:
    """A filled path."""
    return element("path", d=data, fill=fill, **attributes)


def group(*children: str, **attributes: str | float) -> str:
    """Children drawn together, one line each."""
    return element("g", "\n", "\n".join(children), "\n", **attributes)


def stops(*colours: Stop) -> str:
    """Gradient stops."""
    rows = ((*stop, 1.0)[:3] for stop in colours)
    return "".join(
        element("stop", offset=offset, stop_color=colour, stop_opacity=opacity) for offset, colour, opacity in rows
    )


def linear(name: str, start: XY, end: XY, *colours: Stop) -> str:
    """A linear gradient in picture coordinates."""
    return element(
        "linearGradient",
        stops(*colours),
        id=name,
        gradientUnits="userSpaceOnUse",
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
    )


def radial(
    name: str,
    centre: XY,
    radius: float,
    *colours: Stop,
    squash: float = 1.0,
) -> str:
    """A radial gradient in picture coordinates; `squash` is its height as a part of its width."""
    x, y = centre
    return element(
        "radialGradient",
        stops(*colours),
        id=name,
        gradientUnits="userSpaceOnUse",
        cx=0,
        cy=0,
        r=radius,
        gradientTransform=f"translate({number(x)} {number(y)}) scale(1 {number(squash)})",
    )


def clip(name: str, *data: str) -> str:
    """A clip path, the union of path data."""
    return element("clipPath", *(element("path", d=d) for d in data), id=name)


def blur(name: str, radius: float) -> str:
    """A filter that softens what it is applied to."""
    return element(
        "filter",
        element("feGaussianBlur", stdDeviation=radius),
        id=name,
        x="-30%",
        y="-30%",
        width="160%",
        height="160%",
    )


def ellipse(centre: XY, radii: XY, fill: str, **attributes: str | float) -> str:
    """A filled ellipse."""
    return element("ellipse", cx=centre[0], cy=centre[1], rx=radii[0], ry=radii[1], fill=fill, **attributes)


def use(name: str, **attributes: str | float) -> str:
    """Another drawing of the element with the id `name`."""
    return element("use", href=f"#{name}", **attributes)


def document(definitions: Sequence[str], *children: str, title: str) -> str:
    """The whole picture, 512 x 512."""
    return "\n".join(
        [
            '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512">',
            element("title", title),
            element("defs", "\n", "\n".join(definitions), "\n"),
            *children,
            "</svg>\n",
        ]
    )
