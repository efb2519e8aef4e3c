from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.rig import EMOTIONS
from vtube.dialogue.answer_stream import AnswerStream
from vtube.dialogue.tags import TagReader
from vtube.settings import SpeechSettings
from vtube.speech.clean import Sentence

TAGS = TagReader(EMOTIONS)
SPEECH = SpeechSettings()


def said(pieces: Sequence[str], truncated: bool = False, awaits: bool = False) -> list[tuple[str, str]]:
    """What is said of an answer in these pieces: emotion and text of each sentence."""
    stream = AnswerStream(TAGS, lambda: SPEECH, awaits_thoughts=awaits)
    found: list[Sentence] = []
    retractions = 0
    for piece in pieces:
        sentences = stream.feed(piece)
        if stream.retractions != retractions:
            retractions, found = stream.retractions, []
        found += sentences
    found += stream.end(truncated=truncated)
    return [(one.emotion, one.shown) for one in found]


def texts(pieces: Sequence[str]) -> list[str]:
    return [text for _, text in said(pieces)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.14です。次の文。", ["3.14です。", "次の文。"]),
        ("Mr. Smith came. He left.", ["Mr. Smith came.", "He left."]),
        ("1,000円、高い。とても。", ["1,000円、高い。", "とても。"]),
        ("え？！そうなの。", ["え？！", "そうなの。"]),
        ("Look at www.example.com now. Good.", ["Look at example.com now.", "Good."]),
        ("Well then, my friend, let us go. Now.", ["Well then,", "my friend, let us go.", "Now."]),
        ("はい。元気です、ありがとう。", ["はい。", "元気です、ありがとう。"]),
        ("今日はいい天気ですね、散歩に行きましょう。", ["今日はいい天気ですね、", "散歩に行きましょう。"]),
        ("Wait... what is that?", ["Wait...", "what is that?"]),
        ("   ", []),
        ("👨\u200d👩\u200d👧", []),
    ],
)
def test_sentences_come_one_by_one_and_the_first_clause_early(text: str, expected: list[str]) -> None:
    assert texts([text]) == expected
    assert texts(list(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[joy][sad][angry]", []),
        ("[joy][sad] Hi there.", ["Hi there."]),
        ("[joy][do:nod]Hi there.", ["Hi there."]),
        ("[see the documentation of it all][docs] Yes.", ["see the documentation of it all Yes."]),
        ("[docs][1] help. Fine.", ["docs help.", "Fine."]),
        ("```py\nprint(1)\n``` Like so. Fine.", ["Like so.", "Fine."]),
        ("It is \x1b[31mred\x1b[0m. Fine.", ["It is red.", "Fine."]),
    ],
)
def test_what_stands_between_brackets_and_fences_is_not_said_and_what_follows_is(
    text: str, expected: list[str]
) -> None:
    assert texts([text]) == expected
    assert texts(list(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[joy] Hi there. [sadness:0.6] Oh no, not that.", ["joy", "sadness"]),
        ("[Happy] Hi there.", ["joy"]),
        ("[emotion: joy] Hi there.", ["joy"]),
        ("［喜び］こんにちは。", ["joy"]),
        ("<joy>Hi there.</joy> Bye now.", ["joy", ""]),
        ("<emotion name=anger/>Stop it.", ["anger"]),
        ("(sad) Oh no.", ["sadness"]),
        ('<|ACT {"emotion":{"name":"surprised"}}|> What is it?', ["surprise"]),
        ('{"emotion": "angry"}\nStop it now.', ["anger"]),
        ("[joy]\n[sadness] Hm, well.", ["joy"]),
        ("[nonsense] Hi there.", ["nonsense"]),
        ("[1] Hi there.", [""]),
    ],
)
def test_tags_are_understood_in_all_their_forms(text: str, expected: list[str]) -> None:
    for pieces in ([text], list(text), [text[:3], text[3:]]):
        found = said(pieces)
        assert [emotion for emotion, _ in found] == expected
        assert not any(mark in shown for _, shown in found for mark in "[]<>{}［］|")


