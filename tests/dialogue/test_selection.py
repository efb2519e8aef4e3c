from __future__ import annotations

import random
import sys
import time

import pytest

from tests.dialogue.rig import Stage
from vtube.chat.message import ChatMessage, Kind, Removal, Role
from vtube.dialogue.likeness import are_alike
from vtube.dialogue.persona import load_persona
from vtube.dialogue.selection import KEPT_ANSWERED, MOST_VIEWERS, Selector
from vtube.settings import SelectionSettings

ILTA = load_persona("ilta")


def message(number: int, text: str = "hello there", user: str = "mia", **more: object) -> ChatMessage:
    values = {"user_id": user, **more}
    return ChatMessage("test", str(number), user, text, **values)  # type: ignore[arg-type]


def selector(**settings: object) -> Selector:
    return Selector(SelectionSettings.model_validate(settings), lambda text: "ilta" in text.lower(), ILTA.unnamed)


def chosen(choices: Selector, now: float) -> list[str]:
    """All numbers in the order in which they are answered at `now`."""
    found = []
    while (candidate := choices.choose(now)) is not None:
        found.append(candidate.message.id)
    return found


def test_paid_comes_before_mentions_before_events_before_chat() -> None:
    choices = selector()
    choices.add(message(1, "how are you?", "a"), 0.0)
    choices.add(message(2, "", "b", kind=Kind.FOLLOW), 0.1)
    choices.add(message(3, "Ilta, look!", "c"), 0.2)
    choices.add(message(4, "wow", "d", kind=Kind.PAID, amount=5.0, currency="USD"), 0.3)
    choices.add(message(5, "wave", "e", kind=Kind.REDEEM), 0.4)
    assert chosen(choices, 1.0) == ["4", "3", "5", "2", "1"]


def test_a_question_beats_a_statement_and_the_reason_is_told() -> None:
    choices = selector()
    choices.add(message(1, "nice weather today", "a"), 0.0)
    choices.add(message(2, "what is your favourite star?", "b"), 0.0)
    best = choices.choose(1.0)
    assert best is not None
    assert best.message.id == "2"
    assert "question +0.25" in best.why
    assert best.why.startswith("the best of 2")


def test_nobody_is_answered_twice_within_the_cool_down() -> None:
    choices = selector(cooldown_s=20)
    choices.add(message(1, "first question?", "a"), 0.0)
    assert chosen(choices, 0.0) == ["1"]
    choices.add(message(2, "second question?", "a"), 5.0)
    assert chosen(choices, 5.0) == []
    assert chosen(choices, 21.0) == ["2"]


def test_what_is_too_old_is_not_answered() -> None:
    choices = selector(life_s=45)
    choices.add(message(1, "old question?", "a"), 0.0)
    choices.add(message(2, "Ilta, an old one", "b"), 0.0)
    assert chosen(choices, 61.0) == []
    assert choices.expired == 2


def test_what_many_write_counts_as_one() -> None:
    choices = selector()
    for number in range(9):
        choices.add(message(number, "play the blue song" + "!" * number, f"v{number}"), number / 10)
    choices.add(message(99, "play the red song", "z"), 1.0)
    best = choices.choose(1.0)
    assert best is not None
    assert (best.message.id, best.count) == ("0", 9)
    assert choices.sizes()["chat"] == 1


def test_payments_of_one_viewer_are_answered_together() -> None:
    choices = selector()
    for number in range(3):
        choices.add(message(number, f"part {number}", "rich", kind=Kind.PAID, amount=5.0), number)
    best = choices.choose(3.0)
    assert best is not None
    assert (best.message.text, best.message.amount, best.count) == ("part 0 part 1 part 2", 15.0, 3)
    assert choices.choose(3.0) is None


def test_a_topic_that_was_answered_is_not_answered_again() -> None:
    choices = selector(cooldown_s=0)
    for _ in range(3):
        choices.answered("The Milky Way is my favourite galaxy in the sky")
    choices.add(message(1, "the Milky Way is my favourite galaxy", "a"), 0.0)
    choices.add(message(2, "baked potatoes are tasty", "b"), 0.0)
    assert chosen(choices, 0.0)[0] == "2"


