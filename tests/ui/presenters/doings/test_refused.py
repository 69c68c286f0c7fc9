"""What cannot be done now says what is missing, in the words and days of who reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from posloyalty.services.lending.reserve_for_sale import Reservation, Short
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.wire.lending import Held
from tests.fakes.reserving import FakeReserveUse
from tests.ui.presenters.doings.a_desk import doings_desk
from ui.presenters.ports import ToastKind


def test_a_privilege_of_others_says_for_whom_it_is(tmp_path: Path) -> None:
    programme = """
    language = 2
    id = "levels"
    version = 1
    currency = "CNY"
    timezone = "Asia/Shanghai"
    [[wallet]]
    id = "points"
    [[tier_scheme]]
    id = "level"
    window = { kind = "rolling_months", months = 12 }
    hold_months = 12
    level = [{ id = "gold", name = "Gold", from = 1000 }]
    [[privilege]]
    id = "tasting"
    name = "Tasting"
    when = { tier = { at_least = "gold" } }
    """
    with doings_desk(tmp_path, programme=programme) as desk:
        desk.open()
        row = desk.row("privilege:")
        assert row.faint
        assert "Gold" in row.sub


ASKS_FOR_MORE = """
language = 2
id = "asks"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 1000 }]
[[vote]]
id = "bread"
name = "The next bread"
within = { from = 2026-11-01, through = 2026-11-30 }
option = [{ id = "rye", name = "Rye" }, { id = "nut", name = "Walnut" }]
[vote.when]
tier = { at_least = "gold" }
history = { of = "spend", per = "month", at_least = "20.00" }
[[event]]
id = "evening"
name = "Tea evening"
on = 2026-12-05
until = 2026-11-20
capacity = 3
"""


def test_a_row_names_every_condition_that_is_not_met_with_its_numbers(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=ASKS_FOR_MORE) as desk:
        desk.open()
        row = desk.row("vote:")
        assert row.faint
        assert row.sub == "From level Gold; 20.00 short of what was to be spent before"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "This was possible through 20 Nov."),
        ("zh_CN", "截止日期为 11 月 20 日。"),
        ("zh_TW", "截止日期為 11 月 20 日。"),
    ],
)
def test_a_day_in_a_refusal_is_written_as_days_are_written_here(
    tmp_path: Path, language: str, said: str
) -> None:
    with doings_desk(tmp_path, programme=ASKS_FOR_MORE, language=language) as desk:
        desk.open()
        assert desk.row("event:").sub == said


@pytest.mark.parametrize(
    ("language", "elsewhere", "said"),
    [
        ("en", (), "Another till is using this right now"),
        ("en", (Held(store="S2", n=1),), "Store S2 is using this right now"),
        ("zh_CN", (Held(store="S2", n=1),), "门店 S2 正在使用"),
        ("zh_TW", (Held(store="S2", n=1),), "門市 S2 正在使用"),
    ],
)
def test_a_pass_that_another_till_is_using_is_not_used_here(
    tmp_path: Path, language: str, elsewhere: tuple[Held, ...], said: str
) -> None:
    with doings_desk(tmp_path, language=language) as desk:
        desk.sell("PASS")
        office = FakeReserveUse()
        vars(desk.shop.till)["reserve_use"] = office  # as the till keeps a service once made
        short = Short(asset=Asset(AssetKind.RIGHT, "00", b""), missing=1, elsewhere=elsewhere)
        office.answers = [Reservation(asked=True, short=(short,))]
        desk.open()
        was = desk.row("pass:").sub
        assert said in desk.do("pass:")
        assert desk.row("pass:").sub == was
        desk.presenter.do_it()  # head office has it free now
        assert len(office.asked) == 2
        assert desk.row("pass:").sub != was


@pytest.mark.parametrize("what", ["activity:bottles", "take_up:", "event:", "vote:"])
def test_whatever_is_recorded_asks_head_office_first_for_what_rules_give_and_take(
    tmp_path: Path, what: str
) -> None:
    with doings_desk(tmp_path) as desk:
        office = FakeReserveUse()
        vars(desk.shop.till)["reserve_use"] = office
        desk.open()
        desk.do(what, quantity="4", bin="7", guests="0", choice="rye")
        assert [one.member_id for one in office.asked] == [desk.member]
        assert desk.said[1] is ToastKind.GOOD


def test_out_of_reach_nothing_is_asked_and_all_the_same_recorded(tmp_path: Path) -> None:
    with doings_desk(tmp_path) as desk:
        office = FakeReserveUse(asks=False)
        vars(desk.shop.till)["reserve_use"] = office
        desk.open()
        desk.do("activity:bottles", quantity="4", bin="7")
        assert (office.asked, desk.said[1]) == ([], ToastKind.GOOD)