@pytest.mark.parametrize(
    "text",
    [
        "<think>a secret. Really.</think>Hello there.",
        "<thinking>a secret</thinking>\n\nHello there.",
        "a secret. Really, a long one. </think> Hello there.",
        "<|channel|>analysis<|message|>a secret. Yes.<|end|><|start|>assistant<|channel|>final<|message|>Hello there.",
        "[think] a secret [/think] Hello there.",
        "◁think▷a secret. Ok.◁/think▷Hello there.",
        "<think>a secret</think><think>another. Yes.</think>Hello there.",
        "Hello there.<think>a secret that never ends. Never.",
        "<|im_start|>Hello there.<|im_end|>",
    ],
)
def test_thoughts_are_never_said(text: str) -> None:
    for pieces in ([text], list(text), [text[index : index + 5] for index in range(0, len(text), 5)]):
        assert [shown for shown in texts(pieces) if shown != "assistant"] == ["Hello there."]


def test_a_model_that_closes_what_it_never_opened_is_awaited() -> None:
    assert said(list("a secret. Yes. </think>Hello."), awaits=True) == [("", "Hello.")]
    assert said(list("No thoughts today. Hello."), awaits=True) == [("", "No thoughts today."), ("", "Hello.")]


def test_an_answer_that_was_cut_off_loses_its_last_half_sentence() -> None:
    assert said(["This is whole. This is no"], truncated=True) == [("", "This is whole.")]
    assert said(["nothing whole here"], truncated=True) == []


def test_a_sentence_without_an_end_is_cut_in_time() -> None:
    found = texts(["word " * 200])
    assert len(found) > 4
    assert max(map(len, found)) <= 160


CUTS = """Hello/ /. /!/?/、/。/はい/元気/[joy]/[sad/ness]/<think>/(/)/「/」/, /3.14/1,000/*/**/```/.../word"""
PIECES = st.sampled_from([*CUTS.split("/"), "ちょっと待って", "<|", "|>", "😀", "</think>", "\n", "Dr. ", "www.a.com"])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=30), st.integers(1, 9))
def test_the_cuts_of_the_network_are_no_cuts_of_the_speech(pieces: list[str], size: int) -> None:
    text = "".join(pieces)
    whole = said([text])
    assert said(pieces) == whole
    assert said([text[start : start + size] for start in range(0, len(text), size)]) == whole


def test_laughter_stays_laughter_and_moves_the_body_also_behind_the_last_words() -> None:
    assert said(["[laugh] That is good! [笑い] Really good."]) == [
        ("laugh", "That is good!"),
        ("笑い", "Really good."),
    ]
    assert said(list("[laugh]\nThat is good! [laugh]\n")) == [("laugh", "That is good!"), ("laugh", "")]
    assert said(["Yes, gladly. [do:nod]"]) == [("", "Yes, gladly."), ("", "")]
    assert said(["[joy]"]) == []


def test_a_sound_before_a_line_of_words_goes_with_them_and_one_alone_is_made() -> None:
    sentences = [
        *(stream := AnswerStream(TAGS, lambda: SPEECH)).feed("*laughs*\nHello there. (sighs)"),
        *stream.end(),
    ]
    assert [(one.spoken, [word for word, _ in one.sounds]) for one in sentences] == [
        ("Hello there.", ["laugh"]),
        ("", ["sigh"]),
    ]
    stream = AnswerStream(TAGS, lambda: SPEECH)
    (yawn,) = [*stream.feed("[yawn]"), *stream.end()]
    assert (yawn.spoken, yawn.gesture) == ("", "yawn")


def test_only_a_body_s_silent_sentence_brings_a_sound() -> None:
    stream = AnswerStream(TAGS, lambda: SPEECH)
    *_, nod = [*stream.feed("Yes, gladly. [do:nod]"), *stream.end()]
    assert nod.gesture == "nod"
    assert nod.sound is not None
    assert not nod.sound[0].any()
