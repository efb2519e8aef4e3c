"""Starts the camera: the same as `python -m vtube run`."""

if __name__ == "__main__":  # a process that it starts by `multiprocessing` reads this file, too
    import _signal  # type: ignore[import-not-found]  # `signal` takes milliseconds, in which Ctrl-C is a traceback
    import os

    _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))

    from vtube.bootstrap import launch

    raise SystemExit(launch(command="run", by_click=True))
