"""The list of voices, and what their servers say they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.speech.conftest import FakeServer, Route, as_json
from vtube.errors import SettingsError, SpeechError
from vtube.registry import Entry
from vtube.settings import SpeechSettings
from vtube.speech.listing import about, styles_of, voices
from vtube.speech.registry import VOICES

Serve = Callable[[dict[str, Route]], FakeServer]

ANSWERS: dict[str, tuple[str, object, dict[str, str]]] = {
    "voicevox": (
        "/speakers",
        [{"name": "四国めたん", "styles": [{"name": "ノーマル", "id": 2}]}],
        {"voicevox:2": "四国めたん/ノーマル"},
    ),
    "coeiroink": (
        "/v1/speakers",
        [{"speakerName": "つくよみちゃん", "speakerUuid": "3c", "styles": [{"styleName": "れいせい", "styleId": 7}]}],
        {"coeiroink:3c/7": "つくよみちゃん/れいせい"},
    ),
    "stylebertvits2": (
        "/models/info",
        {"0": {"config_path": "model_assets\\amitaro\\config.json", "style2id": {"Neutral": 0, "01": 1}}},
        {"stylebertvits2:amitaro": "amitaro: Neutral, 01"},
    ),
}


def test_every_voice_is_told_and_what_it_lacks() -> None:
    assert [one["name"] for one in voices()] == [entry.name for entry in VOICES if not entry.hidden]
    by_name = {one["name"]: one for one in voices()}
    assert (by_name["auto"]["ready"], by_name["voicevox"]["ready"]) == (True, None)
    assert by_name["hibari"]["languages"] == ["en"]
    lacking: Entry[Any, Any] = Entry("one", "nowhere:One", "", extra="kokoro", modules=("a_module_nobody_has",))
    assert (about(lacking)["ready"], about(lacking)["missing"]) == (False, ["a_module_nobody_has"])
    assert about(lacking)["command"].endswith("extras kokoro")


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_server_is_asked_for_what_it_has(serve: Serve, kind: str) -> None:
    path, answer, found = ANSWERS[kind]
    fake = serve({path: lambda _: as_json(answer)})
    assert styles_of(f"{kind}:some", SpeechSettings(addresses={kind: fake.url})) == found
    assert fake.paths() == [path]


@pytest.mark.parametrize("kind", ANSWERS)
@pytest.mark.parametrize("nothing", [b"[]", b"{}", b"[3]", b'{"0": 3}', b"<html>"])
def test_a_server_without_a_list_is_one_line(serve: Serve, kind: str, nothing: bytes) -> None:
    fake = serve({ANSWERS[kind][0]: lambda _: (200, nothing)})
    with pytest.raises(SpeechError, match=r"has no (speakers|models)|something else than expected"):
        styles_of(kind, SpeechSettings(addresses={kind: fake.url}))


def test_a_voice_without_a_server_of_its_own_has_no_list() -> None:
    with pytest.raises(SpeechError, match="openjtalk has no list"):
        styles_of("openjtalk", SpeechSettings())
    with pytest.raises(SettingsError, match="did you mean 'voicevox'"):
        styles_of("voicevoks", SpeechSettings())
