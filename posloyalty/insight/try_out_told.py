"""A try-out's report in words, line by line, for the console and for the settings alike.

Shape: `told(tried, programmes, words)` gives the report of each programme, then the difference of
the first to the second. `groups_most` bounds how many groups of members a part tells of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.partner import PARTNER, Partner
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.try_out_report import Comparison, TryOutReport, WalletTotals
from posloyalty.insight.try_out_run import TriedOut
from posloyalty.services.programmes.at_cost import AtCost, Of
from posloyalty.wording import Words


def told(tried: TriedOut, programmes: Sequence[Programme], words: Words) -> Iterator[str]:
    """All that came of it; `programmes` are those that were tried out, in their order."""
    for one, programme in zip(tried.reports, programmes, strict=True):
        yield from told_report(one, programme, tried.day, words)
    yield from told_difference(tried.change, programmes[0].currency, words)


def told_report(
    one: TryOutReport,
    programme: Programme,
    day: date,
    words: Words,
    *,
    groups_most: int | None = None,
) -> Iterator[str]:
    """What a programme cost and gave through `day`, and to whom."""
    money = programme.currency
    yield words(
        "try_out.programme",
        name=programme.names.in_language(words.language),
        version=one.version,
        sales=words("try_out.sales", n=one.sales),
        members=words("try_out.members", n=one.members),
        day=day.isoformat(),
    )
    yield words(
        "try_out.money",
        gross=_amount(one.gross_minor, money),
        offers=_amount(one.offers_minor, money),
        redeemed=_amount(one.redeemed_minor, money),
        cost=_amount(one.cost_minor, money),
        share=_percent(Ratio(one.cost_minor, one.gross_minor or 1)),
        liability=_amount(one.liability_minor, money),
    )
    if one.costs is not None:
        yield from _told_costs(one, one.costs, programme, words)
    for total in one.wallets:
        yield _told_wallet(total, programme, words)
    for part in islice(one.segments, groups_most):
        yield words(
            "try_out.group",
            group=_group(part.by, part.name, words),
            members=words("try_out.members", n=part.members),
            gross=_amount(part.gross_minor, money),
            cost=_amount(part.cost_minor, money),
            share=_percent(part.cost_share),
            benefit=_amount(part.benefit_minor, money),
        )
    for what, count in one.given.items():
        yield words("try_out.given", n=count, what=what)


def told_difference(
    change: Comparison | None, money: Currency, words: Words, *, groups_most: int | None = None
) -> Iterator[str]:
    """What the first programme costs more than the second, and who gains and loses by it.

    Nothing where there was no second one.
    """
    if change is None:
        return
    yield words(
        "try_out.difference",
        cost=_amount(change.cost_minor, money),
        liability=_amount(change.liability_minor, money),
    )
    if change.shop_cost_minor != change.cost_minor:
        yield words("try_out.difference_at_cost", cost=_amount(change.shop_cost_minor, money))
    for moved in islice(change.changes, groups_most):
        yield words(
            "try_out.change",
            group=_group(moved.by, moved.name, words),
            gain=words("try_out.gain", n=moved.gain, amount=_amount(moved.gained_minor, money)),
            lose=words("try_out.lose", n=moved.lose, amount=_amount(moved.lost_minor, money)),
        )


def _told_costs(
    one: TryOutReport, costs: AtCost, programme: Programme, words: Words
) -> Iterator[str]:
    """What the programme costs the shop, and of that what each stands for."""
    money = programme.currency
    yield words(
        "try_out.at_cost",
        cost=_amount(one.shop_cost_minor, money),
        share=_percent(Ratio(one.shop_cost_minor, one.gross_minor or 1)),
        discounts=_amount(one.offers_minor - costs.instead_minor, money),
        given=_amount(costs.given_minor, money),
        instead=_amount(costs.instead_minor, money),
        redeemed=_amount(costs.of(Of.PAID), money),
    )
    for who in costs.funders():
        yield words(
            "try_out.at_cost_of",
            funder=_funder(who, programme, words),
            given=_amount(costs.given.get(who, 0), money),
            issued=_amount(costs.of(Of.ISSUED, who), money),
            spent=_amount(costs.of(Of.SPENT, who), money),
            held=_amount(costs.of(Of.HELD, who), money),
        )


def _funder(who: str, programme: Programme, words: Words) -> str:
    """Who stands for something, by name."""
    kind, _, named = who.partition(":")
    if not kind:
        return words("try_out.shop")
    partner, campaign = programme.find(Partner, named), programme.find(Campaign, named)
    one = partner if kind == PARTNER else campaign
    return named if one is None else one.names.in_language(words.language)


def _told_wallet(total: WalletTotals, programme: Programme, words: Words) -> str:
    wallet = next(one for one in programme.wallets if one.id == total.wallet)
    issued, redeemed, expired, held = (
        format_fixed(points, decimals=wallet.scale, grouping=True)
        for points in (total.issued, total.redeemed, total.expired, total.held)
    )
    return words(
        "try_out.wallet",
        wallet=wallet.names.in_language(words.language),
        issued=issued,
        redeemed=redeemed,
        redemption=_percent(total.redemption),
        expired=expired,
        breakage=_percent(total.breakage),
        held=held,
    )


def _group(by: str, name: str, words: Words) -> str:
    if by == "all":
        return words("try_out.everybody")
    if by == "spend":
        return words("try_out.fifth", n=name)
    return words("try_out.level", level=name) if name else words("try_out.base")


def _amount(minor: int, money: Currency) -> str:
    return format_amount(minor, money, symbol=True)


def _percent(share: Ratio) -> str:
    """A share with one decimal: 12.5 %."""
    tenths = share.apply(1000, Rounding.HALF_UP)
    return f"{format_fixed(tenths, decimals=1, grouping=False)} %"
