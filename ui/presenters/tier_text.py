"""The way to the next level in words: "3 Nights and 200.00 to Ambassador".

Every figure is written in its own unit: points of a wallet with its decimals and, where there are
several wallets, its name; money with the currency's; visits and the like counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from posloyalty.domain.engine.quote import TierState
from posloyalty.domain.engine.standing import ChallengeState, Missing
from posloyalty.domain.programme.tier_need import Metric
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.wording import Words

WHOLE: Final = 1000
_COUNTED: Final = {
    Metric.VISITS: "sale.left_visits",
    Metric.VISIT_DAYS: "sale.left_days",
    Metric.COUNTED: "sale.left_times",
}


class TierWords:
    """Words levels with the wallets of a programme and its currency."""

    def __init__(
        self,
        words: Words,
        *,
        wallets: Mapping[str, tuple[str, int]],
        currency: Currency | None,
    ) -> None:
        self._words = words
        self._wallets = wallets
        self._currency = currency

    def left(self, missing: tuple[Missing, ...], *, any_of: bool) -> str:
        """What is missing: "3 Nights and 200.00", or "40.00 or 3 visits"."""
        parts = [self._figure(one) for one in missing]
        found = parts[0] if parts else ""
        for part in parts[1:]:
            found = self._words(
                "sale.left_or" if any_of else "sale.left_and", one=found, other=part
            )
        return found

    def challenge(self, one: ChallengeState, day: str) -> str:
        """A challenge that runs, with its last day as it is written where it stands."""
        left = self.left(one.missing, any_of=one.any_of)
        return self._words(
            "sale.challenge", name=one.name, left=left, level=one.level_name, day=day
        )

    def goal(self, figure: Missing, day: str | None) -> str:
        """What a challenge still asks for, and until when: "2 days to go, through 3 Dec"."""
        said = self._words("sale.chip_goal", left=self.left((figure,), any_of=False))
        return said if day is None else self._words("sale.chip_goal_until", left=said, day=day)

    def way(self, one: Missing) -> str:
        """How far one figure is: "3 / 5", or "120.00 / 200.00"."""
        return f"{self._amount(one, one.have)} / {self._amount(one, one.need)}"

    def _amount(self, one: Missing, amount: int) -> str:
        if one.metric in _COUNTED:
            return f"{amount:,}"
        if one.metric is Metric.SPEND:
            return (
                f"{amount:,}" if self._currency is None else format_amount(amount, self._currency)
            )
        _, decimals = self._wallets.get(one.of, ("", 0))
        return format_fixed(amount, decimals=decimals, grouping=True)

    def _figure(self, one: Missing) -> str:
        if one.metric in _COUNTED:
            return self._words.counted(_COUNTED[one.metric], one.left)
        if one.metric is Metric.SPEND:
            if self._currency is None:
                return f"{one.left:,}"
            return format_amount(one.left, self._currency)
        name, decimals = self._wallets.get(one.of, ("", 0))
        points = format_fixed(one.left, decimals=decimals, grouping=True)
        # "3 more" says enough of points where there is only one kind of them, not of nights.
        named = name and (len(self._wallets) > 1 or one.metric is Metric.UNITS)
        return self._words("sale.left_points", points=points, name=name) if named else points


def plain(tier: TierState) -> bool:
    """Whether the way up is so many points of one wallet, which needs no unit of its own."""
    return len(tier.missing) == 1 and tier.missing[0].metric is Metric.EARNED_POINTS


def share_of_whole(tier: TierState) -> int | None:
    """How much of the way to the next level is done, in thousandths; None at the top."""
    if not tier.next_at:
        return None
    return max(0, min(WHOLE, tier.progress * WHOLE // tier.next_at))


def last_day(tier: TierState) -> date | None:
    """The last day that a person should know: that of the grace, once it has begun."""
    return tier.grace_through or tier.held_through
