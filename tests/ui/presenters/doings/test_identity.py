"""Who was not seen for long shows who they are; the row is there until they did."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.ui.presenters.doings.a_desk import doings_desk

PROGRAMME = """
language = 2
id = "watched"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[risk]
idle_days = 180
"""


def test_a_member_who_shows_who_they_are_is_not_asked_again(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=PROGRAMME) as desk:
        desk.open()
        assert not [one for one in desk.ids() if one.startswith("risk:")]
        desk.shop.clock.pass_time(timedelta(days=200))
        desk.open()
        row = desk.row("risk:")
        assert (row.id, row.heading) == ("risk:verify", "Checks")
        desk.do("risk:verify")
        assert not [one for one in desk.ids() if one.startswith("risk:")]
        assert desk.shop.till.verify.verify().holds
