"""SPECs: `kind`, `kind:argument` as the command line and the settings write inputs and outputs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from vtube.errors import SettingsError
from vtube.text import unknown


@dataclass(frozen=True, slots=True)
class Spec:
    """A parsed SPEC; `argument` is None when there is none."""

    kind: str
    argument: str | None = None

    def __str__(self) -> str:
        return self.kind if self.argument is None else f"{self.kind}:{self.argument}"


def parse_spec(text: str, kinds: Collection[str], what: str) -> Spec:
    """Split `text` at its first colon and check the kind.

    Raises:
        SettingsError: the kind is not one of `kinds`; the message offers the nearest one and lists all.
    """
    kind, colon, argument = text.strip().partition(":")
    if kind not in kinds:
        raise SettingsError(unknown(what, kind, kinds))
    return Spec(kind, argument if colon and argument else None)


def argument_of(spec: Spec | str | None) -> str | None:
    """A SPEC's argument; programs that make a voice or an output by hand may give the argument alone."""
    return spec.argument if isinstance(spec, Spec) else spec or None


def port_argument(spec: Spec, default: int) -> int:
    """The SPEC's argument as a UDP or TCP port.

    Raises:
        SettingsError: not a number from 1 to 65535.
    """
    if spec.argument is None:
        return default
    if not spec.argument.isdigit() or not 1 <= int(spec.argument) <= 65535:
        raise SettingsError(f"{spec}: a port is a number from 1 to 65535, not {spec.argument!r}")
    return int(spec.argument)
