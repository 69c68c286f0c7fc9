"""One till, the notebook beside it, and how things are done at them: once, over any crash.

Shape: `OneTill.act(do, crash)` does something, and where it is to die on its way wakes the till up
with what the crash left and does it again with the same ids. `state()` is what a crash may not
leave between.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_cash, take_exact
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.till import Till
from tests.fakes.time import CountedIds, SetClock
from tests.faults.notebook import CARD_SKU, CODES, PASS_SKU, Notebook
from tests.faults.seams import Crash, crash_in
from tests.faults.shop import MEMBER_PHONE, make_shop, reopen
from tests.services.passes import lefts

T = TypeVar("T")
PROGRAMME = """
language = 1
id = "days"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
expiry = { kind = "rolling_months", months = 12 }
[wallet.spend]
points = 100
money = "1.00"
[[wallet]]
id = "reward"
unit = "money"
[wallet.spend]
as = "tender"
[[earn]]
id = "base"
wallet = "points"
per_spend = { points = 3, money = "1.00" }
[[earn]]
id = "back"
wallet = "reward"
per_spend = { points = 9, money = "1.00" }
[[pass]]
id = "coffees"
name = "Coffees"
on = { product = ["PASS"] }
uses = 7
[[offer]]
id = "twenty"
scope = "order"
percent = "7%"
when = { min_spend = "20.00" }
[[gift_card]]
id = "gift"
name = "Gift card"
"""
COIN = 10
Part = tuple[TenderKind, int]
"""A kind of payment, and how many thousandths of what is still due it pays."""


@dataclass
class Figures:
    """What a run counted, for the proof's table."""

    days: int = 0
    acts: int = 0
    crashes: int = 0
    undone: int = 0
    kept: int = 0

    def of(self) -> dict[str, int]:
        """By name."""
        return {
            "books": self.days,
            "acts": self.acts,
            "crashes": self.crashes,
            "acts that a crash undid": self.undone,
            "acts that were kept over one": self.kept,
        }


@dataclass
class Sold:
    """A sale that was acknowledged, the gift card that it filled, and what came back of it."""

    sale: Sale
    card: str = ""
    refunds: list[Refund] = field(default_factory=list)

    @property
    def kept_minor(self) -> int:
        """What was kept back: the uses of a pass, at the price of the contract."""
        return sum(kept.amount_minor for refund in self.refunds for kept in refund.withheld)

    def undone(self) -> None:
        """What came back is the sale: every piece, all its money, its points and its coins; of a
        pass that was used, all but what its uses cost.
        """
        sale, refunds = self.sale, self.refunds
        for line in sale.lines:
            parts = [one for refund in refunds for one in refund.lines if one.number == line.number]
            assert sum(part.quantity_milli for part in parts) == line.quantity_milli
            assert sum(part.net_minor for part in parts) == line.net_minor
        kept = self.kept_minor
        assert sum(refund.total_minor for refund in refunds) + kept == sale.payable_minor
        given = sum(tender.given_minor for refund in refunds for tender in refund.tenders)
        asked = sale.payable_minor + sale.rounding_minor
        assert given == asked if not kept else 0 <= asked - kept - given + COIN < 2 * COIN
        for points in sale.points:
            back = [o for refund in refunds for o in refund.points if o.wallet == points.wallet]
            assert sum(one.earned for one in back) == points.earned
            assert sum(one.redeemed for one in back) == points.redeemed


def make_days(folder: Path) -> Path:
    """A closed book to copy: small coins, a programme with points, an offer and gift cards."""
    till, created = make_shop(folder)
    details = till.shop.details()
    coins = replace(details, cash_step_minor=COIN, cash_rounding=Rounding.FLOOR)
    till.shop.save(coins, created.manager)
    till.programmes.install(PROGRAMME.encode())
    card = ProductForm(
        sku=CARD_SKU, name="Gift card", price_minor=None, tax_class="std13", gift_card=True
    )
    till.catalogue.save_product(card, created.manager)
    coffees = ProductForm(sku=PASS_SKU, name="Coffees", price_minor=2099, tax_class="std13")
    till.catalogue.save_product(coffees, created.manager)
    till.close()
    return folder


