"""Every voice that is a server, against a local one that answers as the real one does."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.speech.conftest import Asked, FakeServer, Route, as_json
from tests.speech.sounds import silence, tone, wav
from vtube.errors import SettingsError, SpeechError
from vtube.settings import SpeechSettings
from vtube.speech.base import Utterance
from vtube.speech.registry import create_voice
from vtube.speech.voices.voicevox import phonemes

Serve = Callable[[dict[str, Route]], FakeServer]

MORAS = [
    ("コ", "k", 0.064, "o", 0.107),
    ("ン", None, None, "N", 0.075),
    ("ニ", "n", 0.043, "i", 0.096),
    ("シ", "sh", 0.107, "I", 0.064),
]


def audio_query(scale: float = 1.0, speed: float = 1.0) -> dict[str, Any]:
    moras = [
        {
            "text": text,
            "consonant": consonant,
            "consonant_length": length if length is None else length * scale,
            "vowel": vowel,
            "vowel_length": vowel_length * scale,
            "pitch": 5.5 * scale,
        }
        for text, consonant, length, vowel, vowel_length in MORAS
    ]
    pause = {
        "text": "、",
        "consonant": None,
        "consonant_length": None,
        "vowel": "pau",
        "vowel_length": 0.3 * scale,
        "pitch": 0.0,
    }
    return {
        "accent_phrases": [
            {"moras": moras, "accent": 1, "pause_mora": pause, "is_interrogative": False},
            {"moras": moras[:1], "accent": 1, "pause_mora": None, "is_interrogative": False},
        ],
        "speedScale": speed,
        "pitchScale": 0.0,
        "intonationScale": 1.0,
        "volumeScale": 1.0,
        "prePhonemeLength": 0.1,
        "postPhonemeLength": 0.1,
        "pauseLength": None,
        "pauseLengthScale": 1.0,
        "outputSamplingRate": 24000,
        "outputStereo": False,
        "kana": "コンニシ'、コ",
    }


SECONDS = 0.1 + sum((length or 0) + vowel for _, _, length, _, vowel in MORAS) + 0.3 + 0.171 + 0.1


def engine(scale: float = 1.0) -> dict[str, Route]:
    return {
        "/speakers": lambda _: as_json(
            [
                {
                    "name": "四国めたん",
                    "speaker_uuid": "7ffcb7ce",
                    "version": "0.15.0",
                    "styles": [{"name": "ノーマル", "id": 2}, {"name": "甘", "id": 0}],
                }
            ]
        ),
        "/audio_query": lambda _: as_json(audio_query(scale)),
        "/synthesis": lambda _: (200, wav(tone(SECONDS))),
    }


def speak(spec: str, fake: FakeServer, **changes: Any) -> Utterance:
    kind = spec.partition(":")[0]
    settings = SpeechSettings(addresses={kind: fake.url}, **{"timeout_s": 5.0, **changes})
    return create_voice(spec, settings).synthesize("こんにし、こ。")


def test_voicevox_gives_sound_and_the_moras_lengths(serve: Serve) -> None:
    fake = serve(engine())
    said = speak("voicevox:3", fake, speed=1.0)
    assert said.rate == 24_000
    assert [one.symbol for one in said.phonemes] == ["pau", "k", "o", "N", "n", "i", "sh", "i̥", "pau", "k", "o", "pau"]
    assert said.phonemes[1].start == pytest.approx(0.1, abs=0.01)
    assert said.phonemes[-1].end == pytest.approx(len(said.samples) / said.rate)
    assert all(one.query["speaker"] == "3" for one in fake.asked)
    assert fake.asked[-1].body["accent_phrases"]


def test_without_a_style_the_first_one_speaks_and_is_asked_for_once(serve: Serve) -> None:
    fake = serve(engine())
    voice = create_voice("sharevox", SpeechSettings(addresses={"sharevox": fake.url}))
    voice.synthesize("あ")
    voice.synthesize("い")
    assert fake.paths().count("/speakers") == 1
    assert fake.asked[1].query == {"text": "あ", "speaker": "2"}


def test_the_engine_speaks_as_fast_as_wished(serve: Serve) -> None:
    fake = serve(engine())
    fake.routes["/synthesis"] = lambda _: (200, wav(tone(SECONDS / 1.5)))
    said = speak("voicevox:3", fake, speed=1.5)
    assert fake.asked[-1].body["speedScale"] == 1.5
    assert said.phonemes[1].start == pytest.approx(0.1 / 1.5, abs=0.01)


def test_aivisspeech_says_zero_and_so_has_no_timings(serve: Serve) -> None:
    said = speak("aivisspeech:888753760", serve(engine(scale=0.0)))
    assert len(said.samples) == round(24_000 * SECONDS)
    assert said.phonemes == ()


def test_timings_that_do_not_fit_the_sound_are_left_out(serve: Serve) -> None:
    fake = serve(engine())
    fake.routes["/synthesis"] = lambda _: (200, wav(tone(5 * SECONDS)))
    assert speak("voicevox:3", fake).phonemes == ()


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"accent_phrases": None},
        {"accent_phrases": [3]},
        {"accent_phrases": [{"moras": [{}]}]},
        {"accent_phrases": [], "speedScale": 0},
        {"accent_phrases": [{"moras": [{"vowel": "a", "vowel_length": "x"}]}]},
        {"accent_phrases": [{"moras": [{"vowel": "a", "vowel_length": float("inf")}]}]},
    ],
)
def test_a_query_of_another_kind_has_no_timings(query: dict[str, Any]) -> None:
    assert phonemes(query) == ()


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/audio_query", (200, b"<html>"), "voicevox at .* something else than expected"),
        ("/audio_query", (422, b'{"detail":"text is missing"}'), "text is missing"),
        ("/synthesis", (500, b"Internal Server Error"), r"refuses \(500\)"),
        ("/synthesis", (200, b"no sound at all"), "text in place of sound: no sound at all"),
        ("/synthesis", (200, wav(silence(0))), "no sound"),
        ("/synthesis", (200, wav(tone(1))[:40]), "no sound"),
        ("/speakers", (200, b"[]"), "has no speakers"),
        ("/speakers", (200, b"[{}]"), "has no speakers"),
    ],
)
def test_what_goes_wrong_is_one_line(serve: Serve, path: str, answer: tuple[int, bytes], words: str) -> None:
    fake = serve(engine() | {path: lambda _: answer})
    with pytest.raises(SpeechError, match=words):
        speak("voicevox", fake)


def coeiroink(_: Asked) -> tuple[int, bytes]:
    rate = 44_100

    def phoneme(symbol: str, start: float, end: float) -> dict[str, Any]:
        return {"phoneme": symbol, "wavRange": {"start": round(start * rate), "end": round(end * rate)}}

    sound = np.concatenate([silence(0.25, rate), tone(0.4, rate), silence(0.35, rate)])
    return as_json(
        {
            "wavBase64": base64.b64encode(wav(sound, rate)).decode(),
            "startTrimBuffer": 0.2,
            "endTrimBuffer": 0.3,
            "moraDurations": [
                {
                    "mora": "カ",
                    "hira": "か",
                    "wavRange": {"start": 11025, "end": 22050},
                    "phonemePitches": [phoneme("k", 0.25, 0.3), phoneme("a", 0.3, 0.5)],
                },
                {
                    "mora": "イ",
                    "hira": "い",
                    "wavRange": {"start": 22050, "end": 28665},
                    "phonemePitches": [phoneme("i", 0.5, 0.65)],
                },
            ],
        }
    )


def test_coeiroink_speaks_its_own_language(serve: Serve) -> None:
    fake = serve(
        {
            "/v1/speakers": lambda _: as_json(
                [
                    {
                        "speakerName": "つくよみちゃん",
                        "speakerUuid": "3c37646f-3881",
                        "styles": [{"styleName": "れいせい", "styleId": 7}],
                    }
                ]
            ),
            "/v1/predict_with_duration": coeiroink,
        }
    )
    said = speak("coeiroink", fake, speed=1.2)
    assert fake.asked[-1].body == {
        "speakerUuid": "3c37646f-3881",
        "styleId": 7,
        "text": "こんにし、こ。",
        "speedScale": 1.2,
    }
    assert len(said.samples) / said.rate == pytest.approx(0.5, abs=1e-3)
    assert [(one.symbol, round(one.start, 2), round(one.end, 2)) for one in said.phonemes] == [
        ("k", 0.05, 0.1),
        ("a", 0.1, 0.3),
        ("i", 0.3, 0.45),
    ]
    speak("coeiroink:some-uuid/12", fake)
    assert (fake.asked[-1].body["speakerUuid"], fake.asked[-1].body["styleId"]) == ("some-uuid", 12)


@pytest.mark.parametrize("answer", [{}, {"wavBase64": 3}, {"wavBase64": "!!!"}, {"wavBase64": ""}])
def test_coeiroink_without_sound_is_one_line(serve: Serve, answer: dict[str, Any]) -> None:
    fake = serve({"/v1/predict_with_duration": lambda _: as_json(answer)})
    with pytest.raises(SpeechError, match="no sound"):
        speak("coeiroink:uuid/0", fake)


def test_coeiroink_without_timings_still_speaks(serve: Serve) -> None:
    sound = base64.b64encode(wav(tone(0.5))).decode()
    answers: list[dict[str, Any]] = [
        {},
        {"moraDurations": [{}]},
        {"moraDurations": 3, "startTrimBuffer": 99, "endTrimBuffer": "x"},
    ]
    for more in answers:
        answer = as_json({"wavBase64": sound, **more})
        fake = serve({"/v1/predict_with_duration": lambda _, answer=answer: answer})  # type: ignore[misc]
        said = speak("coeiroink:uuid/0", fake)
        assert (len(said.samples), said.phonemes) == (12_000, ())


@pytest.mark.parametrize(
    ("form", "content", "rate"),
    [
        ("pcm", (tone(0.5) * 32767).astype("<i2").tobytes() + b"\0", 24_000),
        ("pcm", wav(tone(0.5, 22_050), 22_050), 22_050),
        ("wav", wav(tone(0.5, 44_100), 44_100, channels=2), 44_100),
    ],
)
def test_openai_compatible(serve: Serve, monkeypatch: pytest.MonkeyPatch, form: str, content: bytes, rate: int) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    fake = serve({"/v1/audio/speech": lambda _: (200, content)})
    fake.url += "/v1/"
    said = speak("openai:nova", fake, openai={"format": form, "model": "kokoro", "key_variable": "MY_KEY"})
    asked = fake.asked[0]
    assert asked.body == {
        "model": "kokoro",
        "voice": "nova",
        "input": "こんにし、こ。",
        "response_format": form,
        "speed": 1.0,
    }
    assert asked.headers["Authorization"] == "Bearer sk-secret"
    assert (said.rate, len(said.samples), said.phonemes) == (rate, rate // 2, ())
    assert np.abs(said.samples).max() == pytest.approx(0.5, abs=0.01)


def test_openai_compatible_without_a_key(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    fake = serve({"/v1/audio/speech": lambda _: (401, b'{"error":{"message":"You need an API key"}}')})
    with pytest.raises(SpeechError, match="need an API key"):
        speak("openai", fake)
    assert "Authorization" not in fake.asked[0].headers
    fake.routes["/v1/audio/speech"] = lambda _: (200, b"")
    with pytest.raises(SpeechError, match="no sound"):
        speak("openai", fake)


@pytest.mark.parametrize(
    "told",
    [
        b'{"error":{"message":"Incorrect API key provided: sk-marked-secret."}}',
        b"<html><title>401 sk-marked-secret</title></html>",
        b"x" * 180 + b" sk-marked-secret",
        b"sk-marked-secret\xff",
    ],
)
def test_a_key_that_a_server_repeats_is_hidden(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, told: bytes
) -> None:
    caplog.set_level("DEBUG")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-marked-secret")
    fake = serve({"/v1/audio/speech": lambda _: (401, told)})
    with pytest.raises(SpeechError, match="refuses") as caught:
        speak("openai", fake)
    assert fake.asked[0].headers["Authorization"] == "Bearer sk-marked-secret"
    assert "marked" not in str(caught.value) + caplog.text
    assert caught.value.__cause__ is None


def test_gptsovits(serve: Serve) -> None:
    fake = serve({"/tts": lambda _: (200, wav(tone(1, 32_000), 32_000))})
    own = {"reference": "C:/voices/miko.wav", "prompt": "はい", "language": "ja"}
    said = speak("gptsovits", fake, gptsovits=own)
    assert said.rate == 32_000
    assert (
        fake.asked[0].body
        | {
            "text_lang": "ja",
            "ref_audio_path": "C:/voices/miko.wav",
            "prompt_text": "はい",
            "media_type": "wav",
            "streaming_mode": False,
        }
        == fake.asked[0].body
    )
    fake.routes["/tts"] = lambda _: (400, b'{"message": "tts failed", "Exception": "wav not found"}')
    with pytest.raises(SpeechError, match="wav not found"):
        speak("gptsovits", fake, gptsovits=own)
    for spec, settings in (("gptsovits", SpeechSettings()), ("gptsovits", SpeechSettings(speed=2))):
        with pytest.raises(SettingsError, match=r"speech\.gptsovits\.reference"):
            create_voice(spec, settings)


def test_stylebertvits2(serve: Serve) -> None:
    fake = serve({"/voice": lambda _: (200, wav(tone(1, 44_100), 44_100))})
    said = speak("stylebertvits2:amitaro", fake, speed=2.0, stylebertvits2={"style": "るんるん"})
    assert said.rate == 44_100
    assert fake.asked[0].query == {
        "text": "こんにし、こ。",
        "model_name": "amitaro",
        "language": "JP",
        "style": "るんるん",
        "length": "0.5",
    }
    fake.routes["/voice"] = lambda _: (422, b'{"detail":[{"type":"invalid_params"}]}')
    with pytest.raises(SpeechError, match="invalid_params"):
        speak("stylebertvits2", fake)
