"""A long proof runs a fixed sample in the suite and every case in `make prove`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import EITHER_DATABASE, LONGEST, sample_indexes
from tests.prove.proofs import PROPERTIES

ROOT = Path(__file__).parents[2]
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

ON_BOTH = """
import pytest

@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    return request.param

@pytest.mark.parametrize("role", ["viewer", "clerk", "manager"])
def test_role(role, database_url):
    assert role

def test_last(database_url):
    assert database_url
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
    passed = passed_in(tmp_path, {"test_it.py": PROOF}, seed, *([option] if option else []))

    assert {name for name in passed if "proof" in name} == {
        f"test_it.py::test_proof[{case}]" for case in ran
    }
    assert sum("short" in name for name in passed) == 3


def test_each_case_for_either_database_runs_on_one_in_turn_and_in_prove_on_both(
    tmp_path: Path,
) -> None:
    either, both = "tests/headoffice/test_whole.py", "tests/headoffice/store/test_kept.py"
    assert either.startswith(EITHER_DATABASE)
    files = {either: ON_BOTH, both: ON_BOTH}

    of_suite, of_proof = (passed_in(tmp_path, files, 1, *more) for more in ((), ("--prove",)))

    assert {name for name in of_suite if name.startswith(either)} == {
        f"{either}::test_role[sqlite-viewer]",
        f"{either}::test_role[postgresql-clerk]",
        f"{either}::test_role[sqlite-manager]",
        f"{either}::test_last[postgresql]",
    }
    assert sum(name.startswith(both) for name in of_suite) == 8
    assert len(of_proof) == 16


def test_whoever_asks_for_one_database_alone_gets_it(tmp_path: Path) -> None:
    place = "tests/headoffice/test_whole.py"
    asked = [f"{place}::test_last[sqlite]", f"{place}::test_role[sqlite-clerk]"]

    assert sorted(passed_in(tmp_path, {place: ON_BOTH}, 1, *asked)) == asked


def test_the_places_that_go_by_turns_are_there() -> None:
    assert [place for place in EITHER_DATABASE if not list(ROOT.glob(f"{place}*"))] == []


def test_whatever_the_suite_samples_is_proved_in_full() -> None:
    sampled = {
        file.relative_to(ROOT / "tests").parts[0]
        for file in ROOT.glob("tests/*/**/test_*.py")
        if file != Path(__file__) and "pytest.mark.long(" in file.read_text(encoding="utf-8")
    }
    assert sampled | {place.split("/")[1] for place in EITHER_DATABASE} <= set(PROPERTIES)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_takes_longest_is_begun_first_however_the_rest_is_shuffled(
    tmp_path: Path, seed: int
) -> None:
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
    short = "def test_short(): pass"
    files = dict.fromkeys(["test_a.py", "tests/test_b.py", LONGEST[1], "tests/test_z.py"], short)

    passed = passed_in(tmp_path, files, seed)

    assert len(passed) == 4
    assert passed[0] == f"{LONGEST[1]}::test_short"


def passed_in(folder: Path, files: Mapping[str, str], seed: int, *options: str) -> list[str]:
    """The tests of a folder with this suite's `conftest.py` that passed, in their order."""
    (folder / "conftest.py").write_text(
        ROOT.joinpath("tests", "conftest.py").read_text(encoding="utf-8")
    )
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    long(sample): a proof\n")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider",
         "-p", "pytest_randomly", f"--randomly-seed={seed}", *options],
        cwd=folder,
        # Nothing but the shuffling: loading every plugin takes longer than these tests.
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )  # fmt: skip
    return [line.split()[0] for line in finished.stdout.splitlines() if " PASSED" in line]
