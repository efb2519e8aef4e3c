from __future__ import annotations

import io

import av
import numpy as np

from vtube.server.nut import NutMuxer


def test_frames_come_back_exactly_with_their_times() -> None:
    frames = np.random.default_rng(2).integers(0, 256, (4, 6, 10, 4), np.uint8)
    times = (50.0, 50.020, 50.020, 50.5)
    muxer = NutMuxer(10, 6)
    data = b"".join(muxer.mux(frame, time) for frame, time in zip(frames, times, strict=True))
    muxer.close()
    with av.open(io.BytesIO(data), "r", format="nut") as container:
        back = [(frame.to_ndarray(format="rgba"), float(frame.time)) for frame in container.decode(video=0)]
    assert [round(time, 3) for _, time in back] == [0.0, 0.02, 0.021, 0.5]
    assert all(np.array_equal(got, sent) for (got, _), sent in zip(back, frames, strict=True))


def test_each_frame_is_out_at_once() -> None:
    muxer = NutMuxer(64, 64)
    frame = np.zeros((64, 64, 4), np.uint8)
    sizes = [len(muxer.mux(frame, float(number))) for number in range(3)]
    muxer.close()
    assert all(size >= frame.nbytes for size in sizes)
