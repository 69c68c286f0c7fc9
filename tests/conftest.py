"""What every test stands on: no display, no real keystore, no home folder, no network, no disk.

The suite goes through a fixed sample of each long proof, `--prove` through all of it. What is left
out is said in one of five ways; but for the second, every test function keeps at least one case:

- The mark `long(sample=N)` on a parametrised test: N of its cases, evenly spread. On single
  `pytest.param`s it speaks of these alone, and `sample=0` leaves them all to the proof.
- The mark `long(beside="test_name")` on a test, or on a file by `pytestmark`: all of it is left to
  the proof, since the test named, of the same file or of another ("tests/…/test_file.py::test_x"),
  shows the same way with another kind of thing. It is a test that the suite runs.
- `PRODUCTS`: where a case opens a till, a window or a page, of a product of several parameters
  (views by sizes by languages) every value of each comes once, in place of all with all. One list
  of cases, however long, stays whole.
- `EITHER_DATABASE`: what head office does with what it keeps is proved on SQLite and PostgreSQL;
  the suite runs each case on one of them.
- The fixture `proving`, where a test goes through its cases by itself.
"""

import builtins
import gc
import os
import shutil
import sys
import tempfile
import threading

# Before anything imports Qt or keyring: both look at the environment once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from itertools import count, groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A lane that was told to end may finish what it holds; on a busy machine that takes a while.
THREAD_END_S_MAX = 60
PLAIN_IMPORT = builtins.__import__
"""Python's own, as it was before pytest-qt loaded Qt for Python."""
SHOWN_MS_MAX = 60_000
"""What a window does behind a test's back has so long, whatever else the machine does meanwhile."""

