"""One member of a programme, event by event: buys, returns and acts, through the engine itself.

Days are ISO texts, from noon on in Shanghai, each event a second after the one before, unless an
hour is given. Every event sees the member as the events before it left them, and no more of the
past than a book would read; `done` keeps what each did, as a journal would.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from msgspec import structs

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.engine.quote import Quote, TierState, WalletState
from posloyalty.domain.engine.tier_history import TierRecord, tier_history
from posloyalty.domain.engine.tier_spans import TierSpan
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import settled, wallet_states
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.ledger.meter import CARRIED, MeterEntry
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import QUANTITY_ONE, Basket, Redemption
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.calendar import store_day
from tests.domain.engine.made import MEMBER_ID, SHANGHAI, STORE, member, quote

Goods = Product | tuple[Product, int]
"""A product, or several pieces of it."""


def noon(day: str) -> datetime:
    """Noon of a day in Shanghai, or the instant that is written."""
    return datetime.fromisoformat(day if "T" in day else f"{day}T12:00:00").replace(tzinfo=SHANGHAI)


class Club:
    """A programme and one member."""

    def __init__(
        self,
        programme: Programme,
        state: MemberState | None = None,
        *,
        joined: str = "2025-01-01",
        store: StoreContext = STORE,
    ) -> None:
        self.programme = programme
        self.state = member(purchases=0, joined=joined) if state is None else state
        self.store = store
        self.done: dict[bytes, Consequences] = {}
        self.quotes: dict[bytes, Quote] = {}
        self.baskets: dict[bytes, Basket] = {}

    def quoted(self, *goods: Goods, on: str, redeem: int = 0, wallet: str = "points") -> Quote:
        """What a sale would come to."""
        basket, at = self._basket(goods, redeem, wallet), self._at(on)
        return quote(self.programme, basket, self.read(at), at=at, store=self.store)

    def buys(self, *goods: Goods, on: str, redeem: int = 0, wallet: str = "points") -> Quote:
        """Ring a sale up and pay it."""
        basket = self._basket(goods, redeem, wallet)
        state = self.read(self._at(on))
        found = quote(self.programme, basket, state, at=self._at(on), store=self.store)
        after = plan_sale(
            freeze(self.programme, basket, state, found.at, self.store),
            sold_by(found),
            event_id=basket.sale_id,
            at=found.at,
            redemptions=found.redemptions,
            earnings=found.earnings,
        )
        assert after.after is not None
        self._book(basket.sale_id, after.does, after.after)
        self.quotes[basket.sale_id], self.baskets[basket.sale_id] = found, basket
        return found

    def returns(self, sale_id: bytes, *, on: str) -> None:
        """Take a whole sale back: what it counted is undone, what it earned is taken."""
        moment, plan, awards = self._moment(Trigger.RETURN, on, None)
        sale = self.done[sale_id]
        for entry in sale.meters:
            plan.count(
                entry.meter,
                entry.owner,
                -entry.amount,
                day=entry.day,
                at=entry.at,
                undoes=sale_id,
            )
        assert moment.state is not None
        postings = plan.postings(moment.state)
        for transfer in sale.transfers:
            if transfer.code in (TransferCode.EARN, TransferCode.BONUS):
                postings.reverse(transfer, transfer.amount, policy=NegativePolicy.NEGATIVE)
        run_works(moment, awards)
        self._book(plan.event_id, plan.consequences(), plan.after(self._begun(moment)))

    def does(
        self,
        what: str,
        *,
        on: str,
        trigger: Trigger = Trigger.ACTIVITY,
        quantity: int = 1,
        **evidence: str,
    ) -> tuple[Award, ...]:
        """Record an act."""
        recorded = Recorded(what=what, quantity=quantity, evidence=tuple(evidence.items()))
        moment, plan, awards = self._moment(trigger, on, recorded)
        run_works(moment, awards)
        self._book(plan.event_id, plan.consequences(), plan.after(self._begun(moment)))
        return awards.given

    def read(self, at: datetime) -> MemberState:
        """The member as a book reads them at an instant."""
        programme, state = self.programme, self.state
        since = programme.looks_back_to(store_day(at, programme.zone))
        sums: dict[tuple[str, bytes], int] = {}
        for entry in state.meters:
            if entry.day < since:
                key = entry.meter, entry.owner
                sums[key] = sums.get(key, 0) + entry.amount
        carried = tuple(
            MeterEntry(
                meter=meter,
                owner=owner,
                day=since - timedelta(days=1),
                at=noon((since - timedelta(days=1)).isoformat()),
                amount=amount,
                event_id=CARRIED,
            )
            for (meter, owner), amount in sums.items()
            if amount and programme.counts_whole_life
        )
        recent = tuple(entry for entry in state.meters if entry.day >= since)
        return settled(programme, replace(state, meters=(*carried, *recent)))

    @property
    def sales(self) -> list[bytes]:
        """The ids of the sales, in their order."""
        return list(self.quotes)

    def tier(self, on: str) -> TierState:
        """The standing in the first scheme on a day."""
        state = self.read(noon(on))
        return tier_states(self.programme, state, store_day(noon(on), SHANGHAI), "en")[0]

    def wallet(self, on: str, wallet: str | None = None) -> WalletState:
        """A wallet on a day, the first when none is named."""
        day = store_day(noon(on), SHANGHAI)
        states = wallet_states(self.programme, self.read(noon(on)), day)
        return next(one for one in states if wallet in (None, one.wallet))

    def history(self, does: Iterable[Consequences] | None = None) -> tuple[TierSpan, ...]:
        """The fold of the first scheme over all that was counted, or over some events' part."""
        entries = self.state.meters
        if does is not None:
            entries = tuple(entry for part in does for entry in part.meters)
        record = TierRecord(
            joined_on=self.state.joined_on, entries=entries, rights=self.state.rights
        )
        return tier_history(self.programme, self.programme.tier_schemes[0], record)

    def _at(self, on: str) -> datetime:
        return noon(on) + timedelta(seconds=0 if "T" in on else len(self.done))

    def _basket(self, goods: tuple[Goods, ...], redeem: int, wallet: str) -> Basket:
        sale_id = f"sale{len(self.done):012}".encode()
        made = Basket(sale_id=sale_id, currency=self.programme.currency)
        for one in goods:
            article, pieces = one if isinstance(one, tuple) else (one, 1)
            made = made.add(article, quantity_milli=pieces * QUANTITY_ONE)
        made = made.for_member(MEMBER_ID, proof="card")
        if redeem:
            made = made.redeeming(Redemption(wallet=wallet, points=redeem), wallet=wallet)
        return made

    def _moment(
        self, trigger: Trigger, on: str, recorded: Recorded | None
    ) -> tuple[Moment, EventPlan, Awards]:
        event_id = f"act-{len(self.done):012}".encode()
        at = self._at(on)
        nobody = Basket(sale_id=event_id, currency=self.programme.currency)
        basket = nobody.for_member(MEMBER_ID)
        state = self.read(at)
        context = freeze(self.programme, basket, state, at, self.store)
        moment = Moment(
            trigger=trigger,
            programme=self.programme,
            store=self.store,
            event_id=event_id,
            at=at,
            day=context.day,
            facts=context.facts,
            business_facts=context.business_facts,
            state=state,
            active=context.active,
            recorded=recorded,
        )
        plan = EventPlan(event_id=event_id, at=at, day=context.day, programme_id=self.programme.id)
        return moment, plan, Awards(moment, plan)

    def _begun(self, moment: Moment) -> MemberState:
        assert moment.state is not None
        return moment.state

    def _book(self, event_id: bytes, does: Consequences, after: MemberState) -> None:
        """Keep what a book would: lots by their own days, every entry of every meter."""
        self.done[event_id] = does
        bought = event_id.startswith(b"sale")
        promised = {lot.id: lot.last_day for lot in self.state.lots}
        self.state = replace(
            after,
            lots=tuple(
                structs.replace(lot, last_day=promised.get(lot.id, lot.last_day))
                for lot in after.lots
            ),
            meters=(*self.state.meters, *does.meters),
            purchases=after.purchases + bought,
        )
