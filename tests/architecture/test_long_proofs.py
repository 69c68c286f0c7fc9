"""Of a long proof the suite goes through a fixed sample, `make prove` through every case."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import EITHER_DATABASE, LONGEST, PRODUCTS, sample_indexes
from tests.prove.proofs import PROPERTIES, collected_by

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

SOME = """
import pytest

@pytest.mark.parametrize(
    "case", ["a", *(pytest.param(one, marks=pytest.mark.long(sample=0)) for one in "bc")]
)
def test_some(case):
    assert case
"""

BESIDE = """
import pytest

def test_first():
    pass

@pytest.mark.long(beside="test_first")
def test_second():
    pass

@pytest.mark.long(beside="test_first")
@pytest.mark.parametrize("case", "ab")
def test_third(case):
    pass
"""

WHOLE = """
import pytest

pytestmark = pytest.mark.long(beside="test_it.py::test_first")

@pytest.mark.long(sample=1)
@pytest.mark.parametrize("case", "ab")
def test_sampled(case):
    pass
"""

PRODUCT = """
import pytest

SIZES = [(1, 1), (1, 2), (2, 1)]

@pytest.mark.parametrize("view", ["sale", "pay", "done", "find"])
@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_view(view, width, height, language):
    assert view

@pytest.mark.parametrize(("width", "height"), SIZES)
def test_size(width, height):
    assert width
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


def test_cases_that_are_marked_by_themselves_are_left_to_prove(tmp_path: Path) -> None:
    files = {"test_it.py": SOME}

    assert passed_in(tmp_path, files, 1) == ["test_it.py::test_some[a]"]
    assert len(passed_in(tmp_path, files, 1, "--prove")) == 3
    asked = ["test_it.py::test_some[c]"]
    assert passed_in(tmp_path, files, 1, *asked) == asked


def test_of_a_product_each_value_comes_once_and_in_prove_all_with_all(tmp_path: Path) -> None:
    views, elsewhere = "tests/ui/test_views.py", "tests/domain/test_sums.py"
    assert views.startswith(PRODUCTS)
    assert not elsewhere.startswith(PRODUCTS)
    files = {views: PRODUCT, elsewhere: PRODUCT}

    of_suite, of_proof = (passed_in(tmp_path, files, 1, *more) for more in ((), ("--prove",)))

    assert {name for name in of_suite if "test_view[" in name and name.startswith(views)} == {
        f"{views}::test_view[en-1-1-sale]",
        f"{views}::test_view[zh_CN-1-2-pay]",
        f"{views}::test_view[en-2-1-done]",
        f"{views}::test_view[zh_CN-1-1-find]",
    }
    assert sum("test_size[" in name for name in of_suite) == 2 * 3
    assert sum(name.startswith(elsewhere) for name in of_suite) == 4 * 3 * 2 + 3
    assert len(of_proof) == 2 * (4 * 3 * 2 + 3)


def test_each_case_for_either_database_runs_on_one_and_in_prove_on_both(
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
        f"{either}::test_last[sqlite]",
    }
    assert sum(name.startswith(both) for name in of_suite) == 8
    assert len(of_proof) == 16


def test_whoever_asks_for_one_database_alone_gets_it(tmp_path: Path) -> None:
    place = "tests/headoffice/test_whole.py"
    asked = [f"{place}::test_last[sqlite]", f"{place}::test_role[sqlite-clerk]"]

    assert sorted(passed_in(tmp_path, {place: ON_BOTH}, 1, *asked)) == asked


def test_the_places_that_go_by_turns_are_there() -> None:
    places = {*EITHER_DATABASE, *PRODUCTS}
    assert [place for place in sorted(places) if not list(ROOT.glob(f"{place}*"))] == []


def test_whatever_the_suite_samples_is_proved_in_full_by_one_part() -> None:
    sampled = [
        file.relative_to(ROOT).as_posix()
        for file in ROOT.glob("tests/**/test_*.py")
        if file != Path(__file__) and "mark.long(" in file.read_text(encoding="utf-8")
    ]
    products = [f"{place}test_it.py" for place in PRODUCTS if place.endswith("/")]

    parts = [collected_by(part) for part in range(len(PROPERTIES))]

    assert [folder for folder, *_ in parts if not (ROOT / folder).is_dir()] == []
    for file in sampled + products:
        found = [folder for folder, *without in parts if is_collected(file, folder, without)]
        assert len(found) == 1, f"{file} is proved by {found}"


def is_collected(file: str, folder: str, without: list[str]) -> bool:
    """Whether a part collects a file."""
    left = [option.removeprefix("--ignore=") for option in without]
    return file.startswith(f"{folder}/") and not file.startswith(tuple(f"{one}/" for one in left))


def test_whatever_stands_beside_another_is_left_to_prove_unless_asked_for_alone(
    tmp_path: Path,
) -> None:
    files = {"test_it.py": BESIDE, "test_whole.py": WHOLE}

    assert passed_in(tmp_path, files, 1) == ["test_it.py::test_first"]
    assert len(passed_in(tmp_path, files, 1, "--prove")) == 1 + 1 + 2 + 2
    asked = ["test_it.py::test_second", "test_it.py::test_third[b]"]
    assert sorted(passed_in(tmp_path, files, 1, *asked)) == asked
    assert passed_in(tmp_path, files, 1, "test_whole.py") == ["test_whole.py::test_sampled[a]"]


def test_each_test_beside_which_others_stand_is_one_that_the_suite_runs() -> None:
    stands = standing_beside()

    for test, named in stands.items():
        file, name = named.split("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), named
        assert named not in stands, f"{test} stands beside {named}, which stands beside another"


def test_the_suite_runs_a_test_of_each_fault_by_its_number() -> None:
    stands = standing_beside()
    rows = (ROOT / "docs/faults.md").read_text(encoding="utf-8").splitlines()
    held = {
        row.split("|")[1].strip(): re.findall(r"`(tests/[^`]+::\w+)", row)
        for row in rows
        if row.startswith("|")
    }

    assert len(held) > 60
    assert [number for number, tests in held.items() if tests and set(tests) <= set(stands)] == []


def standing_beside() -> dict[str, str]:
    """Each test that is left to the proof as it stands beside another one, and which."""
    found: dict[str, str] = {}
    for file in ROOT.glob("tests/**/test_*.py"):
        place, text = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        if file == Path(__file__) or "beside=" not in text:
            continue
        for test, named in beside_in(text):
            found[f"{place}::{test}"] = named if "::" in named else f"{place}::{named}"
    return found


def beside_in(text: str) -> Iterator[tuple[str, str]]:
    """Each test of a file that stands beside another, and which."""
    body = ast.parse(text).body
    marks = [one.value for one in body if isinstance(one, ast.Assign) and is_pytestmark(one)]
    for function in body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            for mark in [*marks, *function.decorator_list]:
                if (
                    isinstance(mark, ast.Call)
                    and mark.keywords
                    and mark.keywords[0].arg == "beside"
                ):
                    yield function.name, str(ast.literal_eval(mark.keywords[0].value))


def is_pytestmark(assigned: ast.Assign) -> bool:
    """Whether it says how all of a file is marked."""
    return isinstance(assigned.targets[0], ast.Name) and assigned.targets[0].id == "pytestmark"


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
