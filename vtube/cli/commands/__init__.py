"""One file per command of the command line.

Each offers `HELP`, `add_arguments(parser)` and `run(arguments) -> exit code`; `vtube.cli.main` lists them.
"""
