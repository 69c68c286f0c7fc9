"""The proof of a whole chain: tills, workers and PostgreSQL as processes, in a storm."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from tests.fleet.checking import check
from tests.fleet.fleet import Fleet

CLAIM: Final = (
    "while tills, workers, servers and databases are killed, lines break and clocks are wrong, no "
    "acknowledged sale is lost or counted twice, and no point is spent that is not there"
)
PARTS: Final = 6
TILLS: Final = 20
ROUNDS: Final = 20
STORM_S: Final = 60.0
FIRST_SEED: Final = 1_000


def prove(part: int) -> tuple[dict[str, int], list[str]]:
    """One storm."""
    with (
        tempfile.TemporaryDirectory() as made,
        Fleet(Path(made), seed=FIRST_SEED + part, tills_count=TILLS, rounds=ROUNDS) as fleet,
    ):
        try:
            fleet.fill()
            fleet.storm(STORM_S)
            fleet.settle()
        except AssertionError as fault:
            return dict(fleet.counts), [str(fault)]
        return check(fleet)
