"""`posloyalty scenario run`: outside the checkout, beside one's own programme."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from posloyalty.cli.commands import application
from posloyalty.wording import LANGUAGES, Words
from tests.scenario.played import GOODS

ROOT = Path(__file__).parents[2]
CLUB = """
language = 1
id = "my-club"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
"""
SCENARIO = (
    """
scenario = 1
name = "A coffee"

[programme]
file = "my-club.toml"

[[member]]
id = "wang"

[[when]]
step = "sale"
member = "wang"
lines = ["COFFEE"]
expect = { earned = 28 }
"""
    + GOODS
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a programme, and a scenario of it in a folder below."""
    folder = tmp_path / "my"
    (folder / "coffee").mkdir(parents=True)
    (folder / "my-club.toml").write_text(CLUB, encoding="utf-8")
    scenario = SCENARIO.replace("my-club.toml", "../my-club.toml")
    (folder / "coffee" / "one.toml").write_text(scenario, encoding="utf-8")
    (folder / "notes.txt").write_text("scenario = 1", encoding="utf-8")
    return folder


def run(*arguments: object, language: str = "en") -> tuple[int, str, str]:
    """Exit code, answer, and what is said beside it."""
    told = ["scenario", "run", *map(str, arguments)]
    done = CliRunner().invoke(application(Words(language)), told)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_a_folder_with_ones_own_programme_runs_outside_the_checkout(mine: Path) -> None:
    script = "from posloyalty.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "scenario", "run", "my/"],
        cwd=mine.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "POSLOYALTY_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 passed, 0 failed\n", "")
    assert sorted(path.name for path in mine.rglob("*") if path.is_file()) == [
        "my-club.toml",
        "notes.txt",
        "one.toml",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_failed_is_told_with_its_line_in_every_language(mine: Path, language: str) -> None:
    file = mine / "coffee" / "one.toml"
    file.write_text(file.read_text().replace("earned = 28", "earned = 56"), encoding="utf-8")
    code, out, err = run(mine, language=language)
    assert (code, err) == (1, "")
    first, last = out.splitlines()
    assert str(file) in first
    assert "56" in first
    assert "28" in first
    assert last == Words(language)("cli.scenarios_run", passed=0, failed=1)


def test_a_file_that_is_no_scenario_is_told_whole_and_the_others_run(mine: Path) -> None:
    bad = mine / "bad.toml"
    text = SCENARIO.replace("earned = 28", 'earned = "many"').replace('["COFFEE"]', '["TEA"]')
    bad.write_text(text, encoding="utf-8")
    code, out, _ = run(mine)
    lines = out.splitlines()
    assert code == 2
    assert len(lines) == 3
    assert all(line.startswith(f"{bad}, line ") for line in lines[:-1])
    assert lines[-1] == "1 passed, 0 failed, 1 could not be read"


def test_the_answer_as_json_has_everything(mine: Path) -> None:
    file = mine / "coffee" / "one.toml"
    file.write_text(file.read_text().replace("earned = 28", "earned = 56"), encoding="utf-8")
    (mine / "bad.toml").write_text("scenario = 1\nname = 5\n", encoding="utf-8")
    code, out, _ = run(mine, "--json", language="zh_CN")
    told = json.loads(out)
    assert code == 2
    assert (told["passed"], told["failed"], told["unreadable"]) == (0, 1, 1)
    bad, one = told["files"]
    assert [(f["code"], f["line"]) for f in bad["findings"]] == [("LIST_EMPTY", 0), ("NOT_TEXT", 2)]
    ((case,), name) = (one["cases"], one["name"])
    assert (name, case["variant"], case["passed"]) == ("A coffee", "", False)
    (difference,) = case["differences"]
    assert difference["line"] == one_line(file, "expect")
    assert difference["path"] == "when[1].expect.earned"
    assert difference["facts"] == {"wanted": "56", "got": "28"}
    assert "预期 56，实际 28" in difference["text"]


def one_line(file: Path, start: str) -> int:
    """The line that begins so."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith(start))


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_no_scenario_it_says_so(tmp_path: Path, language: str) -> None:
    (tmp_path / "my-club.toml").write_text(CLUB, encoding="utf-8")
    words = Words(language)
    code, out, err = run(tmp_path, language=language)
    assert (code, out) == (2, "")
    assert err == words("cli.no_scenarios", places=tmp_path) + "\n"
    code, out, err = run(tmp_path / "none.toml", language=language)
    assert (code, out) == (2, "")
    assert err == words("import.NOT_FOUND", file=tmp_path / "none.toml") + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_is_in_the_chosen_language(language: str) -> None:
    told = CliRunner().invoke(application(Words(language)), ["scenario", "--help"])
    assert Words(language)("cli.help_scenario_run") in " ".join(told.stdout.split())
