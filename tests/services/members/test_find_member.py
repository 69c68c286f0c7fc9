"""Finding members in a real book by whatever a cashier types, and what their panel shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.members.short_code import format_short_code
from posloyalty.domain.shop.tender import CashRounding, take_cash
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.storage.statements import Rows, Statement
from posloyalty.storage.unit_of_work import SqlBook
from tests.fakes.book import set_status
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import goods

TERMS = (("terms", "", True),)
PEOPLE = (
    ("王小雨", "13812346021"),
    ("吴小燕", "13900000418"),
    ("王敏", "13700000417"),
    ("Anna Lopez", "13900000417"),
    ("𠮷田真弓", "13600000001"),
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        for name, phone in PEOPLE:
            form = EnrolForm(phone=phone, name=name, consents=TERMS, language="en")
            made.till.enrol.enrol(form, made.manager)
        yield made


def names(shop: Shop, typed: str, limit: int = 20) -> list[str]:
    return [row.name for row in shop.till.members.search(typed, limit).rows]


def the_one(shop: Shop, typed: str) -> bytes:
    unique = shop.till.members.search(typed).unique
    assert unique is not None
    return unique.member_id


def buys(shop: Shop, member_id: bytes, number: int) -> None:
    """A sale of one article, paid in cash; number 12 costs 112.50."""
    check_out = shop.till.check_out
    basket = check_out.open_basket().add(goods(number)).for_member(member_id, proof="card")
    quote = check_out.quote(basket)
    due = quote.payable_minor
    cash = take_cash(due, (), given_minor=due, rounding=CashRounding())
    check_out.complete(basket, quote, (cash,), shop.manager)
    shop.till.follow_members()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13812346021", {"王小雨"}),
        ("+86 138-1234-6021", {"王小雨"}),
        ("138123", {"王小雨"}),
        ("0417", {"王敏", "Anna Lopez"}),
        ("6021", {"王小雨"}),
        ("0001", {"𠮷田真弓"}),  # and not 01, as if 00 began a country's number
        ("小雨", {"王小雨"}),
        ("wxy", {"王小雨", "吴小燕"}),
        ("wangxiaoyu", {"王小雨"}),
        ("lopez", {"Anna Lopez"}),
        ("LOPEZ an", {"Anna Lopez"}),
        ("真弓", {"𠮷田真弓"}),
        ("", set()),
        ("   ", set()),
        ("%_*\"'; DROP", set()),
        ("nobody", set()),
    ],
)
def test_whatever_a_cashier_types_finds_who_is_meant(
    shop: Shop, typed: str, expected: set[str]
) -> None:
    assert set(names(shop, typed)) == expected


def test_before_the_till_knows_its_members_whole_numbers_are_found_and_the_rest_is_unsure(
    shop: Shop,
) -> None:
    till = shop.reopen()
    early = till.members.search("小雨")
    assert (early.rows, early.whole) == ((), False)
    assert names(shop, "13812346021") == ["王小雨"]
    till.settle()
    later = till.members.search("小雨")
    assert ([row.name for row in later.rows], later.whole) == (["王小雨"], True)


def test_members_are_found_while_the_book_is_being_checked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, found = shop.reopen(), list[list[str]]()
    monkeypatch.setattr(SqlBook, "quick_check", lambda _book: found.append(names(shop, "小雨")))
    till.settle()
    assert found == [["王小雨"]]


def test_the_only_one_found_is_named_as_such_and_two_are_not(shop: Shop) -> None:
    assert shop.till.members.search("王小雨").unique is not None
    assert shop.till.members.search("0417").unique is None
    assert shop.till.members.search("0417").total_on_till == len(PEOPLE)


def test_a_short_code_finds_its_member_as_it_is_printed_and_a_mistyped_one_nobody(
    shop: Shop,
) -> None:
    member_id = the_one(shop, "王敏")
    code = shop.till.enrol.card(member_id).short_code
    assert names(shop, format_short_code(code).lower()) == ["王敏"]
    assert shop.till.members.by_card(code) == member_id
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert shop.till.members.by_card(wrong) is None


def test_a_whole_phone_number_is_found_exactly(shop: Shop) -> None:
    assert shop.till.members.by_phone("138 1234 6021") == the_one(shop, "王小雨")
    assert shop.till.members.by_phone("13812346029") is None


def test_the_last_visitor_comes_first(shop: Shop) -> None:
    first, second = names(shop, "0417")
    shop.clock.pass_time(timedelta(days=1))
    buys(shop, the_one(shop, second), 1)
    assert names(shop, "0417") == [second, first]


def test_rows_are_bounded(shop: Shop) -> None:
    assert len(names(shop, "wxy", limit=1)) == 1


def test_a_row_and_the_panel_show_what_the_sale_made_of_the_member(shop: Shop) -> None:
    member_id = the_one(shop, "王小雨")
    for _ in range(5):
        buys(shop, member_id, 12)
    (row,) = shop.till.members.search("王小雨").rows
    panel = shop.till.members.panel(member_id)
    assert row.balance == panel.wallets[0].balance > 500
    assert (row.tier_name, row.tier_rank) == ("Silver", 1)
    assert panel.tiers[0].level == "silver"
    assert row.last_visit == panel.last_visit == shop.clock.now()
    assert (panel.as_of, panel.stale) == (shop.clock.now(), False)
    assert shop.till.members.row(member_id) == row


def test_a_panel_asks_few_questions_and_none_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    member_id = the_one(shop, "13812346021")
    buys(shop, member_id, 12)
    shop.till.members.panel(member_id)
    asked: list[str] = []
    run = Statement.run

    def told(statement: Statement, connection: Connection, /, **values: object) -> Rows:
        asked.append(statement.sql)
        return run(statement, connection, **values)

    buys(shop, member_id, 1)
    monkeypatch.setattr(Statement, "run", told)
    shop.till.members.panel(member_id)
    assert len(asked) <= 10
    assert len(set(asked)) == len(asked)
    assert not [sql for sql in asked if "toml" in sql], "the programme's file is known already"
    del asked[:]
    shop.till.members.panel(member_id)
    assert len(asked) <= 2, "nobody has committed anything: only the programme may have changed"


def test_points_run_out_by_the_clock_alone(shop: Shop) -> None:
    member_id = the_one(shop, "王小雨")
    buys(shop, member_id, 12)
    last = shop.till.members.panel(member_id).wallets[0].next_expiry
    assert last is not None
    shop.clock.pass_time(timedelta(days=(last - shop.clock.now().date()).days))
    assert shop.till.members.panel(member_id).wallets[0].balance > 0
    shop.clock.pass_time(timedelta(days=1))
    assert shop.till.members.panel(member_id).wallets[0].balance == 0


def test_closed_members_are_not_found_and_erased_ones_have_no_panel(shop: Shop) -> None:
    member_id = the_one(shop, "王敏")
    set_status(shop.till.book, shop.ids, member_id, MemberStatus.CLOSED)
    # At once, before the cache has followed the book, and afterwards.
    assert names(shop, "王敏") == []
    shop.till.follow_members()
    assert names(shop, "王敏") == []
    assert names(shop, "13700000417") == []
    set_status(shop.till.book, shop.ids, member_id, MemberStatus.ERASED)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MEMBER"):
        shop.till.members.panel(member_id)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MEMBER"):
        shop.till.members.panel(b"x" * 16)


def test_without_a_programme_a_member_has_neither_wallets_nor_tiers(tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        form = EnrolForm(phone="13812346021", name="Ann", consents=TERMS)
        enrolled = shop.till.enrol.enrol(form, shop.manager)
        panel = shop.till.members.panel(enrolled.member.id)
        assert (panel.wallets, panel.tiers) == ((), ())
        (row,) = shop.till.members.search("Ann").rows
        assert (row.balance, row.tier_name) == (0, "")
