"""What a sale would hand out that other tills might hand out as well: what it asks head office for.

Shape: `Spending` is a basket with what it was quoted and how it is paid; `sale_wishes` gives its
assets with their amounts: points that the customer wishes to spend, pays with or has rewards for,
vouchers, gift cards. `together` adds what is wanted of one asset for several reasons, `short_of`
leaves out what this till holds. `WouldDo` is the sale as it would be if this till held everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.lent_rights import is_lent, right_asset
from posloyalty.services.ports import Reader
from posloyalty.sync.leases import Asset, AssetKind

Wanted = tuple[Asset, int]


@dataclass(frozen=True, slots=True)
class WouldDo:
    """What a sale would come to, and do."""

    quote: Quote
    does: Consequences


class Cost(NamedTuple):
    """Points that a reward of a sale costs, in the wallet's minor units; `choice` is what the
    basket holds for it where somebody chose it.
    """

    choice: Chosen | None
    wallet: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """A sale before it is booked; without a `quote` only what the customer chose is known of it.

    `own` are the ids of rights that nobody else can have, `cards_back` what nobody else can have of
    gift cards, by their ids: goods that come back in the same exchange give them back.
    """

    basket: Basket
    quote: Quote | None = None
    tenders: tuple[Tender, ...] = ()
    own: frozenset[bytes] = frozenset()
    cards_back: tuple[tuple[bytes, int], ...] = ()

    @property
    def wishes(self) -> bool:
        """Whether it may have something to ask head office for."""
        stored = any(one.kind in _STORED for one in self.tenders)
        spends = any(wish.points for wish in self.basket.redemptions)
        return bool(spends or self.basket.chosen or stored or self._used or self.costs)

    @property
    def costs(self) -> tuple[Cost, ...]:
        """What its rewards cost, by the quote."""
        return () if self.quote is None else costs_in(self.quote)

    @property
    def _used(self) -> tuple[Right, ...]:
        """The rights that the quote uses, asked or not, once for each use."""
        offers = () if self.quote is None else self.quote.offers
        used = (one.uses.right for one in offers if one.uses is not None)
        return tuple(right for right in used if right is not None)

    def rights(self, known: Iterable[Right]) -> Iterator[Right]:
        """What it uses, or would by what the customer chose of the rights that are known here; its
        own are left out.
        """
        return (right for right in self._wished(known) if right.id not in self.own)

    def _wished(self, known: Iterable[Right]) -> Iterator[Right]:
        used = self._used
        yield from used
        seen, by_id = {right.id for right in used}, {right.id: right for right in known}
        by_code = {right.code: right for right in by_id.values() if right.code}
        for chosen in self.basket.chosen:
            right = by_code.get(chosen.code)
            if chosen.right_id is not None:
                right = by_id.get(chosen.right_id)
            if right is not None and right.id not in seen:
                yield right


def sale_wishes(
    programme: Programme,
    spending: Spending,
    state: MemberState | None,
    shown: Iterable[Right],
    costs: Iterable[Cost],
) -> dict[Asset, int]:
    """Everything that a sale would spend; `shown` are the rights whose codes were shown, `costs`
    what its rewards cost.
    """
    found: dict[Asset, int] = {}
    own = () if state is None else state.rights
    for asset, amount in (
        *_points(programme, spending, state, costs),
        *((right_asset(one), 1) for one in spending.rights((*own, *shown)) if is_lent(one)),
        *_cards(spending.tenders),
    ):
        found[asset] = found.get(asset, 0) + amount
    for owner, minor in spending.cards_back:
        asset = card_asset(owner)
        found[asset] = found.get(asset, 0) - minor
    return {asset: amount for asset, amount in found.items() if amount > 0}


def costs_in(quote: Quote) -> tuple[Cost, ...]:
    """What the rewards of a quote cost, whether somebody chose them or they came by themselves."""
    found = ((one.choice, one.uses) for one in quote.offers if one.uses is not None)
    return tuple(Cost(choice, *uses.cost) for choice, uses in found if uses.cost is not None)


def left_out(costs: Iterable[Cost], basket: Basket, wallet: str, points: int) -> tuple[Chosen, ...]:
    """The rewards that somebody chose and cannot have for want of so many points of a wallet: less
    is paid with points first, then the last reward goes first.
    """
    paid = sum(wish.points for wish in basket.redemptions if wish.wallet == wallet)
    missing, found = points - paid, []
    chosen = [one for one in costs if one.wallet == wallet and one.choice in basket.chosen]
    for cost in reversed(chosen):
        if missing <= 0:
            break
        assert cost.choice is not None  # it is among the chosen ones
        found.append(cost.choice)
        missing -= cost.points
    return tuple(found)


def together(*wanted: Iterable[Wanted]) -> dict[Asset, int]:
    """All that is wanted of each asset: one wallet may pay for a sale and fill a card by it."""
    found: dict[Asset, int] = {}
    for asset, amount in (one for part in wanted for one in part):
        found[asset] = found.get(asset, 0) + amount
    return found


def short_of(reader: Reader, wanted: Iterable[Wanted], day: date) -> Iterator[Wanted]:
    """What this till does not hold of what is wanted."""
    for asset, amount in wanted:
        short = amount - left_in(leases_of(reader, asset, day))
        if short > 0:
            yield asset, short


_STORED = frozenset({TenderKind.GIFT_CARD, TenderKind.WALLET})


def _points(
    programme: Programme, spending: Spending, state: MemberState | None, costs: Iterable[Cost]
) -> Iterator[Wanted]:
    """The points that a customer spends, pays with or has rewards for, their own or their
    household's.
    """
    member_id = spending.basket.member_id
    if member_id is None:
        return
    pools = {} if state is None else dict(state.pools)
    spends = {one.id: one.spend for one in programme.wallets if one.spend is not None}
    wishes = spending.basket.redemptions
    wanted = [(wish.wallet, wish.points) for wish in wishes if wish.points]
    wanted += [(one.wallet, one.points) for one in costs]
    for tender in spending.tenders:
        spend = spends.get(tender.reference or "") if tender.kind is TenderKind.WALLET else None
        if spend is not None:
            wanted.append((tender.reference or "", spend.least_for(tender.amount_minor)))
    for wallet, points in wanted:
        ledger = programme.ledger(wallet)
        yield Asset(AssetKind.POINTS, ledger, pools.get(ledger, member_id)), points


def _cards(tenders: Iterable[Tender]) -> Iterator[Wanted]:
    for tender in tenders:
        if tender.kind is TenderKind.GIFT_CARD and tender.account_id:
            yield card_asset(tender.account_id), tender.amount_minor
