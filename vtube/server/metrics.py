"""`/metrics`: how the camera does, for Prometheus and whatever reads its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiohttp import web
from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from vtube.server.api import state_of
from vtube.server.contract import Contract, says
from vtube.server.services import SERVICES

State = Mapping[str, Any]
"""What `/api/state` answers."""

PREFIX = "vtube_"
NOTHING = object()

Row = tuple[str, str, str, Callable[[Any], float]]
"""A metric's name and help, where the state has it, and what number that is."""


def milliseconds(value: float) -> float:
    """In seconds, as Prometheus has all times."""
    return value / 1e3


def truth(value: object) -> float:
    """1 for whatever is there, such as the reason of a failure."""
    return float(bool(value))


GAUGES: tuple[Row, ...] = (
    ("output_fps", "Frames a second that left for the outputs.", "output_fps", float),
    ("wanted_fps", "Frames a second as set.", "fps", float),
    ("render_fps", "Pictures drawn a second.", "render_fps", float),
    ("frame_seconds", "Median time to draw a picture.", "frame_ms", milliseconds),
    ("latency_seconds", "Median from a face's arrival to its frame.", "latency_ms", milliseconds),
    ("latency_p99_seconds", "99th percentile of that.", "latency_p99_ms", milliseconds),
    ("interval_error_seconds", "99th percentile of how uneven frames are.", "interval_p99_ms", milliseconds),
    ("renderer_failed", "1 while the renderer cannot draw.", "failure", truth),
    ("on_air", "1 while the outputs get the character.", "on_air", truth),
    ("speaking", "1 while she speaks.", "speech.speaking", truth),
    ("speech_failed", "1 while no voice works.", "speech.failure", truth),
    ("speech_queue", "Texts that wait to be said.", "speech.queued", float),
    ("answers_failed", "1 while the language model fails.", "dialogue.failure", truth),
)
COUNTERS: tuple[Row, ...] = (
    ("frames", "Frames that left for the outputs.", "frames", float),
    ("frames_repeated", "Of these, the same picture as before.", "repeated", float),
    ("frames_late", "Of these, more than half a period late.", "late", float),
    ("frames_skipped", "Frames given up after a stall.", "skipped", float),
    ("chat_expired", "Messages that grew too old.", "dialogue.counts.expired", float),
    ("chat_overflowed", "Messages there was no room for.", "dialogue.counts.overflowed", float),
)


def at(state: State, path: str) -> Any:
    """What stands at a path such as `speech.queued`; NOTHING where a part of the program does not tell of it."""
    value: Any = state
    for key in path.split("."):
        value = value.get(key, NOTHING) if isinstance(value, Mapping) else NOTHING
    return value


class StateCollector(Collector):
    """Turns the state into metrics at the moment somebody asks."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """All metrics of the camera."""
        state = self._state
        build = {key: str(state.get(key)) for key in ("version", "engine", "character")}
        yield labelled(GaugeMetricFamily, "info", "What runs; always 1.", [(build, 1.0)])
        for rows, kind in ((GAUGES, GaugeMetricFamily), (COUNTERS, CounterMetricFamily)):
            for name, about, path, number in rows:
                value = at(state, path)
                if value is not NOTHING and (value is not None or number is truth):
                    yield kind(PREFIX + name, about, number(value))
        yield from of_outputs(state["outputs"])
        yield from of_dialogue(state)
        inputs = [({"input": one["name"]}, float(one["state"] == "live")) for one in state["inputs"]]
        yield labelled(GaugeMetricFamily, "input_live", "1 while an input delivers.", inputs)
        clients = [({"kind": kind}, float(count)) for kind, count in state["clients"].items()]
        yield labelled(GaugeMetricFamily, "clients", "Who is connected.", clients)


def of_outputs(outputs: list[State]) -> Iterator[Metric]:
    """One row for each output; two of a kind are told apart by their place."""
    rows = [({"output": one["name"], "place": str(place)}, one) for place, one in enumerate(outputs)]
    live = [(labels, float(one["state"] == "live")) for labels, one in rows]
    yield labelled(GaugeMetricFamily, "output_live", "1 while an output takes frames.", live)
    for key, about in (
        ("sent", "Frames an output has taken."),
        ("dropped", "Frames that an output was too slow for."),
        ("failures", "How often an output has failed."),
    ):
        counts = [(labels, float(one[key])) for labels, one in rows]
        yield labelled(CounterMetricFamily, f"output_{key}", about, counts)


def of_dialogue(state: State) -> Iterator[Metric]:
    """Chat in, answers out."""
    pools = [({"pool": name}, float(count)) for name, count in table(state, "dialogue.pools")]
    yield labelled(GaugeMetricFamily, "chat_waiting", "Messages that wait for an answer.", pools)
    for key, about in (("dropped", "Messages that were left out."), ("moderated", "What a filter has held back.")):
        counts = [({"reason": reason}, float(count)) for reason, count in table(state, f"dialogue.counts.{key}")]
        yield labelled(CounterMetricFamily, f"chat_{key}", about, counts)
    steps = [({"step": step}, ms / 1e3) for step, ms in table(state, "dialogue.latency_ms") if ms is not None]
    yield labelled(
        GaugeMetricFamily, "answer_seconds", "Median from a message's choice to a step of its answer.", steps
    )
    chats = at(state, "chat.sources")
    live = [({"source": one["name"]}, float(one["state"] == "live")) for one in (chats if chats is not NOTHING else [])]
    yield labelled(GaugeMetricFamily, "chat_live", "1 while a chat is connected.", live)


def table(state: State, path: str) -> list[tuple[str, Any]]:
    """The rows of a mapping in the state."""
    found = at(state, path)
    return list(found.items()) if isinstance(found, Mapping) else []


def labelled(kind: Any, name: str, about: str, rows: list[tuple[dict[str, str], float]]) -> Metric:
    """A family of metrics, one for each row of labels and value."""
    family: Metric = kind(PREFIX + name, about, labels=list(rows[0][0]) if rows else [])
    for labels, value in rows:
        family.add_metric(list(labels.values()), value)  # type: ignore[attr-defined]
    return family


@says(Contract(answer="text/plain"))
async def get_metrics(request: web.Request) -> web.Response:
    """How the camera does, in Prometheus' text format: rates, late frames, outputs, chat, memory."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StateCollector(state_of(request.app[SERVICES])))
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})
