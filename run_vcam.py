"""Starts the camera: the same as `python -m vtube run`."""

import os
import signal

signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # before the first import that takes its time

from vtube.bootstrap import launch  # noqa: E402 - see above

raise SystemExit(launch(command="run"))
