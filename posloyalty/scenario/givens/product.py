"""`[[product]]`: what the shop sells. Ties go by the order of products in the file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.product import Category, Unit
from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Stage, gives
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import refuse_findings
from posloyalty.services.shop.catalogue import ProductForm, judged
from posloyalty.services.shop.initials import initials

COLOUR = "grey"
# Far from the ids that tills count, so that neither is ever taken for the other.
PRODUCT_IDS = 1 << 64


@dataclass(frozen=True, slots=True)
class GivenProduct:
    """A product and its category's key; `place` counts from 0 in the file."""

    form: ProductForm
    category: str
    place: int
    stage: Stage = Stage.SHOP

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Put it on the shelves of a till. Refuses INVALID with what is wrong with it."""
        category = self.form.category_id
        if category is not None and all(c.id != category for c in unit.catalogue.categories()):
            position = len(unit.catalogue.categories())
            unit.catalogue.save_category(Category(category, self.category, COLOUR, position))
        product_id = (PRODUCT_IDS + self.place).to_bytes(16, "big")
        product, findings = judged(unit.catalogue, self.form, product_id)
        refuse_findings(findings)
        unit.catalogue.save_product(product, initials=initials(product.name))


@gives("product", name="sku")
def read_product(block: Block) -> Iterable[Given]:
    """Read price, tax, tags and flags; without a price the cashier keys it in."""
    sku = block.text("sku")
    taxes = block.reading.taxes
    category = block.text("category") if "category" in block else ""
    form = ProductForm(
        sku=sku,
        name=block.text("name", sku),
        price_minor=block.money("price", least=0) if "price" in block else None,
        tax_class=block.refer("tax", "tax", taxes[0]),
        unit=Unit.KILOGRAM if block.flag("weighed", default=False) else Unit.EACH,
        category_id=category_id(category) if category else None,
        codes=block.words("codes") if "codes" in block else (),
        tags=block.words("tags") if "tags" in block else (),
        earns=block.flag("earns", default=True),
        discountable=block.flag("discountable", default=True),
        gift_card=block.flag("gift_card", default=False),
        deposit=block.flag("deposit", default=False),
        fee=block.flag("fee", default=False),
    )
    place = block.path[-1]
    return (GivenProduct(form, category, place if isinstance(place, int) else 0),)
