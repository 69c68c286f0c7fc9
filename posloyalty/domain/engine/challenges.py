"""When challenges are made: a fold over what was counted, the same in any order of arrival.

Shape: `made(...)` gives the days on which a challenge is made by some entries; `fresh(...)` those
that were not given for yet. Each that was given for is counted in the meter `made/<id>` on its day.
The earliest possible ones are taken, each from the day after the one before, so that an event that
arrives late can only ever add one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.progress import ProgressReader
from posloyalty.domain.engine.standing import Missing, decisive, missing
from posloyalty.domain.ledger.meter import MeterEntry, entries_of
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.challenge import (
    CHALLENGE,
    ONE_DAY,
    AllLife,
    Challenge,
    EachPeriod,
    InARow,
    LastDays,
    Per,
    TheseDays,
)
from posloyalty.domain.programme.tier_need import Criterion, Measure, Metric, Need

Span = tuple[date, date]
EVER: Span = (date.min, date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeProgress:
    """How far a member is: `figure` is the decisive one, None when it is made for now.

    `last_day` is the last on which it can be made as things stand, None without an end; `made` is
    how often it was made, as far as is known here.
    """

    id: str
    name: str
    figure: Missing | None
    last_day: date | None
    made: int


def made_meter(challenge: Challenge) -> str:
    """The meter that counts how often a challenge was made."""
    return f"made/{challenge.id}"


class Attempt:
    """A challenge with what one member has counted."""

    def __init__(self, programme: Programme, challenge: Challenge, state: MemberState) -> None:
        self.challenge = challenge
        self._state = state
        own = [entry for entry in state.meters if entry.owner == state.member_id]
        reader = ProgressReader(programme, challenge)
        counted = [entry for entry in own if reader.counts(entry)]
        self._tally = reader.tally(counted)
        self._days = sorted({entry.day for entry in counted})
        self.given = given_for(own, programme.meter(made_meter(challenge)))

    def made(self, since: date, through: date) -> list[date]:
        """The days on which it is made by what was done from one day through another."""
        days = [day for day in self._days if since <= day <= through]
        match self.challenge.within:
            case LastDays(span) if not self.challenge.opt_in:
                return list(self._rolling(days, since, span))
            case InARow(per, times):
                return list(self._in_a_row(days, per, times))
            case AllLife() | TheseDays() if self.challenge.again:
                return list(self._counted_off(days))
        spans = [one for one in self.spans(since, through) if one[0] <= through]
        found = (self._first_met(days, span) for span in spans)
        return [day for day in found if day is not None]

    def fresh(self, day: date) -> list[date]:
        """The days on which it was made and not given for, as of a day."""
        challenge = self.challenge
        if self.given and not challenge.again:
            return []
        since = self._since(day)
        late = day - timedelta(days=challenge.late_days)
        if self._moving:
            # What was made before late events are waited for is settled: it begins after that.
            settled = [one.day for one in self.given if since <= one.day < late]
            since = self._after(settled[-1]) if settled else since
        known = [one.day for one in self.given if one.day >= since]
        found = self.made(since, day)
        if not challenge.again:
            return found[:1]
        more = len(found) - len(known)
        for one in known:
            if one in found:
                found.remove(one)
        return found[len(found) - more :] if more > 0 else []

    def standing(self, day: date) -> int:
        """How many of those given for from a day on still stand, by what is counted now."""
        before = [one.day for one in self.given if one.day < day]
        within = self.challenge.within
        since = self._since(day)
        if before and self._moving:
            since = max(since, self._after(before[-1]))
        found = self.made(since, date.max)
        if isinstance(within, AllLife | TheseDays):
            return max(0, len(found) - len(before))
        return sum(1 for one in found if one >= day)

    def spans(self, since: date, through: date) -> list[Span]:
        """The stretches of days in each of which it can be made once."""
        match self.challenge.within:
            case EachPeriod(per):
                firsts = sorted({per.first(day) for day in self._days if since <= day <= through})
                return [(first, per.last(first)) for first in firsts]
            case TheseDays(first, last):
                return [(first, last)]
            case LastDays() if self.challenge.opt_in:
                return [_span(right) for right in taken_up(self.challenge, self._state.rights)]
        return [EVER]

    def progress(self, name: str, day: date) -> ChallengeProgress | None:
        """How far it is on a day; None for one that cannot be made, or not any more."""
        challenge, made = self.challenge, len(self.given)
        if made and not challenge.again:
            return ChallengeProgress(
                id=challenge.id, name=name, figure=None, last_day=None, made=made
            )
        span = self._now(day)
        early = isinstance(challenge.within, TheseDays) and span is not None and day < span[0]
        if span is None or early or day > span[1]:
            return None
        first, last = span
        done = any(first <= one.day <= day for one in self.given)
        figure = None
        if isinstance(challenge.within, InARow):
            figure = self._row_so_far(challenge.within, first, day)
        elif not (done and isinstance(challenge.within, EachPeriod)):
            values = self._tally.values(first, day)
            if isinstance(challenge.within, AllLife | TheseDays):
                values = _less(challenge.need, values, made)
            figure = decisive(challenge.need, missing(challenge.need, values))
        return ChallengeProgress(
            id=challenge.id,
            name=name,
            figure=figure,
            last_day=None if last == date.max else last,
            made=made,
        )

    @property
    def _moving(self) -> bool:
        """Whether the days that count follow from when it was made last."""
        return isinstance(self.challenge.within, LastDays | InARow) and not self.challenge.opt_in

    def _since(self, day: date) -> date:
        within = self.challenge.within
        if isinstance(within, AllLife | TheseDays) or self.challenge.opt_in:
            return date.min
        return self.challenge.looks_back_to(day)

    def _after(self, made_on: date) -> date:
        """The first day that counts towards the next one."""
        within = self.challenge.within
        return (within.per.last(made_on) if isinstance(within, InARow) else made_on) + ONE_DAY

    def _now(self, day: date) -> Span | None:
        """The days that count on a day, and the last on which it can still be made with them."""
        begun = max((self._after(one.day) for one in self.given), default=date.min)
        match self.challenge.within:
            case LastDays() if self.challenge.opt_in:
                spans = [s for s in self.spans(date.min, day) if s[0] >= begun and s[1] >= day]
                return spans[0] if spans else None
            case LastDays(days):
                first = max(begun, day - timedelta(days=days - 1))
                done = [one for one in self._days if first <= one <= day]
                return first, done[0] + timedelta(days=days - 1) if done else date.max
            case EachPeriod(per):
                return per.first(day), per.last(day)
            case TheseDays(first, last):
                return first, last
            case InARow():
                return min(begun, day), date.max
        return EVER

    def _rolling(self, days: Sequence[date], since: date, span: int) -> Iterator[date]:
        for day in days:
            reach = timedelta(days=min(span - 1, day.toordinal() - 1))
            if self.challenge.need.met(self._tally.values(max(since, day - reach), day)):
                yield day
                since = day + ONE_DAY

    def _in_a_row(self, days: Sequence[date], per: Per, times: int) -> Iterator[date]:
        run, expected = 0, date.min
        for first in sorted({per.first(day) for day in days}):
            last = per.last(first)
            met = self._first_met(days, (first, last))
            run = 0 if met is None else run + 1 if first == expected else 1
            expected = last + ONE_DAY
            if met is not None and run == times:
                yield met
                run = 0

    def _row_so_far(self, row: InARow, since: date, day: date) -> Missing:
        """The periods without a gap up to the last one, which is not over yet."""
        have, first = 0, row.per.first(day)
        while have < row.times and first >= since:
            met = self._first_met(self._days, (first, min(day, row.per.last(first))))
            if met is None and first <= day <= row.per.last(first) and not have:
                pass  # it can still be met
            elif met is None:
                break
            else:
                have += 1
            first = row.per.first(first - ONE_DAY)
        return Missing(metric=Metric.VISITS, of=row.per.value, have=have, need=row.times)

    def _counted_off(self, days: Sequence[date]) -> Iterator[date]:
        """As often as what is asked for goes into what was done."""
        within = self.challenge.within
        first, last = (within.first, within.last) if isinstance(within, TheseDays) else EVER
        times = 0
        for day in days:
            if first <= day <= last:
                now = _times(self.challenge.need, self._tally.values(first, day))
                yield from [day] * max(0, now - times)
                times = max(now, times)

    def _first_met(self, days: Iterable[date], span: Span) -> date | None:
        first, last = span
        inside = (day for day in days if first <= day <= last)
        need, tally = self.challenge.need, self._tally
        return next((day for day in inside if need.met(tally.values(first, day))), None)


def given_for(entries: Iterable[MeterEntry], meter: str) -> tuple[MeterEntry, ...]:
    """The times that it was given for and not taken back, oldest first, an entry for each."""
    found = list(entries_of(entries, meter))
    back: dict[bytes, int] = {}
    for entry in found:
        if entry.undoes is not None:
            back[entry.undoes] = back.get(entry.undoes, 0) - entry.amount
    left: list[MeterEntry] = []
    for entry in sorted(found, key=lambda one: (one.day, one.at, one.event_id)):
        if entry.amount < 0:
            continue
        gone = min(entry.amount, back.get(entry.event_id, 0))
        if gone:
            back[entry.event_id] -= gone
        left += [entry] * (entry.amount - gone)
    return tuple(left)


def taken_up(challenge: Challenge, rights: Iterable[Right]) -> tuple[Right, ...]:
    """The times that the member took it up, oldest first."""
    found = [
        right
        for right in rights
        if right.kind == CHALLENGE and right.of == challenge.id and right.cancelled <= 0
    ]
    return tuple(sorted(found, key=lambda one: (str(one.from_day), one.id)))


def progress_of(
    programme: Programme, state: MemberState, day: date, language: str
) -> tuple[ChallengeProgress, ...]:
    """Every challenge that the member is in, as screens and receipts show it."""
    found = (
        Attempt(programme, one, state).progress(one.names.in_language(language), day)
        for one in programme.of(Challenge)
    )
    return tuple(one for one in found if one is not None)


def _span(right: Right) -> Span:
    return right.from_day or date.min, right.last_day or date.max


def _times(need: Need, values: Mapping[Measure, int]) -> int:
    times = [values.get(one.measure, 0) // one.least for one in need.criteria]
    return min(times) if need.every else max(times)


def _less(need: Need, values: Mapping[Measure, int], made: int) -> dict[Measure, int]:
    """What is left of the figures for the next time."""

    def left(one: Criterion) -> int:
        return max(0, values.get(one.measure, 0) - made * one.least)

    return {one.measure: left(one) for one in need.criteria}
