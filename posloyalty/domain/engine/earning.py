"""What a sale earns: base, rules, multipliers, caps; rounded once per wallet, then allocated.

All sums before the rounding are exact: line contributions are integers over one denominator. The
rounded total is spread over the lines by largest remainder, so that a line return can take back
exactly its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add, sub
from typing import NamedTuple

from posloyalty.domain.engine.campaigns import campaign_of, fitting, room, want_of
from posloyalty.domain.engine.caps import Capped, capped
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.quote import Earning
from posloyalty.domain.engine.tiers import held, points_counted
from posloyalty.domain.engine.wallets import lot_days
from posloyalty.domain.programme.definition import EarnBase
from posloyalty.domain.programme.earn_rule import EarnLines, EarnRule, Multiplier
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.line_filter import ALL_GOODS
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.tier_scheme import RateAt, TierScheme
from posloyalty.domain.programme.wallet import Stacking, Wallet
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.ratio import Ratio, common_denominator
from posloyalty.domain.values.rounding import divide

ONE = Ratio(1)
ADDITIVE = Stacking.ADDITIVE


class LineMoney(NamedTuple):
    """A sale's lines after offers and points, in canonical order: what earning looks at.

    `order_off` are the lines' shares of order offers, `reward_off` of rewards that points bought
    where those do not lower what is earned; `free_milli` is how much of each line was
    given for nothing. Empty is nothing of any.
    """

    amounts: tuple[int, ...]
    redeemed: tuple[int, ...] = ()
    included_tax: tuple[int, ...] = ()
    order_off: tuple[int, ...] = ()
    free_milli: tuple[int, ...] = ()
    reward_off: tuple[int, ...] = ()


class Contributions(NamedTuple):
    """Exact points by line: numerators over one denominator."""

    parts: tuple[int, ...]
    denominator: int

    @property
    def total(self) -> int:
        """Their sum, over the same denominator."""
        return sum(self.parts)


def earn(context: Context, money: LineMoney, spend_minor: int) -> tuple[Earning, ...]:
    """The earnings of a member's sale, one per wallet that has earn rules; none for nobody."""
    if context.state is None:
        return ()
    wallets = {rule.wallet for rule in context.programme.earn_rules}
    lines = _earn_lines(context, money)
    before = None
    if money.order_off and not context.programme.policies.order_discount_lowers_earn:
        bases = list(lines.bases)
        for place in context.goods.earning:
            bases[place] += money.order_off[place]
        before = EarnLines(tuple(bases), lines.quantities)
    return tuple(
        [
            _Wallet(context, wallet, lines, spend_minor, before).earning()
            for wallet in context.programme.wallets
            if wallet.id in wallets
        ]
    )


def earns_evenly(context: Context) -> bool:
    """Whether sales that cost the same earn the same, whatever lines their discounts are on."""
    if context.active is None:
        return True
    programme, goods = context.programme, context.goods
    policies = programme.policies
    if policies.earn_base is not EarnBase.SHOWN or not policies.order_discount_lowers_earn:
        return False
    if not policies.reward_lowers_earn:
        return False
    if goods.earning is not goods.every and not set(goods.discountable) <= set(goods.earning):
        return False
    if goods.fees and programme.waives_fees:
        return False
    even: bool | None = programme.reckoned.get(earns_evenly)
    if even is None:
        rules: tuple[EarnRule | Multiplier, ...] = (*programme.earn_rules, *programme.multipliers)
        even = all(rule.earning.even for rule in programme.earn_rules)
        even &= all(rule.goods == ALL_GOODS and not rule.when.measures_spend for rule in rules)
        programme.reckoned[earns_evenly] = even
    return even


