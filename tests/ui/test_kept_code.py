"""Code that was compiled once: it counts for the same source only, and never gets in the way."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from ui.kept_code import kept_code

SOURCE = b"def double(n: Unknown) -> int:\n    return 2 * n\n"


@pytest.fixture(autouse=True)
def _bytecode_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The sources that Python's own compiler was asked for."""
    asked: list[Any] = []
    plain: Callable[..., Any] = builtins.compile

    def listening(source: Any, *told: Any, **named: Any) -> Any:
        asked.append(source)
        return plain(source, *told, **named)

    monkeypatch.setattr(builtins, "compile", listening)
    return asked


def _ask(file: Path, source: bytes = SOURCE) -> CodeType:
    with kept_code(str(file)):
        code = compile(source, "somewhere.py", "exec")
    assert isinstance(code, CodeType)
    return code


def _doubled(code: CodeType) -> int:
    made: dict[str, Any] = {}
    exec(code, made)
    return int(made["double"](21))


def test_the_second_start_compiles_nothing(tmp_path: Path, compiled: list[Any]) -> None:
    file = tmp_path / "deep" / "kept.pyc"
    _ask(file)
    assert _doubled(_ask(file)) == 42
    assert compiled == [SOURCE]
    assert [left.name for left in file.parent.iterdir()] == ["kept.pyc"]


def test_another_source_under_the_same_name_is_compiled(
    tmp_path: Path, compiled: list[Any]
) -> None:
    _ask(tmp_path / "kept.pyc")
    assert _doubled(_ask(tmp_path / "kept.pyc", SOURCE.replace(b"2", b"4"))) == 84
    assert len(compiled) == 2


@pytest.mark.parametrize("damage", [b"", b"rubbish", bytes(400)])
def test_a_damaged_file_is_as_good_as_none_and_made_anew(
    tmp_path: Path, compiled: list[Any], damage: bytes
) -> None:
    file = tmp_path / "kept.pyc"
    file.write_bytes(damage)
    for _ in range(2):
        assert _doubled(_ask(file)) == 42
    assert compiled == [SOURCE]


def test_a_file_that_was_cut_off_is_not_believed(tmp_path: Path, compiled: list[Any]) -> None:
    file = tmp_path / "kept.pyc"
    _ask(file)
    file.write_bytes(file.read_bytes()[:-1])
    assert _doubled(_ask(file)) == 42
    assert compiled == [SOURCE] * 2


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path: Path, compiled: list[Any]) -> None:
    (tmp_path / "a-file").write_text("")
    for _ in range(2):
        assert _doubled(_ask(tmp_path / "a-file" / "kept.pyc")) == 42
    assert compiled == [SOURCE] * 2


def test_a_python_that_writes_no_bytecode_writes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    _ask(tmp_path / "kept.pyc")
    assert not list(tmp_path.iterdir())


def test_afterwards_compile_is_as_it_was_even_behind_a_fault(tmp_path: Path) -> None:
    plain = builtins.compile
    with pytest.raises(SyntaxError), kept_code(str(tmp_path / "kept.pyc")):
        compile(b"def", "somewhere.py", "exec")
    assert builtins.compile is plain
