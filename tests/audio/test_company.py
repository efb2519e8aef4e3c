"""Others beside the user: who was refused, and who is far softer than the one who speaks now."""

import pytest

from vtube.audio.company import ENOUGH, FORGET, LEAST_FRAMES, LOUDER_DB, Company


def after(refused: int, quiet: int = 0) -> Company:
    company = Company()
    for frame in range(refused + quiet):
        company.follow(frame < refused)
    return company


def test_a_moment_is_nobody_and_some_words_are_others() -> None:
    assert not after(int(ENOUGH / 2)).there
    assert after(int(ENOUGH) + 1).there


def test_others_are_forgotten_when_they_have_been_silent_for_long() -> None:
    assert after(200, 1000).there
    assert not after(200, int(3 / (1 - FORGET))).there


def test_who_is_much_louder_than_those_before_makes_them_others() -> None:
    company = Company()
    company.compare(-20.0, -20.0 - LOUDER_DB + 1, 1000)
    company.compare(-10.0, -30.0, LEAST_FRAMES - 1)
    assert not company.there
    company.compare(-10.0, -30.0, LEAST_FRAMES)
    assert company.there
    company.forget()
    assert not company.there


@pytest.mark.parametrize("frames", [1, 5])
def test_refusals_add_up_over_pauses(frames: int) -> None:
    company = Company()
    for _ in range(int(2 * ENOUGH / frames)):
        for frame in range(2 * frames):
            company.follow(frame < frames)
    assert company.there
