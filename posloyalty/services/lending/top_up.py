"""In quiet moments a till asks for leases of the members who were just here, for their next visit,
and for its part of the campaigns' budgets.

Shape: `wishes()` looks at what was sold since the last time, a bounded number of events, and says
what to ask for. How much is `sync/top_up.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.engine.spend_room import rewards_at_sales
from posloyalty.domain.engine.taking import taken_by_rules
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import entries_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import CampaignState
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.lending.held_leases import leases_among, leases_of, left_in
from posloyalty.services.lending.lending import Lending
from posloyalty.services.lending.lent_budgets import lent_of
from posloyalty.services.lending.lent_rights import is_lent, right_asset
from posloyalty.services.lending.lent_takes import points_asset
from posloyalty.services.members.member_state import state_of
from posloyalty.services.ports import Reader
from posloyalty.sync import events
from posloyalty.sync.leases import Asset
from posloyalty.sync.office.deciding import budget_asset
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.sync.top_up import (
    LEASE_DAYS,
    USES_MOST,
    VISITS_DAYS,
    More,
    more_of_budget,
    more_of_card,
    more_wanted,
)
from posloyalty.sync.wire.answers import AssetSent
from posloyalty.sync.wire.lending import WISHES_MAX, Wish

BUDGETS_MS: Final = 60_000
EVENTS_MAX: Final = 50
"""Looked at in one go, on the lane that sends."""


class TopUp(Grounded):
    """Begins with what is sold after the program's start."""

    def __init__(self, ground: Ground, *, lending: Lending) -> None:
        super().__init__(ground)
        self._lending = lending
        self._seen_seq: int | None = None
        self._budgets_ms = 0

    def wishes(self) -> tuple[Wish, ...]:
        """What to ask for now; nothing where the till may not, or nobody new was here."""
        if not self._lending.asks_now:
            return ()
        with self._book.read() as reader:
            members = tuple(dict.fromkeys(self._here(reader)))
            budgets = self._lending.lends_budgets and self._budgets_due()
            at = self._clock.now()
            programme = self._programmes.at(reader, at) if members or budgets else None
            if programme is None:
                return ()
            found = [
                wish for member in members for wish in self._for(reader, programme, member, at)
            ]
            if budgets:
                found += _of_budgets(reader, programme, at)
            return tuple(found)[:WISHES_MAX]

    def _budgets_due(self) -> bool:
        """Once a minute: head office may have none left, and need not be asked all the time."""
        now_ms = self._clock.monotonic_ms()
        due = now_ms >= self._budgets_ms
        if due:
            self._budgets_ms = now_ms + BUDGETS_MS
        return due

    def _here(self, reader: Reader) -> Iterator[bytes]:
        """Who bought something since the last look."""
        if self._seen_seq is None:
            self._seen_seq = reader.journal.head().seq
        for stored in reader.journal.events(after_seq=self._seen_seq, limit=EVENTS_MAX):
            self._seen_seq = stored.seq
            if stored.kind != events.kind_of(events.Sale):
                continue
            sale = events.decode(stored.body)
            if isinstance(sale, events.Sale) and isinstance(sale.member, str):
                yield bytes.fromhex(sale.member)

    def _for(
        self, reader: Reader, programme: Programme, member_id: bytes, at: datetime
    ) -> Iterator[Wish]:
        day = store_day(at, programme.zone)
        state = state_of(reader, programme, member_id, day)
        policy = self._lending.policy
        if state is None or policy is None:
            return
        here, visits = _visits(reader, member_id, day)
        for one in _may_spend(programme, state, policy, day):
            more = one.more(
                balance=one.balance,
                most=one.most,
                visits_here=here,
                visits=visits,
                held=left_in(leases_of(reader, one.asset, day)),
            )
            if more > 0:
                yield _wish(reader, programme, one.asset, more, day, one.last)


class _Spendable(NamedTuple):
    """What a member may come back to spend: `most` at a visit, of what there is, until a day."""

    more: More
    asset: Asset
    balance: int
    most: int
    last: date


