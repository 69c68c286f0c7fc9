"""Money of a member's wallet as a tender: `[wallet.spend]` with `as = "tender"`.

It pays what is due after all discounts, as a gift card does, and lowers neither the earn base nor
the tax. The tender names the member by its account, and the wallet by its reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import GiftCard
from posloyalty.domain.programme.wallet import RedeemNeeds, Spend, SpentAs
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_exact
from posloyalty.services.lending.lent_wallets import RoomInWallet
from posloyalty.services.refusal import ServiceRefusal

NO_BOUND: Final[Mapping[str, RoomInWallet]] = MappingProxyType({})


def wallet_tender(
    programme: Programme,
    basket: Basket,
    quote: Quote,
    tenders: tuple[Tender, ...],
    *,
    rooms: Mapping[str, RoomInWallet] = NO_BOUND,
    wallet_id: str | None = None,
    amount_minor: int | None = None,
) -> Tender:
    """A payment from a wallet, by default the only one: an amount, or as much as is due and there.

    Raises `ServiceRefusal` WALLET_TOO_LITTLE (`balance_minor`) or what `wallet_money` does, and
    `TenderRefusal`.
    """
    wallet_id, left = wallet_money(
        programme, basket, quote, tenders, rooms=rooms, wallet_id=wallet_id
    )
    wanted = min(still_due(quote.payable_minor, tenders), left)
    if amount_minor is not None:
        wanted = amount_minor
    if wanted > left or left <= 0:
        # Beyond what this till may take of it there may be more on it: that is another answer.
        _, all_minor = wallet_money(programme, basket, quote, tenders, wallet_id=wallet_id)
        if wallet_id in rooms and all_minor > left:
            raise rooms[wallet_id].refused(left)
        raise ServiceRefusal("WALLET_TOO_LITTLE", balance_minor=max(0, left))
    return take_exact(
        quote.payable_minor,
        tenders,
        kind=TenderKind.WALLET,
        amount_minor=wanted,
        reference=wallet_id,
        account_id=basket.member_id,
    )


def stored_kinds(programme: Programme) -> frozenset[TenderKind]:
    """The kinds of stored value that can pay where this programme is in effect."""
    cards = {TenderKind.GIFT_CARD} if programme.of(GiftCard) else set()
    wallets = {TenderKind.WALLET} if any(_pays(one.spend) for one in programme.wallets) else set()
    return frozenset(cards | wallets)


def wallet_money(
    programme: Programme,
    basket: Basket,
    quote: Quote,
    tenders: tuple[Tender, ...],
    *,
    rooms: Mapping[str, RoomInWallet] = NO_BOUND,
    wallet_id: str | None = None,
) -> tuple[str, int]:
    """(wallet id, what it can still pay in minor units), by default of the only wallet that pays.
    `rooms` bound what this till may take of some now.

    Raises `ServiceRefusal` WALLET_NO_TENDER, NO_MEMBER or NEEDS_MEMBER_CARD.
    """
    paying = {one.id: one.spend for one in programme.wallets if _pays(one.spend)}
    wallet_id = next(iter(paying), "") if wallet_id is None else wallet_id
    spend = paying.get(wallet_id)
    if spend is None:
        raise ServiceRefusal("WALLET_NO_TENDER")
    if basket.member_id is None:
        raise ServiceRefusal("NO_MEMBER")
    state = next(one for one in quote.wallets if one.wallet == wallet_id)
    if (spend.needs is RedeemNeeds.CARD and basket.proof != CARD_PROOF) or not state.may_spend:
        raise ServiceRefusal("NEEDS_MEMBER_CARD")
    taken = sum(one.amount_minor for one in tenders if _from(one, wallet_id))
    points = max(0, state.balance)
    if wallet_id in rooms:
        points = min(points, rooms[wallet_id].points)
    return wallet_id, max(0, spend.worth_minor(points - points % spend.step) - taken)


def from_wallets(
    programme: Programme, basket: Basket, tenders: Iterable[Tender]
) -> tuple[tuple[str, int], ...]:
    """(wallet id, points) that a sale's tenders take from wallets.

    Raises `ServiceRefusal` WALLET_NO_TENDER for one that is not the member's, or pays no amount to
    the smallest coin.
    """
    sums: dict[str, int] = {}
    for tender in tenders:
        if tender.kind is TenderKind.WALLET:
            wallet_id = tender.reference or ""
            sums[wallet_id] = sums.get(wallet_id, 0) + tender.amount_minor
            if tender.account_id != basket.member_id:
                raise ServiceRefusal("WALLET_NO_TENDER")
    found = []
    for wallet_id, amount in sums.items():
        spend = next((one.spend for one in programme.wallets if one.id == wallet_id), None)
        points = 0 if spend is None else spend.least_for(amount)
        if spend is None or not _pays(spend) or spend.worth_minor(points) != amount:
            raise ServiceRefusal("WALLET_NO_TENDER")
        found.append((wallet_id, points))
    return tuple(found)


def _pays(spend: Spend | None) -> bool:
    return spend is not None and spend.spent_as is SpentAs.TENDER


def _from(tender: Tender, wallet_id: str) -> bool:
    return tender.kind is TenderKind.WALLET and tender.reference == wallet_id
