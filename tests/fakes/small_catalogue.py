"""The catalogue of the small shop: what is found and what stands on quick keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.shop.product import Category, Product
from posloyalty.services.shop.catalogue import QuickKey, QuickPage
from tests.fakes.small_shop import BREAKFAST, FRESH, HOME, PRODUCTS, TOP_KEYS


@dataclass
class FakeCatalogue:
    """The goods above: three tabs of quick keys, search by name or the initials below."""

    searched: list[str] = field(default_factory=list)
    initials: dict[str, str] = field(
        default_factory=lambda: {"qmts": "全麦吐司 400g", "qnhc": "茶叶蛋", "ms": "美式咖啡"}
    )

    def search(self, text: str, limit: int = 40) -> tuple[Product, ...]:
        self.searched.append(text)
        names = {name for key, name in self.initials.items() if key.startswith(text.lower())}
        found = [p for p in PRODUCTS if text in p.name or text in p.sku or p.name in names]
        return tuple(found[:limit])

    def categories(self) -> tuple[Category, ...]:
        return (BREAKFAST, FRESH, HOME)

    def quick_keys(self) -> tuple[QuickPage, ...]:
        top = QuickPage(category=None, name="", colour="grey", keys=_keys(TOP_KEYS))
        pages = [
            QuickPage(
                category=c,
                name=c.name,
                colour=c.colour,
                keys=_keys(tuple(p for p in PRODUCTS if p.category_id == c.id)),
            )
            for c in self.categories()
        ]
        return (top, *pages)


def _keys(products: tuple[Product, ...]) -> tuple[QuickKey, ...]:
    return tuple(QuickKey(place, each) for place, each in enumerate(products))
