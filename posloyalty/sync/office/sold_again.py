"""A sale's basket as it was on the counter, from the sale's event.

Shape: `basket_of(sale, ...)` gives the goods at the prices that were asked, the member, and what
the customer and the cashier wished: points, vouchers, marks, discounts by hand, what goes to
causes. Which public offers the cashier removed is in no event; `judging` tries that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import UNSET

from posloyalty.domain.engine.marks import marked_in
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.cause import Cause
from posloyalty.domain.shop.basket import Basket, BasketLine, Chosen, Redemption
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.donation import Donation, cause_of
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import BY_HAND, Sale, SaleLine, SaleOffer
from posloyalty.domain.values.money import currency
from posloyalty.sync import events

PLAIN: Final = events.Article(product="")
"""An article that rules know nothing of but what a sale's line says."""


def product_sold(line: SaleLine, article: events.Article) -> Product:
    """The product of a line as rules saw it."""
    flags = () if article.flags is UNSET else article.flags
    return Product(
        id=line.product_id,
        sku=line.sku,
        name=line.name,
        price_minor=line.unit_price_minor,
        tax_class=line.tax_class,
        unit=line.unit,
        category_id=None if article.cat is UNSET else bytes.fromhex(article.cat),
        tags=() if article.tags is UNSET else article.tags,
        earns="no_earn" not in flags,
        discountable="no_discount" not in flags,
        gift_card="gift_card" in flags,
        deposit="deposit" in flags,
        fee="fee" in flags,
    )


def basket_of(
    sale: Sale,
    programme: Programme,
    *,
    articles: Mapping[bytes, events.Article],
    counted: Iterable[MeterEntry],
    rights: Mapping[bytes, Right],
) -> Basket:
    """The basket; `counted` is what the sale counted, `rights` those that it used, as they were."""
    goods = [line for line in sale.lines if not line.donation]
    return Basket(
        sale_id=sale.id,
        currency=currency(sale.currency),
        lines=tuple(_line(one, articles.get(one.product_id, PLAIN)) for one in goods),
        member_id=sale.member_id,
        proof=sale.proof,
        redemptions=tuple(_redemptions(sale, programme)),
        donations=tuple(_donations(sale, programme)),
        next_number=max((line.number for line in goods), default=0) + 1,
        marks=marked_in(programme, counted, sale.id),
        chosen=tuple(_chosen(sale, programme, rights)),
        discounts=tuple(_by_hand(sale)),
        tenders=sale.paid_by,
    )


def used_rights(sale: Sale) -> tuple[bytes, ...]:
    """The rights that a sale's discounts used."""
    return tuple(one.right_id for one in sale.offers if one.right_id is not None)


def _line(line: SaleLine, article: events.Article) -> BasketLine:
    return BasketLine(
        number=line.number,
        product=product_sold(line, article),
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.unit_price_minor,
        gross_minor=line.gross_minor,
        listed=line.listed,
    )


def _redemptions(sale: Sale, programme: Programme) -> Iterator[Redemption]:
    """What was spent of each wallet, none said as well: what is spent by itself was asked once."""
    sums = {one.id: 0 for one in programme.wallets if one.spend is not None}
    for line in sale.lines:
        for wallet, points, _ in line.redeemed:
            sums[wallet] = sums.get(wallet, 0) + points
    for wallet, points in sums.items():
        yield Redemption(wallet=wallet, points=points)


def _donations(sale: Sale, programme: Programme) -> Iterator[Donation]:
    """What was given; an amount that nobody can choose was a round-up."""
    for line in sale.lines:
        cause = cause_of(line.sku, line.tax_class)
        declared = None if cause is None else programme.find(Cause, cause)
        if cause is not None and declared is not None:
            amount = line.net_minor if declared.allows(line.net_minor) else None
            yield Donation(cause, amount)


def _chosen(sale: Sale, programme: Programme, rights: Mapping[bytes, Right]) -> Iterator[Chosen]:
    for offer in sale.offers:
        right = None if offer.right_id is None else rights.get(offer.right_id)
        if right is not None:
            code = right.code if right.owner != sale.member_id else ""
            yield Chosen(kind=right.kind, of=right.of, right_id=right.id, code=code)
        elif offer.owned and offer.right_id is None:
            yield from _named(offer, programme)


def _named(offer: SaleOffer, programme: Programme) -> Iterator[Chosen]:
    """What is there for whoever takes it, or shows its public code. One that is used twice has two
    names that begin alike.
    """
    for declared, terms in programme.owned_terms(offer.source):
        if _is(offer, terms.id):
            code = getattr(declared, "code", "")
            yield Chosen(kind=offer.source, of=declared.id, code=code)


def _is(offer: SaleOffer, declared: str) -> bool:
    return offer.offer_id == declared or offer.offer_id.startswith(f"{declared}~")


def _by_hand(sale: Sale) -> Iterator[DiscountByHand]:
    for offer in sale.offers:
        if offer.source == BY_HAND:
            line = int(offer.offer_id.rpartition(":")[2] or 0)
            yield DiscountByHand(line=line, amount_minor=offer.amount_minor, name=offer.name)
