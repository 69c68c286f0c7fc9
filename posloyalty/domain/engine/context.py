"""The frozen context of one evaluation: the shop, the days, the facts, the goods on the counter.

Shape: `StoreContext` is what the shop contributes; `Context` what is known before any rule runs,
the goods among it (`goods.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo

from posloyalty.domain.engine.campaigns import Barred, barred_campaigns
from posloyalty.domain.engine.goods import Goods, arrange
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.plans import plans_held
from posloyalty.domain.engine.risk import own_card, to_verify, too_often, two_stores
from posloyalty.domain.engine.snapshots import picks_of, segments_of
from posloyalty.domain.engine.spend_room import SpendRoom
from posloyalty.domain.engine.stored_value import StoredCard
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.winding_down import ended, standing_on
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts, MemberFacts
from posloyalty.domain.programme.kinds.club import CLUB
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.place import NOWHERE, Place
from posloyalty.domain.shop.price_list import PriceList
from posloyalty.domain.values.calendar import MIDNIGHT, hour_shown, store_day
from posloyalty.domain.values.quick_init import quickly_made


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContext:
    """The store's zone, the hour at which its business day ends, and the language of names.

    `open_day` is the day of the shift that is open: everything belongs to it until the shift ends.
    `counts` is what the meters of the till, the store and campaigns hold, as far as limits look;
    `rooms` what this till may hand out by itself, where other tills may hand out the same;
    `held_back` are rights that it may not honour for that, and why.
    `shown` are the rights whose codes were shown at the counter, whoever owns them; `cards` the
    gift cards that the basket's lines name, as far as the book knows them; `budgets` what leases
    leave of campaigns' budgets, by unit, where tills share them; `takes` by wallet the most points,
    beside those that an event gives itself, that rules may take where others may spend them too.
    `place` is the till as rules name it, `prices` the shop's price lists.
    """

    zone: tzinfo
    cutoff: time = MIDNIGHT
    open_day: date | None = None
    language: str = ""
    till_id: bytes = b""
    operator_id: bytes = b""
    store_id: bytes = b""
    counts: tuple[MeterEntry, ...] = ()
    rooms: tuple[SpendRoom, ...] = ()
    held_back: Mapping[bytes, Reason] = field(default_factory=dict)
    shown: tuple[Right, ...] = ()
    cards: tuple[StoredCard, ...] = ()
    budgets: Mapping[tuple[str, LimitUnit], int] = field(default_factory=dict)
    takes: Mapping[str, int] = field(default_factory=dict)
    place: Place = NOWHERE
    prices: tuple[PriceList, ...] = ()

    def business_day(self, at: datetime) -> date:
        """The day to which something of an instant belongs, whatever the wall clock says."""
        return self.open_day or store_day(at, self.zone, self.cutoff)

    def card(self, card_id: bytes) -> StoredCard | None:
        """A gift card by its id; None for one that the book does not know."""
        return next((card for card in self.cards if card.id == card_id), None)

    def room(self, wallet: str) -> SpendRoom | None:
        """What bounds a wallet here; None where only its balance does."""
        return next((room for room in self.rooms if room.wallet == wallet), None)


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything fixed before the first rule. `day` is the programme's, for lots and tiers.

    `barred` says why the member may not earn, `flagged` why what they earn has to wait, `held_back`
    why they may neither see nor spend what they have.
    """

    programme: Programme
    store: StoreContext
    at: datetime
    day: date
    business_day: date
    goods: Goods
    facts: Facts
    business_facts: Facts
    state: MemberState | None
    active: MemberState | None
    barred: tuple[Reason, ...]
    flagged: tuple[Reason, ...] = ()
    held_back: tuple[Reason, ...] = ()

    def facts_for(self, by_business_day: bool) -> Facts:
        """The facts by the clock that a rule goes by."""
        return self.business_facts if by_business_day else self.facts


def freeze(
    programme: Programme,
    basket: Basket,
    state: MemberState | None,
    at: datetime,
    store: StoreContext,
) -> Context:
    """Fix the context of an evaluation, with what of the programme stands on its day."""
    shown = store_day(at, store.zone)
    day = shown if programme.zone is store.zone else store_day(at, programme.zone)
    programme = standing_on(programme, day)
    midnight = store.open_day is None and store.cutoff == MIDNIGHT
    business_day = shown if midnight else store.business_day(at)
    barred = _barred(state) or own_card(programme, state, store.operator_id, day)
    active = None if barred else state
    goods = arrange(basket.lines)
    facts = Facts(
        day=shown,
        business_day=business_day,
        hour=hour_shown(at, store.zone),
        lines=goods.lines,
        member=None if active is None else _member(programme, active, day),
        language=store.language,
        campaigns=barred_campaigns(programme, active, store, day),
        tenders=basket.tenders,
        place=store.place,
    )
    return Context(
        programme=programme,
        store=store,
        at=at,
        day=day,
        business_day=business_day,
        goods=goods,
        facts=facts,
        business_facts=facts.by_business_day(),
        state=state,
        active=active,
        barred=barred,
        flagged=(
            *too_often(programme, active, at, day),
            *two_stores(programme, active, at, store.place),
        ),
        held_back=(
            *to_verify(programme, active, basket.proof, day),
            *(() if active is None else ended(programme, day)),
        ),
    )


def barring(context: Context, campaigns: Barred) -> Context:
    """The same with further campaigns that give nothing."""
    if not campaigns:
        return context
    facts = replace(context.facts, campaigns={**context.facts.campaigns, **campaigns})
    return replace(context, facts=facts, business_facts=facts.by_business_day())


def _barred(state: MemberState | None) -> tuple[Reason, ...]:
    if state is None or state.status is MemberStatus.ACTIVE:
        return ()
    return (Reason(f"MEMBER_{state.status.value.upper()}"),)


def _member(programme: Programme, state: MemberState, day: date) -> MemberFacts:
    return MemberFacts(
        birthday=state.birthday,
        purchases=state.purchases,
        ranks={s.id: held(programme, s, state, day).rank for s in programme.tier_schemes},
        member_id=state.member_id,
        day=day,
        joined_on=state.joined_on,
        meters=state.meters,
        key=state.member_id.hex(),
        segments=segments_of(programme, state, day),
        plans=plans_held(programme, state, day),
        picks=frozenset(one.offer for one in picks_of(programme, state, day) if one.shown),
        clubs=frozenset(
            right.of
            for right in state.rights
            if right.kind == CLUB and right.programme == programme.id and right.good_on(day)
        ),
    )
