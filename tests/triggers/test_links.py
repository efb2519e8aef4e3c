from pathlib import Path

from vtube.triggers.links import Links


def test_two_programs_at_once_lose_and_revive_none_of_each_others(tmp_path: Path) -> None:
    path = tmp_path / "links.json"
    one, other = Links(path), Links(path)
    first = one.new("box")
    second = other.new("phone")
    assert other.knows(first)
    assert other.remove(one.all()[0]["key"])
    third = one.new("deck")
    kept = Links(path)
    assert [kept.knows(token) for token in (first, second, third)] == [False, True, True]
