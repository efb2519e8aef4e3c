"""OSC from anywhere: the user's own table of addresses, addresses of our own, and bare names of shapes.

Ours: `/vtube/<name>` with one number, where the name is an ARKit shape, a THA3 parameter or one of AXES, and
`/vtube/pose` with all 45 parameters. The table adds any other address, with scale and offset. Bare: any address that
ends in the name of an ARKit shape, or in a v1 name of VRCFaceTracking, as Project Babble sends them on port 8888.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vtube.errors import SettingsError
from vtube.pose import COUNT, HIGH, INDEX, LOW, NAMES
from vtube.settings import OscRule, OscSettings, Settings
from vtube.signals import ARKIT_SHAPES, FaceFrame
from vtube.spec import Spec
from vtube.text import did_you_mean
from vtube.tracking.network.listening import listening
from vtube.tracking.network.receiver import NetworkTracker
from vtube.tracking.protocols import limits
from vtube.tracking.protocols.names import arkit_name
from vtube.tracking.protocols.osc import Message, OscAssembler, looks_like_osc, number, numbers
from vtube.tracking.protocols.vrcft_names import V1_NAMES, from_v1, to_arkit
from vtube.tracking.protocols.wire import Decode, WireProtocol, stateless

BABBLE_PORT = 8888
OURS = "/vtube/"
POSE = "/vtube/pose"

AXES: tuple[str, ...] = (
    "head_pitch",
    "head_yaw",
    "head_roll",
    "eye_left_pitch",
    "eye_left_yaw",
    "eye_right_pitch",
    "eye_right_yaw",
    "position_x",
    "position_y",
    "position_z",
    "found",
)
"""Degrees with the signs of FaceFrame (pitch down, yaw to the own left, roll to the own right), metres (own
right, up, towards the camera), and found: 0 when no face is seen."""


_BARE = rb"/(?:%s)\x00" % "|".join([*ARKIT_SHAPES, "cheekPuffLeft", "cheekPuffRight", *V1_NAMES]).encode()


class Rule(NamedTuple):
    """Argument `argument` of an address drives `target` with scale * value + offset."""

    argument: int
    target: str
    scale: float
    offset: float


@dataclass(frozen=True, slots=True)
class Table:
    """Rules by address."""

    rules: dict[str, tuple[Rule, ...]]

    @classmethod
    def of(cls, rules: Sequence[OscRule]) -> Table:
        """The table that the settings describe.

        Raises:
            SettingsError: a target that is neither a shape, a THA3 parameter nor one of AXES.
        """
        table: dict[str, tuple[Rule, ...]] = {}
        for rule in rules:
            made = Rule(rule.argument, target_name(rule.target), rule.scale, rule.offset)
            table[rule.address] = (*table.get(rule.address, ()), made)
        return cls(table)


def target_name(text: str) -> str:
    """The canonical name of what a rule drives.

    Raises:
        SettingsError: there is no such thing; the message offers the nearest one.
    """
    name = _find(text)
    if name is None:
        near = did_you_mean(text, [*ARKIT_SHAPES, *NAMES, *AXES])
        raise SettingsError(f"the setting 'osc.rules': nothing is called {text!r}{near and '; ' + near}")
    return name


def _find(text: str) -> str | None:
    return text if text in INDEX or text in AXES else arkit_name(text)


class TableAssembler(OscAssembler):
    """Keeps the newest value of everything that was sent; each datagram that says something gives a frame."""

    forget_s = 30.0

    def __init__(self, table: Table) -> None:
        self._table = table
        super().__init__()

    def _clear(self) -> None:
        self._shapes: dict[str, float] = {}
        self._parameters: dict[str, float] = {}
        self._axes: dict[str, float] = {}
        self._v1: dict[str, float] = {}

    def _take(self, message: Message, _time: float) -> bool:
        if message.address == POSE:
            return self._pose(message)
        rules = self._table.rules.get(message.address, ())
        news = [self._apply(message, rule) for rule in rules]
        if not rules and not message.address.startswith(OURS):
            return self._bare(message)
        if not rules:
            name, value = _find(message.address.removeprefix(OURS)), number(message)
            news.append(name is not None and value is not None and self._set(name, value))
        return any(news)

    def _bare(self, message: Message) -> bool:
        last, value = message.address.rpartition("/")[2], number(message)
        if value is None:
            return False
        name = arkit_name(last.replace("cheekPuffLeft", "cheekPuff").replace("cheekPuffRight", "cheekPuff"))
        if name is not None:
            return self._set(name, value)
        found = dict(from_v1(last, min(max(value, -1.0), 1.0)))
        self._v1.update(found)
        return bool(found)

    def _apply(self, message: Message, rule: Rule) -> bool:
        value = number(message, rule.argument)
        return value is not None and self._set(rule.target, rule.scale * value + rule.offset)

    def _set(self, name: str, value: float) -> bool:
        if name in INDEX:
            at = INDEX[name]
            self._parameters[name] = min(max(value, float(LOW[at])), float(HIGH[at]))
        elif name in AXES:
            self._axes[name] = value
        else:
            self._shapes[name] = limits.shape_weight(value) or 0.0
        return True

    def _pose(self, message: Message) -> bool:
        values = numbers(message, 0, COUNT)
        for name, value in zip(NAMES, values or (), strict=False):
            self._set(name, value)
        return values is not None

    def _frame(self, time: float) -> FaceFrame:
        if self._axes.get("found", 1.0) == 0:
            return FaceFrame(time, found=False)
        return FaceFrame(
            time,
            shapes={**to_arkit(self._v1), **self._shapes},
            head=limits.angles(self._axis("head_pitch", "head_yaw", "head_roll")),
            head_position=limits.position(self._axis("position_x", "position_y", "position_z")),
            eye_left=limits.gaze(self._axis("eye_left_pitch", "eye_left_yaw")),
            eye_right=limits.gaze(self._axis("eye_right_pitch", "eye_right_yaw")),
            parameters=dict(self._parameters),
        )

    def _axis(self, *names: str) -> tuple[float, ...]:
        """The named axes, 0 where only others of them were sent; empty when none was."""
        if not any(name in self._axes for name in names):
            return ()
        return tuple(self._axes.get(name, 0.0) for name in names)


def osc_protocol(settings: OscSettings) -> WireProtocol:
    """The generic protocol with the user's port and table.

    Raises:
        SettingsError: a rule's target does not exist.
    """
    table = Table.of(settings.rules)

    known = [re.escape(address.encode()) for address in (OURS, *table.rules)]
    pattern = re.compile(b"|".join([*known, _BARE]), re.IGNORECASE)

    def decoder() -> Decode:
        return stateless(TableAssembler(table).feed)

    def recognise(data: bytes) -> bool:
        return looks_like_osc(data) and pattern.search(data) is not None

    return WireProtocol(
        "osc", "OSC", tuple(dict.fromkeys((settings.port, BABBLE_PORT))), recognise, decoder, every=True
    )


def create(spec: Spec, settings: Settings) -> NetworkTracker:
    """The registry's factory.

    Raises:
        SettingsError: a rule's target does not exist.
    """
    return listening(osc_protocol(settings.osc))(spec, settings)
