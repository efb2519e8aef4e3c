"""A platform's receiver on this computer: writes what it is sent into a file. Run as `python receiver.py URL FILE`.

It says `listening` before it listens, and ends with the stream.
"""

from __future__ import annotations

import sys

import av


def main(url: str, path: str) -> None:
    """Listen, and copy both streams as they are."""
    print("listening", flush=True)
    with av.open(url, options={"listen": "1"}) as source, av.open(path, "w") as file:
        streams = {one.index: file.add_stream_from_template(one) for one in source.streams}
        try:
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = streams[packet.stream.index]
                    file.mux(packet)
        except (OSError, av.FFmpegError):
            pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
