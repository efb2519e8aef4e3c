"""Starts the camera: the same as `python -m vtube run`."""

import _signal  # type: ignore[import-not-found]  # `signal` takes milliseconds, in which Ctrl-C is a traceback
import os

_signal.signal(_signal.SIGINT, lambda *_: os._exit(130))

from vtube.bootstrap import launch  # noqa: E402 - see above

raise SystemExit(launch(command="run"))
