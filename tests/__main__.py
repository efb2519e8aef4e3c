"""`python -m tests`: installs what the tests need into the checkout's own environment and runs pytest."""

import sys

from vtube.bootstrap import DEVELOPMENT, prepare, run_module

raise SystemExit(prepare(DEVELOPMENT) or run_module("pytest", sys.argv[1:], DEVELOPMENT))
