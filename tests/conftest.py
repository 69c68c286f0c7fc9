"""What every test stands on: no display, no real keystore, no home folder, no network, no disk.

Proofs that want many cases take the `proving` fixture, or the mark `long(sample=N)` on a
parametrised test: the ordinary suite then runs N of its cases, evenly spread and always the same
ones, and `--prove` runs all of them. What head office does with what it keeps (`EITHER_DATABASE`)
is proved on SQLite and on PostgreSQL: the suite runs each case on one of them, in turn.
"""

import gc
import os
import shutil
import sys
import tempfile
import threading

# Before anything imports Qt or keyring: both look at the environment once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from collections.abc import Generator, Iterator
from itertools import count, groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A lane that was told to end may finish what it holds; on a busy machine that takes a while.
THREAD_END_S_MAX = 60
SHOWN_MS_MAX = 60_000
"""What a window does behind a test's back has so long, whatever else the machine does meanwhile."""

settings.register_profile(
    "suite",
    deadline=None,  # a busy machine is not a bug
    max_examples=40,
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
    "tests/headoffice/cards/",
    "tests/headoffice/cases/",
    "tests/headoffice/console/",
    "tests/headoffice/driven/test_killed_in_an_act.py",
    "tests/headoffice/judging/",
    "tests/headoffice/members/",
    "tests/headoffice/programmes/",
    "tests/headoffice/test_",
)
"""Whole tills and pages: a sale's way or a form is the same before both databases. How things are
kept there (articles, ledger, store, tills) is tested on both in the suite, too.
"""

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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Keep the fixed sample of each long proof; a wrapper, to come before the shuffling, and after
    it for those that are begun first.
    """
    if not config.getoption("--prove"):
        dropped = beyond_the_samples(items) | on_the_other_database(items)
        items[:] = [item for item in items if item not in dropped]
        if dropped:
            config.hook.pytest_deselected(items=list(dropped))
    yield
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def beyond_the_samples(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name the cases of long proofs that the ordinary suite leaves to `make prove`."""
    dropped: dict[pytest.Item, None] = {}
    for _name, group in groupby(items, key=lambda item: item.nodeid.split("[")[0]):
        cases = list(group)
        mark = cases[0].get_closest_marker("long")
        if mark is not None:
            kept = set(sample_indexes(len(cases), int(mark.kwargs["sample"])))
            dropped |= {case: None for index, case in enumerate(cases) if index not in kept}
    return dropped


def on_the_other_database(items: list[pytest.Item]) -> dict[pytest.Item, None]:
    """Name, of the cases that stand there for either database, each other one: the first on SQLite,
    the second on PostgreSQL, and so on. Whoever asks for one of the two alone gets it.
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
        dropped |= {pair[1 - place % 2]: None for place, pair in enumerate(pairs)}
    return dropped


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
