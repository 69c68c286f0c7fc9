"""docs/complaints.md: whatever it says holds a complaint is there, and no complaint is left out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import resources

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "complaints.md").read_text(encoding="utf-8")
SCENARIOS = resources.path("scenarios")
ENGINES, TILLS = PAGE.split("\n## ")[1:]
ROWS = [
    re.split(r"(?<!\\)\|", line)[1:-1]
    for part in (ENGINES, TILLS)
    for line in part.splitlines()
    if line.startswith("|")
]
HELD = [
    (row[0].strip(), name)
    for row in ROWS
    for name in re.findall(r"`((?:tests/|\w+/)[^`]+)`", row[-1])
]


def test_all_that_users_reported_stands_in_it() -> None:
    rows = [line for line in ENGINES.splitlines() if line.startswith("|")]
    assert len(rows) - 2 == 21
    numbers = re.findall(r"^\| (\d+) \|", TILLS, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 41)]


def test_every_row_is_held_by_something() -> None:
    empty = [row for row in ROWS if "---" not in row[0] and "held by" not in row[-1]]
    assert [row[0] for row in empty if "`" not in row[-1]] == []


@pytest.mark.parametrize(("row", "name"), HELD)
def test_what_holds_it_is_there(row: str, name: str) -> None:
    if not name.startswith("tests/"):
        assert (SCENARIOS / f"{name}.toml").is_file(), row
        return
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    named = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    assert not function or function in named, row


def test_every_scenario_of_a_complaint_is_told() -> None:
    told = {name.removeprefix("complaints/") for _, name in HELD if name.startswith("complaints/")}
    assert {path.stem for path in (SCENARIOS / "complaints").glob("*.toml")} == told
