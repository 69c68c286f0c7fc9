"""`posloyalty report`: what a book's programme came to, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
        "points: 0 issued, 0 taken back, 0 spent, 0 given back",
        "The operator has ¥0.00 more",
        "points: 0 outstanding",
    ]
    told = json.loads(run("report", "settlement", "--book", club, *span, "--json").out)
    assert told["operator"] == {"CNY": 0}


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
    assert [line["alert"] for line in told["budget"]] == [0, 0, 100]
