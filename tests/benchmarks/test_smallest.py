"""Every benchmark runs, in its smallest size: nobody else would notice that one broke.

What is asked is that its entries come out with figures, never how large these are. The suite
takes some of those that work in this process and one that starts programs, `make prove` all.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest

from tests.benchmarks.__main__ import AREAS
from tests.benchmarks.options import Options

pytestmark = pytest.mark.enable_socket

MEMBERS: Final = 60
ROWS: Final = 20


@dataclass(frozen=True)
class Small:
    """How a benchmark is made small: constants of its module, and how many entries are asked for,
    0 for all of them.
    """

    area: str
    entries: int = 0
    constants: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.area


HERE: Final = (
    Small("offers", 0, {"BASKETS": 8, "WARM": 2, "LIMITS": {10: (0.5, 0.99)}}),
    Small("sale", 2, {"TIMES": 2, "WARM": 1, "MEMBERS": 2}),
    Small("refund", 2, {"TIMES": 2, "WARM": 1, "MEMBERS": 2}),
    Small("receipt", 2, {"TIMES": 1, "WARM": 0}),
    Small("shift", 2, {"SALES": 4, "MEMBERS": 2}),
    Small("programme", 6, {"RULES": 60, "TIMES": 1, "WARM": 0, "READ_TIMES": 1, "JUDGED_TIMES": 1}),
    Small("replay", 1, {"ROUNDS": 1}),
    Small("tryout", 0, {"PURCHASES": 200}),
    Small("members", 0, {"TIMES": 4, "WARM": 1, "HOT": 4, "COMMITS": 3, "SMALL_SHOP": 60}),
    Small("wire", 0, {"SALES": 4, "STRETCH": 2, "MEMBERS": 3, "TIMES": 1}),
    Small("articles", 0, {"ARTICLES": 30}),
    Small("ingest", 7, {"TIMES": 1, "WARM": 0, "ROUND": 2, "BATCH": 10}),
    Small("campaign", 0, {"FEW": 4, "MANY": 8, "TIMES": 1, "WARM": 0}),
    Small("often", 0, {"FEW": 2, "STEPS": (4,), "TIMES": 1, "WARM": 0}),
)
PROGRAMS: Final = (
    Small("touch", 4, {"RUNS": 1}),
    Small("screen", 3, {"SCANS": 5}),
    Small("start", 1, {"TIMES": 1, "WARM": 0, "DEMO_MEMBERS": MEMBERS}),
    Small("chain", 3, {"SALES": 1, "WARM": 0, "TIMES": 1, "MEMBERS": 20, "OTHERS": 5}),
    Small("roll", 6, {"KNOWN": 1, "FINDS": 2}),
    Small("crowd", 5, {"TILLS": 3, "SECONDS": 3, "SELLS_EVERY_S": 0.5}),
    Small("beside_sync", 4, {"BOOKS": 1, "EVENTS": 0, "ROUND_EVENTS": 200}),
    Small("line", 1, {"WAITING": 0, "MEMBERS": 5, "BITS_S": 10**9, "DELAY_S": 0.0}),
    Small("gui", 4, {"RUNS": 1, "DEMO_MEMBERS": MEMBERS}),
)


def test_every_benchmark_has_a_smallest_size() -> None:
    assert sorted(one.area for one in (*HERE, *PROGRAMS)) == sorted(AREAS)


@pytest.mark.long(sample=3)
@pytest.mark.parametrize("small", HERE, ids=str)
def test_a_benchmark_gives_its_entries_with_figures(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gives_its_entries(small, tmp_path, monkeypatch)


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("small", PROGRAMS, ids=str)
def test_a_benchmark_that_starts_programs_does_too(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gives_its_entries(small, tmp_path, monkeypatch)


def gives_its_entries(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"tests.benchmarks.{small.area}")
    for name, value in small.constants.items():
        monkeypatch.setattr(module, name, value)
    options = Options(folder=tmp_path / "run", cache=tmp_path / "kept", members=MEMBERS, rows=ROWS)
    options.folder.mkdir()
    measured = module.measure(options)
    entries = list(islice(measured, small.entries or None))
    measured.close()
    assert len(entries) >= max(1, small.entries)
    for entry in entries:
        assert entry.ours is not None, entry.note
        assert entry.ours > 0 or entry.limit == 0, entry.line()
        assert entry.met in (True, False)
