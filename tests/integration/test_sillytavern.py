"""What SillyTavern's client sends while a reply is written, into a running camera, seen in its pose and its feed."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest

from tests.waiting import eventually
from vtube.avatar.still import StillRenderer
from vtube.settings import parse
from vtube.studio import character
from vtube.studio.pipeline import Studio

VOWELS = "mouth_aaa", "mouth_iii", "mouth_uuu", "mouth_eee", "mouth_ooo"


class Client:
    """The extension's calls: GET without a body, POST of JSON, one connection each."""

    def __init__(self, url: str) -> None:
        self._place = urllib.parse.urlsplit(url).netloc

    def call(self, method: str, path: str, body: Any = None) -> str:
        connection = http.client.HTTPConnection(self._place, timeout=10)
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {} if body is None else {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200
        text = "" if method == "HEAD" else answer.read().decode()
        connection.close()
        return text

    def talkinghead(self, name: str, body: Any = None) -> str:
        return self.call("GET" if body is None else "POST", f"/api/talkinghead/{name}", body)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.call("GET", "/api/state"))
        return state

    def mouth(self) -> float:
        pose = self.state()["pose"]
        return max(float(pose[name]) for name in VOWELS)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(character, "create_renderer", lambda _, picture, **__: StillRenderer(picture, "fake"))
    quiet = {"tracking": [], "outputs": ["null"], "server": {"port": 0}, "audio": "none"}
    studio = Studio(parse(quiet))
    studio.open()
    thread = threading.Thread(target=studio.run)
    thread.start()
    assert studio.server is not None
    yield Client(studio.server.url)
    studio.close()
    thread.join(5)


def test_a_reply_is_talked_and_felt(client: Client) -> None:
    assert "talkinghead" in json.loads(client.call("GET", "/api/modules"))["modules"]
    client.call("HEAD", "/api/talkinghead/result_feed")
    assert client.talkinghead("load_emotion_templates", {"joy": {"mouth_raised_corner_left_index": 1.0}}) == "OK"
    assert client.talkinghead("load_animator_settings", {"target_fps": 25, "talking_morph": "mouth_aaa"}) == "OK"
    assert client.mouth() < 0.05

    assert client.talkinghead("start_talking") == "talking started"
    assert eventually(lambda: client.mouth() > 0.3)
    assert eventually(lambda: client.mouth() < 0.1)  # between two syllables or words
    assert eventually(lambda: client.mouth() > 0.3)
    assert client.state()["pose"]["mouth_iii"] < 0.05, "only the vowel that was asked for"

    assert client.talkinghead("set_emotion", {"emotion_name": "joy"}) == "emotion set to joy"
    assert eventually(lambda: client.state()["emotion"] == "joy")
    assert eventually(lambda: client.state()["pose"]["mouth_raised_corner_left"] > 0.4)
    assert eventually(lambda: client.mouth() > 0.2), "she talks on with the emotion"

    assert client.talkinghead("stop_talking") == "talking stopped"
    assert eventually(lambda: all(client.mouth() < 0.05 for _ in range(10)))
    assert client.talkinghead("set_emotion", {"emotion_name": "no such feeling"})
    assert eventually(lambda: client.state()["emotion"] == "neutral")


def test_a_hidden_tab_pauses_her(client: Client) -> None:
    client.talkinghead("start_talking")
    assert eventually(lambda: client.mouth() > 0.3)
    assert client.talkinghead("unload") == "Animation Paused"
    assert eventually(lambda: client.state()["paused"] is True)
