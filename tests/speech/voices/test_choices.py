"""What a server refuses for a wrong style, speaker or model is answered with those that it has.

The answers are those of the real servers: VOICEVOX 422, 404 or a bare 500, COEIROINK 404, Style-Bert-VITS2 422 with a
list of faults, GPT-SoVITS 400, kokoro-fastapi 400, OpenAI 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.speech.conftest import Asked, FakeServer, Route, as_json
from tests.speech.sounds import tone, wav
from tests.speech.test_servers import coeiroink, engine, speak
from vtube.errors import SpeechError
from vtube.speech.voices.choices import MOST_LISTED, chosen, unknown_choice
from vtube.speech.voices.voicevox import Voicevox

Serve = Callable[[dict[str, Route]], FakeServer]

FOUND = {"2": "四国めたん/ノーマル", "0": "四国めたん/甘", "8": "Tsumugi/normal"}
REFUSALS = [
    (500, b"Internal Server Error"),
    (422, json.dumps({"detail": [{"loc": ["query", "speaker"], "msg": "bad", "type": "int_parsing"}]}).encode()),
    (404, json.dumps({"detail": "該当する話者が見つかりません"}).encode()),
]


@pytest.mark.parametrize(
    ("word", "key"),
    [("2", "2"), ("四国めたん/甘", "0"), ("四国めたん", "2"), ("tsumugi", "8"), (" TSUMUGI/Normal ", "8"), ("9", None)],
)
def test_a_choice_by_key_whole_name_or_speaker(word: str, key: str | None) -> None:
    assert chosen(word, FOUND) == key


def test_a_long_list_is_cut_and_the_nearest_is_named() -> None:
    found = {str(number): f"speaker{number}/normal" for number in range(100)}
    line = str(unknown_choice("voicevox", "style", "speeker7", found))
    assert "did you mean 'speaker7'?" in line
    assert line.count("/normal") == MOST_LISTED
    assert line.endswith("… (100 in all)")


@pytest.mark.parametrize("style", ["四国めたん/甘", "四国めたん"])
def test_voicevox_by_name(serve: Serve, style: str) -> None:
    fake = serve(engine())
    speak(f"voicevox:{style}", fake)
    assert fake.asked[-1].query["speaker"] == ("0" if "/" in style else "2")


@pytest.mark.parametrize("kind", ["voicevox", "aivisspeech", "sharevox"])
@pytest.mark.parametrize("style", ["99", "ずんだもん"])
@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("path", ["/audio_query", "/synthesis"])
def test_voicevox_and_its_kin(serve: Serve, kind: str, style: str, refusal: tuple[int, bytes], path: str) -> None:
    fake = serve(engine() | {path: lambda _: refusal})
    with pytest.raises(
        SpeechError, match=rf"{kind} has no style '{style}'; it has 2 四国めたん/ノーマル, 0 四国めたん/甘"
    ):
        speak(f"{kind}:{style}", fake)


def test_a_sentence_that_is_refused_is_no_wrong_style(serve: Serve) -> None:
    fake = serve(engine() | {"/synthesis": lambda _: (500, b"Internal Server Error")})
    with pytest.raises(SpeechError, match=r"voicevox refuses \(500\): Internal Server Error"):
        speak("voicevox:2", fake)


@pytest.mark.parametrize("code", [401, 403, 429])
def test_what_has_another_reason_is_not_looked_into(serve: Serve, code: int) -> None:
    fake = serve(engine() | {"/audio_query": lambda _: (code, b"no")})
    with pytest.raises(SpeechError, match=rf"refuses \({code}\)"):
        speak("voicevox:99", fake)
    assert fake.paths() == ["/audio_query"]


def test_a_voice_may_be_made_by_hand_with_the_argument_alone(serve: Serve) -> None:
    from vtube.settings import SpeechSettings

    fake = serve(engine())
    Voicevox("四国めたん/甘", SpeechSettings(addresses={"voicevox": fake.url})).synthesize("あ")
    assert fake.asked[-1].query["speaker"] == "0"


def coeiroink_server(refusal: tuple[int, bytes]) -> dict[str, Route]:
    speakers = [
        {
            "speakerName": "つくよみちゃん",
            "speakerUuid": "3c37646f-3881",
            "styles": [{"styleName": "れいせい", "styleId": 0}, {"styleName": "おしとやか", "styleId": 5}],
        }
    ]

    def predict(asked: Asked) -> tuple[int, bytes]:
        known = (asked.body["speakerUuid"], asked.body["styleId"]) in (("3c37646f-3881", 0), ("3c37646f-3881", 5))
        return coeiroink(asked) if known else refusal

    return {"/v1/speakers": lambda _: as_json(speakers), "/v1/predict_with_duration": predict}


@pytest.mark.parametrize(
    ("style", "number"),
    [("つくよみちゃん", 0), ("つくよみちゃん/おしとやか", 5), ("3c37646f-3881", 0), ("3c37646f-3881/5", 5)],
)
def test_coeiroink_by_name_and_by_id(serve: Serve, style: str, number: int) -> None:
    fake = serve(coeiroink_server((500, b"")))
    speak(f"coeiroink:{style}", fake)
    assert (fake.asked[-1].body["speakerUuid"], fake.asked[-1].body["styleId"]) == ("3c37646f-3881", number)


@pytest.mark.parametrize("refusal", [(404, b'{"detail":"Not Found"}'), (500, b"Internal Server Error"), (422, b"{}")])
@pytest.mark.parametrize("style", ["3c37646f-3881/9", "other/0", "nobody"])
def test_coeiroink(serve: Serve, refusal: tuple[int, bytes], style: str) -> None:
    fake = serve(coeiroink_server(refusal))
    with pytest.raises(SpeechError, match=rf"no style '{style}'.*t has 3c37646f-3881/0 つくよみちゃん/れいせい"):
        speak(f"coeiroink:{style}", fake)


def bertvits(asked: Asked) -> tuple[int, bytes]:
    """As server_fastapi.py answers: a list of faults for a wrong model or style."""
    for key, known in (("model_name", ("amitaro", "jvnv-F1-jp")), ("style", ("Neutral", "るんるん"))):
        value = asked.query.get(key, known[0])
        if value not in known:
            fault = {"type": "invalid_params", "msg": f"{key}={value} not found", "loc": ["query", key]}
            return 422, json.dumps({"detail": [fault]}).encode()
    return 200, wav(tone(0.5))


MODELS = {
    "0": {"config_path": "model_assets\\amitaro\\config.json", "style2id": {"Neutral": 0, "るんるん": 1}},
    "1": {"config_path": "model_assets/jvnv-F1-jp/config.json", "style2id": {"Neutral": 0, "Happy": 1}},
}


@pytest.mark.parametrize(
    ("spec", "style", "words"),
    [
        (
            "stylebertvits2:amitar",
            "Neutral",
            "no model 'amitar'; did you mean 'amitaro'[?] It has amitaro.*, jvnv-F1-jp",
        ),
        (
            "stylebertvits2:amitaro",
            "Angry",
            "no style 'Angry'; it has Neutral, るんるん; see speech.stylebertvits2.style",
        ),
        ("stylebertvits2", "Angry", "no style 'Angry'; it has Neutral, るんるん"),
    ],
)
def test_style_bert_vits2(serve: Serve, spec: str, style: str, words: str) -> None:
    fake = serve({"/voice": bertvits, "/models/info": lambda _: as_json(MODELS)})
    with pytest.raises(SpeechError, match=words):
        speak(spec, fake, stylebertvits2={"style": style})


def test_style_bert_vits2_refuses_the_text(serve: Serve) -> None:
    fake = serve({"/voice": lambda _: (422, b'{"detail":"too long"}'), "/models/info": lambda _: as_json(MODELS)})
    with pytest.raises(SpeechError, match=r"refuses \(422\): too long"):
        speak("stylebertvits2:amitaro", fake)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"message": "text_lang: klingon is not supported in version v2"}, "see speech.gptsovits.language .'klingon'"),
        ({"message": "prompt_lang: xx is not supported in version v2"}, "see speech.gptsovits.prompt_language .'ja'"),
        ({"message": "ref_audio_path is required"}, "see speech.gptsovits.reference .'a.wav'"),
        ({"message": "tts failed", "Exception": "a.wav not exists"}, "tts failed: a.wav not exists; see .*reference"),
        ({"message": "tts failed", "Exception": "CUDA out of memory"}, "tts failed: CUDA out of memory$"),
    ],
)
def test_gpt_sovits_names_the_setting(serve: Serve, answer: dict[str, Any], words: str) -> None:
    fake = serve({"/tts": lambda _: (400, json.dumps(answer).encode())})
    with pytest.raises(SpeechError, match=words):
        speak("gptsovits", fake, gptsovits={"reference": "a.wav", "language": "klingon"})


@pytest.mark.parametrize(
    "listed",
    [{"voices": ["af_heart", "af_sky"]}, {"voices": [{"id": "af_heart"}, {"name": "af_sky"}]}, ["af_heart", "af_sky"]],
)
def test_an_openai_compatible_server_that_lists_its_voices(serve: Serve, listed: object) -> None:
    refusal = {"detail": {"error": "validation_error", "message": "Voice 'af_hart' not found"}}
    fake = serve(
        {
            "/v1/audio/speech": lambda _: (400, json.dumps(refusal).encode()),
            "/v1/audio/voices": lambda _: as_json(listed),
        }
    )
    with pytest.raises(SpeechError, match=r"no voice 'af_hart'; did you mean 'af_heart'\? It has af_heart, af_sky"):
        speak("openai:af_hart", fake)


def test_openai_has_no_list_and_says_itself_what_there_is(serve: Serve) -> None:
    refusal = {"error": {"message": "Input should be 'nova', 'shimmer', 'echo' or 'onyx'", "code": None}}
    fake = serve({"/v1/audio/speech": lambda _: (400, json.dumps(refusal).encode())})
    with pytest.raises(SpeechError, match=r"refuses \(400\): Input should be 'nova', 'shimmer'"):
        speak("openai:alloi", fake)
