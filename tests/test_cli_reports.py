"""`posloyalty report`: what a book's programme came to, in words and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.services.programmes.wind_up import Ended, WindUp
from tests.services.a_shop import csv_file
from tests.test_cli import book, run  # noqa: F401

PROGRAMME = """
language = 2
id = "club"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[campaign]]
id = "spring"
name = "Spring"
goal = "Bring members back"
owner = "Marketing"
status = "approved"
budget = { money = "0.00", points = 500 }
control = "10%"
[[partner]]
id = "air"
name = "Air"
issue = "0.015"
[[cause]]
id = "third"
name = "A third"
share = { of = "profit", rate = "1/3" }
[[segment]]
id = "loyal"
rfm = { recency = "5" }
[[offer]]
id = "ten-off"
scope = "order"
amount = "10.00"
campaign = "spring"
"""


@pytest.fixture
def club(book: Path, tmp_path: Path) -> Path:  # noqa: F811
    file = tmp_path / "club.toml"
    file.write_text(PROGRAMME, encoding="utf-8")
    assert run("programme", "install", file, "--book", book).code == 0
    return book


def test_a_settlement_of_nothing_is_told_by_partner(club: Path) -> None:
    span = ("--from", "2026-03-01", "--through", "2026-03-31")
    said = run("report", "settlement", "--book", club, *span)
    assert said.out.splitlines() == [
        "Air (air) pays ¥0.00",
        "points: 0 issued, 0 taken back; 0 spent with it, 0 given back; "
        "of its own points 0 spent anywhere",
        "The operator has ¥0.00 more",
        "points: 0 outstanding",
    ]
    told = json.loads(run("report", "settlement", "--book", club, *span, "--json").out)
    assert told["operator"] == {"CNY": 0}


def test_a_grant_is_told_and_not_given_twice(club: Path) -> None:
    month = f"{datetime.now(tz=UTC).replace(day=1) - timedelta(days=20):%Y-%m}"
    asked = ("grant", "third", "--period", month, "--profit", "18000.00", "--book", club)
    assert run(*asked).out == f"A third: 6,000.00 granted for {month}\n"
    again = run(*asked)
    assert (again.code, again.err) == (Exit.REFUSED, f"{month} is granted already.\n")
    assert run(*asked[:5], "a lot", *asked[6:]).code == Exit.WRONG_USE
    old = ("grant", "third", "--period", "2001-01", "--book", club)
    assert run(*old).err == "2001-01 lies too far back; the last two years can be granted.\n"


def test_a_snapshot_is_reckoned_from_the_books_purchases(club: Path) -> None:
    said = run("snapshot", "--since", "2020-01-01", "--book", club)
    assert said.out == "Segments are others than before for 0 members.\n"


def test_rows_of_a_partner_are_taken_once_and_bad_ones_told(club: Path, tmp_path: Path) -> None:
    people = csv_file(tmp_path / "people.csv", "id,name,phone\nV1,Wang,13800138000")
    assert run("import-members", people, "--book", club).code == 0
    rows = "row,phone,points\n1,13800138000,500\n2,000,5\n3,13800138000,x"
    file = csv_file(tmp_path / "rows.csv", rows)
    taken = ("partner-rows", file, "--partner", "air", "--book", club)
    for _ in range(2):
        said = run(*taken)
        assert said.code == Exit.FOUND
        assert said.out.splitlines()[-1] == "1 row taken, 2 refused."
    span = ("--from", "2020-01-01", "--through", "2099-12-31")
    told = json.loads(run("report", "settlement", "--book", club, *span, "--json").out)
    assert told["partners"][0]["issued"] == 500


def test_campaigns_are_told_with_what_is_left(club: Path) -> None:
    said = run("report", "campaigns", "--book", club)
    assert said.out.splitlines() == [
        "Spring (spring): active, control group 10 %",
        "Goal: Bring members back",
        "Owner: Marketing",
        "Rules: ten-off",
        "Points: 0 of 500, 0 %",
        "Money: 0.00 of 0.00, 100 %: used up",
    ]
    (told,) = json.loads(run("report", "campaigns", "--book", club, "--json").out)
    assert told["state"] == "active"
    assert [line["alert"] for line in told["budget"]] == [0, 0, 100, 0]


def test_whom_a_programme_that_ended_owes_money_is_listed(
    club: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2027, 4, 3)
    ends = (
        Ended(member_id=b"A" * 16, name="Ana", day=day, worth=(("points", 150, 150),)),
        Ended(member_id=b"B" * 16, name="", day=day, worth=()),
    )
    monkeypatch.setattr(WindUp, "ends", lambda _self: ends)
    said = run("report", "ends", "--book", club)
    assert "2027-04-03 Ana: 1.50" in said.out
    assert "Ended for 2 members; owed in all: 1.50 CNY" in said.out
    told = json.loads(run("report", "ends", "--book", club, "--json").out)
    assert told[0]["worth"] == [{"wallet": "points", "points": 150, "minor": 150}]
