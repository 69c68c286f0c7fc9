"""Bytecode from one file: the same modules, never those of another source, and few files opened."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from importlib.machinery import SOURCE_SUFFIXES, FileFinder
from importlib.util import cache_from_source, module_from_spec
from pathlib import Path

import pytest

from ui.kept_modules import KeptModules

Begun = Callable[[], KeptModules]
STARTING = """
import sys
opened = []
def hear(event, told):
    if event == "open" and str(told[0]).endswith(".pyc"):
        opened.append(told[0])
from ui.kept_modules import keep_modules, write_modules
import ui.kept_file
sys.addaudithook(hear)
keep_modules(sys.argv[1])
import posloyalty.domain.engine.evaluate as found
print(found.evaluate.__module__, len(opened))
write_modules()
"""


@pytest.fixture(autouse=True)
def _bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the modules are kept."""
    return tmp_path / "kept" / "modules.pyc"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with two modules, compiled."""
    folder = tmp_path / "house"
    folder.mkdir()
    kept = KeptModules(str(tmp_path / "none.pyc"))
    for name in ("one", "two"):
        source(folder, name).write_text(f"told = {name!r}\n")
        get(kept, folder, name)
    return folder


@pytest.fixture
def begun(file: Path) -> Iterator[Begun]:
    """A start of its own with each call; all of them end with the test."""
    starts: list[KeptModules] = []

    def begin() -> KeptModules:
        starts.append(KeptModules(str(file)))
        return starts[-1]

    yield begin
    for one in starts:
        one.close()


def source(house: Path, name: str) -> Path:
    return house / f"{name}.py"


def bytecode(house: Path, name: str) -> Path:
    return Path(cache_from_source(str(source(house, name))))


def get(kept: KeptModules, house: Path, name: str) -> str:
    """Import a module as Python would, and say what it tells."""
    finder = FileFinder(str(house), (kept.loader, SOURCE_SUFFIXES))  # type: ignore[arg-type]
    spec = finder.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return str(made.told)


def keep(file: Path, house: Path, *names: str) -> KeptModules:
    """A start that imports these, and keeps them for the next."""
    kept = KeptModules(str(file))
    assert [get(kept, house, name) for name in names] == list(names)
    kept.write()
    return kept


def test_the_next_start_reads_no_bytecode_of_its_own(file: Path, house: Path, begun: Begun) -> None:
    keep(file, house, "one", "two")
    for name in ("one", "two"):
        # Whoever read this would fail: it is no bytecode that anybody could run.
        whole = bytecode(house, name).read_bytes()
        bytecode(house, name).write_bytes(whole[:16] + b"rubbish")
    kept = begun()
    assert [get(kept, house, name) for name in ("two", "one")] == ["two", "one"]
    assert not kept.missed


def test_a_start_with_nothing_new_leaves_the_file_alone(file: Path, house: Path) -> None:
    keep(file, house, "one", "two")
    before = file.stat().st_mtime_ns, file.read_bytes()
    keep(file, house, "two")
    assert (file.stat().st_mtime_ns, file.read_bytes()) == before


def test_a_source_that_was_changed_is_read_as_it_is_now(
    file: Path, house: Path, begun: Begun
) -> None:
    keep(file, house, "one")
    source(house, "one").write_text("told = 'another'\n")
    kept = begun()
    assert get(kept, house, "one") == "another"
    assert kept.missed
    kept.write()
    again = begun()
    assert get(again, house, "one") == "another"
    assert not again.missed


def test_what_another_start_imported_stays_behind_what_this_one_did(
    file: Path, house: Path
) -> None:
    keep(file, house, "one")
    keep(file, house, "two")
    told = file.read_bytes()
    at = [told.index(bytecode(house, name).read_bytes()) for name in ("two", "one")]
    assert at == sorted(at)


def test_a_file_that_grew_with_old_modules_begins_anew(
    file: Path, house: Path, monkeypatch: pytest.MonkeyPatch, begun: Begun
) -> None:
    monkeypatch.setattr("ui.kept_modules.MOST", 1)
    keep(file, house, "one")
    keep(file, house, "two")
    kept = begun()
    get(kept, house, "one")
    assert kept.missed


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda told: b"", id="empty"),
        pytest.param(lambda told: b"rubbish", id="something else"),
        pytest.param(lambda told: bytes(len(told)), id="zeros"),
        pytest.param(lambda told: told[:-1], id="cut off"),
        pytest.param(lambda told: told[:30], id="cut off in its table"),
        pytest.param(lambda told: b"\0" + told[1:], id="of another Python"),
        pytest.param(lambda told: told[:20] + b"?" + told[21:], id="another table"),
        pytest.param(lambda told: told[:-3] + b"?" + told[-2:], id="another bit of bytecode"),
        pytest.param(lambda told: told[:-40] + bytes(40), id="its end lost in zeros"),
    ],
)
def test_a_file_that_cannot_be_believed_is_as_good_as_none(
    file: Path, house: Path, damage: object, begun: Begun
) -> None:
    keep(file, house, "one")
    assert callable(damage)
    file.write_bytes(damage(file.read_bytes()))
    kept = begun()
    assert get(kept, house, "one") == "one"
    assert kept.missed
    kept.write()
    assert not keep(file, house, "one").missed


def test_a_length_that_cannot_be_is_not_asked_of_the_system(file: Path, house: Path) -> None:
    keep(file, house, "one")
    told = file.read_bytes()
    file.write_bytes(told[:15] + b"\xff" + told[16:])
    tracemalloc.start()
    try:
        KeptModules(str(file)).close()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000


def test_what_is_imported_after_the_writing_is_pythons_own_business(
    file: Path, house: Path
) -> None:
    kept = keep(file, house, "one")
    before = file.read_bytes()
    assert get(kept, house, "two") == "two"
    kept.write()
    assert file.read_bytes() == before


def test_where_nothing_may_be_written_nothing_is(
    file: Path, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    keep(file, house, "one")
    assert not file.exists()


def test_a_second_process_opens_no_bytecode_but_the_one_file(file: Path) -> None:
    def start() -> tuple[str, int]:
        environment = dict(os.environ)
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        ran = subprocess.run(
            (sys.executable, "-c", STARTING, str(file)),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        name, opened = ran.stdout.split()
        return name, int(opened)

    name, before = start()
    assert name == "posloyalty.domain.engine.evaluate"
    # The first may have compiled what the second finds compiled.
    start()
    _, after = start()
    assert after == 1 < before
