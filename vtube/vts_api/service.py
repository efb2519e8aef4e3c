"""The service: listens while the settings say so, and takes sessions in. A room of the settings."""

from __future__ import annotations

import itertools
import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from vtube.clock import Clock, monotonic
from vtube.errors import ServerError
from vtube.server.listener import listen
from vtube.settings import Commit, Prepared, Settings, VtsApiSettings
from vtube.signals import InputStatus
from vtube.vts_api.asking import Asking
from vtube.vts_api.injection import InjectionDriver, Injections
from vtube.vts_api.listening import Listening
from vtube.vts_api.plugins import Plugins
from vtube.vts_api.program import Program
from vtube.vts_api.session import Session, Shared
from vtube.vts_api.wiring import Wiring, rules_of

log = logging.getLogger(__name__)


class PluginService:
    """The plug-in API of a running camera: a driver of the mixer, a room of the settings, what the page asks."""

    def __init__(self, settings: Settings, path: Path, clock: Clock = monotonic) -> None:
        """Nothing listens yet; `path` is the file of the plug-ins.

        Raises:
            SettingsError: the table of parameters names what does not exist.
        """
        self._settings = settings.vts_api
        self._clock = clock
        self._wiring = Wiring()
        self._wiring.take(settings.vts_api)
        self._injections = Injections()
        self.driver = InjectionDriver(self._injections, self._wiring)
        self._plugins = Plugins(path)
        self._asking = Asking(clock)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="plug-ins")
        self._numbers = itertools.count(1)
        self._shared: Shared | None = None
        self._listening: Listening | None = None
        self._failure = ""

    def open(self, program: Program) -> None:
        """Begin to listen, if the settings say so; a port that is taken costs a warning and no more."""
        self._shared = Shared(
            program,
            self._plugins,
            self._asking,
            self._injections,
            self.driver,
            self._wiring,
            self._executor,
            self._clock,
            self._clock(),
        )
        if not self._settings.enabled:
            return
        try:
            self._begin(self._listen(self._settings), self._settings)
        except ServerError as error:
            self._failure = str(error)
            log.warning("no plug-ins: %s", error)

    def close(self) -> None:
        """Stop listening; harmless when called twice or before `open`."""
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.stop()
            listening.join()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def prepare(self, settings: Settings) -> Commit:
        """See `SettingsOwner`: opens the port that these settings name.

        Raises:
            VtubeError: it is taken, or the table names what does not exist.
        """
        wanted = settings.vts_api
        rules_of(wanted)
        same = wanted.model_copy(update={"rules": self._settings.rules}) == self._settings and not self._failure
        listener = self._listen(wanted) if self._shared is not None and wanted.enabled and not same else None

        def commit() -> None:
            self._wiring.take(wanted)
            self._settings = wanted
            if same or self._shared is None:
                return
            if self._listening is not None:
                self._listening.stop()
                self._listening = None
            self._failure = ""
            if listener is not None:
                self._begin(listener, wanted)

        return Prepared(commit, lambda: listener.close() if listener is not None else None)

    def status(self) -> dict[str, Any]:
        """For `/api/state`: whether it listens and where, who asks, who may come in and who is there. No token."""
        connected = [one.key for one in list(self._sessions().values()) if one.plugin is not None]
        state = "failed" if self._failure else "on" if self._listening is not None else "off"
        return {
            "state": state,
            "reason": self._failure,
            "port": self._listening.port if self._listening is not None else self._settings.port,
            "asking": self._asking.status(),
            "plugins": [
                {
                    "key": plugin.key,
                    "name": plugin.name,
                    "developer": plugin.developer,
                    "connected": plugin.key in connected,
                }
                for plugin in self._plugins.all()
            ],
        }

    def input(self, now: float) -> InputStatus | None:
        """The line of what plug-ins send; None while they send nothing."""
        return self._injections.status(now)

    def questions(self) -> list[dict[str, Any]]:
        """Who asks: number, name, developer, origin."""
        return self._asking.status()

    def answer(self, number: int, allow: bool) -> bool:
        """Let a plug-in in that asks, or not; False when it does not ask any more."""
        return self._asking.answer(number, allow)

    def revoke(self, key: str) -> bool:
        """Take a plug-in's access and its parameters away; False when there is none of that key. Blocks."""
        if not self._plugins.revoke(key):
            return False
        for session in list(self._sessions().values()):
            if session.key == key:
                self._in_loop(session.revoke)
        return True

    def _in_loop(self, action: Callable[[], object]) -> None:
        if self._listening is not None:
            self._listening.call(action)

    def _sessions(self) -> dict[int, Session]:
        return self._shared.sessions if self._shared is not None else {}

    def _begin(self, listener: socket.socket, settings: VtsApiSettings) -> None:
        assert self._shared is not None
        self._listening = Listening(listener, settings.host, self._shared, self._numbers)
        log.info("plug-ins for VTube Studio find the character at ws://%s:%d", settings.host, self._listening.port)

    def _listen(self, settings: VtsApiSettings) -> socket.socket:
        current = self._listening
        if current is not None and settings.port == current.port:
            raise ServerError("the port of the plug-ins is in use by themselves; switch them off first")
        try:
            return listen(settings.host, settings.port)
        except ServerError as error:
            line = str(error).partition(": --port")[0].replace("server.host", "vts_api.host")
            raise ServerError(f"{line} (vts_api.port; VTube Studio itself uses 8001)") from None
