"""The risk dial: what other leases and floors would have cost, before they are published.

Shape: `dialled(chain, settings)` goes through every redemption that the chain's journals tell of
and asks, for those that fell into an outage of their store, what the till would have been allowed
to hand out: from its lease, on the merchant's risk, or not at all. What it refuses is a customer
who was sent away; what goes out beyond the balance is the merchant's loss.

The past cannot tell of a fraud that leases prevented, so one is staged: a share of the redemptions
is tried a second time at another till, of a store that is out of reach at the same moment. History
goes on as it did, whatever was refused or given twice. The judge is the till's own
(`sync/risk_policy.decide`).

Points are in the wallet's minor units, amounts in minor units of money.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from posloyalty.domain.programme.wallet import Spend
from posloyalty.insight.past_visits import Outage, Outages, Visit, draw, visits_at_stores
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.risk_policy import (
    Basis,
    Decision,
    Request,
    RiskPolicy,
    Situation,
    decide,
)

SHARE_WINDOW: Final = timedelta(days=90)
"""A member's leases are split over tills by their visits of so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One position of the dial. Tills hold leases of `lease_percent` of a member's balance, each at
    most worth `lease_most_minor`, split by visits.
    """

    lease_percent: int
    lease_most_minor: int
    policy: RiskPolicy

    def __post_init__(self) -> None:
        if not 0 <= self.lease_percent <= 100:
            raise ValueError(f"no share of a balance: {self.lease_percent}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The past: visits by member, each in its order, the stores' outages, what points are worth.

    `again_per_mille` of the redemptions in an outage are tried at a second till, in thousandths.
    """

    visits: Mapping[bytes, Sequence[Visit]]
    outages: Outages
    spend: Spend
    again_per_mille: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """What one setting comes to.

    `wanted` redemptions fell into an outage, `leased` of them were within a lease, `risked` needed
    the floor, `refused` were sent away. `staged` second tries were made, `lost_minor` is what they
    and all others took beyond the balance. `exposed_minor` is the most that floors can cost in a
    day with every store out of reach.
    """

    setting: Setting
    wanted: int = 0
    leased: int = 0
    risked: int = 0
    refused: int = 0
    refused_minor: int = 0
    risked_minor: int = 0
    staged: int = 0
    staged_served: int = 0
    lost_minor: int = 0
    exposed_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """A wish to spend in an outage. `balance` is history's just before it, `spell` when the stretch
    of outages began that this one is part of; `staged` says that this is the second try.
    """

    past: _Past
    at: datetime
    day: date
    till_id: bytes
    store: str
    outage: Outage
    spell: datetime
    points: int
    balance: int
    staged: bool


def dialled(chain: Chain, settings: Iterable[Setting]) -> tuple[Dialled, ...]:
    """Every setting over the same past, in the order given."""
    tills: dict[str, set[bytes]] = {}
    for visit in visits_at_stores(chain.visits):
        tills.setdefault(visit.store, set()).add(visit.till_id)
    found = (one for member in chain.visits for one in _tries(chain, member, tills))
    tries = sorted(found, key=lambda one: (one.at, one.past.member, one.staged))
    return tuple(_turned(setting, chain.spend, tries, tills) for setting in settings)


def _tries(chain: Chain, member: bytes, tills: Mapping[str, set[bytes]]) -> Iterator[_Try]:
    """What a member wished to spend in outages, and the second tries that are staged."""
    past = _Past(member, chain.visits[member], chain.outages)
    for place, visit in enumerate(past.visits):
        outage = chain.outages.at(visit.store, visit.at) if visit.spent > 0 else None
        if outage is None:
            continue
        spell = chain.outages.spell_at(visit.at)
        assert spell is not None
        first = _Try(
            past=past,
            at=visit.at,
            day=visit.day,
            till_id=visit.till_id,
            store=visit.store,
            outage=outage,
            spell=spell.begins,
            points=visit.spent,
            balance=past.balances[place],
            staged=False,
        )
        yield first
        if draw(chain.seed, "again", member.hex(), place) % 1000 >= chain.again_per_mille:
            continue
        others = [store for store in chain.outages.stores_out(visit.at) if store != visit.store]
        others = [store for store in others if store in tills]
        if others:
            store = others[draw(chain.seed, "where", member.hex(), place) % len(others)]
            there = chain.outages.at(store, visit.at)
            assert there is not None
            yield replace(first, till_id=min(tills[store]), store=store, outage=there, staged=True)


class _Past:
    """A member's visits, the balance before each, and what head office knew of it when."""

    def __init__(self, member: bytes, visits: Sequence[Visit], outages: Outages) -> None:
        self.member = member
        self.visits = visits
        self.balances = [0, *accumulate(visit.change for visit in visits)]
        self._times = [visit.at for visit in visits]
        self._outages = outages
        self._tills = {visit.till_id: visit.store for visit in visits if visit.store}

    def known_at(self, at: datetime) -> int:
        """The balance as head office has it: without what stores out of reach have not told."""
        return sum(visit.change for visit in self._told(at))

    def share_at(self, at: datetime, till_id: bytes) -> tuple[int, int]:
        """How many of the member's known visits before an instant were at a till, of how many."""
        since = at - SHARE_WINDOW
        lately = [visit for visit in self._told(at) if visit.store and visit.at >= since]
        return sum(visit.till_id == till_id for visit in lately), len(lately)

    def _told(self, at: datetime) -> list[Visit]:
        out = {store: self._outages.at(store, at) for store in set(self._tills.values())}
        silent = {store: outage.begins for store, outage in out.items() if outage is not None}
        before = self.visits[: bisect_left(self._times, at)]
        return [v for v in before if v.store not in silent or v.at < silent[v.store]]

    def held_elsewhere(self, outage: Outage) -> Iterator[tuple[bytes, Outage]]:
        """The tills that had gone out of reach with a lease before an outage began."""
        for till_id, store in sorted(self._tills.items()):
            other = self._outages.at(store, outage.begins)
            if other is not None and other.begins < outage.begins:
                yield till_id, other


