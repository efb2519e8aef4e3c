"""Starts the camera: the same as `python -m vtube run`."""

from vtube.bootstrap import launch

raise SystemExit(launch(command="run"))
