"""`python -m vtube`: all commands."""

from vtube.bootstrap import launch

raise SystemExit(launch())