def _earn_lines(context: Context, money: LineMoney) -> EarnLines:
    """Each line's part of the earn base; 0 for what never earns (gift cards, deposits, fees)."""
    goods, policies = context.goods, context.programme.policies
    bases: Sequence[int] = money.amounts
    if policies.points_part_earns and money.redeemed:
        bases = list(map(add, bases, money.redeemed))
    if money.reward_off:
        bases = list(map(add, bases, money.reward_off))
    if policies.earn_base is EarnBase.NET_OF_TAX:
        bases = list(map(sub, bases, money.included_tax))
    if goods.earning is not goods.every:
        earned = dict.fromkeys(goods.earning)
        bases = [base if place in earned else 0 for place, base in enumerate(bases)]
    paid = goods.measure(goods.every).quantities
    if money.free_milli:
        paid = tuple(map(sub, paid, money.free_milli))
    return EarnLines(tuple(bases), paid)


class _Wallet:
    """One wallet's earning in one sale."""

    def __init__(
        self,
        context: Context,
        wallet: Wallet,
        lines: EarnLines,
        spend_minor: int,
        before_order: EarnLines | None = None,
        without: str = "",
    ) -> None:
        self._context = context
        self._wallet = wallet
        self._lines = lines
        self._before_order = lines if before_order is None else before_order
        self._spend = spend_minor
        self._without = without
        self._campaigns: list[tuple[str, int]] = []
        programme = context.programme
        self._rules = [r for r in programme.earn_rules if r.wallet == wallet.id and self._on(r)]
        self._multipliers = [
            m for m in programme.multipliers if m.wallet == wallet.id and self._on(m)
        ]
        own = [scheme for scheme in programme.tier_schemes if scheme.wallet == wallet.id]
        self._schemes = sorted(own, key=lambda scheme: scheme.id)
        self._reasons: list[Reason] = []

    def earning(self) -> Earning:
        """Reckon, cap, round once, allocate."""
        context, wallet = self._context, self._wallet
        base = sum(self._lines.bases)
        if context.barred:
            return self._earning(Capped(0, 0, context.barred), base, ())
        self._reasons.append(reason("EARN_BASE", base_minor=base))
        self._explain_left_out()
        exact = self._contributions()
        points = self._within_budgets(divide(exact.total, exact.denominator, wallet.rounding))
        kept = capped(
            context.programme,
            wallet,
            points,
            state=context.active,
            store=context.store,
            day=context.day,
        )
        shares: tuple[tuple[int, int], ...] = ()
        if kept.points:
            spread = allocate(kept.points, exact.parts, context.goods.keys)
            pairs = zip(context.goods.numbers, spread, strict=True)
            shares = tuple(sorted([(number, share) for number, share in pairs if share]))
        self._campaigns = _within(self._campaigns, points, kept.points)
        reasons = (*self._reasons, *kept.reasons)
        return self._earning(Capped(kept.points, kept.lost, reasons), base, shares)

    def _earning(
        self,
        kept: Capped,
        base: int,
        shares: tuple[tuple[int, int], ...],
    ) -> Earning:
        wallet, context = self._wallet, self._context
        member = context.facts.member
        ranks = {} if member is None else member.ranks
        days = lot_days(context.programme, wallet, ranks, context.day)
        return Earning(
            wallet=wallet.id,
            points=kept.points,
            base_minor=base,
            shares=shares,
            # What looks wrong is earned all the same, and waits for somebody to look at it.
            usable_from=None if context.flagged else days.usable_from,
            last_day=days.last_day,
            reasons=(*kept.reasons, *context.flagged),
            capped=kept.lost,
            campaigns=tuple(self._campaigns),
        )

    def _within_budgets(self, points: int) -> int:
        """The points, less what campaigns cannot pay for; what each pays for is noted.

        A campaign's are those that would not be earned without its rules.
        """
        context, wallet = self._context, self._wallet
        if not context.programme.of(Campaign):
            return points
        rules: list[EarnRule | Multiplier] = [*self._rules, *self._multipliers]
        named = {campaign_of(rule) for rule in rules}
        for campaign_id in sorted(named - {""}):
            campaign = context.programme.find(Campaign, campaign_id)
            assert campaign is not None  # a programme that names another is refused
            other = _Wallet(
                context, wallet, self._lines, self._spend, self._before_order, campaign_id
            )
            added = max(0, points - other.points())
            left = None
            if campaign.wallet == wallet.id:
                left = room(context.programme, campaign, context.store, LimitUnit.POINTS)
            given = fitting(campaign, added, left)
            if given < added:
                short = added - given
                self._reasons.append(
                    want_of(
                        "BUDGET_TRIMMED",
                        campaign,
                        context.store,
                        wallet=wallet.id,
                        short_points=short,
                    )
                )
            if given:
                self._campaigns.append((campaign_id, given))
            points -= added - given
        return points

    def points(self) -> int:
        """What is earned before limits and budgets."""
        exact = self._contributions()
        return divide(exact.total, exact.denominator, self._wallet.rounding)

    def _on(self, rule: EarnRule | Multiplier) -> bool:
        if self._without and campaign_of(rule) == self._without:
            return False
        facts = self._context.facts_for(rule.by_business_day)
        return not rule.when.failures(facts, self._spend)

    def _explain_left_out(self) -> None:
        goods = self._context.goods
        if goods.earning is goods.every:
            return
        never = sum(goods.gross) - sum(goods.gross[place] for place in goods.earning)
        if never:
            self._reasons.append(reason("NEVER_EARNS", amount_minor=never))

    def _contributions(self) -> Contributions:
        """Exact points by line at the tier rates that hold, split where a scheme splits."""
        state = self._context.active
        day = self._context.day
        fixed: list[Ratio] = []
        splitting: TierScheme | None = None
        for scheme in self._schemes:
            now = held(self._context.programme, scheme, state, day)
            if splitting is None and scheme.rate_at is RateAt.SPLIT:
                splitting = scheme
                continue
            fixed.append(scheme.times_at(now.rank))
            self._explain_tier(scheme, now.rank)
        self._explain_rules()
        if splitting is None:
            return self._at(fixed)
        return self._split(splitting, fixed)

    def _split(self, scheme: TierScheme, fixed: list[Ratio]) -> Contributions:
        """The sale in parts, each at the rate of the level that its points are earned at."""
        state = self._context.active
        assert state is not None  # who is barred or nobody never gets here
        day = self._context.day
        points = Ratio(points_counted(self._context.programme, scheme, state, day))
        rank = held(self._context.programme, scheme, state, day).rank
        left = ONE
        parts: list[tuple[Contributions, Ratio]] = []
        while True:
            exact = self._at([*fixed, scheme.times_at(rank)])
            self._explain_tier(scheme, rank)
            whole = Ratio(exact.total, exact.denominator) * left
            ahead = scheme.levels[rank].threshold - points if rank < len(scheme.levels) else None
            if ahead is None or whole <= ahead or not whole:
                parts.append((exact, left))
                return _joined(parts)
            if ahead > 0:
                share = left * ahead * whole.inverse()
                parts.append((exact, share))
                left = left - share
                points = points + ahead
            rank += 1

    def _at(self, tier_times: list[Ratio]) -> Contributions:
        """Exact points by line at given tier multipliers."""
        found: list[tuple[tuple[int, ...], list[Ratio] | Ratio]] = []
        # Where every multiplier is about all goods, all lines have the same.
        even = all(bonus.goods is ALL_GOODS for bonus in self._multipliers)
        for rule in self._rules:
            weights, multiplied = self._weights(rule), rule.earning.multiplied
            rate = rule.earning.rate()
            if even or not multiplied:
                bonuses = tuple([one.times for one in self._multipliers]) if multiplied else ()
                tiers = tier_times if multiplied else []
                found.append((weights, self._rate(rate, bonuses, tiers)))
            else:
                found.append((weights, self._by_line(rate, tier_times)))
        denominator = common_denominator(
            one.denominator
            for _, factors in found
            for one in ((factors,) if isinstance(factors, Ratio) else factors)
        )
        parts = [0] * len(self._lines.bases)
        for weights, factors in found:
            if isinstance(factors, Ratio):
                whole = factors.numerator * (denominator // factors.denominator)
                more = [weight * whole for weight in weights]
            else:
                more = [
                    weight * one.numerator * (denominator // one.denominator)
                    for weight, one in zip(weights, factors, strict=True)
                ]
            parts = more if len(found) == 1 else list(map(add, parts, more))
        return Contributions(tuple(parts), denominator)

    def _weights(self, rule: EarnRule) -> tuple[int, ...]:
        """What each line counts in a rule: 0 for goods that it is not about."""
        if rule.goods == ALL_GOODS:
            return rule.earning.weights(self._lines)
        meant = set(self._context.goods.named(rule.goods))
        weights = rule.earning.weights(self._before_order)
        return tuple([weight if n in meant else 0 for n, weight in enumerate(weights)])

    def _by_line(self, rate: Ratio, tier_times: list[Ratio]) -> list[Ratio]:
        """The rate of each line with what multiplies its points; goods that are alike share one."""
        factors: dict[tuple[Ratio, ...], Ratio] = {}
        found = []
        for line in self._context.goods.lines:
            key = self._bonuses(line.product)
            if key not in factors:
                factors[key] = self._rate(rate, key, tier_times)
            found.append(factors[key])
        return found

    def _bonuses(self, product: Product) -> tuple[Ratio, ...]:
        """What multiplies the points of a product."""
        return tuple([m.times for m in self._multipliers if m.goods.matches(product)])

    def _rate(self, rate: Ratio, bonuses: tuple[Ratio, ...], tier_times: list[Ratio]) -> Ratio:
        """The rate with what multiplies it."""
        return _multiplied(rate, (*bonuses, *tier_times), self._wallet.stacking is ADDITIVE)

    def _explain_rules(self) -> None:
        language = self._context.store.language
        for rule in self._rules:
            if any(self._weights(rule)):
                self._reasons.append(reason("EARN_RULE", name=rule.names.in_language(language)))
        for bonus in self._multipliers:
            if self._context.goods.named(bonus.goods):
                name = bonus.names.in_language(language)
                self._reasons.append(reason("MULTIPLIED", name=name, times=bonus.times))

    def _explain_tier(self, scheme: TierScheme, rank: int) -> None:
        times = scheme.times_at(rank)
        if rank and times != ONE:
            level = scheme.levels[rank - 1].names.in_language(self._context.store.language)
            self._reasons.append(reason("TIER_TIMES", level=level, times=times))


# The same few rates and multipliers hold all day long.
@lru_cache(maxsize=1024)
def _multiplied(rate: Ratio, by: tuple[Ratio, ...], additive: bool) -> Ratio:
    """A rate with multipliers, of which the sums or the products count; never below nothing."""
    times = ONE
    for one in by:
        times = times + one - ONE if additive else times * one
    return rate * (times if times > 0 else Ratio(0))


def _joined(parts: Sequence[tuple[Contributions, Ratio]]) -> Contributions:
    """Several contributions, each taken for a share of the sale, over one denominator."""
    bottoms = [exact.denominator * share.denominator for exact, share in parts]
    denominator = common_denominator(bottoms)
    joined = [0] * len(parts[0][0].parts)
    for (exact, share), bottom in zip(parts, bottoms, strict=True):
        for place, part in enumerate(exact.parts):
            joined[place] += part * share.numerator * (denominator // bottom)
    return Contributions(tuple(joined), denominator)


def _within(campaigns: Sequence[tuple[str, int]], points: int, kept: int) -> list[tuple[str, int]]:
    """The campaigns' parts of the points that limits kept: what is earned without them is kept
    first, then theirs in the order of their ids, so that a budget pays for nothing that nobody got.
    """
    left = max(0, kept - max(0, points - sum(part for _, part in campaigns)))
    found = []
    for campaign_id, part in campaigns:
        part = min(part, left)
        left -= part
        if part:
            found.append((campaign_id, part))
    return found
