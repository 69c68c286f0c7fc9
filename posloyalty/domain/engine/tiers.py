"""Where a member stands in the programme's tier schemes on a day.

Shape: `held` is the rank of a day, from the holdings that the book keeps and from what was granted
by hand; `tier_states` is the same as screens show it, with the way to the next level. What the
holdings follow from stands in `tier_history.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.progress import ProgressReader, Tally, progress
from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.engine.standing import ChallengeState, decisive, missing
from posloyalty.domain.engine.tier_history import (
    brought,
    granted,
    met_intervals,
    open_challenges,
    record_of,
)
from posloyalty.domain.engine.tier_spans import Interval, covering
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.programme.tier_need import Measure, Metric
from posloyalty.domain.programme.tier_scheme import Start, TierScheme


@dataclass(frozen=True, slots=True)
class Held:
    """The rank held on a day, its last day (FOREVER for none), and the last day of its grace.

    Rank 0 has neither.
    """

    rank: int
    through: date | None
    grace: date | None = None


def held(programme: Programme, scheme: TierScheme, state: MemberState | None, day: date) -> Held:
    """The highest level of a scheme that is held on a day, and for how long; nobody holds one."""
    if state is None:
        return Held(0, None)
    top = covering(scheme, intervals(programme, scheme, state), day, state.joined_on)
    if top is None:
        return Held(0, None)
    return Held(top.rank, top.through, scheme.grace.end(top.through))


def intervals(programme: Programme, scheme: TierScheme, state: MemberState) -> list[Interval]:
    """Everything that gives a member a level of a scheme, as the book knows it.

    A book keeps one holding of a level. Where levels begin with the next period there may be two,
    the one that holds and the one that is to come; there they are reckoned from what was counted.
    """
    found = [*brought(scheme, state.holdings), *granted(scheme, state.rights)]
    if scheme.start is Start.NEXT_PERIOD:
        found += met_intervals(programme, scheme, record_of(state))
    return [one for one in found if one.rank]


def points_counted(programme: Programme, scheme: TierScheme, state: MemberState, day: date) -> int:
    """What counts towards the levels of a scheme whose sales may be split: points of its wallet."""
    found = progress(programme, scheme, _own(state), day, state.joined_on)
    return found.get(Measure(Metric.EARNED_POINTS, scheme.wallet), 0)


def tier_states(
    programme: Programme, state: MemberState, day: date, language: str = ""
) -> tuple[TierState, ...]:
    """The member's standing in every scheme, with names in a language."""
    return tuple(_state(programme, one, state, day, language) for one in programme.tier_schemes)


def _state(
    programme: Programme, scheme: TierScheme, state: MemberState, day: date, language: str
) -> TierState:
    tally = ProgressReader(programme, scheme).tally(_own(state))
    values = tally.values(scheme.window.first_day(day, state.joined_on), day)
    now, levels = held(programme, scheme, state, day), scheme.levels
    current = scheme.level_at(now.rank)
    following = levels[now.rank] if now.rank < len(levels) else None
    steps = () if following is None else missing(following.need, values)
    bar = None if following is None else decisive(following.need, steps)
    coming = _coming(programme, scheme, state, now.rank, day)
    through = None if now.through == FOREVER else now.through
    names = scheme.base_names if current is None else current.names
    return TierState(
        scheme=scheme.id,
        level=None if current is None else current.id,
        level_name=names.in_language(language),
        rank=now.rank,
        levels=len(levels),
        held_through=through,
        progress=_figure(scheme, values) if bar is None else bar.have,
        next_level_name=None if following is None else following.names.in_language(language),
        next_at=None if bar is None else bar.need,
        grace_through=now.grace if through is not None and through < day else None,
        missing=tuple(one for one in steps if one.left),
        any_of=following is not None and not following.need.every,
        coming_level_name=None
        if coming is None
        else levels[coming.rank - 1].names.in_language(language),
        coming_on=None if coming is None else coming.first,
        benefits=()
        if current is None
        else tuple(one.in_language(language) for one in current.benefits),
        challenges=tuple(_challenges(scheme, state, tally, day, language)),
    )


def _figure(scheme: TierScheme, values: Mapping[Measure, int]) -> int:
    """What members of the highest level see: the figure that it asked for."""
    criterion = scheme.levels[-1].need.criteria[0]
    return values.get(criterion.measure, 0)


def _coming(
    programme: Programme, scheme: TierScheme, state: MemberState, rank: int, day: date
) -> Interval | None:
    """A higher level that was met and counts from a later day on."""
    later = (
        one for one in intervals(programme, scheme, state) if one.first > day and one.rank > rank
    )
    return max(later, key=lambda one: (one.rank, -one.first.toordinal()), default=None)


def _challenges(
    scheme: TierScheme, state: MemberState, tally: Tally, day: date, language: str
) -> list[ChallengeState]:
    found = []
    for challenge, right in open_challenges(scheme, state.rights, day):
        level = scheme.level_at(scheme.rank_of(challenge.level))
        if right.last_day is None or level is None:
            continue
        values = tally.values(right.from_day, day)
        steps = missing(challenge.need, values)
        found.append(
            ChallengeState(
                id=challenge.id,
                name=challenge.names.in_language(language),
                level_name=level.names.in_language(language),
                last_day=right.last_day,
                missing=tuple(one for one in steps if one.left),
                any_of=not challenge.need.every,
            )
        )
    return found


def _own(state: MemberState) -> list[MeterEntry]:
    return [entry for entry in state.meters if entry.owner == state.member_id]
