"""What a try-out says: cost, issue, redemption, liability, breakage, and who gains and loses.

Shape: `report(outcomes, programme)` sums one run; `compare(first, second, ...)` puts two runs of
the same sales side by side, member by member. Money is in minor units, points in each wallet's;
rates are exact ratios. A member's benefit is what they were given and what they still hold at the
worth that the programme states, so a programme is not cheap only because nobody has redeemed yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.programmes.at_cost import AtCost, Costing
from posloyalty.services.programmes.try_out import MemberOutcome

QUINTILES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTotals:
    """One wallet over all members. `liability_minor` is what is held, at its worth."""

    wallet: str
    issued: int
    redeemed: int
    expired: int
    held: int
    liability_minor: int

    @property
    def redemption(self) -> Ratio:
        """Points redeemed of points issued."""
        return Ratio(self.redeemed, self.issued) if self.issued else Ratio(0)

    @property
    def breakage(self) -> Ratio:
        """Points that ran out of points issued."""
        return Ratio(self.expired, self.issued) if self.issued else Ratio(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A group of members: who they are (`by` "spend" or "tier", and which), and what they got."""

    by: str
    name: str
    members: int
    sales: int
    gross_minor: int
    cost_minor: int
    benefit_minor: int
    shop_cost_minor: int = 0

    @property
    def cost_share(self) -> Ratio:
        """Cost of gross sales."""
        return Ratio(self.cost_minor, self.gross_minor) if self.gross_minor else Ratio(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOutReport:
    """One programme's totals. `cost_minor` is discounts and points spent, `members` identified.

    `shop_cost_minor` is the same at what it costs the shop, and `costs` what is known of that: None
    where the programme says nothing of it.
    """

    programme_id: str
    version: int
    members: int
    sales: int
    gross_minor: int
    offers_minor: int
    redeemed_minor: int
    paid_minor: int
    wallets: tuple[WalletTotals, ...]
    segments: tuple[Segment, ...]
    tiers: Mapping[str, int]
    given: Mapping[str, int]
    shop_cost_minor: int = 0
    costs: AtCost | None = None

    @property
    def cost_minor(self) -> int:
        """What the programme gave away at the counter."""
        return self.offers_minor + self.redeemed_minor

    @property
    def liability_minor(self) -> int:
        """What members still hold, at its worth."""
        return sum(wallet.liability_minor for wallet in self.wallets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A group of members under the second programme instead of the first.

    `gain` and `lose` count members; `gained_minor` and `lost_minor` are sums of their changes.
    """

    by: str
    name: str
    members: int
    gain: int
    lose: int
    gained_minor: int
    lost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The second programme against the first; costs and liability are differences of reports."""

    cost_minor: int
    liability_minor: int
    shop_cost_minor: int
    changes: tuple[Change, ...]


def report(
    programme: Programme, outcomes: Sequence[MemberOutcome], unidentified: MemberOutcome
) -> TryOutReport:
    """The totals of one run."""
    everybody = (*outcomes, unidentified)
    costs = AtCost()
    for one in everybody:
        costs.add(one.costs)
    given: dict[str, int] = {}
    tiers: dict[str, int] = {}
    for one in outcomes:
        for key, count in one.given.items():
            given[key] = given.get(key, 0) + count
        if one.tier:
            tiers[one.tier] = tiers.get(one.tier, 0) + 1
    return TryOutReport(
        programme_id=programme.id,
        version=programme.version,
        members=len(outcomes),
        sales=sum(one.sales for one in everybody),
        gross_minor=sum(one.gross_minor for one in everybody),
        offers_minor=sum(one.offers_minor for one in everybody),
        redeemed_minor=sum(one.redeemed_minor for one in everybody),
        paid_minor=sum(one.paid_minor for one in everybody),
        wallets=tuple(_wallet(programme, wallet.id, outcomes) for wallet in programme.wallets),
        segments=tuple(
            _segment(by, name, group) for (by, name), group in _groups(outcomes).items()
        ),
        tiers=tiers,
        given=dict(sorted(given.items())),
        shop_cost_minor=_shop_cost(everybody),
        costs=costs if Costing(programme).knows else None,
    )


def compare(
    first: Sequence[MemberOutcome],
    second: Sequence[MemberOutcome],
    *,
    before: TryOutReport,
    after: TryOutReport,
) -> Comparison:
    """Who gains and who loses when the second programme takes the first one's place.

    Groups are those of the first run, so that a member stays in one group. What both cost and owe
    is what their reports `before` and `after` say, with those who are no members: two figures and
    their difference must agree.
    """
    then = {one.member: one for one in second}
    changes = []
    for (by, name), group in _groups(first).items():
        moves = [then[one.member].benefit_minor - one.benefit_minor for one in group]
        changes.append(
            Change(
                by=by,
                name=name,
                members=len(group),
                gain=sum(1 for move in moves if move > 0),
                lose=sum(1 for move in moves if move < 0),
                gained_minor=sum(move for move in moves if move > 0),
                lost_minor=-sum(move for move in moves if move < 0),
            )
        )
    return Comparison(
        cost_minor=after.cost_minor - before.cost_minor,
        liability_minor=after.liability_minor - before.liability_minor,
        shop_cost_minor=after.shop_cost_minor - before.shop_cost_minor,
        changes=tuple(changes),
    )


def _wallet(
    programme: Programme, wallet_id: str, outcomes: Sequence[MemberOutcome]
) -> WalletTotals:
    spend = programme.wallet(wallet_id).spend
    held = sum(max(0, one.held.get(wallet_id, 0)) for one in outcomes)
    worth = 0
    if spend is not None:
        worth = Ratio(spend.money_minor, spend.points).apply(held, Rounding.HALF_UP)
    return WalletTotals(
        wallet=wallet_id,
        issued=sum(one.issued.get(wallet_id, 0) for one in outcomes),
        redeemed=sum(one.redeemed.get(wallet_id, 0) for one in outcomes),
        expired=sum(one.expired.get(wallet_id, 0) for one in outcomes),
        held=held,
        liability_minor=worth,
    )


def _groups(
    outcomes: Sequence[MemberOutcome],
) -> dict[tuple[str, str], list[MemberOutcome]]:
    """Everybody; fifths by what was spent, the largest first; by tier where one is held."""
    groups: dict[tuple[str, str], list[MemberOutcome]] = {("all", ""): list(outcomes)}
    ranked = sorted(outcomes, key=lambda one: (-one.gross_minor, one.member))
    for place, one in enumerate(ranked):
        fifth = place * QUINTILES // len(ranked) + 1
        groups.setdefault(("spend", str(fifth)), []).append(one)
    if any(one.tier for one in outcomes):
        for one in sorted(outcomes, key=lambda one: one.tier):
            groups.setdefault(("tier", one.tier), []).append(one)
    return groups


def _segment(by: str, name: str, group: Sequence[MemberOutcome]) -> Segment:
    return Segment(
        by=by,
        name=name,
        members=len(group),
        sales=sum(one.sales for one in group),
        gross_minor=sum(one.gross_minor for one in group),
        cost_minor=_sum(group, _cost),
        benefit_minor=sum(one.benefit_minor for one in group),
        shop_cost_minor=_shop_cost(group),
    )


def _shop_cost(group: Sequence[MemberOutcome]) -> int:
    """What it costs the shop, its points rounded once for all of them."""
    whole = MemberOutcome(member="")
    for one in group:
        whole.offers_minor += one.offers_minor
        whole.redeemed_minor += one.redeemed_minor
        whole.costs.add(one.costs)
    return whole.shop_cost_minor


def _cost(one: MemberOutcome) -> int:
    return one.offers_minor + one.redeemed_minor


def _sum(outcomes: Iterable[MemberOutcome], of: Callable[[MemberOutcome], int]) -> int:
    return sum(of(one) for one in outcomes)
