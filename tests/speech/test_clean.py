"""What is said and what is shown of texts as language models and chats write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vtube.settings import CleanSettings, SpeechSettings
from vtube.speech.clean import Sentence, sayable
from vtube.speech.sentences import MAX_WIDTH, width

NOTHING: list[str] = []


def said(text: str, **clean: bool) -> list[str]:
    return [one.spoken for one in sayable(text, SpeechSettings(clean=CleanSettings.model_validate(clean)))]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("<think>考え中。まだ。</think>こんにちは！", ["こんにちは！"]),
        ("<THINKING budget='3'>a<think>b</think>c</THINKING> Done!", ["Done!"]),
        ("so the user says hi.</think>Hello!", ["Hello!"]),
        ("<think>never closed", NOTHING),
        ("[think]hm[/think]Yes.", ["Yes."]),
        ("◁think▷hm◁/think▷はい！", ["はい！"]),
        ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello!", ["Hello!"]),
        ("Hello!<|im_end|></s>", ["Hello!"]),
        ("I think so.", ["I think so."]),
    ],
)
def test_thoughts(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("これです：\n```python\nprint(1)\n```\n以上です。", ["これです：", "以上です。"]),
        ("これ\n~~~\nx = 1", ["これ"]),
        ("Use `print` here.", ["Use print here."]),
        ("```x``` はい", ["はい"]),
    ],
)
def test_code(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("**すごい**ですね！", ["すごいですね！"]),
        ("***very*** __good__ ~~no~~ yes", ["very good no yes"]),
        ("## 見出し ##\n> 引用です\n- [x] 済み\n* 一つ\n---\n終わり", ["見出し", "引用です", "済み", "一つ", "終わり"]),
        ("| 名前 | 点 |\n|:---|---:|\n| 花子 | 90 |", ["名前、点", "花子、90"]),
        ("| Name | Score |\n|---|---|\n| Bob | 9 |", ["Name, Score", "Bob, 9"]),
        ("a*b = 2*3*4 で、1 * 2 です。", ["a*b = 2*3*4 で、1 * 2 です。"]),
        ("use my_var_name", ["use my_var_name"]),
        ("これ[^1]は[12]", ["これは"]),
        ("#配信 たのしい", ["配信 たのしい"]),
    ],
)
def test_markdown(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("*にっこり笑う* こんにちは！*手を振る*", ["こんにちは！"]),
        ("*smiles warmly and waves* Hello there! *giggles*", ["Hello there!"]),
        ("_waves_ Hello!", ["Hello!"]),
        ("That is *so* funny. It is *important*.", ["That is so funny.", "It is important."]),
        ("*Really* good, I *love* it", ["Really good, I love it"]),
        ("I think *sighs deeply* that is fine.", ["I think that is fine."]),
        ("(照れながら) ありがとう！（小声）", ["ありがとう！"]),
        ("それはない（笑）", ["それはない"]),
        ("明日(土曜日)は休みです。", ["明日(土曜日)は休みです。"]),
        ("（株）山田商事です。", ["（株）山田商事です。"]),
        ("Python (the language) is (really) nice.", ["Python (the language) is (really) nice."]),
        ("*Miko tilts her head, ears twitching.*\n\nI guess so!", ["I guess so!"]),
    ],
)
def test_actions(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


def test_tags_are_left_out_and_named() -> None:
    assert sayable("[joy] やったー！ [Emotion: Sad] でも悲しい。") == [
        Sentence("やったー！", "やったー！", "joy"),
        Sentence("でも悲しい。", "でも悲しい。", "sad"),
    ]
    assert said("Well [laughs] yes, list[0] and [1, 2].") == ["Well yes, list[0] and [1, 2]."]
    assert said("【重要】お知らせ") == ["【重要】お知らせ"]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("こんにちは<br>元気&amp;楽しい", ["こんにちは", "元気&楽しい"]),
        ("<speak>はい<break time='1s'/></speak>", ["はい"]),
        ("<ruby>薔薇<rt>ばら</rt></ruby>の<b>花</b><script>x()</script><!-- y -->", ["薔薇の花"]),
        ("3 < 5 and a > b", ["3 < 5 and a > b"]),
        ("&lt;think&gt; だよ", ["<think> だよ"]),
    ],
)
def test_html(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("詳しくは https://www.example.com/path?q=1&lang=ja#top を見てね", ["詳しくは example.com を見てね"]),
        ("https://example.comを見て。", ["example.comを見て。"]),
        ("See [the docs](https://x.y/z?a=(b)) or <https://www.foo.bar/baz>.", ["See the docs or foo.bar."]),
        ("![猫](http://a/b.png) にゃー", ["にゃー"]),
        ("www.example.com/x です", ["example.com です"]),
        ("mail a_b@c.com", ["mail a_b@c.com"]),
    ],
)
def test_links(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("やったー🎉🎉 すごい👍🏽 👨\u200d👩\u200d👧🇯🇵", ["やったー すごい"]),
        ("😂😂😂", [""]),  # she laughs
        ("🎉🎉", NOTHING),
        ("1️⃣ 一番", ["1 一番"]),
        ("すごい(´・ω・｀) ｷﾀ━━━(ﾟ∀ﾟ)━━━!!", ["すごい ｷﾀ !"]),
        ("ヽ(´▽｀)ノわーい m(_ _)m ごめん (^_^) (>_<)", ["わーい ごめん"]),
        ("Nice :) that :-D <3 T_T at 10:30", ["Nice that at 10:30"]),
        ("hello :smile: world", ["hello world"]),
        ("えへへ〜♪ わーい☆彡", ["えへへ〜 わーい"]),
        ("2:3です（3）", ["2:3です（3）"]),
    ],
)
def test_emoji(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("草wwwwwwwwwwww", ["草"]),
        ("それはないｗｗｗ！", ["それはない ！"]),
        ("wwwwww", ["わらわら"]),
        ("草草草草", ["草"]),
        ("88888888", ["ぱちぱちぱち"]),
        ("８８８８ すごい", ["ぱちぱちぱち すごい"]),
        ("888円です。1888年。¥8888", ["888円です。", "1888年。", "¥8888"]),
        ("Call 888-1234 now", ["Call 888-1234 now"]),
        ("すごい!!!!!! えっ？？？", ["すごい!", "えっ？"]),
        ("soooooooo good", ["sooo good"]),
        ("あ" * 300, ["あああ"]),
        ("hahahahahahahaha", ["hahaha"]),
        ("1000000円", ["1000000円"]),
    ],
)
def test_repeats(text: str, spoken: list[str]) -> None:
    assert said(text) == spoken


def test_the_subtitle_keeps_what_reads_well() -> None:
    (one,) = sayable("すごい🎉wwww (´・ω・｀)")
    assert one == Sentence("すごい", "すごい🎉wwww (´・ω・｀)", sounds=(("laugh", 1.0),))
    (two,) = sayable("｜薔薇《ばら》が咲く")
    assert two == Sentence("ばらが咲く", "薔薇が咲く")
    assert [one.shown for one in sayable("やった。\n🎉🎉🎉")] == ["やった。 🎉🎉🎉"]
    assert [one.shown for one in sayable("あ" * 300)] == ["あ" * 8]


def test_readings_come_first_whole_words_in_any_case() -> None:
    own = SpeechSettings(
        readings={"obs": "オービーエス", "OBS Studio": "オビスタ", "草": "くさはえる", "C++": "シープラ"}
    )
    (one,) = sayable("OBS Studioとobsとjobs、草、C++", own)
    assert one.spoken == "オビスタとオービーエスとjobs、くさはえる、シープラ"
    assert one.shown == "OBS Studioとobsとjobs、草、C++"


@pytest.mark.parametrize(
    ("switch", "text"),
    [
        ("thoughts", "[think]hm[/think] a"),
        ("code", "```\nx\n```\na"),
        ("html", "a<br>b"),
        ("markdown", "**a** b"),
        ("actions", "a! (waves)"),
        ("tags", "[joy] a"),
        ("links", "a https://b.cd/e"),
        ("emoji", "a 🎉"),
        ("repeats", "aaaaaaa"),
    ],
)
def test_each_kind_has_a_switch_of_its_own(switch: str, text: str) -> None:
    assert said(text) != said(text, **{switch: False})


def test_letters_that_nobody_sees_or_that_are_broken() -> None:
    assert said("こ̴̢ん̶に̷ち̸は") == ["こんにちは"]
    assert said("こん\x00に\u200bち\ufeffは\ud83d") == ["こんにちは"]
    assert said("ｶﾞｷﾞ と が") == ["ｶﾞｷﾞ と が"]
    assert said("\u3164") == said("\u115f\uffa0 \u2800") == []
    assert said("한국어\u3164입니다") == ["한국어 입니다"]


MARKS = (
    "<think> </think> * ** _ ` ``` [joy] ( ) （笑） https://a.b/c <br> &amp; あ w 888 ！ 。 🎉 - # 《 》 ｜ x 1 (^_^)"
)
PIECES = st.sampled_from([*MARKS.split(" "), "\n", "\u200d", "| a |", "hello ", "\ud800"])


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_sayable_or_nothing(text: str) -> None:
    for one in sayable(text):
        assert one.spoken == " ".join(one.spoken.split())
        assert any(char.isalnum() for char in one.spoken) is (one.sound is None)
        assert width(one.shown) <= 2 * MAX_WIDTH + len(text) and "\n" not in one.shown
        one.spoken.encode()


@given(
    st.lists(
        st.sampled_from(["今日は良い天気です。", "Nice", "day", "today.", "元気？", "Yes!"]), min_size=1, max_size=10
    )
)
def test_plain_text_is_left_as_it_is(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(said(text)) == text


@pytest.mark.parametrize(
    "piece", ["*a ", "<think>", "[a", "(a", "`", "|a", "__a", "<a ", "a)", "https://", "wｗ", "～", "《a"]
)
def test_long_texts_take_no_time_worth_naming(piece: str) -> None:
    sayable((piece * 3000)[:5000])


def test_a_gesture_belongs_to_the_sentence_behind_it() -> None:
    said = sayable("[joy] [do:bow] Hello! How are you? [gesture: Head Tilt] [curiosity] And you?")
    assert [(one.shown, one.emotion, one.gesture) for one in said] == [
        ("Hello!", "joy", "bow"),
        ("How are you?", "", ""),
        ("And you?", "curiosity", "head tilt"),
    ]


@pytest.mark.parametrize("tag", ["[laugh]", "[Sighs]", "[笑い]", "[do:nod]"])
def test_a_tag_behind_which_nothing_is_said_is_silence_for_the_body(tag: str) -> None:
    for text in (tag, f"Well, well. {tag}"):
        *_, last = sayable(text)
        assert (last.spoken, last.shown) == ("", "")
        assert last.emotion or last.gesture == "nod"
        assert last.sound is not None and 0.5 < len(last.sound[0]) / last.sound[1] < 2.0
        assert not last.sound[0].any()
    assert [one.spoken for one in sayable("Well. [joy]")] == ["Well."]
    assert sayable("[joy]") == []
