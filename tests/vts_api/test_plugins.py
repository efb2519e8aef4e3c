from pathlib import Path

import pytest

from vtube.vts_api.plugins import Plugins


def test_two_programs_at_once_lose_and_revive_none_of_each_others(tmp_path: Path) -> None:
    path = tmp_path / "plugins.json"
    one, other = Plugins(path), Plugins(path)
    first, second = one.allow("Box", "Mia"), other.allow("Deck", "Ken")
    assert other.knows("Box", "Mia", first)
    assert other.revoke(one.all()[0].key)
    one.allow("Third", "Ann")
    kept = Plugins(path)
    assert not kept.knows("Box", "Mia", first)
    assert kept.knows("Deck", "Ken", second)


def test_what_cannot_be_written_counts_until_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = Plugins(tmp_path / "plugins.json")
    first = plugins.allow("Box", "Mia")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vtube.vts_api.plugins.write_whole", full)
    second, third = plugins.allow("Deck", "Ken"), plugins.allow("Third", "Ann")
    known = (
        plugins.knows("Box", "Mia", first),
        plugins.knows("Deck", "Ken", second),
        plugins.knows("Third", "Ann", third),
    )
    assert known == (True, True, True)
