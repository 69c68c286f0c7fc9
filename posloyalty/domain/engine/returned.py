"""What came back, as works see it at `Trigger.RETURN`.

Shape: `Returned` holds the sale, what it did (`did`), what earlier refunds undid (`undone`), and
the goods in the shape that works know from the sale: `goods` come back now, `kept` stays. `whole`
says that nothing stays. See `engine/work.py` for what a work has to do and what it need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Sold, SoldLine
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import Sale, SaleLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A return or a void (`void`) of a sale whose day in the programme's zone was `day`.

    `rights` are those that the sale issued or used, as they stand now, by id; `others` the states
    of further members whom it gave something. `faulty` goods are never charged for.
    """

    sale: Sale
    day: date
    did: Consequences
    undone: Consequences
    goods: Sold
    kept: Sold
    whole: bool
    void: bool
    faulty: bool
    rights: Mapping[bytes, Right] = field(default_factory=dict)
    others: Mapping[bytes, MemberState] = field(default_factory=dict)

    @property
    def issued(self) -> tuple[Right, ...]:
        """The rights that the sale issued, as they stand now."""
        return tuple(
            self.rights.get(change.right_id, change.opens)
            for change in self.did.rights
            if change.move is RightMove.ISSUE and change.opens is not None
        )

    def counted(self, meter: str, owner: bytes | None = None) -> int:
        """What the sale added to a meter, by its whole name, less what was undone since."""
        return sum(
            entry.amount
            for entry in self.entries()
            if entry.meter == meter and owner in (None, entry.owner)
        )

    def entries(self) -> Iterable[MeterEntry]:
        """What the sale counted, and what earlier refunds took back of it."""
        yield from self.did.meters
        for entry in self.undone.meters:
            if entry.undoes == self.sale.id:
                yield entry


def product_of(line: SaleLine, products: Mapping[bytes, Product]) -> Product:
    """The product of a sold line; one that the shop no longer has is what the line says of it."""
    found = products.get(line.product_id)
    if found is not None:
        return found
    return Product(
        id=line.product_id,
        sku=line.sku,
        name=line.name,
        price_minor=line.unit_price_minor,
        tax_class=line.tax_class,
        unit=line.unit,
        fee=line.donation,
    )


def as_sold(sale: Sale, lines: Iterable[SaleLine], products: Mapping[bytes, Product]) -> Sold:
    """Some lines of a sale, or parts of them, in the shape in which works saw the sale."""
    lines = tuple(lines)
    offers: dict[str, int] = {}
    for line in lines:
        for name, share in line.offers:
            offers[name] = offers.get(name, 0) + share
    goods = tuple(_sold(line, product_of(line, products)) for line in lines)
    return Sold(
        lines=goods,
        spend_minor=sum(line.base_minor for line in goods),
        payable_minor=sum(line.net_minor for line in lines),
        offers=tuple((o.offer_id, offers[o.offer_id]) for o in sale.offers if o.offer_id in offers),
        earned=_sums((wallet, n) for line in lines for wallet, n in line.earned),
        redeemed=_sums((wallet, n) for line in lines for wallet, n, _ in line.redeemed),
    )


def _sold(line: SaleLine, product: Product) -> SoldLine:
    return SoldLine(
        number=line.number,
        product=product,
        quantity_milli=line.quantity_milli,
        net_minor=line.net_minor,
        base_minor=line.net_minor if product.earning else 0,
    )


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for name, amount in pairs:
        sums[name] = sums.get(name, 0) + amount
    return sums
