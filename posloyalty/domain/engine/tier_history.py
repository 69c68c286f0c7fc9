"""Who held which level when, as a fold over what was counted.

Shape: `tier_history(programme, scheme, record)` gives `TierSpan`s without gaps or overlaps from the
day of joining on. A `TierRecord` is everything about one member that the scheme looks at: meter
entries, levels granted by hand or brought along, challenges taken up. The entries may come in any
order: they are put in the order of the instants at which they became known.

Each event that counted something is an assessment: the figures of its day's window, as they were
known at that instant, meet a level or do not. What is taken back later lowers the figures of every
later assessment; whether it also takes away the level that was met is the scheme's `on_return`. A
sale that arrives late is assessed where it belongs.

The holdings that a till stores are this fold's cache: the newest interval of each level.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from msgspec import structs

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.progress import ProgressReader, Tally, reached
from posloyalty.domain.engine.tier_spans import Interval, TierCause, TierSpan, cut, spans
from posloyalty.domain.ledger.meter import CARRIED, MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.tier_scheme import Challenge, OnReturn, TierScheme
from posloyalty.domain.programme.tier_window import Lifetime
from posloyalty.domain.values.calendar import store_day

GRANT = "tier_grant"
CHALLENGE = "tier_challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRecord:
    """What a scheme looks at of one member.

    `brought` are levels that came from an earlier system; `rights` those of kinds GRANT and
    CHALLENGE, others do no harm.
    """

    joined_on: date
    entries: tuple[MeterEntry, ...] = ()
    brought: tuple[TierHolding, ...] = ()
    rights: tuple[Right, ...] = ()


def record_of(state: MemberState) -> TierRecord:
    """What a member's state holds for a fold: the stored levels are not part of it."""
    own = tuple(entry for entry in state.meters if entry.owner == state.member_id)
    return TierRecord(joined_on=state.joined_on, entries=own, rights=state.rights)


def tier_history(
    programme: Programme, scheme: TierScheme, record: TierRecord
) -> tuple[TierSpan, ...]:
    """The level of every day since joining, and why it changed."""
    given = [*granted(scheme, record.rights), *brought(scheme, record.brought)]
    pieces: list[tuple[date, tuple[TierSpan, ...]]] = []
    for day, met in _Fold(programme, scheme, record).versions():
        whole = spans(scheme, [*met, *given], record.joined_on, record.joined_on)
        if pieces and pieces[-1][0] >= day:
            pieces[-1] = (pieces[-1][0], whole)
        else:
            pieces.append((day, whole))
    return cut(pieces)


def met_intervals(programme: Programme, scheme: TierScheme, record: TierRecord) -> list[Interval]:
    """The levels that were met, as they are seen after the last event."""
    return _Fold(programme, scheme, record).versions()[-1][1]


def met_levels(
    programme: Programme, scheme: TierScheme, record: TierRecord
) -> dict[str, TierHolding]:
    """The newest interval of each level that was met, as a till's book caches it."""
    met = met_intervals(programme, scheme, record)
    newest: dict[str, TierHolding] = {}
    for one in sorted(met, key=lambda interval: (interval.through, interval.first)):
        level = scheme.levels[one.rank - 1].id
        before = newest.get(level)
        after = TierHolding(scheme=scheme.id, level=level, met_on=one.first, through=one.through)
        newest[level] = after if before is None else renewed(before, after)
    return newest


def renewed(before: TierHolding, after: TierHolding) -> TierHolding:
    """What stands of a level that is met again: whichever ends later."""
    return before if after.through <= before.through else after


def granted(scheme: TierScheme, rights: Iterable[Right]) -> list[Interval]:
    """Levels given by hand, and those held on trial during a challenge."""
    found = []
    for right in rights:
        owner, _, name = right.of.partition("/")
        if owner != scheme.id or right.cancelled or right.from_day is None:
            continue
        if right.last_day is None:
            continue
        if right.kind == GRANT:
            level, cause = name, TierCause.GRANTED
        elif right.kind == CHALLENGE and (taken := scheme.challenge(name)) and taken.trial:
            level, cause = taken.level, TierCause.CHALLENGE
        else:
            continue
        found.append(
            Interval(
                rank=scheme.rank_of(level),
                first=right.from_day,
                through=right.last_day,
                cause=cause,
                event_id=right.origin,
            )
        )
    return found


def brought(scheme: TierScheme, holdings: Iterable[TierHolding]) -> list[Interval]:
    """Levels of an earlier system, or of a book's cache, as intervals."""
    return [
        Interval(
            rank=scheme.rank_of(one.level),
            first=one.met_on,
            through=one.through,
            cause=TierCause.GRANTED,
        )
        for one in holdings
        if one.scheme == scheme.id
    ]


def open_challenges(
    scheme: TierScheme, rights: Iterable[Right], day: date
) -> list[tuple[Challenge, Right]]:
    """The challenges that run on a day and are not made yet."""
    return [
        (challenge, right)
        for right in rights
        if right.kind == CHALLENGE and right.good_on(day)
        if right.of.startswith(f"{scheme.id}/")
        if (challenge := scheme.challenge(right.of.partition("/")[2])) is not None
    ]