@pytest.mark.parametrize(("mode", "expected"), [("all", 3), ("mention", 1), ("prefix", 2)])
def test_modes_let_in_all_mentions_or_what_has_the_prefix(mode: str, expected: int) -> None:
    choices = selector(mode=mode, prefix="?")
    choices.add(message(1, "just chatting", "a"), 0.0)
    choices.add(message(2, "hey Ilta", "b"), 0.0)
    choices.add(message(3, "?ask this", "c"), 0.0)
    assert len(chosen(choices, 0.0)) == expected


def test_held_back_messages_wait_for_approval() -> None:
    choices = selector(hold=True)
    choices.add(message(1, "one?", "a"), 0.0)
    choices.add(message(2, "two?", "b"), 0.0)
    assert choices.choose(1.0) is None
    assert choices.approve("test:2")
    assert not choices.approve("test:9")
    best = choices.choose(1.0)
    assert best is not None
    assert (best.message.id, best.why) == ("2", "you asked for it")
    assert choices.choose(1.0) is None
    assert choices.drop("test:1")
    assert not choices.drop("test:1")


def test_what_moderators_take_back_is_gone() -> None:
    choices = selector()
    choices.add(message(1, "one?", "a"), 0.0)
    choices.add(message(2, "two?", "b"), 0.0)
    choices.add(message(3, "three?", "b", kind=Kind.PAID), 0.0)
    choices.remove(Removal("test", user_id="b"))
    choices.remove(Removal("other"))
    assert chosen(choices, 0.0) == ["1"]
    choices.add(message(4, "four?", "c"), 0.0)
    choices.remove(Removal("test"))
    assert chosen(choices, 0.0) == []


def test_masked_viewers_cool_down_by_name() -> None:
    choices = selector()
    choices.add(ChatMessage("bilibili", "1", "a***", "hm?"), 0.0)
    choices.add(ChatMessage("bilibili", "2", "b***", "hm, what?"), 0.0)
    assert len(chosen(choices, 0.0)) == 2


def test_the_same_chat_gets_the_same_answers() -> None:
    def run(seed: int) -> list[str]:
        choices = selector(seed=seed, cooldown_s=0)
        for number in range(30):
            choices.add(message(number, f"plain words {number:02}", f"v{number}"), 0.0)
        return chosen(choices, 1.0)[:10]

    assert run(1) == run(1)
    assert run(1) != run(2)


WORDS = [
    "why",
    "how",
    "star",
    "potato",
    "game",
    "moon",
    "puns",
    "cat",
    "dog",
    "song",
    "hello",
    "ilta",
    "nice",
    "lol",
    "what",
    "today",
]


def test_a_flood_of_fifty_a_second_for_ten_minutes() -> None:
    """Paid ones are all answered, nothing older than a minute is, and the memory stays as it is."""
    stage = Stage()
    director, choices = stage.director, stage.director.selector
    randomness = random.Random(5)
    paid: set[str] = set()
    answered: list[tuple[str, float]] = []
    arrived: dict[str, float] = {}
    sizes = []
    spent = 0.0
    for tick in range(600 * 50):
        now = tick / 50
        stage.clock.now = now
        number = str(tick)
        is_paid = randomness.random() < 0.004
        text = " ".join(randomness.choice(WORDS) for _ in range(randomness.randint(1, 9))) + randomness.choice(
            ["", "?", "!"]
        )
        viewer = f"v{int(randomness.expovariate(1 / 400))}"
        kind = Kind.PAID if is_paid else Kind.TEXT
        if is_paid:
            paid.add(number)
        arrived[number] = now
        began = time.process_time()
        director.take(ChatMessage("test", number, viewer, text, viewer, kind, 5.0 if is_paid else 0.0))
        spent += time.process_time() - began
        if tick % 150 == 149 and (best := choices.choose(now)) is not None:  # an answer takes three seconds
            answered.append((best.message.id, now - best.at))
            paid.discard(best.message.id)
            choices.answered(best.message.text)
            assert best.pool == "paid" or now - best.at <= 60
            assert best.pool == "paid" or now - arrived[best.message.id] <= 60 or best.count > 1
        if tick % 5000 == 4999:
            sizes.append(sum(choices.sizes().values()) + len(director.feed.recent()) + len(director.journal.entries()))
    left = {one.message.id for one in choices.waiting(600.0) if one.pool == "paid"}
    assert len(answered) > 150
    assert paid <= left
    assert len(left) <= 12
    assert max(sizes) <= 200 + 20 + 50 + 50 + 12 + 30
    assert spent / 30_000 < 0.001
    assert sys.getsizeof(choices._answered_at) < 200_000  # noqa: SLF001 - what may not grow
    assert len(choices._answered_at) <= MOST_VIEWERS  # noqa: SLF001 - as above
    assert KEPT_ANSWERED == 20


