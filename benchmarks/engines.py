"""What a frame's time on a processor is spent on.

    python -m benchmarks.engines [--precision P] [--frames N]

Runs OpenVINO's steps with its own counters and prints a Markdown table of milliseconds by kind of operation, the
least of N runs of each, for that is the one that nothing else disturbed. How engines compare is `vtube bench`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np
import openvino as ov
from safetensors.numpy import load_file

from vtube.avatar.engines.openvino_check import HINTS
from vtube.avatar.engines.openvino_graph import build
from vtube.avatar.weights.files import network_files

STEPS = ("eyebrows", "face", "body")


def profile(request: ov.InferRequest, frames: int) -> dict[str, tuple[str, float]]:
    """Operation name → its kind and its least milliseconds."""
    least: dict[str, tuple[str, float]] = {}
    for _ in range(frames):
        request.infer()
        for entry in request.profiling_info:
            ms = entry.real_time.total_seconds() * 1000
            if ms > 0:
                _, before = least.get(entry.node_name, ("", ms))
                least[entry.node_name] = f"{entry.node_type} ({entry.exec_type})", min(ms, before)
    return least


def requests(variant: str, precision: str, threads: int) -> dict[str, ov.InferRequest]:
    """The steps, compiled with counters, fed with noise: time does not depend on the values."""
    files = network_files(variant)
    models = build(
        {name: load_file(path) for name, path in files.items()},
        variant.startswith("separable"),
        half_precision=precision != "float32",
    )
    options = {"INFERENCE_PRECISION_HINT": HINTS[precision], "INFERENCE_NUM_THREADS": threads, "PERF_COUNT": True}
    noise = np.random.default_rng(0)
    compiled = {}
    for step in STEPS:
        model = models[step]
        request = ov.Core().compile_model(model, "CPU", options).create_infer_request()
        for index, port in enumerate(model.inputs):
            request.set_input_tensor(index, ov.Tensor(noise.random(tuple(port.shape), np.float32)))
        compiled[step] = request
    return compiled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", default="separable_float")
    parser.add_argument("--precision", choices=HINTS, default="float32")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--frames", type=int, default=20)
    arguments = parser.parse_args()
    totals: dict[str, defaultdict[str, float]] = {step: defaultdict(float) for step in STEPS}
    for step, request in requests(arguments.variant, arguments.precision, arguments.threads).items():
        for kind, ms in profile(request, arguments.frames).values():
            totals[step][kind] += ms
    kinds: defaultdict[str, float] = defaultdict(float)
    for total in totals.values():
        for kind, ms in total.items():
            kinds[kind] += ms
    print("| operation | " + " | ".join(STEPS) + " |\n|---|" + "---:|" * len(STEPS))
    for kind in sorted(kinds, key=lambda kind: -kinds[kind]):
        print(f"| {kind} | " + " | ".join(f"{totals[step][kind]:.1f}" for step in STEPS) + " |")
    print("| all | " + " | ".join(f"{sum(totals[step].values()):.1f}" for step in STEPS) + " |")


if __name__ == "__main__":
    main()
