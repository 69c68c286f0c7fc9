"""Data classes made from what was kept: the same classes, and never a text that is not theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ui.kept_classes import KeptClasses

TEXT = "def made(n):\n return n * {factor}\n"
STARTING = """
import builtins, sys
from ui.kept_classes import keep_classes, write_classes
asked = []
plain = builtins.compile
def compiling(source, *told, **named):
    asked.append(source)
    return plain(source, *told, **named)
builtins.compile = compiling
keep_classes(sys.argv[1])
from dataclasses import FrozenInstanceError, dataclass, replace

@dataclass(frozen=True, slots=True, order=True)
class Line:
    name: str
    pieces: int = {pieces}

line = Line("milk")
try:
    line.pieces = 2
except FrozenInstanceError:
    print(line, replace(line, pieces=2), line < Line("tea"), hash(line) == hash(Line("milk")))
print(len(asked))
write_classes()
"""


@pytest.fixture(autouse=True)
def _bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


def executed(kept: KeptClasses, factor: int = 2) -> int:
    made: dict[str, Any] = {}
    kept.execute(TEXT.format(factor=factor), {}, made)
    return int(made["made"](21))


def start(file: Path, pieces: int = 1) -> tuple[str, int]:
    """A fresh process with a data class; what it printed, and how many texts it compiled."""
    ran = subprocess.run(
        (sys.executable, "-c", STARTING.replace("{pieces}", str(pieces)), str(file)),
        env={name: told for name, told in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told, asked = ran.stdout.splitlines()
    return told, int(asked)


def test_the_second_start_makes_the_same_class_and_compiles_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kept.pyc"
    first, compiled = start(file)
    assert compiled > 0
    assert first == "Line(name='milk', pieces=1) Line(name='milk', pieces=2) True True"
    assert start(file) == (first, 0)


def test_a_class_that_was_changed_is_made_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "kept.pyc"
    start(file)
    told, _ = start(file, pieces=7)
    assert told.startswith("Line(name='milk', pieces=7)")


def test_what_was_compiled_before_is_kept_beside_what_is_new(tmp_path: Path) -> None:
    file = str(tmp_path / "kept.pyc")
    for factor in (2, 3):
        kept = KeptClasses(file)
        assert executed(kept, factor) == 21 * factor
        kept.write()
    whole = (tmp_path / "kept.pyc").read_bytes()
    again = KeptClasses(file)
    assert [executed(again, factor) for factor in (2, 3)] == [42, 63]
    again.write()
    assert (tmp_path / "kept.pyc").read_bytes() == whole


@pytest.mark.parametrize("damage", [b"", b"rubbish", bytes(400)])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "kept.pyc"
    file.write_bytes(damage)
    kept = KeptClasses(str(file))
    assert executed(kept) == 42
    kept.write()
    assert executed(KeptClasses(str(file))) == 42


def test_a_file_that_grew_with_old_texts_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.pyc"
    monkeypatch.setattr("ui.kept_classes.MOST", 2)
    sizes = []
    for factor in (1, 2, 3):
        kept = KeptClasses(str(file))
        executed(kept, factor)
        kept.write()
        sizes.append(file.stat().st_size)
    assert sizes[0] == sizes[2] < sizes[1]
