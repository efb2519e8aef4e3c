import io

import pytest
from rich.console import Console
from rich.table import Table

from vtube.cli.tables import print_table

ROWS = [
    ("separable_float", "here", "small and fast, the default…"),
    (r"hibari\[:SPEAKER]", "", "python -m vtube extras"),
]


def printed(width: int, header: bool = True) -> str:
    out = io.StringIO()
    table = Table(box=None, pad_edge=False, show_header=header)
    for heading in ("name", "state", "about"):
        table.add_column(heading)
    for row in ROWS:
        table.add_row(*row)
    print_table(table, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [200, 80, 60])
def test_a_table_that_fits_is_one(width: int) -> None:
    lines = printed(width).splitlines()
    assert lines[0].split() == ["name", "state", "about"]
    assert lines[1].startswith("separable_float   here ")


@pytest.mark.parametrize("width", [20, 12, 1])
def test_in_a_narrow_terminal_nothing_is_cut(width: int) -> None:
    assert printed(width).splitlines() == [
        "separable_float",
        "  state: here",
        "  about: small and fast, the default…",
        "hibari[:SPEAKER]",
        "  about: python -m vtube extras",
    ]
    assert "  python -m vtube extras" in printed(width, header=False).splitlines()