class _Dial:
    """One setting, and what tills have handed out by it so far."""

    def __init__(self, setting: Setting, spend: Spend) -> None:
        self._setting = setting
        self._spend = spend
        self._lent: dict[tuple[bytes, bytes, datetime], int] = {}
        self._leases: Counter[tuple[bytes, bytes, datetime]] = Counter()
        self._floors: Counter[tuple[bytes, bytes, datetime]] = Counter()
        self._places: Counter[tuple[bytes | str, date]] = Counter()
        self._moves: dict[tuple[bytes, datetime], list[tuple[datetime, int]]] = {}

    def judge(self, one: _Try) -> Decision:
        """What the till says; what it hands out is noted."""
        spell = one.past.member, one.till_id, one.outage.begins
        leased = self._lease_minor(one.past, one.till_id, one.outage, one.spell)
        decision = decide(
            self._setting.policy,
            Request(kind=AssetKind.POINTS, worth_minor=self._spend.worth_minor(one.points)),
            Situation(
                leased_minor=leased - self._leases[spell],
                stale_for=one.at - one.outage.begins,
                floor_used_minor=self._floors[spell],
                till_used_minor=self._places[one.till_id, one.day],
                store_used_minor=self._places[one.store, one.day],
            ),
        )
        if decision.allowed:
            self._leases[spell] += decision.lease_minor
            self._floors[spell] += decision.risk_minor
            self._places[one.till_id, one.day] += decision.risk_minor
            self._places[one.store, one.day] += decision.risk_minor
        return decision

    def beyond(self, one: _Try, *, served: bool) -> int:
        """By how many points a try went beyond what the member had left; to be asked of every try.

        Only a second one can: what history itself overspent is in head office's ledger already.
        """
        moves = self._moves.setdefault((one.past.member, one.spell), [])
        over = 0
        if one.staged and served:
            # The balance is the one before the first try, whose wish is among the moves by now.
            left = one.balance + sum(points for _, points in moves) - one.points
            over = max(0, one.points - max(0, left))
        # History spent what was wished first, served or not; of a second try it knows nothing.
        wished = 0 if one.staged else one.points
        moves.append((one.outage.ends, wished - (one.points if served else 0)))
        return over

    def _lease_minor(self, past: _Past, till_id: bytes, outage: Outage, spell: datetime) -> int:
        """What a till holds of a member's balance from when its outage began: its share, and never
        what tills that had gone out of reach before hold already.
        """
        key = past.member, till_id, outage.begins
        known = self._lent.get(key)
        if known is None:
            known = self._lent[key] = self._lend(past, till_id, outage, spell)
        return known

    def _lend(self, past: _Past, till_id: bytes, outage: Outage, spell: datetime) -> int:
        begins = outage.begins
        here, of = past.share_at(begins, till_id)
        if not here:
            return 0
        told = (p for ends, p in self._moves.get((past.member, spell), ()) if ends <= begins)
        known = max(0, past.known_at(begins) + sum(told))
        elsewhere = past.held_elsewhere(outage)
        held = sum(self._lease_minor(past, till, other, spell) for till, other in elsewhere)
        share = self._spend.worth_minor(known * self._setting.lease_percent * here // (100 * of))
        return max(
            0, min(share, self._spend.worth_minor(known) - held, self._setting.lease_most_minor)
        )


def _turned(
    setting: Setting, spend: Spend, tries: Sequence[_Try], tills: Mapping[str, set[bytes]]
) -> Dialled:
    dial, counts = _Dial(setting, spend), Counter[str]()
    for one in tries:
        worth = spend.worth_minor(one.points)
        decision = dial.judge(one)
        counts["staged" if one.staged else "wanted"] += 1
        counts["risked_minor"] += decision.risk_minor
        counts["lost_minor"] += spend.worth_minor(dial.beyond(one, served=decision.allowed))
        if one.staged:
            counts["staged_served"] += decision.allowed
        elif decision.allowed:
            counts["leased" if decision.basis is Basis.LEASE else "risked"] += 1
        else:
            counts["refused"] += 1
            counts["refused_minor"] += worth
    return Dialled(setting=setting, exposed_minor=_exposed(setting.policy, tills), **counts)


def _exposed(policy: RiskPolicy, tills: Mapping[str, set[bytes]]) -> int:
    """The most that floors can cost in a day with every store out of reach."""
    if not policy.floor_minor:
        return 0
    return sum(
        min(policy.store_day_minor, policy.till_day_minor * len(some)) for some in tills.values()
    )
