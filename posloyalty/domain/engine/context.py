"""The frozen context of one evaluation: days, facts and the goods on the counter.

Shape: `StoreContext` is what the shop contributes; `Context` what is known before any rule runs;
`Goods` the basket's lines in one canonical order, so that the order of scanning cannot matter (I9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from typing import NamedTuple

from posloyalty.domain.engine.campaigns import Barred, barred_campaigns
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.plans import plans_held
from posloyalty.domain.engine.risk import own_card, to_verify, too_often
from posloyalty.domain.engine.snapshots import picks_of, segments_of
from posloyalty.domain.engine.spend_room import SpendRoom
from posloyalty.domain.engine.stored_value import StoredCard
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts, MemberFacts
from posloyalty.domain.programme.kinds.club import CLUB
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.place import NOWHERE, Place
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.calendar import MIDNIGHT, hour_shown, store_day

LineKey = tuple[bytes, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreContext:
    """The store's zone, the hour at which its business day ends, and the language of names.

    `counts` is what the meters of the till, the store and campaigns hold, as far as limits look;
    `rooms` what this till may hand out by itself, where other tills may hand out the same;
    `held_back` are rights that it may not honour for that, and why.
    `shown` are the rights whose codes were shown at the counter, whoever owns them; `cards` the
    gift cards that the basket's lines name, as far as the book knows them; `budgets` what leases
    leave of campaigns' money, where this till has any. `place` is the till as rules name it.
    """

    zone: tzinfo
    cutoff: time = MIDNIGHT
    language: str = ""
    till_id: bytes = b""
    operator_id: bytes = b""
    store_id: bytes = b""
    counts: tuple[MeterEntry, ...] = ()
    rooms: tuple[SpendRoom, ...] = ()
    held_back: Mapping[bytes, Reason] = field(default_factory=dict)
    shown: tuple[Right, ...] = ()
    cards: tuple[StoredCard, ...] = ()
    budgets: Mapping[str, int] = field(default_factory=dict)
    place: Place = NOWHERE

    def card(self, card_id: bytes) -> StoredCard | None:
        """A gift card by its id; None for one that the book does not know."""
        return next((card for card in self.cards if card.id == card_id), None)

    def room(self, wallet: str) -> SpendRoom | None:
        """What bounds a wallet here; None where only its balance does."""
        return next((room for room in self.rooms if room.wallet == wallet), None)


class Measured(NamedTuple):
    """The quantity of some lines together and of each, and the lines' keys."""

    quantity_milli: int
    quantities: tuple[int, ...]
    keys: tuple[LineKey, ...]


@dataclass(frozen=True, slots=True)
class Goods:
    """The lines by product and content, with what rules ask of them; all tuples run alike.

    `keys` break ties of allocations. `discountable` and `redeemable` are places of lines that
    offers may lower, and that points may pay: never money in another form. `every` are all places,
    `by_name` those of each product, tag and category.
    """

    lines: tuple[BasketLine, ...]
    keys: tuple[LineKey, ...]
    gross: tuple[int, ...]
    discountable: tuple[int, ...]
    redeemable: tuple[int, ...]
    measured: tuple[int, ...]
    earning: tuple[int, ...]
    every: tuple[int, ...] = ()
    by_name: Mapping[tuple[str, object], tuple[int, ...]] = field(default_factory=dict, hash=False)
    measures: dict[tuple[int, ...], Measured] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def measure(self, places: tuple[int, ...]) -> Measured:
        """How much there is of the goods at some places; reckoned once."""
        found = self.measures.get(places)
        if found is None:
            quantities = tuple([self.lines[place].quantity_milli for place in places])
            keys = tuple([self.keys[place] for place in places])
            found = self.measures[places] = Measured(sum(quantities), quantities, keys)
        return found

    def named(self, wanted: LineFilter) -> tuple[int, ...]:
        """The places of the goods that a filter means."""
        by_name, lines = self.by_name, self.lines
        if wanted is ALL_GOODS:
            return self.every
        alone = wanted.but is None
        if alone and len(wanted.products) == 1 and not wanted.tags and not wanted.categories:
            (sku,) = wanted.products
            return by_name.get(("product", sku), ())
        if alone and len(wanted.tags) == 1 and not wanted.products and not wanted.categories:
            (tag,) = wanted.tags
            return by_name.get(("tag", tag), ())
        if wanted.products:
            names = [by_name.get(("product", sku), ()) for sku in wanted.products]
        elif wanted.tags:
            names = [by_name.get(("tag", tag), ()) for tag in wanted.tags]
        elif wanted.categories:
            names = [by_name.get(("category", one), ()) for one in wanted.categories]
        else:
            names = [self.every]
        found = names[0] if len(names) == 1 else tuple(sorted({p for one in names for p in one}))
        one_kind = wanted.but is None and (
            bool(wanted.products) + bool(wanted.tags) + bool(wanted.categories) == 1
        )
        if one_kind or not found:
            return found
        return tuple(place for place in found if wanted.matches(lines[place].product))

    @property
    def measured_gross(self) -> int:
        """What the goods that count for a minimum spend come to, before offers."""
        return sum([self.gross[place] for place in self.measured])


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
    """Fix the context of an evaluation."""
    day = store_day(at, programme.zone)
    business_day = store_day(at, store.zone, store.cutoff)
    barred = _barred(state) or own_card(programme, state, store.operator_id, day)
    active = None if barred else state
    goods = arrange(basket.lines)
    facts = Facts(
        day=store_day(at, store.zone),
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
        flagged=too_often(programme, active, at, day),
        held_back=to_verify(programme, active, basket.proof, day),
    )


def barring(context: Context, campaigns: Barred) -> Context:
    """The same with further campaigns that give nothing."""
    if not campaigns:
        return context
    facts = replace(context.facts, campaigns={**context.facts.campaigns, **campaigns})
    return replace(context, facts=facts, business_facts=facts.by_business_day())


def arrange(lines: tuple[BasketLine, ...]) -> Goods:
    """The lines in canonical order: by product, then content; equal lines by their number."""
    keyed = sorted([(_key(line), line.number, place) for place, line in enumerate(lines)])
    ordered = tuple([lines[place] for _, _, place in keyed])
    products = [line.product for line in ordered]
    places = range(len(ordered))
    measured = tuple([p for p in places if _goods(products[p])])
    return Goods(
        lines=ordered,
        keys=tuple([key for key, _, _ in keyed]),
        gross=tuple([line.gross_minor for line in ordered]),
        discountable=tuple([p for p in measured if products[p].discountable]),
        redeemable=tuple([p for p in places if not _money_again(products[p])]),
        measured=measured,
        earning=tuple([p for p in places if products[p].earning]),
        every=tuple(places),
        by_name=_names(products),
    )


def _names(products: Sequence[Product]) -> dict[tuple[str, object], tuple[int, ...]]:
    found: dict[tuple[str, object], list[int]] = {}
    for place, product in enumerate(products):
        names: list[tuple[str, object]] = [("product", product.sku)]
        if product.category_id is not None:
            names.append(("category", product.category_id))
        for tag in product.tags:
            names.append(("tag", tag))
        for name in names:
            known = found.get(name)
            if known is None:
                found[name] = [place]
            elif known[-1] != place:
                known.append(place)
    return {name: tuple(places) for name, places in found.items()}


def _money_again(product: Product) -> bool:
    return product.gift_card or product.deposit


def _goods(product: Product) -> bool:
    return not (product.gift_card or product.deposit or product.fee)


def _key(line: BasketLine) -> LineKey:
    return (line.product.id, line.unit_price_minor, line.quantity_milli, line.gross_minor)


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
