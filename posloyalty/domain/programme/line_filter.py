"""Which goods a rule is about: the table `on`, by product, category and tag.

`on = { tag = ["drink"], not = { product = ["GFT001"] } }`: every key must hold, any word of a list
will do. A product is named by its SKU; a category by the key it was set up with or its id in
hexadecimal; a tag is a free word of the product. Without `on` a rule is about all goods.
`on = { fee = true, tag = ["delivery"] }` means fees, which are no goods: only what takes something
off may ask for them, and is then about nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.product import Product, ProductName
from posloyalty.domain.values.identifiers import BadIdentifier, derive_id, id_from_hex


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Empty sets are without limit; `but` is what is left out.

    `fee` says that fees are meant and no goods. `names` are those of which each meant product has
    one, empty where any could be meant; `by_names_alone` says that no more is asked.
    """

    products: frozenset[str] = frozenset()
    categories: frozenset[bytes] = frozenset()
    tags: frozenset[str] = frozenset()
    but: LineFilter | None = None
    fee: bool = False
    names: tuple[ProductName, ...] = field(init=False, repr=False, compare=False)
    by_names_alone: bool = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kinds = (("product", self.products), ("category", self.categories), ("tag", self.tags))
        asked = [(kind, words) for kind, words in kinds if words]
        # The narrowest first: a product is one line, a tag may be half of the shop.
        names = [(kind, word) for kind, words in asked[:1] for word in words]
        object.__setattr__(self, "names", tuple(names))
        alone = self.but is None and not self.fee and len(asked) <= 1
        object.__setattr__(self, "by_names_alone", alone)
        own = (self.products, self.categories, self.tags, self.but, self.fee)
        object.__setattr__(self, "_hash", hash(own))

    def __hash__(self) -> int:
        return self._hash

    def matches(self, product: Product) -> bool:
        """Whether a product is meant."""
        if self.products and product.sku not in self.products:
            return False
        if self.categories and product.category_id not in self.categories:
            return False
        if self.tags and self.tags.isdisjoint(product.tags):
            return False
        if self.fee and not product.fee:
            return False
        return self.but is None or not self.but.matches(product)


ALL_GOODS = LineFilter()
_KEYS = ("product", "category", "tag", "not")


def category_id(key: str) -> bytes:
    """The id of a category that was set up under a key: derived, so that files can name it."""
    try:
        return id_from_hex(key)
    except BadIdentifier:
        return derive_id("category", key)


def read_filter(section: Section, key: str = "on", *, fees: bool = False) -> LineFilter:
    """The filter under a key; all goods when the key is not there. `fees` says that it may be about
    fees.
    """
    if key not in section:
        return ALL_GOODS
    table = section.section(key)
    if table is None:
        return ALL_GOODS
    before = len(section.reading.findings)
    read = read_goods_or_fees(table) if fees else read_goods(table)
    if read == ALL_GOODS and len(section.reading.findings) == before:
        section.found(key, "FILTER_EMPTY")
    return read


def read_goods(table: Section) -> LineFilter:
    """The filter that a table is."""
    table = table.shared("goods", read_goods)
    read = _read(table, fee=False)
    table.close(_KEYS)
    return read


def read_goods_or_fees(table: Section) -> LineFilter:
    """The filter that a table is where it may be about fees."""
    table = table.shared("goods_or_fees", read_goods_or_fees)
    fee = table.flag("fee", default=False)
    table.reading.waives_fees |= fee
    read = _read(table, fee=fee)
    table.close((*_KEYS, "fee"))
    return read


def _read(table: Section, *, fee: bool) -> LineFilter:
    return LineFilter(
        products=frozenset(table.words("product")) if "product" in table else frozenset(),
        categories=frozenset(category_id(word) for word in table.words("category"))
        if "category" in table
        else frozenset(),
        tags=frozenset(table.words("tag")) if "tag" in table else frozenset(),
        but=read_filter(table, "not") if "not" in table else None,
        fee=fee,
    )
