"""What members did at which till, as the chain's journals tell: the ground of the risk dial.

Shape: `visits_of(events, member, ledger)` gives a member's `Visit`s in the order in which they
happened, those that moved no points of the ledger included, since they say where the member shops.
`drawn_outages` draws when stores were out of reach of head office, from a seed: the same seed gives
the same outages on every machine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from posloyalty.domain.ledger.transfer import Account, AccountKind, TransferCode
from posloyalty.domain.values.calendar import store_day
from posloyalty.sync.journals import Filed

_DAY_MINUTES: Final = 24 * 60
_EVERY_STORE: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One event of a member. `change` is by how much the balance moved, `spent` the part of it that
    paid for something, both in the wallet's minor units. `day` is the programme's. What head office
    did, such as goodwill, is of no store: it moves points, and says nothing of where anybody shops.
    """

    at: datetime
    day: date
    till_id: bytes
    store: str
    change: int = 0
    spent: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Outage:
    """A store cannot reach head office from `begins` until just before `ends`."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageHabits:
    """How often and how long stores are cut off.

    `store_per_mille` is the chance that a store has an outage on a day, `chain_per_mille` that all
    have one at once (head office itself is down), in thousandths. An outage begins at any minute of
    the day and lasts from one minute to twice `mean_minutes`.
    """

    store_per_mille: int
    chain_per_mille: int
    mean_minutes: int

    def __post_init__(self) -> None:
        chances = self.store_per_mille, self.chain_per_mille
        if not all(0 <= chance <= 1000 for chance in chances) or self.mean_minutes < 1:
            raise ValueError(f"no such habits: {self}")


class Outages:
    """When each store was out of reach."""

    def __init__(self, by_store: Mapping[str, Iterable[Outage]]) -> None:
        self._by_store = {store: _apart(some) for store, some in by_store.items()}
        self._spells = _apart(one for some in self._by_store.values() for one in some)

    def at(self, store: str, at: datetime) -> Outage | None:
        """The outage that a store has at an instant."""
        return _that_holds(self._by_store.get(store, ()), at)

    def spell_at(self, at: datetime) -> Outage | None:
        """The time around an instant in which there was always some store out of reach."""
        return _that_holds(self._spells, at)

    def stores_out(self, at: datetime) -> tuple[str, ...]:
        """The stores that are out of reach at an instant, sorted."""
        return tuple(s for s in sorted(self._by_store) if self.at(s, at) is not None)

    @property
    def number(self) -> int:
        """How many there were, a chain-wide one counted at each store."""
        return sum(map(len, self._by_store.values()))


def visits_of(
    events: Iterable[Filed], member_id: bytes, ledger: str, zone: tzinfo
) -> tuple[Visit, ...]:
    """A member's visits, in the order of `Filed.order`; days are of `zone`."""
    account = Account(ledger, AccountKind.MEMBER, member_id)
    return tuple(_visit(one, account, zone) for one in sorted(events, key=lambda one: one.order))


def visits_in(
    members: Iterable[bytes],
    events_of: Callable[[bytes], Iterable[Filed]],
    ledger: str,
    zone: tzinfo,
) -> Mapping[bytes, Sequence[Visit]]:
    """The visits of members; `events_of` gives what journals tell of one, and is asked once."""
    return {member: visits_of(events_of(member), member, ledger, zone) for member in members}


def visits_at_stores(visits: Mapping[bytes, Sequence[Visit]]) -> Iterator[Visit]:
    """What members did at stores, without what head office did of theirs."""
    return (one for some in visits.values() for one in some if one.store)


def drawn_outages(
    stores: Iterable[str],
    first_day: date,
    last_day: date,
    habits: OutageHabits,
    *,
    zone: tzinfo,
    seed: int,
) -> Outages:
    """Outages of each store on the days from the first through the last."""
    shared = tuple(
        _drawn(_EVERY_STORE, first_day, last_day, habits.chain_per_mille, habits, zone, seed)
    )
    return Outages(
        {
            store: (
                *shared,
                *_drawn(store, first_day, last_day, habits.store_per_mille, habits, zone, seed),
            )
            for store in sorted(set(stores))
        }
    )


def draw(seed: int, *about: object) -> int:
    """A number below 2**64 that follows from a seed and from what it is drawn for."""
    text = "\x1f".join(map(str, (seed, *about)))
    return int.from_bytes(sha256(text.encode("utf-8")).digest()[:8])


def _drawn(
    store: str,
    first_day: date,
    last_day: date,
    per_mille: int,
    habits: OutageHabits,
    zone: tzinfo,
    seed: int,
) -> Iterator[Outage]:
    for offset in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=offset)
        if draw(seed, store, day, "whether") % 1000 >= per_mille:
            continue
        minute = draw(seed, store, day, "when") % _DAY_MINUTES
        lasts = 1 + draw(seed, store, day, "how long") % (2 * habits.mean_minutes)
        begins = datetime.combine(day, time(0), zone) + timedelta(minutes=minute)
        yield Outage(begins, begins + timedelta(minutes=lasts))


def _that_holds(known: Sequence[Outage], at: datetime) -> Outage | None:
    place = bisect_right(known, at, key=lambda one: one.begins)
    return known[place - 1] if place and at < known[place - 1].ends else None


def _apart(some: Iterable[Outage]) -> tuple[Outage, ...]:
    """Outages in their order; those that touch are one."""
    apart: list[Outage] = []
    for one in sorted(some):
        if apart and one.begins <= apart[-1].ends:
            apart[-1] = Outage(apart[-1].begins, max(apart[-1].ends, one.ends))
        else:
            apart.append(one)
    return tuple(apart)


def _visit(one: Filed, account: Account, zone: tzinfo) -> Visit:
    change = spent = 0
    for transfer in one.does.transfers:
        if account == transfer.credit:
            change += transfer.amount
        if account == transfer.debit:
            change -= transfer.amount
            if transfer.code is TransferCode.REDEEM and transfer.link is None:
                spent += transfer.amount
    return Visit(
        at=one.at,
        day=store_day(one.at, zone),
        till_id=one.till_id,
        store=one.store,
        change=change,
        spent=spent,
    )
