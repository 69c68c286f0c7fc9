"""`[[reward]]`: what members may have for their points, chosen at the counter.

    [[reward]]
    id = "drink"
    name = "A drink up to 10.00"
    wallet = "stars"
    cost = 200
    cost_at = [{ level = "gold", cost = 150 }]
    on = { tag = ["drink"] }
    free = { up_to = "10.00" }
    group = "stars"               # one of the group in a sale
    limit = [{ most = 3, per = "lifetime", of = "campaign" }]   # the stock
    shop_cost = "4.20"            # what one costs the shop

What it takes off is written as in `[[offer]]`, or as a `free` piece; see `terms`. Without `cost` it
is for nothing, such as a birthday reward, and then a limit says how often. A reward with `gives`
takes nothing off a sale: it is exchanged by itself, such as points for a voucher.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.programme.auto_use import AutoUse, Using, read_auto_use
from posloyalty.domain.programme.condition import ALWAYS, AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.limit import Limit, LimitUnit, read_limits
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.section import SHOP_COST, Section
from posloyalty.domain.programme.terms import read_shop_cost, read_terms
from posloyalty.domain.programme.wallet import RedeemNeeds

REWARD: Final = "reward"
GIVES: Final = "gives"
NOTHING: Final = Gives()
PER_SALE_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """What it takes off, or gives by itself, and what it costs: minor units of the wallet, "" for
    none.

    `costs` are (scheme, rank, cost) of levels that pay another price; the highest level counts.
    `per_sale` None is as often as points, goods and limits allow. `shop_cost_minor` is what one
    that is exchanged by itself costs the shop; one that takes something off says it in its terms.
    """

    id: str
    names: Names
    offer: Offer | None
    wallet: str
    cost: int
    costs: tuple[tuple[str, int, int], ...]
    per_sale: int | None
    auto_use: Using
    needs: RedeemNeeds
    limits: tuple[Limit, ...]
    gives: Gives = NOTHING
    when: AllOf = ALWAYS
    shop_cost_minor: int | None = None

    @property
    def recorded_as(self) -> str:
        """What exchanging points for it by itself is recorded as."""
        return exchanged(self.id)

    def cost_for(self, ranks: Mapping[str, int]) -> int:
        """What it costs somebody of these ranks."""
        met = [one for one in self.costs if ranks.get(one[0], 0) >= one[1]]
        return max(met, key=lambda one: one[1])[2] if met else self.cost


def exchanged(reward_id: str) -> str:
    """What is recorded when a reward is exchanged by itself."""
    return f"{REWARD}/{reward_id}"


@declares(REWARD, Reward, until=Until.REDEEMING, in_hand=True)
def read_reward(section: Section) -> Reward | None:
    """One `[[reward]]`."""
    costs_points = "cost" in section
    wallet = section.wallet() if costs_points else ""
    cost = section.points("cost", wallet) if costs_points else 0
    if costs_points and cost < 1:
        section.found("cost", "NOT_ABOVE_ZERO")
    costs = tuple(_cost_at(table, wallet) for table in section.sections("cost_at"))
    limits = read_limits(section)
    if any(limit.unit is not LimitUnit.COUNT for limit in limits):
        section.found("limit", "COUNTS_ONLY")
    if not costs_points and not limits:
        section.found("cost", "COST_OR_LIMIT")
    read = Reward(
        id="",
        names=Names(""),
        offer=None,
        wallet=wallet,
        cost=cost,
        costs=costs,
        per_sale=None,
        auto_use=Using(),
        needs=RedeemNeeds.ANY,
        limits=limits,
    )
    return _exchanged(section, read) if GIVES in section else _at_the_sale(section, read)


def _at_the_sale(section: Section, read: Reward) -> Reward | None:
    """A reward that takes something off a sale."""
    per_sale = _per_sale(section)
    auto_use = read_auto_use(section)
    if auto_use.when is AutoUse.EXPIRING and not read.wallet:
        section.found("auto_use", "AUTO_NEEDS_POINTS")
    needs = section.choice("redeem_needs", RedeemNeeds, RedeemNeeds.CARD)
    offer = read_terms(section)
    if offer is None:
        return None
    return replace(
        read,
        id=offer.id,
        names=offer.names,
        offer=offer,
        per_sale=per_sale,
        auto_use=auto_use,
        needs=needs,
    )


def _exchanged(section: Section, read: Reward) -> Reward:
    """A reward that is had for its points alone."""
    reward_id = section.text("id")
    read = replace(
        read,
        id=reward_id,
        names=section.names("name", reward_id),
        gives=read_gives(section, GIVES),
        when=read_when(section),
        shop_cost_minor=read_shop_cost(section),
    )
    section.close(("when", "cost", "cost_at", "limit", "wallet", SHOP_COST))
    return read


def _per_sale(section: Section) -> int | None:
    if "per_sale" not in section:
        return None
    return section.whole("per_sale", least=1, most=PER_SALE_MOST)


def _cost_at(table: Section, wallet: str) -> tuple[str, int, int]:
    levels = table.reading.levels
    scheme = table.text("scheme", next(iter(levels)) if len(levels) == 1 else None)
    level = table.text("level")
    cost = table.points("cost", wallet)
    table.close()
    known = levels.get(scheme, {})
    if scheme and not known:
        table.found("scheme", "NOT_DECLARED", given=scheme, known=", ".join(levels))
    elif known and level not in known:
        table.found("level", "NOT_DECLARED", given=level, known=", ".join(known))
    return (scheme, [*known, level].index(level) + 1, cost)
