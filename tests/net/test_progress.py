"""The bar of a long fetch."""

from __future__ import annotations

import io

from rich.console import Console

from vtube.net.progress import progress_bar


def test_the_bar_shows_each_label_once() -> None:
    out = io.StringIO()
    with progress_bar(Console(file=out, force_terminal=True, width=120)) as show:
        for done in (0, 50, 100):
            show(done, 100, "editor")
        show(0, None, "waiting")
    assert "editor" in out.getvalue() and "waiting" in out.getvalue()


def test_the_bar_counts_files_as_files_and_bytes_as_bytes() -> None:
    out = io.StringIO()
    with progress_bar(Console(file=out, force_terminal=True, width=120)) as show:
        show(2, 5, "unpacking", files=True)
        show(2_000_000, 5_000_000, "fetching")
    assert "2 of 5 files" in out.getvalue()
    assert "2.0/5.0 MB" in out.getvalue()
