"""What a till's book held of somebody just before one of its events, from its journal alone.

Shape: a `TillBook` is given a way to read what a till's journal says of an owner up to a place, and
reads of nobody twice; `take` moves it on by an event. `state` is a member as that till's rules saw
them, `sums` what the till, its store and campaigns had counted: the same figures that the till read
from its tables. A till's book is a fold of its own journal, what it heard included, so nothing that
happened elsewhere and had not reached it is in here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.households import household_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.engine.referrals import open_referrals, referrer_of
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.ledger.meter import CARRIED, MeterEntry, total
from posloyalty.domain.ledger.right import Right, RightMove, after_change
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.sync.leases import LEASE
from posloyalty.sync.office.belongings import Belongings

Past = Callable[[bytes], Iterable[tuple[bytes, Consequences]]]
"""What the events of a till's journal up to a place did, with their ids, of one owner, in order."""


class BookUnsound(Exception):
    """A journal that takes from lots or rights which it never opened: no till's own program."""


@dataclass(slots=True)
class Known:
    """One owner in the till's book: belongings, the till's leases on them, and every count."""

    belongings: Belongings
    leases: dict[bytes, Right] = field(default_factory=dict)
    meters: list[MeterEntry] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)

    @property
    def owner(self) -> bytes:
        """Whose."""
        return self.belongings.owner

    def take(self, event_id: bytes, does: Consequences) -> None:
        """The next event of the journal; the same again is nothing.

        Raises `BookUnsound`.
        """
        if event_id in self.seen:
            return
        self.seen.add(event_id)
        try:
            self.belongings.take(does)
        except KeyError:
            raise BookUnsound(self.owner.hex()) from None
        self.meters += [entry for entry in does.meters if entry.owner == self.owner]
        for change in does.rights:
            opened = change.opens
            if change.move is RightMove.ISSUE and opened is not None:
                if opened.kind == LEASE and opened.owner == self.owner:
                    self.leases[change.right_id] = opened
            elif change.right_id in self.leases:
                self.leases[change.right_id] = after_change(self.leases[change.right_id], change)


class TillBook:
    """One till's book, moving along its journal."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._known: dict[bytes, Known] = {}
        self._taken: list[tuple[bytes, Consequences]] = []

    @property
    def size(self) -> int:
        """How many owners and further events it holds: what whoever keeps it looks at."""
        return len(self._known) + len(self._taken)

    def known(self, owner: bytes) -> Known:
        """An owner as of now; raises `BookUnsound`."""
        found = self._known.get(owner)
        if found is None:
            found = Known(Belongings(owner))
            for event_id, does in (*self._past(owner), *self._taken):
                found.take(event_id, does)
            self._known[owner] = found
        return found

    def take(self, event_id: bytes, does: Consequences) -> None:
        """The till's next event; whoever cannot be followed any more is read anew when asked for,
        and then said to be unsound.
        """
        self._taken.append((event_id, does))
        for owner, known in list(self._known.items()):
            try:
                known.take(event_id, does)
            except BookUnsound:
                del self._known[owner]

    def state(
        self, programme: Programme, member_id: bytes, *, joined: date, day: date
    ) -> MemberState:
        """A member as the till's rules saw them; their birthday is in no journal.

        Raises `BookUnsound`.
        """
        own = self.known(member_id)
        rights = tuple(own.belongings.rights.values())
        household = household_of(rights)
        since = programme.looks_back_to(day)
        owners = [own] if household is None else [own, self.known(household.id)]
        state = MemberState(
            member_id=member_id,
            status=MemberStatus.ACTIVE,
            joined_on=joined,
            purchases=total(own.meters, PURCHASES, owner=member_id),
            lots=tuple(
                lot
                for one in owners
                for lot in one.belongings.lots.values()
                if lot.remaining > 0 or lot.earned_on >= since
            ),
            debts=tuple(debt for one in owners for debt in _debts(one)),
            holdings=tuple(one for _, one in sorted(own.belongings.holdings.items())),
            rights=rights,
            meters=tuple(
                entry
                for one in owners
                for entry in _looked_at(one, since, whole=programme.counts_whole_life)
            ),
            household_id=None if household is None else household.id,
            heads_household=household is not None and household.head,
        )
        return self._linked(programme, settled(programme, state), day)

    def sums(
        self, owners: Iterable[bytes], since: date, *, whole_life: bool
    ) -> tuple[MeterEntry, ...]:
        """One entry for each owner, meter and day from `since`, and one of what lies before."""
        found: list[MeterEntry] = []
        for owner in dict.fromkeys(owners):
            known = self.known(owner)
            by_day: dict[tuple[str, date], int] = {}
            for entry in known.meters:
                if entry.day >= since:
                    key = entry.meter, entry.day
                    by_day[key] = by_day.get(key, 0) + entry.amount
            found += _carried(known, since) if whole_life else ()
            found += [_sum(owner, *key, amount) for key, amount in by_day.items() if amount]
        return tuple(found)

    def leases(self, owner: bytes, of: str, day: date) -> int | None:
        """What is left of the till's leases on something; None where it never held one."""
        own = [lease for lease in self.known(owner).leases.values() if lease.of == of]
        return sum(one.left or 0 for one in own if one.good_on(day)) if own else None

    def _linked(self, programme: Programme, state: MemberState, day: date) -> MemberState:
        named = (referrer_of(right) for right in open_referrals(programme, state.rights, day))
        owners = [owner for owner in named if owner is not None]
        return replace(state, linked=self.sums(owners, day, whole_life=True)) if owners else state


def _debts(known: Known) -> Sequence[tuple[str, int]]:
    owed = (
        (account.ledger, -amount)
        for account, amount in known.belongings.accounts.items()
        if account.kind is AccountKind.MEMBER_DEBT and amount < 0
    )
    return sorted(owed)


def _looked_at(known: Known, since: date, *, whole: bool) -> Iterable[MeterEntry]:
    """As the till reads its counts: those of the days that rules look at, the rest in one sum."""
    if whole:
        yield from _carried(known, since)
    yield from (entry for entry in known.meters if entry.day >= since)


def _carried(known: Known, since: date) -> list[MeterEntry]:
    if since == date.min:
        return []
    sums: dict[str, int] = {}
    for entry in known.meters:
        if entry.day < since:
            sums[entry.meter] = sums.get(entry.meter, 0) + entry.amount
    day = since - timedelta(days=1)
    return [_sum(known.owner, meter, day, amount) for meter, amount in sums.items() if amount]


def _sum(owner: bytes, meter: str, day: date, amount: int) -> MeterEntry:
    at = datetime.combine(day, time(), tzinfo=UTC)
    return MeterEntry(meter=meter, owner=owner, day=day, at=at, amount=amount, event_id=CARRIED)