settings.register_profile(
    "suite",
    deadline=None,  # a busy machine is not a bug
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.register_profile("prove", parent=settings.get_profile("suite"), max_examples=2_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--prove", action="store_true", help="run every case of the long proofs, not the sample"
    )


WORKERS_FOR_TWO_CORES = 3
"""A third of a test's time is a wait: for a disk, a server, a process that ends or is killed."""


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """How many `-n auto` is; None leaves it to xdist, which looks whether somebody said it."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return WORKERS_FOR_TWO_CORES * (os.cpu_count() or 1) // 2 or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """What all workers would do at their start is done before they are begun."""
    from tests.rewritten import rewrite_once

    rewrite_once(config)


LONGEST = (
    "tests/fleet/test_fleet.py",
    "tests/fleet/test_killed_in_sync.py",
    "tests/faults/test_kill.py",
    "tests/replay/test_replay.py",
    "tests/ui/test_every_view.py",
)
"""Begun first, whatever the shuffling says: all wait for a worker that begins one of them last."""

EITHER_DATABASE = (
    "tests/headoffice/articles/",
    "tests/headoffice/cards/",
    "tests/headoffice/cases/",
    "tests/headoffice/console/",
    "tests/headoffice/driven/",
    "tests/headoffice/judging/",
    "tests/headoffice/ledger/test_agreed",
    "tests/headoffice/ledger/test_archive",
    "tests/headoffice/ledger/test_as_folded",
    "tests/headoffice/ledger/test_counting",
    "tests/headoffice/ledger/test_homes",
    "tests/headoffice/ledger/test_verifying",
    "tests/headoffice/members/",
    "tests/headoffice/programmes/",
    "tests/headoffice/test_",
    "tests/headoffice/tills/test_a",
    "tests/headoffice/tills/test_epochs",
    "tests/headoffice/tills/test_hellos",
    "tests/headoffice/tills/test_lives",
    "tests/headoffice/tills/test_news",
    "tests/headoffice/tills/test_re",
    "tests/headoffice/tills/test_shop_lists",
)
"""Whole tills and pages, and what follows from statements that both databases are given alike. How
things are kept (`store`), what the databases themselves refuse and what many do at once (`ledger`,
`tills`) is tested on both in the suite, too.
"""

ON_POSTGRESQL_EVERY = 3
"""Of the cases for either database each third is on PostgreSQL, which takes longer."""

PRODUCTS = (
    *EITHER_DATABASE,
    "tests/documents/",
    "tests/faults/",
    "tests/fleet/",
    "tests/journeys/",
    "tests/scenario/",
    "tests/simulation/",
    "tests/ui/",
)
"""What takes a till, a window or a page for each case."""

GARBAGE_MOST = 50_000
"""So many objects that are young are worth a look between two tests."""
WHOLE_LOOK = 20
"""Every so many looks are at everything, which takes a good part of a second."""


_looks = count(1)

MEMORY = Path("/dev/shm")
RUN = "posloyalty-tests-"
MEMORY_LEAST = 4 << 30
"""So much room in memory is enough for all workers, with their databases."""


def folder_in_memory(memory: Path = MEMORY, least: int = MEMORY_LEAST) -> Path | None:
    """Make a folder for temporary files in memory, if there is room; None leaves their place to the
    system. Books wait for the disk at every sale, and no test cuts the power of this machine: what
    a cut leaves is made by `tests/faults`. What runs left that were killed is removed.
    """
    if not os.access(memory, os.W_OK | os.X_OK) or shutil.disk_usage(memory).free < least:
        return None
    for left in memory.glob(f"{RUN}*"):
        if not is_running(int(left.name.removeprefix(RUN))):
            shutil.rmtree(left, ignore_errors=True)
    folder = memory / f"{RUN}{os.getpid()}"
    # PostgreSQL refuses to run as root, and whoever it runs as has to find the way.
    folder.mkdir(mode=0o755)
    return folder


def is_running(process: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # Processes that tests start find it in the environment, too. Whoever says where is heard.
    folder = None if "TMPDIR" in os.environ else folder_in_memory()
    if folder is not None:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    # No lane looks for garbage, as in the till (`ui/collector.py`): a Qt object that dies there
    # leaves its timer behind, and the program ends at the next turn.
    gc.set_threshold(0)
    settings.load_profile("prove" if config.getoption("--prove") else "suite")
    if config.pluginmanager.has_plugin("pytest-qt"):
        from pytestqt.qtbot import QtBot

        QtBot.waitUntil.__kwdefaults__ = {"timeout": SHOWN_MS_MAX}


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Whatever is imported from now on is imported by Python alone, as in the till (`ui/
    plain_imports.py`): Qt reads the source of each module, a tenth of collecting all tests.
    """
    builtins.__import__ = PLAIN_IMPORT


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Keep the fixed sample of each long proof; a wrapper, to come before the shuffling, and after
    it for those that are begun first.
    """
    if not config.getoption("--prove"):
        dropped = left_to_the_proof(items)
        items[:] = [item for item in items if item not in dropped]
        if dropped:
            config.hook.pytest_deselected(items=list(dropped))
    yield
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def left_to_the_proof(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name the cases that the ordinary suite does without. Of no function it does without all, but
    of those beside others: whoever asks for such cases, or such tests, alone gets them.
    """
    dropped: dict[pytest.Item, None] = {}
    left = items
    for named in (beyond_the_samples, on_the_other_database, said_by_others):
        dropped |= named(left)
        left = [item for item in items if item not in dropped]
    for cases in functions(items):
        if all(case in dropped for case in cases):
            dropped = {case: None for case in dropped if case not in cases}
    further = beside_others(items)
    return dropped if len(further) == len(items) else dropped | further


def beside_others(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name the cases of the tests that stand beside one that shows the same."""
    return {
        item: None
        for item in items
        if any("beside" in mark.kwargs for mark in item.iter_markers("long"))
    }


def beyond_the_samples(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name the cases of long proofs that the ordinary suite leaves to `make prove`."""
    dropped: dict[pytest.Item, None] = {}
    for cases in functions(items):
        marked = [(case, sample) for case in cases if (sample := sample_of(case)) is not None]
        if marked:
            kept = sample_indexes(len(marked), marked[0][1])
            places = set(range(len(marked))) - set(kept)
            dropped |= {marked[place][0]: None for place in sorted(places)}
    return dropped


def sample_of(item: pytest.Item) -> int | None:
    """How many of the cases of a test are its sample; None where none is said."""
    said = (mark.kwargs.get("sample") for mark in item.iter_markers("long"))
    return next((int(sample) for sample in said if sample is not None), None)


def on_the_other_database(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name, of the cases that stand there for either database, each other one: of three two are
    left on SQLite and one on PostgreSQL. Whoever asks for one of the two alone gets it.
    """
    dropped: dict[pytest.Item, None] = {}
    for path, group in groupby(items, key=lambda item: item.nodeid.split("::")[0]):
        if not path.startswith(EITHER_DATABASE):
            continue
        twins: dict[str, list[pytest.Item]] = {}
        for item in group:
            if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
                database = str(item.callspec.params.get("database_url", ""))
                twins.setdefault(item.nodeid.replace(database, ""), []).append(item)
        pairs = [found for found in twins.values() if len(found) == 2]
        for place, (on_sqlite, on_postgresql) in enumerate(pairs):
            its_turn = place % ON_POSTGRESQL_EVERY == 1
            dropped[on_sqlite if its_turn else on_postgresql] = None
    return dropped


def said_by_others(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name the cases of `PRODUCTS` whose every value comes in a case that stays. The parameters
    of one list are one value together, so a list alone is left as it is.
    """
    dropped: dict[pytest.Item, None] = {}
    for cases in functions(items):
        if cases[0].nodeid.startswith(PRODUCTS):
            kept = each_value_once([values_of(case) for case in cases])
            dropped |= {case: None for place, case in enumerate(cases) if place not in kept}
    return dropped


def values_of(item: pytest.Item) -> dict[str, tuple[int, ...]]:
    """Which value a case has of each of its lists of parameters, by what they are in this run."""
    spec = getattr(item, "callspec", None)
    if spec is None:
        return {}
    lists = {name: name for name in spec.params}
    for mark in item.iter_markers("parametrize"):
        said = mark.args[0] if mark.args else mark.kwargs["argnames"]
        names = said.replace(",", " ").split() if isinstance(said, str) else list(said)
        lists |= {name: " ".join(names) for name in names}
    found: dict[str, tuple[int, ...]] = {}
    for name, value in spec.params.items():
        found[lists[name]] = (*found.get(lists[name], ()), id(value))
    return found


def each_value_once(cases: list[dict[str, tuple[int, ...]]]) -> set[int]:
    """Pick places of cases in which every value of every parameter comes: each time the case with
    the most values that did not come yet, and of those the one whose others came least often.
    """
    every = {value for case in cases for value in case.items()}
    if any(len({case.get(name) for case in cases}) == len(cases) for name in cases[0]):
        return set(range(len(cases)))
    came: Counter[tuple[str, tuple[int, ...]]] = Counter()
    kept = {0} if not every else set()
    while every - came.keys():
        best = min(
            range(len(cases)),
            key=lambda place: (
                sum(value in came for value in cases[place].items()) - len(cases[place]),
                sum(came[value] for value in cases[place].items()),
                place,
            ),
        )
        came.update(cases[best].items())
        kept.add(best)
    return kept


def functions(items: list[pytest.Item]) -> Iterable[list[pytest.Item]]:
    """The cases of each test function, in their order; a parametrised fixture of a module may have
    put others between them.
    """
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        found.setdefault(item.nodeid.split("[")[0], []).append(item)
    return found.values()


def sample_indexes(count: int, sample: int) -> list[int]:
    """Pick `sample` of `count` places, evenly spread, the first among them; all if fewer."""
    if sample >= count:
        return list(range(count))
    return [place * count // sample for place in range(sample)]


def pytest_collection_finish() -> None:
    """Nobody looks for garbage among fourteen thousand tests and all that they import."""
    if "posloyalty.storage" in sys.modules:
        from tests.quicker import quicken

        quicken()
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown() -> None:
    if gc.get_count()[0] > GARBAGE_MOST:
        gc.collect(1 if next(_looks) % WHOLE_LOOK else 2)


@pytest.fixture(scope="session")
def proving(request: pytest.FixtureRequest) -> bool:
    """Whether this run is to prove (all cases, 200 kills) or to check (a sample, 20 kills)."""
    return bool(request.config.getoption("--prove"))


@pytest.fixture(autouse=True)
def _a_home_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Point every folder that platformdirs may choose at a fresh one, so no test meets real data.

    The folder is made only when a test looks for it; making it up front costs each test 1 ms.
    """
    home = Path(tmp_path_factory.getbasetemp()) / "home"
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home / variable.lower()))


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_test() -> Iterator[None]:
    """Fail a test that leaves a lane running: it would work on into the next test's book."""
    before = set(threading.enumerate())
    yield
    started = [
        thread for thread in threading.enumerate() if thread not in before and not thread.daemon
    ]
    for thread in started:
        thread.join(timeout=THREAD_END_S_MAX)
    left = [thread.name for thread in started if thread.is_alive()]
    if left:
        pytest.fail(f"threads still running after the test: {', '.join(left)}", pytrace=False)
