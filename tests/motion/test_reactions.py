"""What she does about what happens around her."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtube.errors import SettingsError
from vtube.motion.noise import uniform
from vtube.motion.reactions import Reaction, ReactionDriver, load_reactions
from vtube.pose import neutral
from vtube.settings import ReactionSettings


class Stage:
    """A character with nothing but reactions; time is what `run` is told."""

    def __init__(self, table: Mapping[str, Reaction] | None = None, rate: float = 1.0, seed: int = 0) -> None:
        self.speaks = self.tracked = False
        self.mood = ("neutral", 1.0)
        self.acts: list[tuple[float, str]] = []
        self.moods: list[tuple[float, str]] = []
        self.passing: list[str] = []
        self.now = 100.0
        self.driver = ReactionDriver(
            ReactionSettings(rate=rate, seed=seed),
            act=self._act,
            pass_time=self._pass_time,
            let_go=self.passing.clear,
            feel=self._feel,
            mood=lambda: self.mood,
            speaks=lambda now: self.speaks,
            tracked=lambda: self.tracked,
            table=table,
        )

    def _act(self, name: str) -> None:
        self.acts.append((round(self.now, 3), name))

    def _pass_time(self, name: str) -> None:
        self._act(name)
        self.passing.append(name)

    def _feel(self, name: str, strength: float) -> None:
        self.mood = name, strength
        self.moods.append((round(self.now, 3), name))

    def run(self, seconds: float, fps: int = 30) -> list[str]:
        before = len(self.acts)
        for _ in range(round(seconds * fps)):
            pose = neutral()
            self.driver.drive(pose, self.now)
            assert not pose.any()
            self.now += 1 / fps
        return [name for _, name in self.acts[before:]]


def test_she_looks_at_a_moving_chat_now_and_then() -> None:
    stage = Stage()
    for _ in range(60):
        stage.driver.notice("chat")
        stage.run(1.0)
    times = [when for when, _ in stage.acts]
    assert 6 <= len(times) <= 10
    assert min(b - a for a, b in pairwise(times)) >= 6.0


def test_a_crowd_is_answered_with_a_feeling_that_goes_again() -> None:
    stage = Stage()
    stage.mood = ("joy", 0.4)
    stage.driver.notice("applause")
    assert stage.run(1.0)[0] in ("bow", "smile")
    assert stage.mood == ("gratitude", 1.0)
    stage.run(3.0)
    assert stage.mood == ("joy", 0.4)


def test_a_feeling_that_came_meanwhile_stays() -> None:
    stage = Stage()
    stage.driver.notice("applause")
    stage.run(0.5)
    stage.mood = ("anger", 1.0)
    stage.run(5.0)
    assert stage.mood == ("anger", 1.0)


def test_two_crowds_end_in_the_mood_before_both() -> None:
    stage = Stage()
    stage.driver.notice("laughter")
    stage.run(1.0)
    stage.driver.notice("hearts")
    stage.run(6.0)
    assert [name for _, name in stage.moods] == ["amusement", "love", "neutral"]


def test_while_the_host_speaks_she_listens_and_nods_and_stops_with_the_host() -> None:
    stage = Stage()
    stage.driver.notice("host_speaks")
    first = stage.run(1.0)
    assert first in (["look_host"], ["lean_in"])
    heard = Counter(stage.run(40.0))
    assert 6 <= heard.total() <= 18
    assert heard["small_nod"] > heard["smile"]
    stage.driver.notice("host_stops")
    assert not stage.run(10.0)


def test_a_host_whose_end_is_never_told_stops_by_itself() -> None:
    stage = Stage()
    stage.driver.notice("host_speaks")
    stage.run(61.0)
    assert "small_nod" not in stage.run(15.0)


def test_silence_makes_her_shift_and_later_yawn_and_never_twice_the_same() -> None:
    stage = Stage()
    assert not stage.run(17.0)
    quiet = stage.run(1783.0, fps=10)
    assert 80 <= len(quiet) <= 180
    assert {"shift", "look_round", "yawn", "stretch"} <= set(quiet)
    assert Counter(quiet).most_common(1)[0][0] == "shift"
    assert Stage(seed=1).run(1800.0, fps=10) != quiet


def test_in_a_long_silence_there_is_a_yawn_once_in_a_while_and_gestures_do_not_run_into_each_other() -> None:
    for seed in range(12):
        stage = Stage(seed=seed)
        stage.run(900.0, fps=10)
        yawns = [when for when, name in stage.acts if name == "yawn"]
        assert 1 <= len(yawns) <= 8
        assert min(b - a for (a, _), (b, _) in pairwise(stage.acts)) > 6.0


def test_gestures_come_by_their_weights_and_seldom_twice_in_a_row() -> None:
    reaction = Reaction(do={"nod": 6, "smile": 2, "bow": 1, "nothing": 1})
    due: dict[str, float] = {}
    chosen = [reaction.choose(uniform(3, 1, number), due) for number in range(4000)]
    counts = Counter(chosen)
    assert {name: round(counts[name] / 4000, 1) for name in counts} == {"nod": 0.6, "smile": 0.2, "bow": 0.1, "": 0.1}
    assert sum(a == b == "bow" for a, b in pairwise(chosen)) < 15  # forty by chance alone


def test_speaking_is_no_silence_and_leaves_no_time_for_the_chat() -> None:
    stage = Stage()
    stage.speaks = True
    stage.driver.notice("chat")
    assert not stage.run(300.0)
    stage.driver.notice("applause")
    assert stage.run(1.0)


def test_a_tracked_face_keeps_its_own_head() -> None:
    stage = Stage()
    stage.tracked = True
    stage.driver.notice("raid")
    stage.driver.notice("host_speaks")
    assert not stage.run(200.0)
    assert stage.mood == ("neutral", 1.0)


def test_rate_zero_is_never_and_two_is_oftener() -> None:
    assert not Stage(rate=0.0).run(300.0)
    assert len(Stage(rate=2.0).run(600.0)) > 1.4 * len(Stage(rate=1.0).run(600.0))


@pytest.mark.parametrize("fps", [24, 60])
def test_frame_rate_does_not_matter(fps: int) -> None:
    at30 = Stage()
    other = Stage()
    at30.run(300.0)
    other.run(300.0, fps)
    assert [name for _, name in at30.acts] == [name for _, name in other.acts]


def test_what_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'applause'"):
        Stage().driver.notice("aplause")
    with pytest.raises(SettingsError, match="silence"):
        Stage().driver.notice("silence")


def test_a_table_of_ones_own_replaces_single_entries(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("chat: {do: {wink: 1}, every_s: 1}\nsilence:\n")
    table = load_reactions(own)
    stage = Stage(table)
    stage.driver.notice("chat")
    assert stage.run(0.1) == ["wink"]
    assert "shift" not in stage.run(60.0)
    assert table["raid"].feel == "surprise"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("chatt: {do: {nod: 1}}", "did you mean 'chat'"),
        ("chat: {do: {nodd: 1}}", r"chat\.do: there .*did you mean 'nod'"),
        ("chat: {do: {nod: -1}}", "0 or more"),
        ("chat: {do: {nod: .inf}}", "0 or more"),
        ("chat: {do: {nod: 1e308}}", "at most a million"),
        ("chat: {do: {nod: true}}", r"chat\.do\.nod: should be a number"),
        ("chat: {every_s: [5, 2]}", "the lower first"),
        ("chat: {every_s: 0}", r"chat\.every_s: should be seconds from 0\.2 on"),
        ("chat: {every_s: true}", "should be seconds .*, not True"),
        ("chat: {every_s: [3]}", r"chat\.every_s: should be seconds"),
        ("chat: {every_s: .nan}", "should be seconds .*, not nan"),
        ("silence: {after_s: true}", r"silence\.after_s: should be a number"),
        ("chat: {when: now}", r"chat\.when: there is no entry 'when'"),
        ("chat: {evry_s: 5}", "did you mean 'every_s'"),
        ("chat: {after_s: 3}", "after_s belongs to host_goes_on, silence, long_silence"),
        ("chat: hello", "chat: should hold `name: value` pairs"),
        ("chat: {also_speaking: maybe}", r"chat\.also_speaking: should be true or false"),
        ("- chat", "should map"),
        ("chat: [", "no?t? valid YAML"),
    ],
)
def test_a_spoilt_table_is_one_line_that_says_where(tmp_path: Path, text: str, says: str) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(text)
    with pytest.raises(SettingsError, match=says) as caught:
        load_reactions(own)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("happens", ["host_speaks", "laughter", "speech", "face"])
def test_what_passes_the_time_ends_when_something_happens(happens: str) -> None:
    stage = Stage()
    stage.run(45.0)
    assert stage.passing
    if happens == "speech":
        stage.speaks = True
    elif happens == "face":
        stage.tracked = True
    else:
        stage.driver.notice(happens)
    stage.run(0.1)
    assert not stage.passing


def test_a_flood_of_messages_between_two_frames_hides_nothing_else() -> None:
    stage = Stage()
    stage.driver.notice("host_speaks")
    stage.run(1.0)
    for name in ("raid", "host_stops", *["chat"] * 500):
        stage.driver.notice(name)
    stage.run(0.1)
    assert stage.mood[0] == "surprise"
    assert "small_nod" not in stage.run(15.0)


def test_of_what_the_host_did_between_two_frames_the_last_counts() -> None:
    stage = Stage()
    for _ in range(100):
        stage.driver.notice("host_stops")
        stage.driver.notice("host_speaks")
    assert len(stage.run(10.0)) > 1


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["chat", "raid", "host_speaks", "host_stops", "hype"]), st.floats(0, 30))))
def test_whatever_happens_gestures_stay_few(happened: list[tuple[str, float]]) -> None:
    stage = Stage()
    seconds = 0.0
    for name, wait in happened:
        stage.driver.notice(name)
        stage.run(wait, fps=10)
        seconds += wait
    assert len(stage.acts) <= 2 * len(happened) + seconds / 1.6 + 1
