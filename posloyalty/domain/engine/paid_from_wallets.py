"""What a sale does once wallets have paid a part of it as a tender, which no quote knows of.

Shape: `points_paid` says what tenders take from wallets, `as_paid` plans an answered sale anew with
it: what is left in a wallet is what rules look at, so that a card may no longer be full.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.evaluate import Answer
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.tender import Tender, TenderKind


def points_paid(programme: Programme, tenders: Iterable[Tender]) -> tuple[tuple[str, int], ...]:
    """(wallet id, points) that tenders take from the wallets that a programme lets be spent."""
    sums: dict[str, int] = {}
    for tender in tenders:
        if tender.kind is TenderKind.WALLET and tender.reference:
            sums[tender.reference] = sums.get(tender.reference, 0) + tender.amount_minor
    spends = {one.id: one.spend for one in programme.wallets}
    found = ((wallet, spends.get(wallet), amount) for wallet, amount in sums.items())
    return tuple(
        (wallet, spend.least_for(amount)) for wallet, spend, amount in found if spend is not None
    )


def as_paid(found: Answer, at: datetime, from_wallets: tuple[tuple[str, int], ...]) -> Consequences:
    """What an answered sale does at an instant with so many points paid by its wallets.

    Raises `SpendRefusal` when they do not hold so many.
    """
    if not from_wallets:
        return found.after.does
    quote = found.quote
    return plan_sale(
        found.context,
        sold_by(quote),
        event_id=quote.sale_id,
        at=at,
        redemptions=quote.redemptions,
        earnings=quote.earnings,
        from_wallets=from_wallets,
    ).does
