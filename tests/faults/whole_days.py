"""Whole days at one till, with crashes: a Hypothesis machine on the real services and a real book.

Everything that moves money, goods or points may happen in any order, and the till may die at any
statement of any of it (`seams.py`). After a crash the book is what it was before the act or after
it, never between; the act is asked for again with its own id and happens once. All the while a
notebook beside the till (`notebook.py`) holds against it:

- the drawer is the float and the cash that moved,
- a Z is what was written down since its shift was opened,
- the liability of gift cards in the journal is the sum of the cards, also when they are paid out,
- nothing comes back twice, and returns in any order sum to their sale,
- a pass has the uses that were bought less those that were had, and comes back less their price,
- every sale and refund that was acknowledged is there.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
)

from posloyalty.domain.ledger.balance import fold
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.pay_out import Document, PaidOut, PayOutWay
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from tests.faults.notebook import CARD_SKU, CODES, PASS_SKU
from tests.faults.one_till import COIN, Figures, OneTill, Part
from tests.faults.seams import WHOLE, Crash

T = TypeVar("T")
ARTICLES = 3
PIECES = st.lists(st.integers(0, 3), min_size=ARTICLES, max_size=ARTICLES).filter(any)
# A hold has some ten statements, a sale some sixty: few seams of few, more of many.
SEAM = st.one_of(st.integers(0, 12), st.integers(0, 40), st.integers(20, 90))
SEAMS = st.builds(Crash, seam=SEAM, torn=st.sampled_from((0, 30, 60, WHOLE)))
# One act in three dies on its way.
CRASHES = st.one_of(st.none(), st.none(), SEAMS)
# Any mix of payments in any order; what is left of it is paid in cash.
PARTS = st.lists(
    st.tuples(st.sampled_from(TenderKind), st.sampled_from((90, 333, 500, 1000))), max_size=4
)
IN_CASH: tuple[Part, ...] = ()
# The shop is in China: what is more goes to an account.
CASH_MOST = 10_000


def days_machine(made: Path, place: Path, figures: Figures) -> type[RuleBasedStateMachine]:
    """The machine; each run gets a copy of the book `made` below `place`."""
    runs = count()

    class Days(WholeDays):
        """One till over some days."""

        def __init__(self) -> None:
            super().__init__(made, place / str(next(runs)), figures)

    return Days


def added(sale_id: bytes | None) -> Any:
    """What a rule adds to the sales: one, or nothing."""
    return multiple() if sale_id is None else sale_id


def days_settings(*, runs: int, steps: int, **more: Any) -> settings:
    """The settings of a run."""
    return settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        # What failed is told step by step as it is: to make it shorter takes minutes.
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        **more,
    )


class WholeDays(OneTill, RuleBasedStateMachine):
    """One till, and everything that may happen."""

    sold: Bundle[bytes] = Bundle("sold")

    def __init__(self, made: Path, place: Path, figures: Figures) -> None:
        RuleBasedStateMachine.__init__(self)
        OneTill.__init__(self, made, place, figures)

    # What happens

    @precondition(lambda self: self.beside.drawer is None)
    @rule(float_minor=st.integers(0, 500), crash=CRASHES)
    def open_shift(self, float_minor: int, crash: Crash | None) -> None:
        """The day begins with some cash."""

        def do() -> None:
            if self.till.shifts.current() is None:
                self.till.shifts.open(float_minor * 10, self.manager)

        self.act(do, crash)
        self.beside.opened(float_minor * 10)

    @precondition(lambda self: self.beside.drawer is not None)
    @rule(amount=st.integers(-300, 300).filter(bool), crash=CRASHES)
    def move_cash(self, amount: int, crash: Crash | None) -> None:
        """Cash goes in or out."""
        move_id = self.till.shifts.new_move_id()
        cause = "change" if amount > 0 else "safe"
        self.act(
            lambda: self.till.shifts.move_cash(move_id, amount * 10, cause, self.manager), crash
        )
        self.beside.moved(amount * 10)

    @precondition(lambda self: self.beside.drawer is not None)
    @rule(off=st.integers(-20, 20), first=CRASHES, crash=CRASHES)
    def close_shift(self, off: int, first: Crash | None, crash: Crash | None) -> None:
        """The drawer is counted, almost right, and the Z says what was written down."""
        drawer = self.beside.drawer
        assert drawer is not None  # the rule is for an open shift
        counted = max(0, drawer + off)

        def count_drawer() -> None:
            view = self.till.shifts.current()
            assert view is not None  # it is open
            if not view.counts:
                self.till.shifts.count(((1, counted),), self.manager)

        self.act(count_drawer, first)
        before = len(self.till.shifts.closes())

        def close() -> None:
            if len(self.till.shifts.closes()) == before:
                self.till.shifts.close(self.manager)

        self.act(close, crash)
        stored = self.till.shifts.closes()[0]
        assert stored.close.due_minor == drawer
        assert stored.close.difference_minor == counted - drawer
        assert self.beside.told_by(stored.sums) == {}
        self.beside.closed()
        self.liability_is_the_sum_of_the_cards()

    @rule(target=sold, counts=PIECES, known=st.booleans(), parts=PARTS, crash=CRASHES)
    def buy(self, counts: list[int], known: bool, parts: list[Part], crash: Crash | None) -> Any:
        """Somebody buys, known or not, with points where there are enough, and pays somehow."""
        basket = self.rung(counts, known=known)
        if known and self.points() >= 100:
            wish = Redemption(wallet="points", points=100)
            basket = basket.redeeming(wish, wallet="points")
        return added(self.pay(basket, parts, crash))

    @rule(target=sold, parts=PARTS, crash=CRASHES)
    def buy_pass(self, parts: list[Part], crash: Crash | None) -> Any:
        """The member buys a pass, paid somehow."""
        assert self.member is not None  # the shop was made with one
        basket = self.till.check_out.open_basket().for_member(self.member, proof="card")
        return added(self.pay(basket.add(self.article(PASS_SKU)), parts, crash))

    @precondition(lambda self: self.beside.uses)
    @rule(crash=CRASHES)
    def use_pass(self, crash: Crash | None) -> None:
        """The member has a coffee."""
        member, before = self.member, self.beside.uses
        assert member is not None  # the shop was made with one

        def do() -> None:
            if self.uses_left() == before:
                self.till.use_rights.use_pass(member, "coffees", self.manager)

        self.act(do, crash)
        self.beside.had_one()

    @rule(
        target=sold,
        code=st.sampled_from(CODES),
        amount=st.integers(1, 50),
        crash=CRASHES,
    )
    def fill_card(self, code: str, amount: int, crash: Crash | None) -> Any:
        """A gift card is sold or filled."""
        basket = self.till.check_out.open_basket().add(
            self.article(CARD_SKU), unit_price_minor=amount * 100, card=code
        )
        return added(self.pay(basket, IN_CASH, crash, card=code))

    @rule(code=st.sampled_from(CODES), way=st.sampled_from(PayOutWay), crash=CRASHES)
    def pay_card_out(self, code: str, way: PayOutWay, crash: Crash | None) -> None:
        """What is left on a card goes out whole, or nothing does: above the limit none in cash."""
        pay_outs, left = self.till.pay_outs, self.beside.cards[code]
        pay_out_id = pay_outs.new_id()

        def do() -> PaidOut:
            return self.till.pay_outs.complete(
                pay_out_id, code, way, self.manager, seen=Document.ID_CARD.value
            )

        try:
            paid = self.act(do, crash)
        except ServiceRefusal:
            assert way is PayOutWay.CASH or not left
            assert left < COIN or left > CASH_MOST
            return
        assert paid.amount_minor == left
        assert way is PayOutWay.ACCOUNT or left <= CASH_MOST
        assert 0 <= -paid.rounding_minor < COIN
        self.beside.paid_out(code, paid)

    @rule(sale_id=sold, line=st.integers(0, ARTICLES), pieces=st.integers(1, 4), crash=CRASHES)
    def give_back(self, sale_id: bytes, line: int, pieces: int, crash: Crash | None) -> None:
        """Some pieces of a line come back; more than there are is refused whole."""
        lines = self.sales[sale_id].sale.lines
        number = lines[line % len(lines)].number
        left = self.till.refunds.find(sale_id).left[number]
        taken = self.take_back(sale_id, ((number, pieces * 1000),), crash) is not None
        after = self.till.refunds.find(sale_id).left[number]
        assert not taken or pieces * 1000 <= left
        assert after == left - (pieces * 1000 if taken else 0) >= 0

    @rule(sale_id=sold, crash=CRASHES)
    def void(self, sale_id: bytes, crash: Crash | None) -> None:
        """A sale should not have been; on a later day all that is left of it comes back instead.

        One of which something came back cannot be voided.
        """
        before = bool(self.sales[sale_id].refunds)
        refund = self.take_back(sale_id, (), crash, kind=RefundKind.VOID)
        assert refund is None or refund.kind is RefundKind.RETURN or not before

    @rule(target=sold, sale_id=sold, line=st.integers(0, ARTICLES), counts=PIECES, crash=CRASHES)
    def exchange(self, sale_id: bytes, line: int, counts: list[int], crash: Crash | None) -> Any:
        """A piece of a line comes back, and others are taken for the difference."""
        old = self.sales[sale_id]
        if old.card:
            return multiple()
        number = old.sale.lines[line % len(old.sale.lines)].number
        wish = replace(self.till.refunds.wish((number, 1000)), cause="unwanted")
        basket = self.rung(counts, known=old.sale.member_id is not None)
        try:
            quote = self.till.exchange.quote(sale_id, wish, basket, self.manager)
        except ServiceRefusal:
            return multiple()
        tenders = self.in_cash(quote.sale.payable_minor, quote.begins)

        def do() -> tuple[Refund, Sale]:
            return self.till.exchange.complete(
                sale_id, wish, quote, basket, tenders[len(quote.begins) :], self.manager
            )

        refund, sale = self.act(do, crash)
        self.beside.came_back(refund)
        old.refunds.append(refund)
        return self.note(sale)

    @precondition(lambda self: len(self.held) < 5)
    @rule(counts=PIECES, known=st.booleans(), crash=CRASHES)
    def hold(self, counts: list[int], known: bool, crash: Crash | None) -> None:
        """Goods are put aside."""
        basket = self.rung(counts, known=known)
        self.till.drafts.keep(basket, self.manager.id)
        total = self.till.check_out.quote(basket).payable_minor
        self.act(lambda: self.till.hold.hold(basket, self.manager, total_minor=total), crash)
        self.held.add(basket.sale_id)
        assert self.till.drafts.load() is None

    @precondition(lambda self: self.held)
    @rule(target=sold, place=st.integers(0, 4), parts=PARTS, first=CRASHES, crash=CRASHES)
    def recall(
        self, place: int, parts: list[Part], first: Crash | None, crash: Crash | None
    ) -> Any:
        """A basket is taken up again, and paid."""
        sale_id = sorted(self.held)[place % len(self.held)]

        def do() -> Basket:
            kept = self.till.drafts.load()
            if kept is not None and kept[0].sale_id == sale_id:
                return kept[0]
            return self.till.hold.recall(sale_id, self.manager)

        basket = self.act(do, first)
        self.held.remove(sale_id)
        return added(self.pay(basket, parts, crash))

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        """Some hours pass, or a night."""
        self.clock.pass_time(timedelta(hours=hours))

    @rule()
    def restart(self) -> None:
        """The till is switched off in good order."""
        self.till.close()
        self.till = self._open()

    # What must always be so

    @invariant()
    def the_drawer_is_the_float_and_the_cash_that_moved(self) -> None:
        """Also when there is no shift, and then there is no drawer to speak of."""
        view = self.till.shifts.current()
        assert (view is None) is (self.beside.drawer is None)
        if view is not None:
            assert self.till.shifts.report().due_minor == self.beside.drawer

    @invariant()
    def every_card_holds_what_was_written_down(self) -> None:
        """A card that was never sold is not known."""
        for code in CODES:
            assert self.card_balance(code) == self.beside.cards[code]

    @invariant()
    def a_pass_has_what_was_bought_less_what_was_had(self) -> None:
        """Of all passes together."""
        assert self.uses_left() == self.beside.uses

    @invariant()
    def what_is_held_is_held_once(self) -> None:
        """A basket is held, open or sold: never two of these."""
        assert {row.held.basket.sale_id for row in self.till.hold.all()} == self.held

    def teardown(self) -> None:
        """The rest comes back; every sale is undone exactly; the book proves itself."""
        try:
            self.liability_is_the_sum_of_the_cards()
            for sale_id, sold in self.sales.items():
                stored = self.till.history.sale(sale_id)
                assert stored is not None
                assert stored.sale == sold.sale
                left = self.till.refunds.find(sale_id).left
                rest = tuple((number, milli) for number, milli in left.items() if milli)
                # What was bought with a card is gone from it: that sale stays.
                whole = not rest or self.take_back(sale_id, rest, None) is not None
                assert whole or sold.card
                if whole:
                    sold.undone()
            proof = self.till.verify.verify()
            assert proof.holds, proof.first
        finally:
            self.till.close()
            shutil.rmtree(self.place)

    def liability_is_the_sum_of_the_cards(self) -> None:
        """The journal, folded, owes as much as is on the cards."""
        with self.till.book.read() as reader:
            told = [events.decode(one.body) for one in reader.journal.events()]
        moved = [t for e in told if isinstance(e, Doing) for t in consequences_of(e).transfers]
        accounts = fold(moved).accounts
        owed = sum(n for account, n in accounts.items() if account.kind is AccountKind.GIFT_CARD)
        assert owed == self.beside.cards.total()
