"""A counter without a shop: moves played by the engine of the till, in memory, nothing booked.

Shape: a `Position` is what one customer has and has paid so far, frozen; `after(move)` is the next
one, or None where the counter refuses or nothing happens. What was taken is what was kept, at the
price as shown, and what points would pay, less the money that was paid: `taken_minor`. A debt of
points stands against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from posloyalty.domain.engine.awards import ActRefusal, Awards
from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import (
    Original,
    RefundFacts,
    RefundQuote,
    RefundRefusal,
    RefundWish,
)
from posloyalty.domain.engine.refunds import quote_refund
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.engine.work import acting_on, run_works
from posloyalty.domain.ledger.lots import SpendRefusal
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Lot, TransferCode
from posloyalty.domain.members.member import Birthday, MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.conversion import Conversion
from posloyalty.domain.programme.kinds.reward import Reward, exchanged
from posloyalty.domain.shop.basket import Basket, BasketRefusal, Redemption
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.place import NOWHERE, Place
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind, take_cash, take_exact
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.draft.attack.moves import Buy, Convert, Exchange, GiveBack, Move, Wait
from posloyalty.insight.draft.attack.shelf import UNTAXED
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.situations import Span, situations
from posloyalty.services.members.no_more import purchases_in
from posloyalty.services.returning.build_refund import build_refund, of_sale
from posloyalty.services.selling.build_sale import build_sale

CARD: Final = "card"
NOON: Final = time(12)
STEP: Final = timedelta(minutes=1)
CHOICES_MAX: Final = 5
EXCHANGES_MAX: Final = 20
OPENINGS_MAX: Final = 8
CAUSE: Final = "changed their mind"
NO_TAX: Final = {UNTAXED: TaxClass(UNTAXED, "0 %", Ratio(0), TaxMode.INCLUSIVE)}
STORE: Final = "S1"
TILL: Final = "T1"
_CASHIER: Final = Operator(derive_id("draft-attack", "cashier"), "", Role.CASHIER)


@dataclass(frozen=True, slots=True)
class Table:
    """What does not change during an attack; `worth` is the money that a point comes to."""

    programme: Programme
    store: StoreContext
    worth: Mapping[str, Ratio]


@dataclass(frozen=True, slots=True)
class Done:
    """A move and what it came to; `points` are those that a conversion took, or how often a reward
    was had, `chosen` what was asked for of what is owned: not what is used by itself.
    """

    move: Move
    at: datetime
    quote: Quote | RefundQuote | None = None
    points: int = 0
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale, what it did, and its refunds so far."""

    sale: Sale
    did: Consequences
    earlier: tuple[tuple[Refund, Consequences], ...] = ()

    @property
    def original(self) -> Original:
        """The sale as a refund looks at it."""
        return Original(sale=self.sale, did=self.did, earlier=self.earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody stands after some moves."""

    table: Table
    state: MemberState
    at: datetime
    began: datetime
    done: tuple[Done, ...] = ()
    sold: tuple[Sold, ...] = ()
    lots: Mapping[bytes, Lot] = field(default_factory=dict)
    rights: Mapping[bytes, Right] = field(default_factory=dict)
    lapsed: Mapping[bytes, int] = field(default_factory=dict)
    counts: tuple[MeterEntry, ...] = ()
    paid_minor: int = 0
    kept_minor: int = 0

    @property
    def day(self) -> date:
        """The programme's day."""
        return store_day(self.at, self.table.programme.zone)

    @property
    def held_minor(self) -> int:
        """What the points that are held, or pending, would pay; below zero for a debt."""
        worth = self.table.worth
        return sum(
            worth[one.wallet].apply(one.balance + one.pending, Rounding.FLOOR)
            for one in wallet_states(self.table.programme, self.state, self.day)
            if one.wallet in worth
        )

    @property
    def taken_minor(self) -> int:
        """What was got for nothing."""
        return self.kept_minor + self.held_minor - self.paid_minor

    @property
    def share(self) -> Ratio | None:
        """What was taken as a share of the goods that were kept; None where none were."""
        return Ratio(self.taken_minor, self.kept_minor) if self.kept_minor > 0 else None

    @property
    def store(self) -> StoreContext:
        """The store with what it has counted."""
        return replace(self.table.store, counts=self.counts)

    def after(self, move: Move) -> Position | None:
        """The position after a move; None where it is refused or does nothing."""
        try:
            match move:
                case Buy():
                    return self._bought(move)
                case GiveBack():
                    return self._gave_back(move)
                case Convert():
                    return self._converted(move)
                case Exchange():
                    return self._exchanged(move)
                case Wait():
                    at = self.at + timedelta(days=move.days)
                    return replace(self, at=at, done=(*self.done, Done(move, at)))
        except (ActRefusal, BasketRefusal, RefundRefusal, SpendRefusal):
            return None

    def all_of(self, move: Iterable[Move]) -> Position | None:
        """The position after several moves; None where one of them is refused."""
        found: Position | None = self
        for one in move:
            found = None if found is None else found.after(one)
        return found

    def signed_up(self) -> Position:
        """The position with what the programme welcomes a member with."""
        welcomed = self._acted(Trigger.SIGN_UP, None, Done(Wait(0), self.at))
        return self if welcomed is None else replace(welcomed, done=())

    def _event(self, word: str) -> bytes:
        return derive_id("draft-attack", word, len(self.done))

    def _bought(self, move: Buy) -> Position | None:
        programme, at = self.table.programme, self.at + STEP
        basket = Basket(sale_id=self._event("sale"), currency=programme.currency)
        for piece in move.pieces:
            basket = basket.add(
                piece.ware.product,
                quantity_milli=piece.pieces * ONE_MILLI,
                unit_price_minor=piece.price_minor,
            )
        basket = basket.for_member(self.state.member_id, proof=CARD).paid_by((TenderKind.CASH,))
        quote = self._quote(basket, at)
        if quote.by_tender:
            basket = basket.paid_by((quote.by_tender[0].kind,))
            quote = self._quote(basket, at)
        if move.redeem:
            wished = self._using(basket, quote, at)
            if wished == basket:
                return None
            basket, quote = wished, self._quote(wished, at)
        planned = plan_sale(
            freeze(programme, basket, self.state, at, self.store),
            sold_by(quote),
            event_id=basket.sale_id,
            at=at,
            redemptions=quote.redemptions,
            earnings=quote.earnings,
        )
        due = quote.payable_minor
        sale = build_sale(
            basket,
            quote,
            _paid(due, min(quote.tenders)),
            programme=programme,
            operator=_CASHIER,
            number=str(len(self.sold)),
            at=at,
            language="",
        )
        chosen = tuple(one.of for one in basket.chosen)
        done = Done(move, at, quote, chosen=chosen)
        then = self._with(planned.does, planned.after, at, done)
        return replace(
            then,
            sold=(*self.sold, Sold(sale, planned.does)),
            paid_minor=self.paid_minor + due,
            kept_minor=self.kept_minor + quote.gross_minor,
        )

    def _using(self, basket: Basket, quote: Quote, at: datetime) -> Basket:
        """The basket with everything chosen that is owned and lowers what is paid, then points."""
        for _ in range(CHOICES_MAX):
            gains = [one for one in quote.proposals if one.gain_minor > 0]
            if not gains:
                break
            basket = basket.choosing(gains[0].choice)
            quote = self._quote(basket, at)
        for use in quote.usable:
            if use.most_points:
                wish = Redemption(wallet=use.wallet, points=use.most_points)
                basket = basket.redeeming(wish, wallet=use.wallet)
        return basket

    def _quote(self, basket: Basket, at: datetime) -> Quote:
        return evaluate(
            self.table.programme, basket, self.state, at, tax_classes=NO_TAX, store=self.store
        )

    def _gave_back(self, move: GiveBack) -> Position | None:
        programme, at, sold = self.table.programme, self.at + STEP, self.sold[move.sale]
        original = sold.original
        left = [(line.number, original.left_milli(line)) for line in sold.sale.lines]
        wanted = [(n, milli) for n, milli in left if milli and (n in move.lines or not move.lines)]
        if not wanted:
            return None
        wish = RefundWish(refund_id=self._event("refund"), back=tuple(wanted), cause=CAUSE)
        quote = quote_refund(
            programme, original, wish, self._facts(sold), at, store=self.store, cash=CashRounding()
        )
        refund = build_refund(
            quote,
            of_sale(sold.sale),
            programme=programme,
            operator=_CASHIER,
            number="",
            language="",
        )
        earlier = (*sold.earlier, (refund, quote.does))
        then = self._with(quote.does, quote.after, at, Done(move, at, quote))
        return replace(
            then,
            sold=(
                *self.sold[: move.sale],
                replace(sold, earlier=earlier),
                *self.sold[move.sale + 1 :],
            ),
            paid_minor=self.paid_minor - quote.total_minor,
            kept_minor=self.kept_minor - quote.gross_minor,
        )

    def _facts(self, sold: Sold) -> RefundFacts:
        did = sold.did
        named = [use.lot_id for one in did.transfers for use in one.uses]
        named += [one.opens.id for one in did.transfers if one.opens is not None]
        return RefundFacts(
            state=self.state,
            lots=tuple(self.lots[lot] for lot in dict.fromkeys(named)),
            lapsed={lot: self.lapsed[lot] for lot in named if lot in self.lapsed},
            rights={change.right_id: self.rights[change.right_id] for change in did.rights},
            products={
                piece.ware.product.id: piece.ware.product
                for done in self.done
                if isinstance(done.move, Buy)
                for piece in done.move.pieces
            },
        )

    def _converted(self, move: Convert) -> Position | None:
        conversion = self.table.programme.find(Conversion, move.conversion)
        states = wallet_states(self.table.programme, self.state, self.day)
        balances = {one.wallet: one.balance for one in states}
        if conversion is None or balances[conversion.source] <= 0:
            return None
        points = balances[conversion.source]
        recorded = Recorded(what=move.conversion, quantity=points)
        done = Done(move, self.at + STEP, points=points)
        return self._acted(Trigger.ACTIVITY, recorded, done)

    def _exchanged(self, move: Exchange) -> Position | None:
        reward = self.table.programme.find(Reward, move.reward)
        states = wallet_states(self.table.programme, self.state, self.day)
        balances = {one.wallet: one.balance for one in states}
        if reward is None:
            return None
        # At another level's price it is refused, or had less often than it could be.
        often = balances[reward.wallet] // reward.cost if reward.cost else 1
        times = min(often, EXCHANGES_MAX)
        if times < 1:
            return None
        recorded = Recorded(what=exchanged(move.reward), quantity=times)
        return self._acted(Trigger.ACTIVITY, recorded, Done(move, self.at + STEP, points=times))

    def _acted(self, trigger: Trigger, recorded: Recorded | None, done: Done) -> Position | None:
        programme, at, event = self.table.programme, done.at, self._event(trigger.value)
        nothing = Basket(sale_id=event, currency=programme.currency)
        context = freeze(programme, nothing, self.state, at, self.store)
        moment = Moment(
            trigger=trigger,
            programme=acting_on(programme, trigger, context.day),
            store=context.store,
            event_id=event,
            at=at,
            day=context.day,
            facts=context.facts,
            business_facts=context.business_facts,
            state=self.state,
            active=context.active,
            recorded=recorded,
            operator=_CASHIER,
        )
        plan = EventPlan(
            event_id=event,
            at=at,
            day=context.day,
            programme_id=programme.id,
            costs=programme.shop_costs,
        )
        run_works(moment, Awards(moment, plan))
        does = plan.consequences()
        if does == NO_CONSEQUENCES:
            return None
        return self._with(does, plan.after(self.state), at, done)

    def _with(
        self, does: Consequences, after: MemberState | None, at: datetime, done: Done
    ) -> Position:
        """What an event leaves behind."""
        state = self.state if after is None else after
        mine = {state.member_id, state.household_id}
        more = purchases_in(does).get(state.member_id, 0)
        lapsed = dict(self.lapsed)
        for one in does.transfers:
            if one.code is TransferCode.EXPIRE:
                for use in one.uses:
                    lapsed[use.lot_id] = lapsed.get(use.lot_id, 0) + use.amount
        rights = {**self.rights, **{right.id: right for right in state.rights}}
        return replace(
            self,
            state=replace(
                state,
                purchases=state.purchases + more,
                rights=tuple(right for right in state.rights if right.left != 0),
            ),
            at=at,
            done=(*self.done, done),
            lots={**self.lots, **{lot.id: lot for lot in state.lots}},
            rights=rights,
            lapsed=lapsed,
            counts=(*self.counts, *(one for one in does.meters if one.owner not in mine)),
        )


def openings(draft: Draft) -> list[Position]:
    """Somebody who signs up on their birthday: at noon of the draft's first day, and when and where
    rules hold that do not then.
    """
    first = (draft.first_day, NOON, NOWHERE)
    span = Span(draft.first_day, draft.last_day)
    times = [first]
    for rule in draft.rules:
        table = rule.table.get("when")
        if rule.when is not None and isinstance(table, Mapping):
            around = situations(draft.programme, table, draft.first_day).within(span)
            found = around.moment(rule.when.parts)
            times += [] if found is None else [found]
    moments = list(dict.fromkeys(times))[:OPENINGS_MAX]
    zone = draft.programme.zone
    return [
        _opening(draft, datetime.combine(day, hour, zone), place) for day, hour, place in moments
    ]


def _paid(due_minor: int, kind: TenderKind) -> tuple[Tender, ...]:
    """Exactly what is due, by one kind."""
    if not due_minor:
        return ()
    if kind is TenderKind.CASH:
        return (take_cash(due_minor, (), given_minor=due_minor, rounding=CashRounding()),)
    return (take_exact(due_minor, (), kind=kind, amount_minor=due_minor, reference=CAUSE),)


def _opening(draft: Draft, at: datetime, place: Place) -> Position:
    programme = draft.programme
    day = store_day(at, programme.zone)
    here = Place(
        place.store or min(programme.scope.stores, default=STORE), place.till or TILL, place.channel
    )
    store = StoreContext(zone=programme.zone, language="en", place=here)
    table = Table(programme, store, _worth(programme))
    start = Position(
        table=table,
        state=MemberState(
            member_id=derive_id("draft-attack", "member"),
            status=MemberStatus.ACTIVE,
            joined_on=day,
            birthday=Birthday(day.month, day.day),
        ),
        at=at,
        began=at,
    )
    return start.signed_up()


def _worth(programme: Programme) -> dict[str, Ratio]:
    """What a point of each wallet pays; where it pays nothing itself, what its conversion does."""
    worth = {
        wallet.id: Ratio(wallet.spend.money_minor, wallet.spend.points)
        for wallet in programme.wallets
        if wallet.spend is not None
    }
    through = {
        one.source: worth[one.target] * Ratio(one.gets, one.gives)
        for one in programme.of(Conversion)
        if one.target in worth
    }
    return through | worth
