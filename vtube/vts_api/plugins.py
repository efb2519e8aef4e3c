"""The plug-ins that the user has let in, with the parameters that they have made; kept in a file of the user's own.

Of a token only its SHA-256 is kept, so that neither the file nor a copy of it lets anybody in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from vtube.errors import DAMAGED
from vtube.paths import changing, is_there, read_bounded, write_whole
from vtube.settings.complaints import complaining

NAME = "plugins.json"
MAX_BYTES = 1_000_000
MAX_PLUGINS = 100
MAX_PARAMETERS, MAX_PARAMETERS_EACH = 300, 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A tracking parameter that a plug-in has made."""

    name: str
    minimum: float
    maximum: float
    default: float
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plug-in that may come in.

    Attributes:
        key: names it to the page, of its name and its developer.
        token_sha256: of the token that it has.
    """

    name: str
    developer: str
    token_sha256: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names it in addresses."""
        return key_of(self.name, self.developer)


def key_of(name: str, developer: str) -> str:
    """What names a plug-in in addresses."""
    return hashlib.sha256(f"{name}\n{developer}".encode()).hexdigest()[:16]


class Plugins:
    """The file and what it holds. Any thread may call; changes take turns and are written at once."""

    def __init__(self, path: Path) -> None:
        """Read the file; one that is damaged costs a line in the log, and everybody has to ask again."""
        self._path = path
        self._changing = threading.Lock()
        self._is_written = True
        self._plugins = self._read() or {}

    def all(self) -> list[Plugin]:
        """Every plug-in, by its name."""
        return sorted(self._plugins.values(), key=lambda plugin: plugin.name.casefold())

    def allow(self, name: str, developer: str) -> str:
        """Let a plug-in in; the token that it shows from now on. One that it had before is good no longer."""
        token = secrets.token_hex(32)
        with self._changing, changing(self._path):
            plugins = self._newest()
            before = plugins.get(key_of(name, developer))
            plugin = Plugin(name, developer, _print(token), before.parameters if before else {})
            others = [one for one in plugins.values() if one.key != plugin.key]
            self._keep([*others[-(MAX_PLUGINS - 1) :], plugin])
        return token

    def knows(self, name: str, developer: str, token: str) -> bool:
        """Whether this is the token of this plug-in."""
        plugin = self._plugins.get(key_of(name, developer))
        return plugin is not None and hmac.compare_digest(plugin.token_sha256, _print(token))

    def has(self, key: str) -> bool:
        """Whether the plug-in of that key may come in."""
        return key in self._plugins

    def revoke(self, key: str) -> bool:
        """Forget a plug-in and its parameters; False where there is none of that key."""
        with self._changing, changing(self._path):
            plugins = self._newest()
            if key not in plugins and key not in self._plugins:
                return False
            self._keep([one for one in plugins.values() if one.key != key])
            return True

    def parameters(self) -> dict[str, tuple[Plugin, Parameter]]:
        """Every custom parameter by its name, with the plug-in that has made it."""
        return {name: (plugin, parameter) for plugin in self.all() for name, parameter in plugin.parameters.items()}

    def put(self, key: str, parameter: Parameter) -> None:
        """Add a parameter to a plug-in, or change it."""
        self._change(key, lambda plugin: {**plugin.parameters, parameter.name: parameter})

    def remove(self, key: str, name: str) -> None:
        """Take a parameter from a plug-in."""
        self._change(key, lambda plugin: {one: made for one, made in plugin.parameters.items() if one != name})

    def _change(self, key: str, change: Any) -> None:
        with self._changing, changing(self._path):
            plugins = self._newest()
            plugin = plugins.get(key)
            if plugin is None:
                return
            changed = replace(plugin, parameters=change(plugin))
            if changed.parameters != plugin.parameters:
                self._keep([changed if one.key == key else one for one in plugins.values()])

    def _keep(self, plugins: list[Plugin]) -> None:
        self._plugins = {plugin.key: plugin for plugin in plugins}
        text = json.dumps({"plugins": [_row(plugin) for plugin in plugins]}, indent=2, ensure_ascii=False) + "\n"
        try:
            write_whole(self._path, lambda part: part.write_text(text, encoding="utf-8"))
            self._is_written = True
        except OSError as error:
            self._is_written = False
            log.warning("the plug-ins count until the program ends: cannot write %s: %s", self._path, error)

    def _newest(self) -> dict[str, Plugin]:
        """What the file holds now, as another vtube may have written it; what is known where that is not written."""
        found = self._read() if self._is_written else None
        return self._plugins if found is None else found

    def _read(self) -> dict[str, Plugin] | None:
        if not is_there(self._path):
            return None
        text = f"the plug-ins in {self._path} do not count, and have to ask again"
        with complaining(log, self._path, text, *DAMAGED):
            rows = json.loads(read_bounded(self._path, MAX_BYTES))["plugins"]
            return {plugin.key: plugin for plugin in map(_plugin, rows)}
        return None


def _row(plugin: Plugin) -> dict[str, Any]:
    return {**asdict(plugin), "parameters": [asdict(one) for one in plugin.parameters.values()]}


def _plugin(row: Mapping[str, Any]) -> Plugin:
    made = [
        Parameter(
            str(one["name"]),
            float(one["minimum"]),
            float(one["maximum"]),
            float(one["default"]),
            str(one["explanation"]),
        )
        for one in row["parameters"]
    ]
    parameters = {one.name: one for one in made}
    return Plugin(str(row["name"]), str(row["developer"]), str(row["token_sha256"]), parameters)


def _print(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
