"""A programme run over past sales, before anybody is promised anything: what it would have cost.

Shape: `TryOut(programme, ...)` rings `PastSale`s one after the other through the engine of the
till, in memory, each member's state growing with their sales; nothing is booked. `outcomes(as_of)`
says per member what they paid, what they were given, and what they would hold. The engine is the
till's own, so a try-out and a replay of the same sales agree to the last point.

Past sales do not say who would have redeemed. That is an assumption of the try-out's user: a share
of the members, always the same ones, who redeem the most useful amount whenever they can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import Answer, answer
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.members.member import Birthday, MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket, BasketLine, Redemption
from posloyalty.domain.shop.place import NOWHERE, Place
from posloyalty.domain.shop.product import Product, TaxClass
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.programmes.at_cost import AtCost, Costing, Of

Progress = Callable[[int, int], None]
TOLD_EVERY: Final = 500
_BUCKETS: Final = 10_000
_ISSUED: Final = (TransferCode.EARN, TransferCode.BONUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """A line that was sold, at the price of then; discounts of then are the old programme's."""

    product: Product
    quantity_milli: int
    unit_price_minor: int
    gross_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSale:
    """A sale of the past: `key` names it among all, `member` is None for an unidentified one.
    `joined_on` is since when they are a member, None where only their purchases tell.
    `paid_by` is empty where nobody knows how it was paid, `place` NOWHERE where it was not noted.
    """

    key: str
    member: str | None
    at: datetime
    lines: tuple[PastLine, ...]
    birthday: Birthday | None = None
    joined_on: date | None = None
    paid_by: frozenset[TenderKind] = frozenset()
    place: Place = NOWHERE


@dataclass(slots=True, kw_only=True)
class MemberOutcome:
    """What a programme would have been to one member; money in minor units, points by wallet.

    `gross_minor` is at the prices of then, `paid_minor` what is left after offers and points;
    `given` are other things given, by kind. `held` and `worth_minor` are as of the try-out's end.
    `costs` stay empty where the programme says nothing of what things cost the shop.
    """

    member: str
    sales: int = 0
    gross_minor: int = 0
    offers_minor: int = 0
    redeemed_minor: int = 0
    paid_minor: int = 0
    issued: dict[str, int] = field(default_factory=dict)
    redeemed: dict[str, int] = field(default_factory=dict)
    expired: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    worth_minor: int = 0
    tier: str = ""
    costs: AtCost = field(default_factory=AtCost)

    @property
    def shop_cost_minor(self) -> int:
        """What discounts, gifts, rewards and points spent as money cost the shop: those of a known
        cost at that, the others at what they took off.
        """
        costs = self.costs
        paid = costs.of(Of.PAID) if costs.points else self.redeemed_minor
        return self.offers_minor - costs.instead_minor + costs.given_minor + paid

    @property
    def benefit_minor(self) -> int:
        """What the member got or could still get: discounts, points spent, points held."""
        return self.offers_minor + self.redeemed_minor + self.worth_minor


@dataclass(slots=True, kw_only=True)
class _Member:
    state: MemberState
    outcome: MemberOutcome
    redeems: bool


