"""One shape for every registry: names to what makes them, loaded late, told about in one place.

A tracker, voice, output, effect or source is one file and one `Entry`. Other packages add their own by an entry point
whose value is an `Entry` (or a callable that returns one), in the registry's group, such as `vtube.trackers`.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import importlib.metadata
import importlib.util
import io
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

from vtube.errors import PackageMissingError, SettingsError, refusing
from vtube.spec import Spec
from vtube.text import first_line, program, unknown

log = logging.getLogger(__name__)

Context = TypeVar("Context")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Entry(Generic[Context, Made]):
    """One kind that a registry can make.

    Attributes:
        name: what its SPEC starts with.
        factory: makes it from the parsed SPEC and the registry's context, or `"package.module:name"` of such a
            callable, imported at the first use.
        help: one line for help texts, `doctor` and the control page.
        argument: how the SPEC goes on, as help texts show it, such as `[:PORT]` or `:FILE`; empty without argument.
        extra: the optional extra that brings what it needs, such as `ndi`; None when the default install does.
        modules: top-level modules that show that the extra is installed.
        aliases: what else people type for it.
        hidden: left out of help texts.
    """

    name: str
    factory: Callable[[Spec, Context], Made] | str
    help: str = ""
    argument: str = ""
    extra: str | None = None
    modules: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def usage(self) -> str:
        """The SPEC as help texts write it, such as `vmc[:PORT]`."""
        return self.name + self.argument

    @property
    def missing(self) -> tuple[str, ...]:
        """The modules of the extra that are not installed."""
        return tuple(name for name in self.modules if not installed(name))

    def load(self) -> Callable[[Spec, Context], Made]:
        """The factory, imported if it was named.

        Raises:
            PackageMissingError: an optional package is not installed; one line with the command that installs it.
        """
        if not isinstance(self.factory, str):
            return self.factory
        module, _, attribute = self.factory.partition(":")
        try:
            made: Callable[[Spec, Context], Made] = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if self.extra is None or (error.name or "").startswith("vtube"):
                raise
            raise lacking(self.name, self.extra, error.name or self.extra) from None
        return made


class Registry(Generic[Context, Made]):
    """Kinds by name; `create` makes one from a SPEC such as `vmc:39539`."""

    def __init__(
        self, what: str, group: str, entries: Sequence[Entry[Context, Made]], settings: Sequence[str] = ()
    ) -> None:
        """Nothing is imported yet.

        Args:
        what: what the kinds are, for messages: `tracker`.
        group: the entry-point group through which other packages add kinds: `vtube.trackers`.
        entries: our own kinds, in the order help texts show them.
        settings: where their SPECs stand, such as `speech.voice`, for messages.
        """
        self.what = what
        self.group = group
        self._settings = tuple(settings)
        self._entries: dict[str, Entry[Context, Made]] = {}
        self._scanned = False
        for entry in entries:
            self.register(entry)

    def register(self, entry: Entry[Context, Made]) -> None:
        """Add a kind, or put it in the place of the one with its name."""
        self._entries[entry.name] = entry

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def __iter__(self) -> Iterator[Entry[Context, Made]]:
        self._scan()
        return iter(tuple(self._entries.values()))

    def names(self) -> list[str]:
        """Every name, in the order of registration."""
        return [entry.name for entry in self]

    def usage(self) -> str:
        """All SPECs on one line, for help texts."""
        return ", ".join(entry.usage for entry in self if not entry.hidden)

    def entry(self, name: str) -> Entry[Context, Made]:
        """The kind of that name or alias.

        Raises:
            SettingsError: there is none; the message offers the nearest and lists all.
        """
        entry = self._find(name)
        if entry is None:
            known = [one.name for one in self if not one.hidden]
            aliases = [alias for one in self for alias in one.aliases]
            line = unknown(self.what, name, known, aliases)
            raise SettingsError(line, "spec.unknown", word=name, known=", ".join(sorted(known)))
        return entry

    def parse(self, text: str) -> Spec:
        """The SPEC `text`, its kind checked and brought from an alias to its name.

        Raises:
            SettingsError: the kind does not exist, or has no argument and got one.
        """
        kind, colon, argument = text.strip().partition(":")
        with refusing(text, *self._settings):
            entry = self.entry(kind)
            if argument and not entry.argument:
                line = f"{entry.name} takes nothing after it; leave out {colon + argument!r}"
                raise SettingsError(line, "spec.nothing", name=entry.name)
        return Spec(entry.name, argument or None)

    def distinct(self, texts: Iterable[str]) -> list[str]:
        """The SPECs by the names that kinds have; one that was written twice, in whatever spelling, once.

        Raises:
            SettingsError: as `parse`.
        """
        return list(dict.fromkeys(str(self.parse(text)) for text in texts))

    def create(self, text: str, context: Context) -> Made:
        """Make what the SPEC `text` names.

        Raises:
            SettingsError: the SPEC names no kind, or its argument is wrong.
            PackageMissingError: an optional package is not installed.
        """
        spec = self.parse(text)
        with refusing(text, *self._settings):
            return self.entry(spec.kind).load()(spec, context)

    def _find(self, name: str) -> Entry[Context, Made] | None:
        found = self._by_name(name)
        if found is None and not self._scanned:
            self._scan()
            found = self._by_name(name)
        return found

    def _by_name(self, name: str) -> Entry[Context, Made] | None:
        entry = self._entries.get(name)
        if entry is not None:
            return entry
        lower = name.lower()
        return next((one for one in self._entries.values() if lower in (one.name.lower(), *one.aliases)), None)

    def _scan(self) -> None:
        """Take in the kinds of other packages, once; a broken one is told and passed over."""
        if self._scanned:
            return
        self._scanned = True
        for point in importlib.metadata.entry_points(group=self.group):
            try:
                loaded = point.load()
                entry = loaded if isinstance(loaded, Entry) else loaded()
                self._entries.setdefault(point.name, replace(entry, name=point.name))
            except Exception as error:  # noqa: BLE001 - somebody else's package must not keep the camera from starting
                log.warning("the %s %s of another package cannot be used: %s", self.what, point.name, first_line(error))


def installed(module: str) -> bool:
    """Whether a top-level module can be found, without importing it."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def optional(module: str, extra: str, who: str) -> ModuleType:
    """Import the module of an optional package; what it prints while it loads is dropped.

    Args:
        module: its import name.
        extra: our extra that brings it.
        who: what needs it, for the message: `the voice edge`.

    Raises:
        PackageMissingError: it is not installed, or does not load here; one line with the command that installs it.
    """
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        absent = isinstance(error, ModuleNotFoundError) and error.name in (module, package)
        why = "" if absent else f" ({first_line(error)})"
        raise lacking(who, extra, package, why) from None


