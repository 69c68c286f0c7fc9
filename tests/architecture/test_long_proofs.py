"""A long proof runs a fixed sample in the suite and every case in `make prove`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import sample_indexes

PROOF = """
import pytest

@pytest.mark.long(sample=4)
@pytest.mark.parametrize("case", range(20))
def test_proof(case):
    assert case >= 0

@pytest.mark.parametrize("case", range(3))
def test_short(case, proving):
    assert isinstance(proving, bool)
"""


@pytest.mark.parametrize(
    ("count", "sample", "chosen"),
    [(20, 4, [0, 5, 10, 15]), (200, 1, [0]), (3, 3, [0, 1, 2]), (2, 9, [0, 1]), (0, 4, [])],
)
def test_a_sample_is_spread_evenly_and_never_changes(
    count: int, sample: int, chosen: list[int]
) -> None:
    assert sample_indexes(count, sample) == chosen


@pytest.mark.parametrize(
    ("option", "seed", "ran"),
    [(None, 1, {0, 5, 10, 15}), (None, 2, {0, 5, 10, 15}), ("--prove", 1, set(range(20)))],
)
def test_the_suite_takes_the_sample_and_prove_takes_all(
    tmp_path: Path, option: str | None, seed: int, ran: set[int]
) -> None:
    (tmp_path / "conftest.py").write_text(
        Path(__file__).parent.parent.joinpath("conftest.py").read_text(encoding="utf-8")
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    long(sample): a proof\n")
    (tmp_path / "test_it.py").write_text(PROOF)

    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider",
         f"--randomly-seed={seed}", *([option] if option else [])],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )  # fmt: skip

    passed = {line.split()[0] for line in finished.stdout.splitlines() if " PASSED" in line}
    assert {name for name in passed if "proof" in name} == {
        f"test_it.py::test_proof[{case}]" for case in ran
    }
    assert sum("short" in name for name in passed) == 3