class TryOut:
    """One programme's run over past sales."""

    def __init__(
        self,
        programme: Programme,
        *,
        tax_classes: Mapping[str, TaxClass],
        store: StoreContext,
        redeemers: Ratio,
    ) -> None:
        self.programme = programme
        self._tax_classes = tax_classes
        self._store = store
        self._redeemers = redeemers
        self._members: dict[str, _Member] = {}
        self._costing = Costing(programme)
        self.unidentified = MemberOutcome(member="")

    def ring(self, sale: PastSale) -> None:
        """One sale as this programme would have it."""
        if sale.member is None:
            basket = _basket(self.programme, sale, None)
            quote = self._answer(basket, None, sale).quote
            _add_money(self.unidentified, quote)
            self._costing.offers(self.unidentified.costs, quote.offers)
            return
        member = self._member(sale)
        basket = _basket(self.programme, sale, member.state.member_id)
        found = self._answer(basket, member.state, sale)
        wishes = [use for use in found.quote.usable if use.most_points] if member.redeems else []
        if wishes:
            for use in wishes:
                wish = Redemption(wallet=use.wallet, points=use.most_points)
                basket = basket.redeeming(wish, wallet=use.wallet)
            found = self._answer(basket, member.state, sale)
        self._book(member, found)

    def outcomes(self, as_of: date) -> list[MemberOutcome]:
        """Every member at the end of a day of the programme's zone, by name."""
        return [self._at_end(self._members[name], as_of) for name in sorted(self._members)]

    def _answer(self, basket: Basket, state: MemberState | None, sale: PastSale) -> Answer:
        store = self._store
        if sale.place is not NOWHERE:
            store = replace(store, place=sale.place)
        return answer(
            self.programme, basket, state, sale.at, tax_classes=self._tax_classes, store=store
        )

    def _member(self, sale: PastSale) -> _Member:
        name = sale.member or ""
        found = self._members.get(name)
        if found is None:
            member_id = derive_id("try-out-member", name)
            state = MemberState(
                member_id=member_id,
                status=MemberStatus.ACTIVE,
                joined_on=sale.joined_on or store_day(sale.at, self.programme.zone),
                birthday=sale.birthday,
            )
            found = _Member(
                state=state,
                outcome=MemberOutcome(member=name),
                redeems=_bucket(name) < self._redeemers * _BUCKETS,
            )
            self._members[name] = found
        return found

    def _book(self, member: _Member, found: Answer) -> None:
        quote, postings = found.quote, found.after
        outcome = member.outcome
        _add_money(outcome, quote)
        for transfer in postings.does.transfers:
            wallet = transfer.debit.ledger.rpartition("/")[2]
            if transfer.code in _ISSUED:
                _add(outcome.issued, wallet, transfer.amount)
            elif transfer.code is TransferCode.REDEEM:
                _add(outcome.redeemed, wallet, transfer.amount)
            elif transfer.code is TransferCode.EXPIRE:
                _add(outcome.expired, wallet, transfer.amount)
        for award in quote.awards:
            if award.kind != "points":
                _add(outcome.given, f"{award.kind}/{award.of}", award.amount)
        after = postings.after
        self._cost(outcome.costs, found)
        assert after is not None  # a member's sale has a member's state
        member.state = self._kept(after, found.context.day)

    def _cost(self, costs: AtCost, found: Answer) -> None:
        quote, does = found.quote, found.after.does
        self._costing.offers(costs, quote.offers)
        if self._costing.knows:
            lots = found.after.lots
            self._costing.moved(costs, does.transfers, lots, quote.redemptions)

    def _kept(self, state: MemberState, day: date) -> MemberState:
        """A purchase more, and what rules will still look at: open lots, the longest window."""
        since = self.programme.looks_back_to(day)
        return replace(
            state,
            purchases=state.purchases + 1,
            lots=tuple(lot for lot in state.lots if lot.remaining or lot.earned_on >= since),
            holdings=tuple(one for one in state.holdings if one.through >= day),
            meters=tuple(entry for entry in state.meters if entry.day >= since),
        )

    def _at_end(self, member: _Member, as_of: date) -> MemberOutcome:
        outcome, programme = member.outcome, self.programme
        held = wallet_states(programme, member.state, as_of)
        outcome.held = {one.wallet: one.balance + one.pending for one in held}
        outcome.expired = dict(outcome.expired)
        for lot in member.state.lots:
            if lot.remaining and lot.expired_on(as_of):
                _add(outcome.expired, lot.account.ledger.rpartition("/")[2], lot.remaining)
        if self._costing.knows:
            self._costing.held(outcome.costs, member.state.lots, as_of)
        outcome.worth_minor = sum(
            wallet.spend.worth_minor(max(0, outcome.held[wallet.id]))
            for wallet in programme.wallets
            if wallet.spend is not None
        )
        tiers = tier_states(programme, member.state, as_of)
        outcome.tier = (tiers[0].level or "") if tiers else ""
        return outcome


def try_out(
    runs: Iterable[TryOut], sales: Iterable[PastSale], *, total: int, progress: Progress
) -> int:
    """Ring all sales in every run, in the order given; returns how many.

    `progress` is told (done, total) now and then, and may raise to stop: nothing is booked anyway.
    """
    runs = tuple(runs)
    done = 0
    for done, sale in enumerate(sales, start=1):
        for run in runs:
            run.ring(sale)
        if done % TOLD_EVERY == 0:
            progress(done, total)
    progress(done, total)
    return done


def _basket(programme: Programme, sale: PastSale, member_id: bytes | None) -> Basket:
    return Basket(
        sale_id=derive_id("try-out-sale", programme.hash, sale.key),
        currency=programme.currency,
        lines=tuple(
            BasketLine(
                number=number,
                product=line.product,
                quantity_milli=line.quantity_milli,
                unit_price_minor=line.unit_price_minor,
                gross_minor=line.gross_minor,
                price_fixed=True,
            )
            for number, line in enumerate(sale.lines, start=1)
        ),
        member_id=member_id,
        proof=None if member_id is None else "card",
        next_number=len(sale.lines) + 1,
        tenders=sale.paid_by,
    )


def _add_money(outcome: MemberOutcome, quote: Quote) -> None:
    outcome.sales += 1
    outcome.gross_minor += quote.gross_minor
    outcome.offers_minor += quote.offers_minor
    outcome.redeemed_minor += quote.redeemed_minor
    outcome.paid_minor += quote.payable_minor


def _add(sums: dict[str, int], key: str, amount: int) -> None:
    sums[key] = sums.get(key, 0) + amount


def _bucket(name: str) -> int:
    """A member's place from 0 to 9,999, the same in every run."""
    return int.from_bytes(sha256(f"try-out:{name}".encode()).digest()[:8], "big") % _BUCKETS
