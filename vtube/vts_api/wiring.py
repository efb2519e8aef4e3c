"""Which parameter moves what: the table of the settings, the usual names, and those that say it themselves."""

from __future__ import annotations

from vtube.errors import SettingsError
from vtube.pose import NAMES
from vtube.settings import VtsApiSettings
from vtube.text import did_you_mean
from vtube.vts_api.channels import DEFAULTS, Channel, channel_of


class Wiring:
    """What parameters move: the settings' table before their names."""

    def __init__(self) -> None:
        self._rules: dict[str, Channel] = {}

    def take(self, settings: VtsApiSettings) -> None:
        """Take over the table of these settings, which is checked."""
        self._rules = rules_of(settings)

    def __call__(self, name: str) -> Channel | None:
        """What a parameter of that name moves; None for nothing."""
        return self._rules.get(name) or DEFAULTS.get(name) or channel_of(name)


def rules_of(settings: VtsApiSettings) -> dict[str, Channel]:
    """The table of these settings.

    Raises:
        SettingsError: a target does not exist.
    """
    made = {}
    for rule in settings.rules:
        target = DEFAULTS.get(rule.target) or channel_of(rule.target)
        if target is None:
            near = did_you_mean(rule.target, [*DEFAULTS, *NAMES])
            line = f"the setting 'vts_api.rules': nothing is called {rule.target!r}"
            raise SettingsError(f"{line}{near and '; ' + near}")
        made[rule.parameter] = _ruled(target, rule.scale, rule.offset)
    return made


def _ruled(target: Channel, scale: float, offset: float) -> Channel:
    return Channel(
        target.low,
        target.high,
        target.default,
        lambda pose, value: target.write(pose, scale * value + offset),
        lambda pose: (target.read(pose) - offset) / scale if scale else 0.0,
    )
