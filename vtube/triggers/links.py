"""Links that do something: their tokens, made for one button box each, kept as SHA-256 in a file of the user's own."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
from pathlib import Path

from vtube.errors import DAMAGED, SettingsError
from vtube.paths import changing, is_there, read_bounded, write_whole
from vtube.settings.complaints import complaining

NAME = "links.json"
MAX_BYTES = 100_000
MOST = 50
MAX_NAME = 60

log = logging.getLogger(__name__)


class Links:
    """The tokens. Any thread may call; changes take turns and are written before they count."""

    def __init__(self, path: Path) -> None:
        """Read the file; one that is damaged costs a line in the log, and its links end."""
        self._path = path
        self._changing = threading.Lock()
        self._prints = self._read() or {}

    def all(self) -> list[dict[str, str]]:
        """Each: key and name; no tokens."""
        return [{"key": key_of(print_), "name": name} for print_, name in self._prints.items()]

    def new(self, name: str) -> str:
        """A token for one more; it is told this once.

        Raises:
            SettingsError: there are too many, the name is none, or the file cannot be written.
        """
        name = name.strip()
        if not (0 < len(name) <= MAX_NAME and name.isprintable()):
            raise SettingsError(f"a link's name has 1 to {MAX_NAME} letters")
        token = secrets.token_urlsafe(24)
        with self._changing, changing(self._path):
            prints = self._newest()
            if len(prints) >= MOST:
                raise SettingsError(f"there can be {MOST} links; take some away first")
            self._keep({**prints, _print(token): name})
        return token

    def knows(self, token: str) -> bool:
        """Whether it is one of them."""
        shown = _print(token)
        return any([hmac.compare_digest(shown, one) for one in self._prints])

    def remove(self, key: str) -> bool:
        """Take one away; False where there is none of that key.

        Raises:
            SettingsError: the file cannot be written.
        """
        with self._changing, changing(self._path):
            prints = self._newest()
            if key not in map(key_of, [*prints, *self._prints]):
                return False
            self._keep({print_: name for print_, name in prints.items() if key_of(print_) != key})
            return True

    def _keep(self, prints: dict[str, str]) -> None:
        rows = [{"name": name, "token_sha256": print_} for print_, name in prints.items()]
        text = json.dumps({"links": rows}, indent=2, ensure_ascii=False) + "\n"
        try:
            write_whole(self._path, lambda part: part.write_text(text, encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"cannot write {self._path}: {error.strerror or error}") from None
        self._prints = prints

    def _newest(self) -> dict[str, str]:
        """What the file holds now, as another vtube may have written it; what is known where there is no such file."""
        found = self._read()
        return self._prints if found is None else found

    def _read(self) -> dict[str, str] | None:
        if not is_there(self._path):
            return None
        text = f"the links in {self._path} do not count"
        with complaining(log, self._path, text, *DAMAGED):
            rows = json.loads(read_bounded(self._path, MAX_BYTES))["links"]
            return {str(row["token_sha256"]): str(row["name"]) for row in rows}
        return None


def key_of(print_: str) -> str:
    """What names a link to the page: of its token it tells nothing that helps."""
    return print_[:12]


def _print(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