def _may_spend(
    programme: Programme, state: MemberState, policy: RiskPolicy, day: date
) -> Iterator[_Spendable]:
    """Points that pay, what rewards cost, uses of passes."""
    last = day + timedelta(days=LEASE_DAYS)
    for wallet in programme.wallets:
        if wallet.spend is not None:
            most = policy.lease_minor * wallet.spend.points // wallet.spend.money_minor
            yield _Spendable(more_wanted, *_points(programme, state, wallet.id, day), most, last)
    for wallet_id, full in _bought_with(programme, state, day).items():
        yield _Spendable(more_of_card, *_points(programme, state, wallet_id, day), full, last)
    for right in state.rights:
        if is_lent(right) and right.good_on(day) and right.left:
            until = min(last, right.last_day or date.max)
            yield _Spendable(more_wanted, right_asset(right), right.left, USES_MOST, until)


def _points(
    programme: Programme, state: MemberState, wallet_id: str, day: date
) -> tuple[Asset, int]:
    """A member's points of a wallet, and how many may be spent on a day."""
    asset = points_asset(programme, state, wallet_id)
    own = [lot for lot in state.lots if lot.account.ledger == asset.key]
    return asset, usable_sum(own, day)


def _bought_with(programme: Programme, state: MemberState, day: date) -> dict[str, int]:
    """The wallets that only buy something, each with what a visit may cost of it: a full card, or
    the dearest reward that the member can have, else the cheapest. A part of that buys nothing.
    """
    found = taken_by_rules(programme)
    costs: dict[str, list[int]] = {}
    for reward in rewards_at_sales(programme):
        costs.setdefault(reward.wallet, []).append(reward.cost)
    for wallet in wallet_states(programme, state, day) if costs else ():
        if known := costs.get(wallet.wallet):
            had = max((one for one in known if one <= wallet.balance), default=min(known))
            found[wallet.wallet] = max(had, found.get(wallet.wallet, 0))
    # What pays as well is held by the share that is usually paid.
    return {key: full for key, full in found.items() if programme.wallet(key).spend is None}


def _of_budgets(reader: Reader, programme: Programme, at: datetime) -> Iterator[Wish]:
    """The till's part of each campaign that is on."""
    day = store_day(at, programme.zone)
    for campaign, unit, leases in lent_of(reader, programme, day):
        more = more_of_budget(whole=campaign.budget[unit], held=left_in(leases))
        if more > 0 and campaign.state(day) is CampaignState.ACTIVE:
            last = min(day + timedelta(days=LEASE_DAYS), campaign.last or date.max)
            asset = budget_asset(programme.id, campaign, unit)
            yield _wish(reader, programme, asset, more, day, last)


def _wish(
    reader: Reader, programme: Programme, asset: Asset, more: int, day: date, last: date
) -> Wish:
    """A wish for so much more of an asset, through a last day."""
    known = [one for one in reader.ledger.rights_of(asset.owner) if one.of == asset.text]
    held = left_in(leases_among(known, asset, day))
    # The same wish is the same lease, however often it is asked for; what was given back since, to
    # a customer who stood elsewhere, is a lease that the book knows, and makes it another wish.
    name = derive_id("top_up", asset.text, asset.owner, day.isoformat(), held, len(known))
    return Wish(
        rid=name.hex(),
        asset=AssetSent.of(asset),
        n=more,
        last=last.isoformat(),
        zone=getattr(programme.zone, "key", "UTC"),
    )


def _visits(reader: Reader, member_id: bytes, day: date) -> tuple[int, int]:
    """(purchases here, purchases anywhere that were heard of) of the last months."""
    since = day - timedelta(days=VISITS_DAYS)
    bought = entries_of(reader.ledger.meters(member_id, since), PURCHASES)
    visits = {one.event_id for one in bought if one.amount > 0}
    here = sum(reader.sales.by_id(event_id) is not None for event_id in visits)
    return here, len(visits)