class OneTill:
    """A book of its own, open, and what was acknowledged at it."""

    def __init__(self, made: Path, place: Path, figures: Figures) -> None:
        self.place, self.starts, self.figures = place, count(), figures
        # The same ids in every run of an example: what hangs on their order happens again.
        self.boots = count(100)
        self.clock, self.beside = SetClock(), Notebook()
        self.sales: dict[bytes, Sold] = {}
        self.held: set[bytes] = set()
        self.folder = Path(shutil.copytree(made, place / str(next(self.starts))))
        self.till = self._open()
        (self.manager,) = self.till.people.all()
        self.member = self.till.members.by_phone(MEMBER_PHONE)
        figures.days += 1

    # How it is done

    def act(self, do: Callable[[], T], crash: Crash | None) -> T:
        """Do something once, over a crash in the middle of it where one is wanted."""
        self.figures.acts += 1
        if crash is None:
            return do()
        before = self.state()
        into = self.place / str(next(self.starts))
        crash_in(self.till, self.folder, do, crash, into=into)
        shutil.rmtree(self.folder)
        self.folder = into
        self.till = self._open()
        woken = self.state()
        try:
            done = do()
        except ServiceRefusal:
            assert woken == before, "what is refused has done something"
            raise
        after = self.state()
        assert woken in (before, after), "an act was left half done"
        self.figures.crashes += 1
        self.figures.undone += woken == before
        self.figures.kept += woken == after
        return done

    def state(self) -> object:
        """What a crash may not leave between: events by type, money, cards, points, baskets."""
        with self.till.book.read() as reader:
            kinds = Counter(one.kind for one in reader.journal.events())
        del kinds["boot"]
        view, kept = self.till.shifts.current(), self.till.drafts.load()
        return (
            kinds,
            None if view is None else (self.till.shifts.report().due_minor, view.counts),
            tuple(self.card_balance(code) for code in CODES),
            self.points(),
            self.uses_left(),
            frozenset(row.held.basket.sale_id for row in self.till.hold.all()),
            None if kept is None else kept[0],
        )

    def pay(
        self, basket: Basket, parts: Sequence[Part], crash: Crash | None, *, card: str = ""
    ) -> bytes | None:
        """Quote and complete; None where it is refused, which then has changed nothing."""
        self.till.drafts.keep(basket, self.manager.id)
        try:
            quote = self.till.check_out.quote(basket)
            tenders = self.tendered(basket, quote, parts)
            sale = self.act(
                lambda: self.till.check_out.complete(basket, quote, tenders, self.manager), crash
            )
        except ServiceRefusal:
            self.till.drafts.drop()
            return None
        return self.note(sale, card)

    def note(self, sale: Sale, card: str = "") -> bytes:
        """An acknowledged sale."""
        self.beside.sold(sale, card)
        self.sales[sale.id] = Sold(sale, card)
        return sale.id

    def take_back(
        self,
        sale_id: bytes,
        back: tuple[tuple[int, int], ...],
        crash: Crash | None,
        *,
        kind: RefundKind = RefundKind.RETURN,
    ) -> Refund | None:
        """Quote and complete; None where it is refused, which then has changed nothing."""
        wish = replace(self.till.refunds.wish(*back, kind=kind), cause="unwanted")
        try:
            quote = self.till.refunds.quote(sale_id, wish)
        except ServiceRefusal:
            return None
        if quote.documents:
            # A card comes back: the shop is in China, where somebody shows who they are.
            wish = replace(wish, seen=quote.documents[0].value)

        def do() -> Refund:
            return self.till.refunds.complete(sale_id, wish, quote, self.manager)

        refund = self.act(do, crash)
        sold = self.sales[sale_id]
        sold.refunds.append(refund)
        self.beside.came_back(refund, sold.card)
        return refund

    def tendered(self, basket: Basket, quote: Quote, parts: Sequence[Part]) -> tuple[Tender, ...]:
        """Payments in this order, the rest in cash; what holds nothing pays nothing."""
        payable, tenders = quote.payable_minor, ()
        for kind, thousandths in parts:
            due = still_due(payable, tenders)
            amount = due * thousandths // 1000
            paid = self.part(basket, quote, tenders, kind, amount) if amount else None
            tenders = tenders if paid is None else (*tenders, paid)
        return self.in_cash(payable, tenders)

    def part(
        self,
        basket: Basket,
        quote: Quote,
        tenders: tuple[Tender, ...],
        kind: TenderKind,
        amount: int,
    ) -> Tender | None:
        """One payment of at most so much; None where there is nothing to pay with."""
        payable = quote.payable_minor
        if kind is TenderKind.CASH:
            rounding = self.till.shop.details().cash
            coins = amount - amount % COIN
            if not 0 < coins < rounding.payable(still_due(payable, tenders)):
                return None
            return take_cash(payable, tenders, given_minor=coins, rounding=rounding)
        if kind in (TenderKind.CARD, TenderKind.QR_WALLET):
            return take_exact(payable, tenders, kind=kind, amount_minor=amount, reference="4711")
        if kind is TenderKind.WALLET:
            if basket.member_id is None:
                return None
            left = self.till.check_out.wallet_money(basket, quote, tenders)[1]
            amount = min(amount, left)
            return (
                self.till.check_out.pay_from_wallet(basket, quote, tenders, amount_minor=amount)
                if amount > 0
                else None
            )
        code = next((one for one in CODES if self.left_on(one, tenders)), None)
        if code is None:
            return None
        amount = min(amount, self.left_on(code, tenders))
        return self.till.gift_cards.tender(code, payable, tenders, amount_minor=amount)

    def left_on(self, code: str, tenders: tuple[Tender, ...]) -> int:
        """What is on a card beside what already pays."""
        mine = card_id(code)
        taken = sum(one.amount_minor for one in tenders if one.account_id == mine)
        return self.card_balance(code) - taken

    def in_cash(self, payable: int, tenders: tuple[Tender, ...]) -> tuple[Tender, ...]:
        """The rest in coins, where there is a rest."""
        due = still_due(payable, tenders)
        if due <= 0:
            return tenders
        rounding = self.till.shop.details().cash
        cash = take_cash(payable, tenders, given_minor=rounding.payable(due), rounding=rounding)
        return (*tenders, cash)

    def rung(self, counts: list[int], *, known: bool) -> Basket:
        """Some pieces of the first articles."""
        basket = self.till.check_out.open_basket()
        if known:
            assert self.member is not None  # the shop was made with one
            basket = basket.for_member(self.member, proof="card")
        found = self.till.catalogue.search("")
        goods = [one for one in found if not one.gift_card and one.sku != PASS_SKU]
        for product, pieces in zip(goods, counts, strict=False):
            if pieces:
                basket = basket.add(product, quantity_milli=pieces * 1000)
        return basket

    def article(self, sku: str) -> Product:
        """An article by its stock number."""
        return next(one for one in self.till.catalogue.search(sku) if one.sku == sku)

    def uses_left(self) -> int:
        """Of all the member's passes."""
        assert self.member is not None  # the shop was made with one
        return sum(lefts(self.till, self.member))

    def points(self) -> int:
        """The member's."""
        assert self.member is not None  # the shop was made with one
        return self.till.members.panel(self.member).wallets[0].balance

    def card_balance(self, code: str) -> int:
        """What is on a card; nothing on one that was never sold."""
        try:
            return self.till.gift_cards.look_up(code).balance_minor
        except ServiceRefusal as refused:
            if refused.reason != "NO_SUCH_CARD":
                raise
            return 0

    def _open(self) -> Till:
        till = reopen(self.folder, clock=self.clock, ids=CountedIds(next(self.boots)))
        till.settle()
        return till
