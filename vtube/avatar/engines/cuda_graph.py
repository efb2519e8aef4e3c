"""A computation as a CUDA graph: recorded once, replayed with one launch."""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch

log = logging.getLogger(__name__)

WARM_UP_RUNS = 3
"""cuDNN chooses its algorithms in the first runs, which must not be recorded."""


def captured(compute: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """`compute` as a CUDA graph on a CUDA device, itself elsewhere or when it cannot be recorded.

    `compute` takes no arguments: it reads tensors that stay where they are and keeps its results, which from now
    on each replay writes to the same place.
    """
    if device.type != "cuda":
        return compute
    try:
        return _record(compute, device)
    except RuntimeError as error:
        log.warning("CUDA graphs do not work here, going on without: %s", str(error).splitlines()[0])
        torch.cuda.synchronize(device)
        compute()
        return compute


def _record(compute: Callable[[], None], device: torch.device) -> Callable[[], None]:
    stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP_RUNS):
            compute()
    torch.cuda.current_stream(device).wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(device), torch.cuda.graph(graph):
        compute()
    graph.replay()
    return graph.replay
