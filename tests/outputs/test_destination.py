from __future__ import annotations

import pytest

from vtube.errors import SettingsError
from vtube.outputs.destination import destination

KEY = {"VTUBE_STREAM_KEY": "abc-secret"}


def test_a_platform_gets_the_key_of_the_environment() -> None:
    goal = destination("twitch", KEY)
    assert goal.url == "rtmps://ingest.global-contribute.live-video.net/app/abc-secret"
    assert goal.shown == "rtmps://ingest.global-contribute.live-video.net/app"
    assert destination("youtube", {**KEY, "VTUBE_YOUTUBE_KEY": "other"}).url.endswith("/live2/other")


def test_nothing_shows_the_key() -> None:
    goal = destination("twitch", KEY)
    assert "secret" not in repr(goal) + goal.shown
    assert "secret" not in goal.without_secrets(f"cannot open {goal.url}: abc-secret is refused")


@pytest.mark.parametrize("platform", ["twitch", "youtube"])
def test_a_platform_without_a_key_says_where_it_goes(platform: str) -> None:
    with pytest.raises(SettingsError, match=f"VTUBE_{platform.upper()}_KEY"):
        destination(platform, {})


@pytest.mark.parametrize(
    "url",
    [
        "rtmps://live.example.com/app/live_123_secret",
        "rtmp://8.8.8.8/app/live_123_secret",
        "rtmp://user:secret@192.168.1.5/live",
        "srt://192.168.1.5:9000?passphrase=secret1234",
        "http://example.com/secret",
        "rtmp://[broken/secret",
        "rtmp:///secret",
        "srt://192.168.1.5/secret",
    ],
)
def test_a_wrong_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as error:
        destination(url, {})
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("rtmp://127.0.0.1:1935/live/test", "rtmp://127.0.0.1:1935/live/test"),
        ("rtmp://192.168.1.5/live", "rtmp://192.168.1.5/live/abc-secret"),
        ("rtmp://[::1]/live/x", "rtmp://[::1]/live/x"),
        ("rtmps://live.example.com/app", "rtmps://live.example.com/app/abc-secret"),
        ("rtmp://mediamtx:1935/live/test", "rtmp://mediamtx:1935/live/test"),
    ],
)
def test_the_key_goes_behind_an_address_that_has_none(url: str, whole: str) -> None:
    assert destination(url, KEY).url == whole


def test_srt_takes_its_passphrase_from_the_environment() -> None:
    goal = destination("srt://192.168.1.5:9000?streamid=show", {"VTUBE_SRT_PASSPHRASE": "long secret"})
    assert goal.url == "srt://192.168.1.5:9000?streamid=show&passphrase=long secret"
    assert (goal.shown, goal.format) == ("srt://192.168.1.5:9000", "mpegts")
