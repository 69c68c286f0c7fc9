"""Refunds in any order on a real till: nothing comes back twice, and the pieces sum to the sale.

A Hypothesis machine sells, returns, voids and lets days pass; at its end everything that is left of
every sale comes back too, and then each sale must be gone to the last coin and point, and the book
must prove itself.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    multiple,
    rule,
    run_state_machine_as_test,
)

from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SetClock
from tests.faults.shop import reopen
from tests.services.returning.test_refund_sale import PLAIN, basket, member, sell

ARTICLES = 4
PIECES = st.lists(st.integers(0, 3), min_size=ARTICLES, max_size=ARTICLES).filter(any)


def test_refunds_in_any_order_sum_to_their_sales(
    _made_shop: Path,  # noqa: PT019 - copied for every run of the machine
    tmp_path: Path,
) -> None:
    runs = count()

    class Counter(RuleBasedStateMachine):
        """One till from its opening to the last refund."""

        sold = Bundle("sold")

        def __init__(self) -> None:
            super().__init__()
            folder = Path(shutil.copytree(_made_shop, tmp_path / str(next(runs))))
            self.clock = SetClock()
            self.till = reopen(folder, clock=self.clock)
            self.till.settle()
            self.till.programmes.install(PLAIN.encode())
            self.manager = self.till.people.all()[0]
            self.sales: dict[bytes, Sale] = {}
            self.refunds: dict[bytes, list[Refund]] = {}

        @rule(target=sold, counts=PIECES, redeem=st.sampled_from((0, 0, 100)), known=st.booleans())
        def buy(self, counts: list[int], redeem: int, known: bool) -> object:
            """A member or somebody unknown buys; points pay where there are any."""
            who = member(self.till) if known else None
            held = self.till.members.panel(member(self.till)).wallets[0].balance
            points = redeem if known and held >= redeem else 0
            made = basket(self.till, *counts, member_id=who, redeem=points)
            try:
                sale = sell(self.till, made)
            except ServiceRefusal:
                return multiple()
            self.sales[sale.id] = sale
            self.refunds[sale.id] = []
            return sale.id

        @rule(sale_id=sold, line=st.integers(0, ARTICLES - 1), pieces=st.integers(1, 4))
        def give_back(self, sale_id: bytes, line: int, pieces: int) -> None:
            """Some pieces of a line come back; more than there are is refused whole."""
            lines = self.sales[sale_id].lines
            number = lines[line % len(lines)].number
            left = self.till.refunds.find(sale_id).left[number]
            taken = self.book(sale_id, (number, pieces * 1000))
            assert taken is (pieces * 1000 <= left)
            after = self.till.refunds.find(sale_id).left[number]
            assert after == left - (pieces * 1000 if taken else 0) >= 0

        @rule(sale_id=consumes(sold))
        def void(self, sale_id: bytes) -> None:
            """The sale should not have been; what came back before stands against it.

            On a later day it is no void any more: all that is left of the sale comes back.
            """
            before = bool(self.refunds[sale_id])
            voided = self.book(sale_id, kind=RefundKind.VOID)
            assert voided or before
            if voided and before:
                assert self.refunds[sale_id][-1].kind is RefundKind.RETURN

        @rule(hours=st.integers(1, 30))
        def wait(self, hours: int) -> None:
            """A night passes, or two."""
            self.clock.pass_time(timedelta(hours=hours))

        def book(
            self, sale_id: bytes, *back: tuple[int, int], kind: RefundKind = RefundKind.RETURN
        ) -> bool:
            """Quote and complete; False where it is refused, which then has changed nothing."""
            wish = replace(self.till.refunds.wish(*back, kind=kind), cause="unwanted")
            try:
                quote = self.till.refunds.quote(sale_id, wish)
            except ServiceRefusal:
                return False
            refund = self.till.refunds.complete(sale_id, wish, quote, self.manager)
            self.refunds[sale_id].append(refund)
            return True

        def teardown(self) -> None:
            """The rest comes back; every sale is undone exactly; the book proves itself."""
            try:
                for sale_id, sale in self.sales.items():
                    left = self.till.refunds.find(sale_id).left
                    rest = tuple((number, milli) for number, milli in left.items() if milli)
                    if rest:
                        assert self.book(sale_id, *rest)
                    gone_whole(sale, self.refunds[sale_id])
                proof = self.till.verify.verify()
                assert proof.holds, proof.first
            finally:
                self.till.close()

    run_state_machine_as_test(
        Counter,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def gone_whole(sale: Sale, refunds: list[Refund]) -> None:
    """The refunds of a sale give back its pieces, money, coins and points, and not one more."""
    for line in sale.lines:
        parts = [one for refund in refunds for one in refund.lines if one.number == line.number]
        assert sum(part.quantity_milli for part in parts) == line.quantity_milli
        assert sum(part.net_minor for part in parts) == line.net_minor
    assert sum(refund.total_minor for refund in refunds) == sale.payable_minor
    given = sum(tender.given_minor for refund in refunds for tender in refund.tenders)
    assert given == sale.payable_minor + sale.rounding_minor
    for points in sale.points:
        back = [one for refund in refunds for one in refund.points if one.wallet == points.wallet]
        assert sum(one.earned for one in back) == points.earned
        assert sum(one.redeemed for one in back) == points.redeemed
