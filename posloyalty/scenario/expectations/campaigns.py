"""`campaigns = { spring = { money = "50.00", count = 5 } }`: what campaigns have given so far.

By the campaign's id: `money` that offers took off, `shop_cost` of those that say it, `points` of
the budget's wallet, `count` of how often something was given.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.programme.finding import Path
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

UNITS = tuple(unit.value for unit in LimitUnit)


@expects("campaigns", of=Books)
def read_campaigns(block: Block, key: str) -> Check:
    """Read the figures of each campaign."""
    wanted: list[tuple[str, LimitUnit, Path, str]] = []
    for campaign_id, table in block.each(key):
        for name in table.untaken:
            if name in UNITS:
                path = (*table.path, name)
                wanted.append((campaign_id, LimitUnit(name), path, table.written(name)))
        table.close(UNITS)

    def check(seen: Seen) -> Iterator[Difference]:
        """Campaigns that are unknown or whose figures differ."""
        books = seen.books
        for campaign_id, unit, path, text in wanted:
            campaign = None if books is None else books.programme.find(Campaign, campaign_id)
            if books is None or campaign is None:
                yield differs(path, campaign_id, NOTHING)
                continue
            counts = tuple(books.counts(campaign.owner(books.programme.id)))
            found = given_by(books.programme, campaign, counts, unit)
            got = _written(block, campaign, unit, found)
            if got != text:
                yield differs(path, text, got)

    return check


def _written(block: Block, campaign: Campaign, unit: LimitUnit, found: int) -> str:
    if unit in (LimitUnit.MONEY, LimitUnit.SHOP_COST):
        return block.money_text(found)
    if unit is LimitUnit.POINTS:
        return block.points_text(campaign.wallet, found)
    return str(found)
