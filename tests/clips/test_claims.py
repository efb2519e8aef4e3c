"""Claims against another process, which may die at any moment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.waiting import eventually
from vtube.clips.claims import Claims

HOLD = """
import sys
from pathlib import Path
from vtube.clips.claims import Claims
claims = Claims(Path(sys.argv[1]))
print(claims.take("clip"), flush=True)
sys.stdin.read()
"""


def test_a_claim_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    assert not claims.is_elsewhere("clip")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "True"
        assert claims.is_elsewhere("clip")
        assert not claims.take("clip")
        other.kill()
    assert eventually(lambda: not claims.is_elsewhere("clip"))
    assert claims.take("clip")
    assert not claims.is_elsewhere("clip")
    claims.release_all()
    assert not claims.holds("clip")
