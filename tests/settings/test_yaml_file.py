import codecs
from pathlib import Path

import pytest
import yaml

from vtube.errors import SettingsError
from vtube.settings import yaml_file
from vtube.settings.yaml_file import MAX_VALUES, parse_yaml, read_yaml

FILE = Path("my.yaml")
ALIASES = "a0: &a0 [0, 0]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
"""Thirty thousand million values, a few hundred letters."""


@pytest.fixture(params=["libyaml", "Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With either of PyYAML's parsers all is the same."""
    if request.param == "Python":
        monkeypatch.setattr(yaml, "__with_libyaml__", False)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


@pytest.mark.parametrize("word", ["no", "off", "yes", "on", "2026-11-27", "2026-13-45", "n"])
def test_a_word_stays_a_word(word: str) -> None:
    assert parse_yaml(f"x: {word}".encode(), FILE) == {"x": word}


@pytest.mark.parametrize("word", ["16:9", "12:30", "1:30.5", "030", "-007", "1.2.3"])
def test_what_nobody_means_as_a_number_is_a_word(word: str) -> None:
    assert parse_yaml(f"a: {word}".encode(), FILE) == {"a": word}


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("0", 0),
        ("-12", -12),
        ("1_000", 1000),
        ("0x10", 16),
        ("1.5", 1.5),
        (".5", 0.5),
        ("-.5", -0.5),
        ("2.", 2.0),
        ("1.0e+3", 1000.0),
        ("-.inf", float("-inf")),
    ],
)
def test_a_number_is_a_number(word: str, number: float) -> None:
    assert parse_yaml(f"a: {word}".encode(), FILE) == {"a": number}


def test_only_true_and_false_are_truth_values() -> None:
    assert parse_yaml(b"[true, True, FALSE, truest]", FILE) == [True, True, False, "truest"]


def test_a_key_is_a_text_whatever_it_looks_like() -> None:
    content = parse_yaml(b"{no: edge, 1: one, ~: nothing, 2026-11-27: then, true: so}", FILE)
    assert content == {"no": "edge", "1": "one", "~": "nothing", "2026-11-27": "then", "true": "so"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", r"in line 3: 'a' stands twice, first in line 1"),
        ("x:\n  a: 1\n  a: 2\n", r"in line 3: 'a' stands twice, first in line 2"),
        ("a:\n\tb: 1\n", r"in line 2: .*spaces, not with tabs"),
        ("a: &x [*x]\n", r"in line 1: \*x stands inside what it names"),
        ("&x\na: {b: *x}\n", r"in line 2: \*x stands inside what it names"),
        ("a: " + "[" * 5000, "nested too deeply"),
        ("a: " + "[" * 500_000, "nested too deeply"),
        ("".join(" " * depth + "a:\n" for depth in range(200)), r"in line 100: it is nested too deeply"),
        (ALIASES, "holds too much"),
        (ALIASES.replace("[", "{<<: [").replace("]", "]}").replace("0, 0", "{}"), "holds too much"),
        ("a: " + "9" * 5000, "a value in it cannot be read"),
        ("a: !!bool maybe", "a value in it cannot be read"),
        ("a: !!timestamp maybe", "a value in it cannot be read"),
        ("a: !!float maybe", "a value in it cannot be read"),
        ("a: \x1b[31m", "unacceptable character"),
        ("a: [", "in line 1"),
        ('a: "C:\\Users"', "path of Windows"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(content: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        parse_yaml(content.encode(), FILE)
    assert "\n" not in str(caught.value)
    assert "my.yaml" in str(caught.value)


def test_a_merged_mapping_gives_way_to_its_own_keys() -> None:
    assert parse_yaml(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", FILE)["b"] == {"x": 1, "y": 3}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_unicode_that_editors_write_is_read(encoding: str) -> None:
    assert parse_yaml("a: 雪\r\nb: ü\r\n".encode(encoding), FILE) == {"a": "雪", "b": "ü"}


def test_big_endian_with_its_mark_is_read() -> None:
    assert parse_yaml(codecs.BOM_UTF16_BE + "a: 雪".encode("utf-16-be"), FILE) == {"a": "雪"}


def test_another_encoding_is_named_with_its_line() -> None:
    with pytest.raises(SettingsError, match=r"not UTF-8 \(line 2\)"):
        parse_yaml("a: 1\nb: grün\n".encode("latin-1"), FILE)


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    assert read_yaml(tmp_path / "empty.yaml") == {}


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="folder"):
        read_yaml(tmp_path)
    with pytest.raises(SettingsError, match=r"cannot read .*gone\.yaml: \w"):
        read_yaml(tmp_path / "gone.yaml")


def test_a_file_with_too_much_in_it_is_not_read_to_its_end() -> None:
    with pytest.raises(SettingsError, match=r"in line 1: it holds too much"):
        parse_yaml(b"a: [" + b"1, " * 2 * MAX_VALUES + b"]\n}", Path("a.yaml"))


def test_a_long_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    if not yaml.__with_libyaml__:
        pytest.skip("this PyYAML has no libyaml")
    monkeypatch.setattr(yaml_file, "_Loader", None)
    with pytest.raises(SettingsError, match=r"^a.yaml is not valid YAML in line 100002: [^\n]+$"):
        parse_yaml(b"#\n" * 100_000 + b"a: [\n", Path("a.yaml"))
