"""Challenges beside a sale: those that wait and those that run stand in one group, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.presenters.doings.a_desk import doings_desk

PROGRAMME = """
language = 2
id = "ways"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 500 }]
[[tier_scheme.challenge]]
id = "fast"
name = "Fast track"
level = "gold"
days = 30
need = { visits = 2 }
[[challenge]]
id = "visits"
name = "Five visits"
need = { visits = 5 }
within = { days = 14 }
opt_in = true
gives = { points = 100 }
[[challenge]]
id = "spend"
name = "Two hundred"
need = { spend = "200.00" }
within = { per = "month" }
gives = { points = 100 }
"""


def test_those_for_a_level_and_all_others_stand_under_one_heading(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=PROGRAMME) as desk:
        desk.open()
        ids = [one for one in desk.ids() if one.startswith(("take_up:", "challenge:"))]
        assert ids == ["take_up:visits", "challenge:spend", "take_up:level/fast"]
        headings = [desk.row(one).heading for one in ids]
        assert headings == ["Challenges", "", ""]


@pytest.mark.parametrize(
    ("language", "sub", "spent"),
    [
        ("en", "4 visits to go, until 5 Dec", "100.00 to go, until 30 Nov"),
        ("zh_CN", "还差 4 次消费，至 12 月 5 日", "还差 100.00，至 11 月 30 日"),
    ],
)
def test_one_that_runs_says_what_it_still_asks_for_and_how_far_it_is(
    tmp_path: Path, language: str, sub: str, spent: str
) -> None:
    with doings_desk(tmp_path, programme=PROGRAMME, language=language) as desk:
        desk.open()
        desk.do("take_up:visits")
        desk.sell("SCARF")
        desk.open()
        visits, spend = desk.row("challenge:visits"), desk.row("challenge:spend")
        assert (visits.sub, visits.amount) == (sub, "1 / 5")
        assert (spend.sub, spend.amount) == (spent, "100.00 / 200.00")
