"""Finding what goods belong to: a receipt's code, its number, a member, or a member's article.

Shape: every function runs on the look-up lane and answers a `Picked` sale, a `ProvenSale` that is
not in this book, an article, or rows of sales to choose from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.values.own_codes import RECEIPT_PREFIX
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import ProvenSale
from posloyalty.services.selling.scanned import ScannedProduct
from ui.presenters.returning.taking import Picked

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Product
    from posloyalty.services.ports import SaleRow
    from posloyalty.services.till import Till

CHOICES_MOST: Final = 50
Single = Picked | ProvenSale | ScannedProduct
Found = Single | tuple["SaleRow", ...]


def by_text(till: Till, text: str, *, article: bool = False) -> Found:
    """What a receipt's code, its number, the end of one, or a member's phone or card leads to;
    first of all an `article`'s number, where goods without their sale are put together.

    Raises `ServiceRefusal` NO_SUCH_SALE, or what `prove_returnable` raises.
    """
    wanted = text.strip()
    if wanted.upper().startswith(RECEIPT_PREFIX):
        proven = till.refunds_unknown.prove_returnable(wanted)
        return proven if proven.sale_id is None else pick(till, proven.sale_id)
    if article:
        known = till.scan.recognise(wanted, screen=ScanScreen.SALE)
        if isinstance(known, ScannedProduct):
            return known
    rows = till.history.page(text=wanted, limit=CHOICES_MOST)
    if not rows:
        raise ServiceRefusal("NO_SUCH_SALE")
    return pick(till, rows[0].sale_id) if len(rows) == 1 else rows


def pick(till: Till, sale_id: bytes) -> Picked:
    """A stored sale with what can still come back of it."""
    found = till.refunds.find(sale_id)
    return Picked(found=found, refused=tuple(till.refunds.refused_lines(found).items()))


def voiding(till: Till, sale_id: bytes) -> Picked:
    """A stored sale that should not have been."""
    return Picked(found=till.refunds.find(sale_id), voiding=True)


def where_bought(till: Till, member_id: bytes, product: Product) -> tuple[Picked, int] | None:
    """The newest sale of an article to a member, and its line there; None when there is none."""
    for line in till.refunds.bought(member_id, product.id):
        picked = pick(till, line.sale_id)
        if picked.most_of(line.line):
            return picked, line.line
    return None
