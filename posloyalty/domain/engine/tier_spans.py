"""From when to when a member held which level: intervals laid over one another.

Shape: an `Interval` says that a level was met, granted or taken up on trial, and through which day
it holds. `spans(scheme, intervals, since)` is their upper edge: `TierSpan`s that follow one another
without a gap and without an overlap, the last of them open. A sum of intervals has no order,
so that neither has what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.programme.tier_scheme import Downgrade, TierScheme
from posloyalty.domain.programme.tier_window import ONE_DAY


class TierCause(StrEnum):
    """Why a span begins."""

    JOINED = "joined"
    MET = "met"
    CHALLENGE = "challenge"  # on trial, or made
    GRANTED = "granted"  # by hand, or brought from an earlier system
    RAN_OUT = "ran_out"
    ONE_DOWN = "one_down"  # it ran out, and the fall is broken one level lower
    RETURNED = "returned"  # goods came back, and the scheme reassesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A rank from a day through a last day, FOREVER for none; `event_id` is what brought it."""

    rank: int
    first: date
    through: date
    cause: TierCause = TierCause.MET
    event_id: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierSpan:
    """A stretch of days at one level; `last` None is open. Rank 0 is below the first level.

    `through` is the last day promised when it began or was renewed, before any grace; None without
    one.
    """

    rank: int
    level: str | None
    first: date
    last: date | None
    through: date | None
    cause: TierCause
    event_id: bytes = b""


def spans(
    scheme: TierScheme, intervals: Iterable[Interval], since: date, joined_on: date
) -> tuple[TierSpan, ...]:
    """The level of every day from `since` on."""
    known = _merged(scheme, intervals)
    found: list[TierSpan] = []
    day, before = since, 0
    while True:
        over = [one for one in known if one.first <= day <= scheme.grace.end(one.through)]
        ends = [scheme.grace.end(one.through) for one in over]
        top = max(over, key=lambda one: (one.rank, one.through), default=None)
        rank = 0 if top is None else top.rank
        if scheme.downgrade is Downgrade.ONE and before > 1 and rank < before:
            landing = _landing(scheme, before - 1, day, joined_on)
            # Also where that level is held anyway: who met it must not hold it for less long.
            if top is None or (top.rank, top.through) < (landing.rank, landing.through):
                known.append(landing)
                continue
        _add(found, scheme, rank, top, day)
        changes = [one.first for one in known if one.first > day]
        changes += [end + ONE_DAY for end in ends if end < FOREVER]
        if not changes:
            return tuple(found)
        day, before = min(changes), rank


def covering(
    scheme: TierScheme, intervals: Iterable[Interval], day: date, joined_on: date
) -> Interval | None:
    """What holds on a day, with what broke a fall; None below the first level."""
    if scheme.downgrade is not Downgrade.ONE:
        known = _merged(scheme, intervals)
        over = (one for one in known if one.first <= day <= scheme.grace.end(one.through))
        return max(over, key=lambda one: (one.rank, one.through), default=None)
    known = list(intervals)
    since = min((one.first for one in known), default=day)
    for span in spans(scheme, known, min(since, day), joined_on):
        if span.first <= day and (span.last is None or day <= span.last) and span.rank:
            return Interval(
                rank=span.rank,
                first=span.first,
                through=span.through or FOREVER,
                cause=span.cause,
                event_id=span.event_id,
            )
    return None


def cut(pieces: Iterable[tuple[date, tuple[TierSpan, ...]]]) -> tuple[TierSpan, ...]:
    """Several histories, each true from a day on until the next begins; the days must rise."""
    listed = list(pieces)
    found: list[TierSpan] = []
    for place, (start, whole) in enumerate(listed):
        end = listed[place + 1][0] - ONE_DAY if place + 1 < len(listed) else None
        for span in whole:
            first = max(span.first, start)
            last = span.last if end is None else min(span.last or FOREVER, end)
            if last is not None and last < first:
                continue
            returned = place > 0 and span.first < start and found and found[-1].rank != span.rank
            cause = TierCause.RETURNED if returned else span.cause
            piece = replace(span, first=first, last=last, cause=cause)
            if found and found[-1].rank == piece.rank:
                found[-1] = replace(found[-1], last=piece.last, through=piece.through)
            else:
                found.append(piece)
    return tuple(found)


def _landing(scheme: TierScheme, rank: int, day: date, joined_on: date) -> Interval:
    through = scheme.held_through(day, joined_on)
    return Interval(rank=rank, first=day, through=through, cause=TierCause.ONE_DOWN)


def _add(
    found: list[TierSpan], scheme: TierScheme, rank: int, top: Interval | None, day: date
) -> None:
    """Go on with a span, or end it and begin the next."""
    through = None if top is None or top.through == FOREVER else top.through
    if found and found[-1].rank == rank:
        found[-1] = replace(found[-1], through=through)
        return
    level = scheme.level_at(rank)
    rose = not found or rank > found[-1].rank
    if top is not None and (rose or top.cause is TierCause.ONE_DOWN):
        cause, event_id = top.cause, top.event_id
    else:
        cause, event_id = (TierCause.RAN_OUT if found else TierCause.JOINED), b""
    if found:
        found[-1] = replace(found[-1], last=day - ONE_DAY)
    found.append(
        TierSpan(
            rank=rank,
            level=None if level is None else level.id,
            first=day,
            last=None,
            through=through,
            cause=cause,
            event_id=event_id,
        )
    )


def _merged(scheme: TierScheme, intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals of one rank that touch or overlap as one: renewals by the hundred are one span."""
    found: list[Interval] = []
    ordered = sorted(
        (one for one in intervals if one.rank and one.first <= one.through),
        key=lambda one: (one.rank, one.first, one.through, one.cause, one.event_id),
    )
    for one in ordered:
        last = found[-1] if found else None
        touches = (
            last is not None
            and last.rank == one.rank
            and (last.through == FOREVER or one.first <= scheme.grace.end(last.through) + ONE_DAY)
        )
        if last is None or not touches:
            found.append(one)
        else:
            found[-1] = replace(last, through=max(last.through, one.through))
    return found
