"""What the risk dial found, in words: a line for the past, then one for each of its positions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.past_visits import visits_at_stores
from posloyalty.insight.risk_dial import Chain, Dialled
from posloyalty.wording import Words


def told_risk(
    found: Sequence[Dialled], chain: Chain, money: Currency, words: Words
) -> Iterator[str]:
    """The past that was gone through, and what each setting comes to."""
    yield words(
        "risk_dial.past",
        members=f"{len(chain.visits):,}",
        visits=f"{sum(1 for _ in visits_at_stores(chain.visits)):,}",
        outages=f"{chain.outages.number:,}",
        wanted=f"{found[0].wanted if found else 0:,}",
    )
    for one in found:
        if not one.wanted:
            continue  # a table of nothing tells nobody anything
        policy = one.setting.policy
        yield words(
            "risk_dial.setting",
            lease=one.setting.lease_percent,
            floor=format_amount(policy.floor_minor, money),
            leased=_share(one.leased, one.wanted),
            risked=_share(one.risked, one.wanted),
            refused=one.refused,
            refused_worth=format_amount(one.refused_minor, money),
            staged=one.staged_served,
            lost=format_amount(one.lost_minor, money),
            exposed=format_amount(one.exposed_minor, money),
        )


def _share(part: int, whole: int) -> str:
    """A share with one decimal."""
    tenths = Ratio(part, whole).apply(1000, Rounding.HALF_UP)
    return f"{format_fixed(tenths, decimals=1, grouping=False)} %"