def lacking(who: str, extra: str, package: str, why: str = "") -> PackageMissingError:
    """The error for a missing package; `why` goes after its line."""
    command = f"{program()} extras {extra}"
    return PackageMissingError(how_to_get(who, extra, package) + why, "package", package=package, command=command)


def how_to_get(who: str, extra: str, package: str) -> str:
    """The line for a missing package, with the command for the Python that runs this program."""
    return f"{who} needs the package {package}, which is not installed. To install it: {program()} extras {extra}"


def for_c(path: Path, short: Callable[[str], str] | None = None) -> str:
    """The path for a package that opens files by the code page of Windows, as C's `fopen` does: there its short name.

    Such find nothing below C:/Users/太郎; a short name is ASCII. A drive may be without them (`fsutil 8dot3name`): the
    path comes back as it is then, and the log tells. `short` gives the name, empty for none (default: the system).
    """
    text = str(path)
    if text.isascii() or (short is None and sys.platform != "win32"):
        return text
    found = (short or _short)(text)
    if not found or not found.isascii():
        log.warning("the library that needs %s may not find it; move the program to a folder of plain letters", text)
    return found if found.isascii() and found else text


def _short(path: str) -> str:
    room = ctypes.create_unicode_buffer(1 << 15)
    kernel: Any = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - mypy looks at Linux
    return room.value if kernel.GetShortPathNameW(path, room, len(room)) else ""
