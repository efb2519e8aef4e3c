import importlib.metadata
import logging
import sys
from types import SimpleNamespace

import pytest

from vtube.errors import PackageMissingError, SettingsError
from vtube.registry import Entry, Registry, installed, optional
from vtube.spec import Spec

Made = tuple[str, Spec, int]


def maker(name: str) -> Entry[int, Made]:
    return Entry(name, lambda spec, context: (name, spec, context), argument="[:PORT]", aliases=(name + "2",))


def registry() -> Registry[int, Made]:
    return Registry(
        "tracker", "vtube.nothing", [maker("vmc"), maker("osc"), Entry("none", lambda spec, context: ("", spec, 0))]
    )


def test_makes_what_a_spec_names() -> None:
    assert registry().create("vmc:39540", 7) == ("vmc", Spec("vmc", "39540"), 7)
    assert registry().create(" osc ", 1) == ("osc", Spec("osc"), 1)


def test_an_alias_and_any_case_are_understood() -> None:
    assert registry().parse("VMC2:1") == Spec("vmc", "1")
    assert registry().parse("Vmc") == Spec("vmc")


def test_an_unknown_kind_offers_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"no tracker 'vcm'; did you mean 'vmc'\? Known: none, osc, vmc"):
        registry().create("vcm", 0)


def test_an_argument_is_never_dropped() -> None:
    with pytest.raises(SettingsError, match="none takes nothing after it; leave out ':1'"):
        registry().create("none:1", 0)


def test_usage_lists_all_specs() -> None:
    assert registry().usage() == "vmc[:PORT], osc[:PORT], none"


def test_a_factory_is_imported_at_its_first_use() -> None:
    kinds: Registry[int, object] = Registry("thing", "vtube.nothing", [Entry("spec", "vtube.spec:Spec")])
    assert kinds.create("spec", 3) == Spec(Spec("spec"), 3)  # type: ignore[arg-type]


def test_a_missing_package_names_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["vtube"])
    line = "needs the package no_such_package, which is not installed. To install it: vtube extras ndi"
    with pytest.raises(PackageMissingError, match=line):
        optional("no_such_package", "ndi", "NDI")
    assert not installed("no_such_package")
    assert installed("json")


class Point(SimpleNamespace):
    def load(self) -> object:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def test_other_packages_add_kinds_by_entry_points(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    points = [
        Point(name="moon", value=maker("x")),
        Point(name="sun", value=lambda: maker("y")),
        Point(name="broken", value=ImportError("no moon")),
        Point(name="vmc", value=maker("theirs")),
    ]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points if group == "vtube.nothing" else [])
    kinds = registry()
    with caplog.at_level(logging.WARNING):
        assert kinds.create("moon:1", 2) == ("x", Spec("moon", "1"), 2)
    assert kinds.names() == ["vmc", "osc", "none", "moon", "sun"]
    assert "broken of another package cannot be used: no moon" in caplog.text
    assert kinds.create("vmc", 0)[0] == "vmc"


def test_what_was_written_twice_in_any_spelling_is_one() -> None:
    assert registry().distinct(["VMC", "osc2", " vmc:", "vmc:1", "osc", "VMC2:1"]) == ["vmc", "osc", "vmc:1"]
    with pytest.raises(SettingsError, match="vmcc"):
        registry().distinct(["vmcc"])
