"""The right to return what a sale sold: whose right it is, and what is left of it.

Shape: a `SoldPlace` names a sale by where its receipt says that it stands: half of its till's id,
epoch and sequence. Its `owner` is the id under which head office files everything that came back
of that sale, at whichever till; `asset_of` is one of its articles as something that is lent, in
thousandths. A return says its place by the receipt's code, or by the number of a sale of its own
till; so it has one before the sale itself has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from posloyalty.domain.shop.donation import cause_of
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.portion import so_far
from posloyalty.sync import events
from posloyalty.sync.found import Anomaly, Found, found_at
from posloyalty.sync.journals import Filed
from posloyalty.sync.keyed_in import number_place
from posloyalty.sync.leases import LEASE, Asset, AssetKind
from posloyalty.sync.receipt_digest import TILL_BYTES, BadDigest, decode

_KEY: Final = re.compile(r"([0-9a-f]{16})-(\d{1,9})-(\d{1,15})/([0-9a-f]{1,128})")
_RETURN: Final = f"{AssetKind.RETURN.value}:"
OVER_RETURNED: Final = Anomaly.OVER_RETURNED
OVER_REPAID: Final = Anomaly.OVER_REPAID


class SoldPlace(Struct, frozen=True, gc=False):
    """Where a sale stands by its receipt; `till` is the first half of its till's id."""

    till: bytes
    epoch: int
    seq: int

    @property
    def owner(self) -> bytes:
        """Under whose id it is filed what came back of the sale."""
        return _owner(self.till, self.epoch, self.seq)

    def asset_of(self, product_id: bytes) -> Asset:
        """The right to return an article of the sale."""
        key = f"{self.till.hex()}-{self.epoch}-{self.seq}/{product_id.hex()}"
        return Asset(AssetKind.RETURN, key, self.owner)

    def is_of(self, number: str) -> bool:
        """Whether a receipt's number ends as this place does."""
        return _numbered(self.till, number) == self


@lru_cache(maxsize=4096)
def _owner(till: bytes, epoch: int, seq: int) -> bytes:
    """Kept, because a batch of sales asks for each several times."""
    return derive_id("goods_back", till, epoch, seq)


def return_of(asset: Asset) -> tuple[SoldPlace, bytes] | None:
    """The place and the article of a right to return; None for one that nobody can have."""
    found = _KEY.fullmatch(asset.key)
    if found is None:
        return None
    till, epoch, seq, product = found.groups()
    place = SoldPlace(bytes.fromhex(till), int(epoch), int(seq))
    if len(product) % 2 or place.owner != asset.owner:
        return None
    return place, bytes.fromhex(product)


def sold_at(one: Filed) -> SoldPlace | None:
    """Where a sale stands; None for anything else."""
    if not isinstance(one.event, events.Sale):
        return None
    return _numbered(one.till_id[:TILL_BYTES], one.event.no)


def came_back_to(one: Filed) -> SoldPlace | None:
    """Of which sale goods came back, or may: a lease on them names the sale as well. None for goods
    that no receipt speaks of, and for anything else.
    """
    event = one.event
    if isinstance(event, events.Act):
        return _lent_of(event)
    if not isinstance(event, events.Refund):
        return None
    if not isinstance(event.receipt, str):
        return _numbered(one.till_id[:TILL_BYTES], event.of)
    try:
        digest = decode(event.receipt)[0]
    except BadDigest:
        return None
    return SoldPlace(digest.till, digest.epoch, digest.seq)


def quantities(event: events.Sale | events.Refund) -> dict[str, int]:
    """Thousandths by article."""
    found: dict[str, int] = {}
    for line in event.lines:
        found[line.product] = found.get(line.product, 0) + line.qty
    return found


def left_to_return(sale: events.Sale, back: Iterable[Filed], product_id: bytes) -> int:
    """What of an article can still come back, in thousandths."""
    product = product_id.hex()
    refunds = (one.event for one in back if isinstance(one.event, events.Refund))
    gone = sum(quantities(refund).get(product, 0) for refund in refunds)
    return max(0, quantities(sale).get(product, 0) - gone)


def paid_for(
    sale: events.Sale, back: Iterable[Filed], product_id: bytes, *, quantity: int, lent: int
) -> int:
    """What may go back for so much of an article, in minor units: its part of what was paid for the
    article, behind what came back before and is `lent` for other returns, and no more than is left
    of what was paid for the article and for the whole sale. Quantities in thousandths.
    """
    product = product_id.hex()
    refunds = [one.event for one in back if isinstance(one.event, events.Refund)]
    sold, paid = quantities(sale).get(product, 0), _paid_for(sale, product)
    gone = sum(quantities(refund).get(product, 0) for refund in refunds)
    before = min(sold, gone + lent)
    after = min(sold, before + quantity)
    share = so_far(paid, after, sold) - so_far(paid, before, sold) if sold else 0
    of_article = paid - sum(_paid_for(refund, product) for refund in refunds)
    of_sale = money(sale) - sum(money(refund) for refund in refunds)
    return max(0, min(share, of_article, of_sale))


def money(event: events.Sale | events.Refund) -> int:
    """What was paid for the goods of a sale, or went back for them in money or for the new goods of
    an exchange; in minor units. What was given to a cause is of no goods.
    """
    given = (line.net for line in event.lines if cause_of(line.sku, line.tc) is not None)
    return event.total - sum(given)


def come_back_too_often(
    owner: bytes, sales: Iterable[Filed], back: Sequence[Filed]
) -> Iterator[Found]:
    """What came back beyond what the sale of this owner sold, and then the money that went back
    beyond what it took; `back` in its order. Nothing while the sale itself is not there.

    Each is named once: what went back for an article beyond what was sold of it is no money beyond.
    """
    for sale in sales:
        place = sold_at(sale)
        if place is None or place.owner != owner:
            continue
        assert isinstance(sale.event, events.Sale)
        number, left = sale.event.no, quantities(sale.event)
        to_pay = money(sale.event)
        for one in back:
            assert isinstance(one.event, events.Refund)
            paid = money(one.event)
            names = {line.product: line.name for line in one.event.lines}
            for product, quantity in quantities(one.event).items():
                room = max(0, left.get(product, 0))
                left[product] = max(0, room - quantity)
                if quantity > room:
                    over = quantity - room
                    paid -= so_far(_paid_for(one.event, product), over, quantity)
                    yield found_at(one, OVER_RETURNED, f"{number}/{names[product]}", over)
            if paid > to_pay:
                yield found_at(one, OVER_REPAID, number, paid - to_pay)
            to_pay -= min(max(0, paid), to_pay)


def _paid_for(event: events.Sale | events.Refund, product: str) -> int:
    """What was paid for an article, or went back for it."""
    return sum(line.net for line in event.lines if line.product == product)


def _lent_of(act: events.Act) -> SoldPlace | None:
    if act.kind != LEASE or not act.what.startswith(_RETURN):
        return None
    found = _KEY.fullmatch(act.what.removeprefix(_RETURN))
    if found is None:
        return None
    return SoldPlace(bytes.fromhex(found[1]), int(found[2]), int(found[3]))


def _numbered(till: bytes, number: str) -> SoldPlace | None:
    place = number_place(number)
    return None if place is None else SoldPlace(till, *place)
