"""Receipts of sales and of what came back in one list: in order, by page, and found."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.ports import PrintState, ReceiptRow
from posloyalty.services.till import Till
from tests.services.conftest import Shop
from tests.services.returning.test_exchange_sale import begun
from tests.services.returning.test_refund_sale import CASHIER, PLAIN, basket, member, refund, sell


@pytest.fixture
def till(shop: Shop) -> Till:
    shop.till.programmes.install(PLAIN.encode())
    return shop.till


def told(rows: tuple[ReceiptRow, ...]) -> list[tuple[str, int]]:
    return [(row.kind.value, row.amount_minor) for row in rows]


@pytest.fixture
def day(till: Till) -> dict[str, Sale]:
    """A sale of which a piece came back, one that was voided, one that was exchanged."""
    known = sell(till, basket(till, 2, member_id=member(till)))
    refund(till, known, (1, 1000))
    voided = sell(till, basket(till, 1))
    refund(till, voided, kind=RefundKind.VOID)
    old = sell(till, basket(till, 0, 2))
    made = basket(till, 1)
    wish, quote = begun(till, old, made, (1, 2000))
    till.exchange.complete(old.id, wish, quote, made, (), CASHIER)
    return {"known": known, "voided": voided, "old": old}


def test_sales_and_what_came_back_stand_in_the_order_of_the_journal(
    till: Till, day: dict[str, Sale]
) -> None:
    rows = till.past_receipts.page()
    assert told(rows) == [
        ("sale", 450),
        ("exchange", -1100),
        ("sale", 1100),
        ("void", -450),
        ("sale", 450),
        ("return", -400),
        ("sale", 800),
    ]
    assert [row.seq for row in rows] == sorted((row.seq for row in rows), reverse=True)
    assert rows[1].of_number == day["old"].number
    assert rows[1].sale_id == day["old"].id != rows[1].paper_id


def test_pages_follow_one_another_without_a_gap(till: Till, day: dict[str, Sale]) -> None:
    assert day
    whole = till.past_receipts.page()
    found: tuple[ReceiptRow, ...] = ()
    while True:
        before = found[-1].seq if found else None
        page = till.past_receipts.page(before_seq=before, limit=2)
        if not page:
            break
        found += page
    assert found == whole


def test_a_sales_number_finds_what_came_back_of_it_and_a_refunds_number_itself(
    till: Till, day: dict[str, Sale]
) -> None:
    find = till.past_receipts.page
    of_known = find(text=day["known"].number)
    assert told(of_known) == [("return", -400), ("sale", 800)]
    number = of_known[0].number
    assert told(find(text=number.lower())) == [("return", -400)]
    assert told(find(text=number.rpartition("-")[2])) == [("return", -400)]
    assert find(text=number, before_seq=of_known[0].seq) == ()


def test_a_phone_finds_the_members_sales_and_returns(till: Till, day: dict[str, Sale]) -> None:
    assert day
    assert told(till.past_receipts.page(text="138 0000 0001")) == [("return", -400), ("sale", 800)]


def test_every_row_has_its_receipt_and_a_copy_of_it(till: Till, day: dict[str, Sale]) -> None:
    assert day
    for row in till.past_receipts.page():
        assert till.receipts.receipt(row.paper_id, copy=True).number == row.number
        till.receipts.queue(row.paper_id, copy=True, operator=CASHIER)


def test_receipts_in_doubt_are_those_of_refunds_too(till: Till, day: dict[str, Sale]) -> None:
    assert day
    with till.book.write() as unit:
        for row in till.past_receipts.page():
            job = unit.printing.queue(row.paper_id, copy=False)
            unit.printing.mark(job, PrintState.UNKNOWN)
        unit.commit()
    doubtful = till.past_receipts.in_doubt()
    assert told(doubtful) == told(till.past_receipts.page())
    till.receipts.dismiss(doubtful[1].paper_id)
    left = till.past_receipts.in_doubt()
    assert [row.paper_id for row in left] == [
        row.paper_id for row in doubtful if row != doubtful[1]
    ]
