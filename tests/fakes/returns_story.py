"""A member's sales and refunds in turn, without a book: `Story(programme)` adds them up.

Sales go through the engine and become the stored sale; refunds are quoted on it, made into refunds
and kept with it. `state()` is folded from everything so far, as the book would read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from posloyalty.domain.engine.consequences import Consequences, EventPlan, joined
from posloyalty.domain.engine.context import freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.engine.refund_quote import Original, RefundFacts, RefundQuote, RefundWish
from posloyalty.domain.engine.refunds import quote_refund
from posloyalty.domain.ledger.balance import balance_on, fold
from posloyalty.domain.ledger.right import Right, fold_rights
from posloyalty.domain.ledger.transfer import Account, AccountKind, LotUse, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import Told
from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind, take_cash
from posloyalty.services.returning.build_refund import build_refund, of_sale
from posloyalty.services.selling.build_sale import build_sale
from tests.domain.engine.made import MEMBER_ID, NOON, STORE, member, quote

OPERATOR = Operator(id=b"O" * 16, name="Lin", role=Role.MANAGER)
EXACT = CashRounding()


@dataclass
class Story:
    """Everything that happened to one member so far."""

    programme: Programme
    at: datetime = NOON
    cash: CashRounding = EXACT
    does: list[Consequences] = field(default_factory=list)
    products: dict[bytes, Product] = field(default_factory=dict)
    sales: int = 0
    _events: int = 0

    def pass_days(self, days: int) -> None:
        self.at += timedelta(days=days)

    def ledger(self, wallet: str = "points") -> str:
        return self.programme.ledger(wallet)

    def account(self, wallet: str = "points") -> Account:
        return Account(self.ledger(wallet), AccountKind.MEMBER, MEMBER_ID)

    def state(self, owner: bytes = MEMBER_ID) -> MemberState:
        """A member as the book would read them, by default the story's own."""
        done = joined(self.does)
        folded = fold(done.transfers)
        ledgers = [self.ledger(wallet.id) for wallet in self.programme.wallets]
        owed = [(ledger, folded.debt(ledger, owner)) for ledger in ledgers]
        return replace(
            member(purchases=self.sales),
            member_id=owner,
            lots=tuple(lot for lot in folded.lots.values() if lot.account.owner == owner),
            debts=tuple((name, debt) for name, debt in owed if debt),
            rights=tuple(r for r in fold_rights(done.rights).values() if r.owner == owner),
            meters=tuple(m for m in done.meters if m.owner == owner),
            holdings=tuple(met.holding for met in done.tiers if met.member_id == owner),
        )

    def balance(self, wallet: str = "points") -> int:
        """What the member may spend today, below zero for a debt."""
        folded = fold(joined(self.does).transfers)
        debt = folded.debt(self.ledger(wallet), MEMBER_ID)
        day = self.at.astimezone(self.programme.zone).date()
        return balance_on(folded.lots_of(self.account(wallet)), debt, day).spendable

    def meter(self, name: str) -> int:
        return sum(m.amount for m in joined(self.does).meters if m.meter == name)

    def right(self, right: Right) -> Right:
        return fold_rights(joined(self.does).rights)[right.id]

    def plan(self) -> EventPlan:
        """An event of now; `book` it when it is planned."""
        return EventPlan(
            event_id=self._new_id("event"),
            at=self.at,
            day=self.at.astimezone(self.programme.zone).date(),
            programme_id=self.programme.id,
        )

    def book(self, plan: EventPlan) -> None:
        self.does.append(plan.consequences())

    def give(self, points: int, wallet: str = "points") -> None:
        """Points from elsewhere, good as long as any."""
        plan = self.plan()
        rules = self.programme.wallet(wallet)
        plan.postings(self.state()).earn(
            self.ledger(wallet),
            points,
            usable_from=plan.day,
            last_day=rules.expiry.last_day(plan.day),
        )
        self.book(plan)

    def spend(self, points: int, wallet: str = "points") -> None:
        """Points spent on something else."""
        plan = self.plan()
        plan.postings(self.state()).redeem(self.ledger(wallet), points)
        self.book(plan)

    def sell(
        self,
        basket: Basket,
        *,
        tenders: tuple[Tender, ...] | None = None,
        told: tuple[Told, ...] = (),
        more: EventPlan | None = None,
    ) -> Original:
        """Ring a basket up, cash unless told otherwise; `more` is what else the sale does."""
        sale_id = self._new_id("sale") if more is None else more.event_id
        basket = replace(basket, sale_id=sale_id)
        state = self.state() if basket.member_id is not None else None
        found = quote(self.programme, basket, state, at=self.at)
        for line in basket.lines:
            self.products[line.product.id] = line.product
        postings = plan_sale(
            freeze(self.programme, basket, state, self.at, STORE),
            sold_by(found),
            event_id=sale_id,
            at=self.at,
            redemptions=found.redemptions,
            earnings=found.earnings,
        )
        sale = build_sale(
            basket,
            found,
            self._cash(found.payable_minor) if tenders is None else tenders,
            programme=self.programme,
            operator=OPERATOR,
            number=f"S01-T02-1-{self._events:04d}",
            at=self.at,
            language="en",
            told=(*postings.told, *told),
        )
        did = postings.does if more is None else joined((postings.does, more.consequences()))
        self.does.append(did)
        self.sales += 1
        return Original(sale=sale, did=did)

    def quote(self, original: Original, *back: tuple[int, int], **wish: object) -> RefundQuote:
        """What comes back: (line, pieces) pairs; everything that is left when there are none."""
        lines = back or tuple(
            (line.number, original.left_milli(line) // 1000)
            for line in original.sale.lines
            if original.left_milli(line)
        )
        made = RefundWish(
            refund_id=self._new_id("refund"),
            back=tuple((number, pieces * 1000) for number, pieces in lines),
            **wish,  # type: ignore[arg-type]
        )
        return quote_refund(
            self.programme,
            original,
            made,
            self.facts(original),
            self.at,
            store=STORE,
            cash=self.cash,
        )

    def facts(self, original: Original) -> RefundFacts:
        """What the book would know of what the sale touched."""
        done = joined(self.does)
        folded, rights = fold(done.transfers), fold_rights(done.rights)
        touched = {use.lot_id for one in original.did.transfers for use in one.uses}
        touched |= {one.opens.id for one in original.did.transfers if one.opens is not None}
        ran_out = [
            use for one in done.transfers if one.code is TransferCode.EXPIRE for use in one.uses
        ]
        owners = {one.credit.owner for one in original.did.transfers} - {b"", MEMBER_ID}
        return RefundFacts(
            others={owner: self.state(owner) for owner in owners},
            state=None if original.sale.member_id is None else self.state(),
            lots=tuple(folded.lots[key] for key in sorted(touched)),
            lapsed=_sums(ran_out),
            rights={c.right_id: rights[c.right_id] for c in original.did.rights},
            products=self.products,
        )

    def refund(
        self, original: Original, *back: tuple[int, int], **wish: object
    ) -> tuple[Original, RefundQuote]:
        """Quote and book it; returns the sale with this refund among its earlier ones."""
        found = self.quote(original, *back, **wish)
        refund = build_refund(
            found,
            of_sale(original.sale),
            programme=self.programme,
            operator=OPERATOR,
            number=f"S01-T02-1-{self._events:04d}",
            language="en",
        )
        self.does.append(found.does)
        fold(joined(self.does).transfers)  # whatever is booked must add up
        fold_rights(joined(self.does).rights)
        return replace(original, earlier=(*original.earlier, (refund, found.does))), found

    def _cash(self, payable: int) -> tuple[Tender, ...]:
        if not payable:
            return ()
        asked = self.cash.payable(payable)
        return (take_cash(payable, (), given_minor=asked, rounding=self.cash),)

    def _new_id(self, kind: str) -> bytes:
        self._events += 1
        return f"{kind}-{self._events:04d}".encode().ljust(16, b".")


def card(number: int, amount: int, account: bytes | None = None) -> Tender:
    """A card, or stored value of an account."""
    return Tender(
        number=number,
        kind=TenderKind.CARD,
        amount_minor=amount,
        given_minor=amount,
        reference="T-1",
        account_id=account,
    )


def cash(number: int, amount: int) -> Tender:
    """Exact cash."""
    return Tender(number=number, kind=TenderKind.CASH, amount_minor=amount, given_minor=amount)


def withheld(found: RefundQuote) -> dict[str, int]:
    """What is kept back, by code."""
    return {kept.code: kept.amount_minor for kept in found.withheld}


def _sums(uses: list[LotUse]) -> dict[bytes, int]:
    sums: dict[bytes, int] = {}
    for use in uses:
        sums[use.lot_id] = sums.get(use.lot_id, 0) + use.amount
    return sums
