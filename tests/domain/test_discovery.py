"""A package of kinds finds its files by itself, in one order, wherever it lies."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from posloyalty.domain.discovery import import_all
from posloyalty.domain.engine.at_counter import SHOWN, shows
from posloyalty.domain.programme.declaration import DECLARATIONS, declares

FOUND = (
    "posloyalty.domain.engine.works",
    "posloyalty.domain.programme.conditions",
    "posloyalty.domain.programme.earning",
    "posloyalty.domain.programme.effects",
    "posloyalty.domain.programme.kinds",
    "posloyalty.insight.draft.warnings",
    "posloyalty.scenario.expectations",
    "posloyalty.scenario.givens",
    "posloyalty.scenario.payments",
    "posloyalty.scenario.steps",
    "posloyalty.scenario.wishes",
)


@pytest.mark.parametrize("package", FOUND)
def test_every_file_of_a_package_of_kinds_is_imported_with_it(package: str) -> None:
    (folder,) = import_module(package).__path__
    files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    assert files
    assert {name for name in files if f"{package}.{name}" not in sys.modules} == set()


def test_files_come_in_the_order_of_their_names_and_none_is_named_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "kinds_of_tests"
    package.mkdir()
    (package / "__init__.py").write_text("SEEN = []\n", "utf-8")
    for name in ("b_second", "c_third", "a_first"):
        text = f"from kinds_of_tests import SEEN\nSEEN.append({name!r})\n"
        (package / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = import_module("kinds_of_tests")
    assert made.SEEN == []
    import_all(made.__name__, made.__path__)
    assert made.SEEN == ["a_first", "b_second", "c_third"]
    for name in [one for one in sys.modules if one.startswith("kinds_of_tests")]:
        del sys.modules[name]


def test_a_file_that_cannot_be_imported_is_told_of_and_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "broken_kinds"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "half.py").write_text("raise RuntimeError('half a kind')\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = import_module("broken_kinds")
    with pytest.raises(RuntimeError, match="half a kind"):
        import_all(made.__name__, made.__path__)
    del sys.modules["broken_kinds"]


def test_a_key_of_files_is_read_by_one_kind_alone() -> None:
    import_module("posloyalty.domain.programme.kinds")
    known = DECLARATIONS["club"]
    with pytest.raises(ValueError, match="club is read by another"):
        declares("club", known.shape, until=known.until)(known.read)
    assert DECLARATIONS["club"] is known


def test_a_shape_is_shown_by_one_function_alone() -> None:
    import_module("posloyalty.domain.engine.works")
    shape, known = next(iter(SHOWN.items()))
    with pytest.raises(ValueError, match="is shown by another"):
        shows(shape, heading=known.heading, place=known.place)(known.rows)
    assert SHOWN[shape] is known
