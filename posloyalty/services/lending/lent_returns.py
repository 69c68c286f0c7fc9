"""Goods that come back where several tills share their sales: nobody takes them back twice.

The right to return an article of a sale is lent like anything else that is spent: in reach of head
office a return has it held aside before any money goes back. Out of reach a till takes back what
its own book, or the receipt, proves, and head office names what came back twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.ledger.right import RightChange
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.leases import Asset
from posloyalty.sync.receipt_digest import TILL_BYTES, ReceiptDigest

Goods = Iterable[tuple[bytes, int]]
"""(article, thousandths) that come back."""
Wanted = tuple[Asset, int]


def place_of_sale(reader: Reader | UnitOfWork, sale_id: bytes) -> SoldPlace | None:
    """Where a sale of this book stands; None for one that it does not hold."""
    stored = reader.journal.by_event_id(sale_id)
    if stored is None:
        return None
    return SoldPlace(reader.facts.till_id[:TILL_BYTES], stored.epoch, stored.seq)


def place_of_receipt(digest: ReceiptDigest) -> SoldPlace:
    """Where a sale stands by its receipt's code."""
    return SoldPlace(digest.till, digest.epoch, digest.seq)


def returns_wanted(place: SoldPlace, goods: Goods) -> dict[Asset, int]:
    """The rights that a return uses, an article each."""
    found: dict[Asset, int] = {}
    for product_id, quantity_milli in goods:
        asset = place.asset_of(product_id)
        found[asset] = found.get(asset, 0) + quantity_milli
    return found


def sale_returns(reader: Reader | UnitOfWork, sale_id: bytes, wish: RefundWish) -> Iterable[Wanted]:
    """The rights that goods of a sale of this book use."""
    stored, place = reader.sales.by_id(sale_id), place_of_sale(reader, sale_id)
    if stored is None or place is None:
        return ()
    articles = {line.number: line.product_id for line in stored.sale.lines}
    goods = ((articles[line], milli) for line, milli in wish.back if line in articles)
    return returns_wanted(place, goods).items()


def return_uses(
    reader: Reader | UnitOfWork, wanted: Mapping[Asset, int], day: date, event_id: bytes
) -> Iterator[RightChange]:
    """The uses of leases by goods that come back, as far as they are lent."""
    for asset, quantity_milli in wanted.items():
        yield from uses_of(leases_of(reader, asset, day), quantity_milli, event_id)[0]
