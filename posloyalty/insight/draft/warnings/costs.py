"""What costs the shop more than it is worth to whoever has it, or than is charged for it."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.section import SHOP_COST
from posloyalty.domain.programme.toml_file import Found
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.warnings.warning import found, warns


@warns
def _points(draft: Draft) -> Iterator[Found]:
    """POINT_COSTS_MORE: a point that costs more than it pays."""
    for place, wallet in enumerate(draft.programme.wallets):
        if wallet.shop_cost is None or wallet.spend is None:
            continue
        if wallet.shop_cost > Ratio(wallet.spend.money_minor, wallet.spend.points):
            yield found(("wallet", place, SHOP_COST), "POINT_COSTS_MORE", id=wallet.id)


@warns
def _things(draft: Draft) -> Iterator[Found]:
    """GIFT_COSTS_MORE than what is charged where it stays, COSTS_MORE than it ever takes off."""
    money = draft.programme.currency
    for rule in draft.rules:
        offer = rule.item if isinstance(rule.item, Offer) else getattr(rule.item, "offer", None)
        if not isinstance(offer, Offer):
            continue
        gift = offer.effect
        if isinstance(gift, Gift):
            if gift.shop_cost_minor is not None and gift.price_minor is not None:
                path = (*rule.path, "gift", SHOP_COST)
                yield from _above(
                    path, "GIFT_COSTS_MORE", rule.id, gift.shop_cost_minor, gift.price_minor, money
                )
        elif offer.shop_cost_minor is not None:
            path, most = (*rule.path, SHOP_COST), offer.most_off
            if most is not None:
                yield from _above(path, "COSTS_MORE", rule.id, offer.shop_cost_minor, most, money)


def _above(
    path: tuple[str | int, ...], code: str, name: str, cost: int, most: int, money: Currency
) -> Iterator[Found]:
    if cost > most:
        told = {"cost": format_amount(cost, money), "most": format_amount(most, money)}
        yield found(path, code, id=name, **told)
