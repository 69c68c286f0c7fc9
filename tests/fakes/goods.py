"""The goods of a small shop for tests of the screens: products, categories, taxes, and a catalogue.

`FakeCatalogue` answers as the service does and remembers what it was asked, newest last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.price_list import Buyers, PriceList
from posloyalty.domain.shop.product import Category, Product, TaxClass, TaxMode, Unit
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.price_lists import BuyersKnown, NamedPrices, PriceListForm, list_of

DAIRY = Category(b"1" * 16, "乳品冷藏", "teal", 0)
BAKERY = Category(b"2" * 16, "面包糕点", "orange", 1)
STANDARD = TaxClass("std13", "标准税率", Ratio(13, 100), TaxMode.INCLUSIVE)
FOOD = TaxClass("food9", "农产品税率", Ratio(9, 100), TaxMode.INCLUSIVE)


def product(
    number: int,
    name: str,
    price_minor: int | None,
    category: Category | None = None,
    **more: object,
) -> Product:
    """A product whose id, stock number and code come from its number."""
    made = Product(
        id=bytes([number]) * 16,
        sku=f"A{number:04d}",
        name=name,
        price_minor=price_minor,
        tax_class="std13",
        category_id=None if category is None else category.id,
        codes=(f"0690{number:010d}",),
    )
    return replace(made, **more)  # type: ignore[arg-type]


PRODUCTS = (
    product(1, "纯牛奶 250ml×12", 4990, DAIRY),
    product(2, "全麦吐司 400g", 980, BAKERY),
    product(3, "红富士苹果", 1280, unit=Unit.KILOGRAM),
    product(4, "开放价", None),
    product(5, "旧款酸奶", 600, DAIRY, active=False),
)


@dataclass
class FakePriceLists:
    """One list for members that names milk; what is saved is remembered."""

    lists: list[PriceList] = field(
        default_factory=lambda: [
            PriceList(
                id=b"P" * 16,
                code="CLUB",
                name="会员价",
                buyers=Buyers.MEMBERS,
                prices={PRODUCTS[0].id: 4490},
            )
        ]
    )
    levels: list[BuyersKnown] = field(
        default_factory=lambda: [BuyersKnown(Buyers.TIER, "level/gold", Names("金卡"))]
    )
    forms: list[PriceListForm] = field(default_factory=list)
    prices: list[tuple[str, int | None]] = field(default_factory=list)
    refuses: ServiceRefusal | None = None

    def all(self) -> tuple[PriceList, ...]:
        return tuple(self.lists)

    def buyers(self) -> tuple[BuyersKnown, ...]:
        return tuple(self.levels)

    def named(self, list_id: bytes, limit: int) -> NamedPrices:
        prices = next((one.prices for one in self.lists if one.id == list_id), {})
        rows = [(one, prices[one.id]) for one in PRODUCTS if one.id in prices]
        return NamedPrices(tuple(rows[:limit]), len(rows))

    def save(self, form: PriceListForm, operator: Operator) -> PriceList:
        if self.refuses is not None:
            raise self.refuses
        self.forms.append(form)
        known = next((one for one in self.lists if one.id == form.id), None)
        made = list_of(form, known, form.id or b"N" * 16)
        self.lists = [one for one in self.lists if one.id != made.id] + [made]
        return made

    def set_price(
        self, list_id: bytes, sku: str, price_minor: int | None, operator: Operator
    ) -> PriceList:
        if self.refuses is not None:
            raise self.refuses
        self.prices.append((sku, price_minor))
        return next(one for one in self.lists if one.id == list_id)


@dataclass
class FakeCatalogue:
    """Products by name, quick keys by page and place."""

    items: list[Product] = field(default_factory=lambda: list(PRODUCTS))
    shelves: list[Category] = field(default_factory=lambda: [DAIRY, BAKERY])
    classes: list[TaxClass] = field(default_factory=lambda: [STANDARD, FOOD])
    keys: dict[tuple[bytes | None, int], bytes] = field(
        default_factory=lambda: {(None, 0): PRODUCTS[0].id, (DAIRY.id, 1): PRODUCTS[0].id}
    )
    forms: list[object] = field(default_factory=list)
    refuses: ServiceRefusal | None = None
    office: set[bytes] = field(default_factory=set)

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        return frozenset(self.office.intersection(product_ids))

    def search(self, text: str, limit: int = 40) -> tuple[Product, ...]:
        return tuple(p for p in self.items if text in p.name or text in p.sku)[:limit]

    def categories(self) -> tuple[Category, ...]:
        return tuple(self.shelves)

    def tax_classes(self) -> tuple[TaxClass, ...]:
        return tuple(self.classes)

    def quick_keys(self) -> tuple[object, ...]:
        from posloyalty.services.shop.catalogue import QuickKey, QuickPage

        by_id = {p.id: p for p in self.items}
        return tuple(
            QuickPage(
                category=category,
                name="" if category is None else category.name,
                colour="" if category is None else category.colour,
                keys=tuple(
                    QuickKey(place, by_id[product_id])
                    for (page, place), product_id in sorted(
                        self.keys.items(), key=lambda k: k[0][1]
                    )
                    if page == (None if category is None else category.id)
                ),
            )
            for category in (None, *self.shelves)
        )

    def save_product(self, form: object, operator: Operator) -> Product:
        if self.refuses is not None:
            raise self.refuses
        self.forms.append(form)
        made = product(90, form.name, form.price_minor)  # type: ignore[attr-defined]
        self.items.append(made)
        return made

    def save_tax_class(self, tax: TaxClass, operator: Operator) -> TaxClass:
        self.classes = [c for c in self.classes if c.code != tax.code] + [tax]
        return tax

    def save_category(self, form: object, operator: Operator) -> Category:
        self.forms.append(form)
        known = form.id  # type: ignore[attr-defined]
        made = Category(known or b"9" * 16, form.name, form.colour, form.position)  # type: ignore[attr-defined]
        self.shelves = [c for c in self.shelves if c.id != made.id] + [made]
        return made

    def set_quick_key(
        self, page: bytes | None, place: int, product_id: bytes | None, operator: Operator
    ) -> None:
        if product_id is None:
            self.keys.pop((page, place), None)
        else:
            self.keys[page, place] = product_id