@dataclass(frozen=True, slots=True)
class _Event:
    """What one event counted, on which day of the programme it became known."""

    day: date
    id: bytes
    entries: tuple[MeterEntry, ...]

    @property
    def assesses(self) -> bool:
        """Whether something was done, not only undone."""
        return any(entry.amount > 0 and entry.undoes is None for entry in self.entries)

    @property
    def undoes(self) -> bool:
        """Whether something was taken back."""
        return any(entry.undoes is not None for entry in self.entries)


class _Fold:
    """One member's events in the order in which they became known."""

    def __init__(self, programme: Programme, scheme: TierScheme, record: TierRecord) -> None:
        self._scheme = scheme
        self._record = record
        self._reader = ProgressReader(programme, scheme)
        self._events = self._ordered(programme)

    def versions(self) -> list[tuple[date, list[Interval]]]:
        """The intervals met, as they are seen from a day on; later returns may change them."""
        found: list[tuple[date, list[Interval]]] = [(self._record.joined_on, [])]
        seen = self._reader.tally()
        for place, event in enumerate(self._events):
            seen.add(event.entries)
            if event.undoes and self._scheme.on_return is OnReturn.REASSESS:
                found.append((event.day, self._as_if_never(self._events[: place + 1])))
            elif event.assesses:
                found[-1][1].extend(self._assessed(event, seen, found[-1][1]))
        return found

    def _as_if_never(self, events: Sequence[_Event]) -> list[Interval]:
        """The intervals as if what came back by now had never been bought."""
        known = {event.id for event in events}
        back: dict[bytes, list[MeterEntry]] = {}
        for event in events:
            for entry in event.entries:
                if entry.undoes is not None:
                    # What lies before the days that were read is part of the sum carried for them.
                    undone = entry.undoes if entry.undoes in known else CARRIED
                    back.setdefault(undone, []).append(entry)
        met: list[Interval] = []
        seen = self._reader.tally()
        for event in events:
            own = [entry for entry in event.entries if entry.undoes is None]
            left = replace(event, entries=_netted(own, back.get(event.id, ())))
            seen.add(left.entries)
            if left.assesses:
                met.extend(self._assessed(left, seen, met))
        return met

    def _assessed(self, event: _Event, seen: Tally, met: Sequence[Interval]) -> list[Interval]:
        """What an event meets: the highest level of its window, and challenges that it makes."""
        scheme, joined_on = self._scheme, self._record.joined_on
        since = scheme.window.first_day(event.day, joined_on)
        rank = reached(scheme, seen.values(since, event.day))
        found = [self._interval(rank, event, TierCause.MET)] if rank else []
        for right in self._record.rights:
            made = challenge_made(scheme, right, seen, event.day)
            if made and not any(one.event_id == right.id for one in met):
                interval = self._interval(made, event, TierCause.CHALLENGE)
                found.append(replace(interval, event_id=right.id))
        return found

    def _interval(self, rank: int, event: _Event, cause: TierCause) -> Interval:
        scheme, joined_on = self._scheme, self._record.joined_on
        return Interval(
            rank=rank,
            first=scheme.starts_on(event.day, joined_on),
            through=scheme.held_through(event.day, joined_on),
            cause=cause,
            event_id=event.id,
        )

    def _ordered(self, programme: Programme) -> list[_Event]:
        """Entries that matter, by event; what was carried as a sum comes first."""
        whole_life = isinstance(self._scheme.window, Lifetime)
        by_event: dict[bytes, list[MeterEntry]] = {}
        for entry in self._record.entries:
            if self._reader.counts(entry) and (whole_life or entry.event_id != CARRIED):
                by_event.setdefault(entry.event_id, []).append(entry)
        # In the world's time: two readings of one clock are not in order where it is set back.
        timed = sorted(
            (max(entry.noted_at.astimezone(UTC) for entry in entries), event_id, entries)
            for event_id, entries in by_event.items()
        )
        return [
            _Event(day=store_day(at, programme.zone), id=event_id, entries=tuple(entries))
            for at, event_id, entries in timed
        ]


def challenge_made(scheme: TierScheme, right: Right, tally: Tally, day: date) -> int:
    """The rank that a challenge gives which is made on a day; 0 when it is not."""
    owner, _, name = right.of.partition("/")
    challenge = scheme.challenge(name)
    if right.kind != CHALLENGE or owner != scheme.id or challenge is None or right.cancelled:
        return 0
    if right.from_day is None or right.last_day is None:
        return 0
    if not right.from_day <= day <= right.last_day:
        return 0
    values = tally.values(right.from_day, day)
    return scheme.rank_of(challenge.level) if challenge.need.met(values) else 0


def _netted(own: Sequence[MeterEntry], back: Sequence[MeterEntry]) -> tuple[MeterEntry, ...]:
    """An event's entries less what was taken back of them."""
    lost: dict[tuple[str, date], int] = {}
    for entry in back:
        lost[entry.meter, entry.day] = lost.get((entry.meter, entry.day), 0) + entry.amount
    left = [
        structs.replace(entry, amount=entry.amount + lost.pop((entry.meter, entry.day), 0))
        for entry in own
    ]
    # What is dated otherwise than what it takes back still counts where it says.
    left += [
        structs.replace(entry, amount=lost.pop((entry.meter, entry.day)))
        for entry in back
        if (entry.meter, entry.day) in lost
    ]
    return tuple(entry for entry in left if entry.amount)
