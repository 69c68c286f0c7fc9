"""Where a member stands in the programme's tier schemes, before a sale and after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.tier_scheme import TierScheme


@dataclass(frozen=True, slots=True)
class Held:
    """The highest rank held on a day and its last day; rank 0 when there is none."""

    rank: int
    through: date | None


def held(scheme: TierScheme, holdings: Iterable[TierHolding], day: date) -> Held:
    """The highest level of a scheme that is held on a day, and for how long."""
    best = Held(0, None)
    for holding in holdings:
        if holding.scheme != scheme.id or not holding.met_on <= day <= holding.through:
            continue
        rank = scheme.rank_of(holding.level)
        if rank and (rank, holding.through) > (best.rank, best.through or date.min):
            best = Held(rank, holding.through)
    return best


def progress(scheme: TierScheme, ledger: str, lots: Iterable[Lot], day: date) -> int:
    """What counts towards a level on a day: points earned in (day - months, day]."""
    start = scheme.window_start(day)
    return sum(
        lot.original
        for lot in lots
        if start < lot.earned_on <= day and lot.account.ledger == ledger
    )


def met_by_sale(
    scheme: TierScheme, ledger: str, state: MemberState, earned: int, day: date
) -> TierHolding | None:
    """The highest level that a sale meets which earns so much; also a sale that earns nothing.

    Only the highest is noted: lower levels met by the same sale end on the same day.
    """
    rank = scheme.rank_at(progress(scheme, ledger, state.lots, day) + earned)
    if not rank:
        return None
    level = scheme.levels[rank - 1].id
    return TierHolding(scheme=scheme.id, level=level, met_on=day, through=scheme.held_through(day))


def tier_states(
    programme: Programme, state: MemberState, day: date, language: str = ""
) -> tuple[TierState, ...]:
    """The member's standing in every scheme, with names in a language."""
    return tuple(
        tier_state(
            scheme,
            held(scheme, state.holdings, day),
            progress(scheme, programme.ledger(scheme.wallet), state.lots, day),
            language,
        )
        for scheme in programme.tier_schemes
    )


def tier_state(scheme: TierScheme, now: Held, points: int, language: str) -> TierState:
    """One scheme's standing for a rank held and the points in its window."""
    levels = scheme.levels
    following = levels[now.rank] if now.rank < len(levels) else None
    current = levels[now.rank - 1] if now.rank else None
    names = scheme.base_names if current is None else current.names
    return TierState(
        scheme=scheme.id,
        level=None if current is None else current.id,
        level_name=names.in_language(language),
        rank=now.rank,
        levels=len(levels),
        held_through=now.through,
        progress=points,
        next_level_name=None if following is None else following.names.in_language(language),
        next_at=None if following is None else following.threshold,
    )
