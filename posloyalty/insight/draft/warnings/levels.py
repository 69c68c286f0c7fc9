"""Levels that nobody can reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from posloyalty.domain.programme.limit import Limit, LimitOf, LimitPer
from posloyalty.domain.programme.tier_need import Criterion, Metric
from posloyalty.domain.programme.tier_scheme import TierScheme
from posloyalty.domain.programme.toml_file import Found
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.warnings.wallets import fed_wallets
from posloyalty.insight.draft.warnings.warning import found, warns

_A_DAY = date(2028, 12, 31)
_EVER_DAYS = 36_500
_DAYS = {
    LimitPer.DAY: 1,
    LimitPer.WEEK: 7,
    LimitPer.MONTH: 28,
    LimitPer.QUARTER: 90,
    LimitPer.YEAR: 365,
}


@warns
def _not_reached(draft: Draft) -> Iterator[Found]:
    """LEVEL_NOT_FED where nothing counts towards it; LEVEL_ABOVE_LIMITS where limits forbid it."""
    fed = fed_wallets(draft)
    for place, scheme in enumerate(draft.programme.tier_schemes):
        for rank, level in enumerate(scheme.levels):
            path = ("tier_scheme", place, "level", rank)
            points = [one for one in level.need.criteria if _in_points(one)]
            out = [one for one in points if one.measure.of not in fed]
            above = [one for one in points if one not in out and _above(draft, scheme, one)]
            every = level.need.every
            if out and (every or len(out) == len(level.need.criteria)):
                yield found(path, "LEVEL_NOT_FED", id=level.id, wallet=out[0].measure.of)
            elif above and (every or len(above) == len(level.need.criteria)):
                yield found(path, "LEVEL_ABOVE_LIMITS", id=level.id, wallet=above[0].measure.of)


def _in_points(one: Criterion) -> bool:
    return one.measure.metric in (Metric.EARNED_POINTS, Metric.UNITS)


def _above(draft: Draft, scheme: TierScheme, one: Criterion) -> bool:
    """Whether the wallet's limits let in less than is needed, however much is bought."""
    first = scheme.window.first_day(_A_DAY, _A_DAY - timedelta(days=_EVER_DAYS))
    days = _EVER_DAYS if first is None else (_A_DAY - first).days + 1
    mosts = [_most(limit, days) for limit in draft.programme.wallet(one.measure.of).limits]
    return any(most is not None and most < one.least for most in mosts)


def _most(limit: Limit, days: int) -> int | None:
    """The most that a limit lets in over some days; None for one that bounds nothing so."""
    if limit.of is not LimitOf.MEMBER or limit.per is LimitPer.SALE:
        return None
    if limit.per is LimitPer.LIFETIME:
        return limit.most
    length = limit.days if limit.per is LimitPer.DAYS else _DAYS[limit.per]
    # A span may be touched at both ends.
    return limit.most * (days // length + 2 if length > 1 else days)