def test_the_owner_need_not_wait() -> None:
    selector = Selector(SelectionSettings(cooldown_s=20), lambda _: False)
    for number in (1, 2):
        selector.add(
            ChatMessage("stdin", str(number), "you", f"line {number}", "you", roles=frozenset({Role.OWNER})), 0
        )
    assert selector.choose(1.0) is not None
    assert selector.choose(2.0) is not None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("what is your favourite star?", "what's your favourite star??", True),
        ("What is your favorite star", "which is your favorite star?", True),
        ("what is your favourite star?", "what is your favourite food?", False),
        ("hello", "hi ilta!", True),
        ("Good evening!", "hey everyone", True),
        ("こんにちは", "こんばんは、イルタ！", True),
        ("hi", "hi, what is your favourite star?", False),
        ("hello, how are you?", "hello", False),
        ("今日は何を食べましたか？", "今日は何を食べましたか", True),
        ("今日は何を食べましたか？", "明日は何をしますか？", False),
        ("is 3 prime?", "is 4 prime?", False),
        ("nice", "nice!", False),
        ("", "", False),
    ],
)
def test_likeness(one: str, other: str, alike: bool) -> None:
    assert are_alike(one, other) is alike
    assert are_alike(other, one) is alike


def test_several_who_ask_nearly_the_same_are_answered_in_one() -> None:
    choices = selector(cooldown_s=20)
    choices.add(message(1, "what is your favourite star?", "Mia"), 0.0)
    choices.add(message(2, "What's your favourite star??", "Ken"), 1.0)
    choices.add(message(3, "do you like tea?", "Ana"), 1.0)
    choices.add(message(4, "ilta, what is your favourite star?", "Bob"), 2.0)
    best = choices.choose(3.0)
    assert best is not None
    assert best.message.user == "Bob"
    assert sorted(best.names) == ["Ken", "Mia"]
    assert best.count == 3
    assert best.why == "speaks to her; the same from Mia, Ken"
    assert chosen(choices, 3.0) == ["3"]
    for number, user in enumerate(("Mia", "Ken", "Bob"), 10):
        choices.add(message(number, "and now something else?", user), 4.0)
    assert chosen(choices, 5.0) == [], "all of them were answered just now"


def test_exact_repeats_keep_the_names_of_all() -> None:
    choices = selector()
    for number, user in enumerate("abcdefg"):
        choices.add(message(number, "when do you sing?", user), number / 10)
    choices.add(message(9, "when do you sing?", "a"), 1.0)
    best = choices.choose(2.0)
    assert best is not None
    assert best.count == 8
    assert best.names == ["b", "c", "d", "e", "f", "g"]
    assert best.why.endswith("; the same from b, c, d, e and 2 more")


def test_what_is_paid_for_is_answered_alone() -> None:
    choices = selector()
    choices.add(message(1, "what is your favourite star?", "Mia", kind=Kind.PAID, amount=1.0), 0.0)
    choices.add(message(2, "what is your favourite star?", "Ken", kind=Kind.PAID, amount=1.0), 9.0)
    assert chosen(choices, 10.0) == ["1", "2"]


def test_with_hold_nobody_is_joined_who_was_not_approved() -> None:
    choices = selector(hold=True)
    choices.add(message(1, "what is your favourite star?", "Mia"), 0.0)
    choices.add(message(2, "what is your favourite star, Ilta?", "Ken"), 0.0)
    assert choices.choose(1.0) is None
    assert choices.approve("test:1")
    best = choices.choose(1.0)
    assert best is not None
    assert best.names == []


def test_who_is_taken_back_is_not_named() -> None:
    choices = selector()
    choices.add(message(1, "when do you sing?", "Mia"), 0.0)
    choices.add(message(2, "when do you sing?", "Eve"), 0.1)
    choices.remove(Removal("test", user_id="Eve"))
    best = choices.choose(1.0)
    assert best is not None
    assert best.names == []


def test_joining_costs_little_in_a_flood() -> None:
    choices = selector(cooldown_s=0)
    for number in range(200):
        choices.add(message(number, f"what do you think of thing number {number}?", f"v{number}"), 0.0)
    began = time.thread_time()
    assert choices.choose(1.0) is not None
    assert time.thread_time() - began < 0.5
