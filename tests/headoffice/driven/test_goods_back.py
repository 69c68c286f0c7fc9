"""Goods of a sale come back at another till, over a served head office: its money, its points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

import pytest

from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.basket import DiscountByHand
from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import UnknownReturn
from tests.headoffice.a_chain import MEMBER
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House, until
from tests.services.counter import goods

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@contextmanager
def two_tills(house: House) -> Iterator[tuple[Program, Program]]:
    """Two that take back what the other one sold."""
    with ExitStack() as open_:
        one, other = (open_.enter_context(house.till(number)) for number in (1, 2))
        for program, sold in ((one, other), (other, one)):
            program.till.tills.trust(sold.till.tills.own()[1], program.counter.manager)
            details = replace(program.till.shop.details(), elsewhere=ElsewherePolicy.SUPERVISED)
            program.till.shop.save(details, program.counter.manager)
            program.sold()
        for program in (one, other):
            program.until(lambda: program.till.lending.asks_now)  # noqa: B023 - waited for here
        yield one, other


def sold_for_22(program: Program) -> Sale:
    """Articles 1 and 2 of 20.00 each to the member, 18.00 off both: 11.00 for each."""
    basket = program.counter.basket().add(goods(2))
    off = DiscountByHand(amount_minor=1_800, name="Box")
    sale = program.counter.book(basket.discounting(0, off))
    program.sold()
    return sale


def shown(program: Program, seller: Program, sale: Sale, minor: int) -> UnknownReturn:
    """The member's receipt, and article 1 for so much."""
    with seller.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    unknown = program.till.refunds_unknown
    back = UnknownGoods(product=goods(1), quantity_milli=1_000, amount_minor=minor)
    proven = unknown.prove_returnable(code)
    return unknown.wish(back, receipt=proven, member_id=MEMBER, cause="unwanted")


def book_there(program: Program, wish: UnknownReturn) -> Refund:
    unknown = program.till.refunds_unknown
    made = unknown.complete(wish, unknown.quote(wish), program.counter.manager)
    program.sold()
    return made


def back_here(program: Program, sale: Sale, line: int) -> Refund:
    """A line of the till's own sale."""
    refunds = program.till.refunds
    wish = replace(refunds.wish((line, 1_000)), cause="unwanted")
    assert program.till.reserve_return.of_sale(sale.id, wish).short == ()
    made = refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), program.counter.manager)
    program.sold()
    return made


def cases(house: House) -> list[tuple[str, int]]:
    house.until_folded()
    with house.office() as office:
        return [(one.anomaly, one.amount) for one in office.findings.open_findings()]


def has(points: int, program: Program) -> bool:
    return program.counter.points() == points


def everywhere(tills: tuple[Program, Program], points: int) -> None:
    for program in tills:
        program.until(partial(has, points, program))


def is_offline(program: Program) -> bool:
    return program.till.sending.status().sending is Sending.OFFLINE


@pytest.mark.long(beside="test_cut_off_both_give_money_and_the_points_are_taken_once")
def test_in_reach_the_server_says_what_was_paid_and_22_00_go_back_for_22_00(house: House) -> None:
    with two_tills(house) as tills:
        one, other = tills
        sale = sold_for_22(one)
        everywhere(tills, 2_200)
        wish = shown(other, one, sale, 2_000)
        assert other.till.reserve_return.of_receipt(wish).short == ()
        with pytest.raises(ServiceRefusal, match="ABOVE_PAID") as fault:
            book_there(other, wish)
        assert fault.value.facts == {"name": "Article 1", "most_minor": 1_100}
        cheaper = shown(other, one, sale, 1_100)
        assert other.till.reserve_return.of_receipt(cheaper).short == ()
        assert book_there(other, cheaper).total_minor == 1_100
        everywhere(tills, 1_100)
        assert back_here(one, sale, 2).total_minor == 1_100
        everywhere(tills, 0)
        assert cases(house) == []
    house.proves()


def test_cut_off_both_give_money_and_the_points_are_taken_once(house: House) -> None:
    with two_tills(house) as tills:
        one, other = tills
        one.sell()
        sale = sold_for_22(one)
        everywhere(tills, 4_200)
        with house.cut_off():
            for program in tills:
                program.sold()
                program.until(partial(is_offline, program))
            assert back_here(one, sale, 1).total_minor == 1_100
            assert book_there(other, shown(other, one, sale, 2_000)).total_minor == 2_000
        for program in tills:
            program.retry()
        everywhere(tills, 2_000)
        until(lambda: cases(house) == [("over_returned", 1_000)])
    house.proves()
