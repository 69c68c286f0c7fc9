"""What the counter brings to a quote: the shop's settings, what was counted, shown, and of whom.

Every service that evaluates asks here, so that a sale, an act and a return see the same shop.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from typing import Final

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.limits import counting_owners
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.shared_counts import shared_owners
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.authority import Authority
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.market import CardBounds
from posloyalty.domain.shop.place import Channel, Place
from posloyalty.domain.values.calendar import MIDNIGHT, store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import Currency
from posloyalty.services.members.member_state import state_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shifts.business_day import open_day

# The ledger answers for so many owners at once.
OWNERS_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRules:
    """What the shop's settings say to a sale.

    `cutoff` ends the business day; `language` is that of printed names; `print_receipts` queues the
    original of every sale; `channel` is how this till's customers buy; `cards` bounds what gift
    cards may hold in this market, `authority` what is taken off by hand.
    """

    currency: Currency
    zone: tzinfo
    cutoff: time = MIDNIGHT
    language: str = ""
    print_receipts: bool = False
    channel: Channel = Channel.REGISTER
    cards: CardBounds | None = None
    authority: Authority = field(default_factory=Authority)


def counter_store(
    reader: Reader | UnitOfWork,
    programme: Programme,
    at: datetime,
    rules: CounterRules,
    language: str | None = None,
    *,
    since: date | None = None,
) -> StoreContext:
    """What the shop contributes to an evaluation; names in a language.

    What the till, the store, campaigns and causes counted is read only where something looks at it,
    day by day as far back as rules do, or from `since`.
    """
    facts = reader.facts
    store = StoreContext(
        zone=rules.zone,
        cutoff=rules.cutoff,
        open_day=open_day(reader, at),
        language=rules.language if language is None else language,
        till_id=facts.till_id,
        store_id=derive_id("store", facts.store_code),
        place=Place(facts.store_code, facts.till_code, rules.channel),
    )
    shared = shared_owners(programme)
    owners = tuple(dict.fromkeys((*shared, *counting_owners(programme, store))))
    if not owners:
        return store
    back = programme.looks_back_to(store_day(at, programme.zone))
    back = back if since is None else min(since, back)
    ever = programme.counts_whole_life or bool(shared)
    counts = (
        count
        for start in range(0, len(owners), OWNERS_MOST)
        for count in reader.ledger.meter_sums(
            owners[start : start + OWNERS_MOST], back, whole_life=ever
        )
    )
    return replace(store, counts=tuple(counts))


def shown_rights(reader: Reader | UnitOfWork, basket: Basket) -> tuple[Right, ...]:
    """The rights whose codes were shown, as the book knows them."""
    codes = dict.fromkeys(one.code for one in basket.chosen if one.code)
    return tuple(right for code in codes for right in reader.ledger.rights_by_code(code))


def member_state(
    reader: Reader | UnitOfWork, basket: Basket, programme: Programme, at: datetime
) -> MemberState | None:
    """The state of a basket's member; None for nobody. Raises `ServiceRefusal` NO_SUCH_MEMBER."""
    if basket.member_id is None:
        return None
    state = state_of(reader, programme, basket.member_id, store_day(at, programme.zone))
    if state is None:
        raise ServiceRefusal("NO_SUCH_MEMBER")
    return state
