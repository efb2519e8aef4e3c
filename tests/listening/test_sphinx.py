"""PocketSphinx in its own process, by stand-ins for what the process does; the real one where it is installed."""

from __future__ import annotations

import os
import threading
import time
from multiprocessing.connection import Connection
from types import SimpleNamespace

import numpy as np
import pytest

from vtube.errors import AudioError
from vtube.listening.sphinx import SphinxRecogniser
from vtube.listening.sphinx_process import understood
from vtube.registry import installed

LOUD = np.full(1600, 0.5, np.float32)


def counts(link: Connection) -> None:
    link.send("")
    while True:
        try:
            link.send((f"{len(link.recv_bytes()) // 2} samples", ""))
        except EOFError:
            return


def refuses(link: Connection) -> None:
    link.send("no model")


def fails(link: Connection) -> None:
    link.send("")
    link.recv_bytes()
    link.send(("", "too odd"))
    link.recv_bytes()
    os._exit(1)


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "real" not in request.node.name:
        monkeypatch.setattr("vtube.listening.sphinx.optional", lambda *_: SimpleNamespace())


def test_a_sound_goes_there_and_its_text_comes_back() -> None:
    recogniser = SphinxRecogniser(counts)
    recogniser.load()
    assert recogniser.recognise(LOUD, "en") == "1600 samples"
    assert recogniser.recognise(np.zeros(1600, np.float32), "en") == "", "silence is not asked about"
    assert recogniser.recognise(LOUD[:800], "en") == "800 samples"


def test_a_process_that_does_not_start_says_why() -> None:
    with pytest.raises(AudioError, match="PocketSphinx does not start: no model"):
        SphinxRecogniser(refuses).load()


def test_one_that_fails_costs_a_turn_and_one_that_ends_is_started_again() -> None:
    recogniser = SphinxRecogniser(fails)
    recogniser.load()
    with pytest.raises(AudioError, match="speech recognition fails: too odd"):
        recogniser.recognise(LOUD, "en")
    with pytest.raises(AudioError, match="has ended"):
        recogniser.recognise(LOUD, "en")
    with pytest.raises(AudioError, match="too odd"):
        recogniser.recognise(LOUD, "en")


def test_no_hypothesis_is_no_text() -> None:
    decoder = SimpleNamespace(
        start_utt=lambda: None, process_raw=lambda *_, **__: None, end_utt=lambda: None, hyp=lambda: None
    )
    assert understood(decoder, b"\0\0") == ("", "")


@pytest.mark.skipif(not installed("pocketsphinx"), reason="pocketsphinx is not installed")
def test_the_real_one_lets_other_threads_go_on() -> None:
    """In the program's own process it held the interpreter for as long as it worked: 8.6 s for ten seconds of noise."""
    recogniser = SphinxRecogniser()
    recogniser.load()
    gaps, done = [0.0], threading.Event()

    def tick() -> None:
        last = time.perf_counter()
        while not done.wait(0.005):
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    ticking = threading.Thread(target=tick)
    ticking.start()
    noise = np.random.default_rng(0).normal(0.0, 0.1, 10 * 16_000).astype(np.float32)
    recogniser.recognise(noise, "en")
    done.set()
    ticking.join()
    assert max(gaps) < 2.0
