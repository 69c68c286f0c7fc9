"""Products, categories, taxes and quick keys: finding them, and changing them by a manager.

Searching runs over a snapshot in memory that is read again when the catalogue's version has moved:
a shop has thousands of products, not millions. Codes are stored canonical: a trade code as a GTIN
of 14 digits, anything else (a price look-up number) as it is typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Final, Protocol

from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.product import Category, Product, TaxClass, Unit
from posloyalty.domain.shop.scan_code.gtin import GTIN_LENGTHS, canonical_gtin
from posloyalty.domain.values.identifiers import id_hex
from posloyalty.services.people.note_change import changed_fields, note_change, require
from posloyalty.services.ports import Book, Ids, Reader, UnitOfWork
from posloyalty.services.refusal import Finding, ServiceRefusal, finding, refuse_findings
from posloyalty.services.shop.initials import initials

NAME_MOST: Final = 80
SKU_MOST: Final = 40
CODES_MOST: Final = 20
TAGS_MOST: Final = 200
TAG_MOST: Final = 200
PLU_MOST: Final = 6
CATEGORY_NAME_MOST: Final = 20
TAX_CODE_MOST: Final = 12
PRICE_MOST_MINOR: Final = 10**12
KEYS_A_PAGE: Final = 64
_GTIN_DIGITS: Final = max(GTIN_LENGTHS)
_OWN_FIELDS: Final = frozenset({"picture"})
"""What a shop may change of a product that head office keeps."""
_PRODUCT_FIELDS: Final = tuple(name for name in Product.__dataclass_fields__ if name != "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductForm:
    """What is asked of a product; `id` None is a new one, `price_minor` None an open price."""

    id: bytes | None = None
    sku: str
    name: str
    price_minor: int | None
    tax_class: str
    unit: Unit = Unit.EACH
    category_id: bytes | None = None
    codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    picture: str | None = None
    earns: bool = True
    discountable: bool = True
    gift_card: bool = False
    deposit: bool = False
    fee: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryForm:
    """What is asked of a category; `id` None is a new one."""

    id: bytes | None
    name: str
    colour: str
    position: int


@dataclass(frozen=True, slots=True)
class QuickKey:
    """A product on a place, counted from 0."""

    position: int
    product: Product


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickPage:
    """A tab of quick keys. `category` is None and `name` empty for the shop's favourites."""

    category: Category | None
    name: str
    colour: str
    keys: tuple[QuickKey, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    product: Product
    name: str
    sku: str
    initials: str


@dataclass(frozen=True, slots=True)
class _Snapshot:
    version: int
    entries: tuple[_Entry, ...]


class Catalogue:
    """What the shop sells. `came` does what comes today of some goods, by their stock numbers, or
    of all where there are none, and says whether anything did.
    """

    def __init__(
        self, book: Book, ids: Ids, *, came: Callable[[Sequence[str]], bool] = lambda _skus: False
    ) -> None:
        self._came = came
        self._book = book
        self._ids = ids
        self._snapshot = _Snapshot(-1, ())
        self._lock = Lock()

    def by_code(self, code: str) -> Product | None:
        """The active product with a canonical scan code."""
        with self._book.read() as reader:
            return reader.catalogue.by_code(code)

    def product(self, product_id: bytes) -> Product | None:
        """A product by id."""
        with self._book.read() as reader:
            return reader.catalogue.product(product_id)

    def of_office(self, product_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Those of some products that head office keeps, and nobody changes here."""
        with self._book.read() as reader:
            return reader.catalogue.of_office(product_ids)

    def search(self, text: str, limit: int = 40) -> tuple[Product, ...]:
        """Products by name, stock number, code or pinyin initials; the best matches first.

        Nothing typed gives the first products by name. Inactive ones come last.
        """
        found = self._search(text, limit)
        if self._came([one.sku for one in found]):
            found = self._search(text, limit)
        return found

    def _search(self, text: str, limit: int) -> tuple[Product, ...]:
        wanted = text.strip().casefold()
        ranked: list[tuple[bool, int, int, Product]] = []
        for place, entry in enumerate(self._entries()):
            rank = 0 if not wanted else _rank(entry, wanted)
            if rank is not None:
                ranked.append((not entry.product.active, rank, place, entry.product))
        ranked.sort(key=lambda found: found[:3])
        return tuple(found[3] for found in ranked[:limit])

    def matching(self, goods: LineFilter, limit: int) -> tuple[Product, ...]:
        """Active products that a rule's filter means, by name; `limit` at most."""
        every = (entry.product for entry in self._entries())
        found = (one for one in every if one.active and goods.matches(one))
        return tuple(islice(found, limit))

    def categories(self) -> tuple[Category, ...]:
        """Every category, by position."""
        with self._book.read() as reader:
            return reader.catalogue.categories()

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax class, by code."""
        with self._book.read() as reader:
            return reader.catalogue.tax_classes()

    def quick_keys(self) -> tuple[QuickPage, ...]:
        """The favourites, then a page for each category.

        A category on which nothing was placed shows its active products by name, so that a new
        shop has keys without anybody placing them one by one.
        """
        pages = self._quick_keys()
        if self._came([key.product.sku for page in pages for key in page.keys]):
            pages = self._quick_keys()
        return pages

    def _quick_keys(self) -> tuple[QuickPage, ...]:
        with self._book.read() as reader:
            categories = reader.catalogue.categories()
            rows = reader.catalogue.quick_keys()
            bare = [one.id for one in categories if all(row.page != one.id for row in rows)]
            first = {one: reader.catalogue.first_of(one, KEYS_A_PAGE) for one in bare}
            wanted = {row.product_id for row in rows}.union(*first.values())
            found = reader.catalogue.products_among((), (), tuple(wanted))
        products = {product.id: product for product in found}
        placed: dict[bytes | None, list[QuickKey]] = {}
        for row in rows:
            key = QuickKey(row.position, products[row.product_id])
            placed.setdefault(row.page, []).append(key)
        for category_id, ids in first.items():
            placed[category_id] = [QuickKey(at, products[one]) for at, one in enumerate(ids)]
        pages = [QuickPage(category=None, name="", colour="", keys=tuple(placed.get(None, ())))]
        for category in categories:
            keys = placed.get(category.id, ())
            pages.append(
                QuickPage(
                    category=category,
                    name=category.name,
                    colour=category.colour,
                    keys=tuple(keys),
                )
            )
        return tuple(pages)

    def save_product(self, form: ProductForm, operator: Operator) -> Product:
        """Add or change a product. Refuses NOT_ALLOWED, UNKNOWN_PRODUCT, INVALID with findings, and
        ARTICLE_OF_HEAD_OFFICE for one that is changed there.
        """
        require(operator, Right.CHANGE_SETTINGS)
        with self._book.write() as unit:
            before = None if form.id is None else unit.catalogue.product(form.id)
            if form.id is not None and before is None:
                raise ServiceRefusal("UNKNOWN_PRODUCT")
            product, findings = judged(unit.catalogue, form, form.id or self._ids.new_id())
            refuse_findings(findings)
            fields = changed_fields(before, product, _PRODUCT_FIELDS)
            if set(fields) - _OWN_FIELDS and unit.catalogue.of_office((product.id,)):
                raise ServiceRefusal("ARTICLE_OF_HEAD_OFFICE")
            if fields:
                unit.catalogue.save_product(product, initials=initials(product.name))
                note_change(
                    unit,
                    self._ids,
                    operator,
                    kind="product",
                    what=id_hex(product.id),
                    fields=fields,
                )
            unit.commit()
        return product

    def save_category(self, form: CategoryForm, operator: Operator) -> Category:
        """Add or change a category. Refuses NOT_ALLOWED or INVALID with findings."""
        require(operator, Right.CHANGE_SETTINGS)
        name = form.name.strip()
        refuse_findings(_text_findings("name", name, CATEGORY_NAME_MOST))
        category = Category(form.id or self._ids.new_id(), name, form.colour, form.position)
        with self._book.write() as unit:
            others = [c for c in unit.catalogue.categories() if c.id != category.id]
            if any(other.name == name for other in others):
                refuse_findings([finding("name", "NAME_TAKEN", name=name)])
            unit.catalogue.save_category(category)
            note_change(
                unit,
                self._ids,
                operator,
                kind="category",
                what=id_hex(category.id),
                fields=("name", "colour", "position"),
            )
            unit.commit()
        return category

    def save_tax_class(self, tax_class: TaxClass, operator: Operator) -> TaxClass:
        """Add or change a tax class. Refuses NOT_ALLOWED, INVALID with findings, and
        TAX_OF_HEAD_OFFICE for one of articles that head office keeps.
        """
        require(operator, Right.CHANGE_SETTINGS)
        tax_class = replace(tax_class, code=tax_class.code.strip(), name=tax_class.name.strip())
        findings = [
            *_text_findings("code", tax_class.code, TAX_CODE_MOST),
            *_text_findings("name", tax_class.name, NAME_MOST),
        ]
        if not 0 <= tax_class.rate <= 1:
            findings.append(finding("rate", "RATE_RANGE"))
        if not 0 <= tax_class.fixed_minor <= PRICE_MOST_MINOR:
            findings.append(finding("fixed", "PRICE_RANGE"))
        refuse_findings(findings)
        with self._book.write() as unit:
            if unit.catalogue.is_tax_of_office(tax_class.code):
                raise ServiceRefusal("TAX_OF_HEAD_OFFICE")
            unit.catalogue.save_tax_class(tax_class)
            note_change(
                unit,
                self._ids,
                operator,
                kind="tax_class",
                what=tax_class.code,
                fields=("name", "rate", "mode", "fixed_minor"),
            )
            unit.commit()
        return tax_class

    def set_quick_key(
        self, page: bytes | None, position: int, product_id: bytes | None, operator: Operator
    ) -> None:
        """Put a product on a key of a page (a category's id, None for the favourites)."""
        require(operator, Right.CHANGE_SETTINGS)
        if not 0 <= position < KEYS_A_PAGE:
            raise ServiceRefusal("NO_SUCH_KEY", limit=KEYS_A_PAGE)
        with self._book.write() as unit:
            if product_id is not None and unit.catalogue.product(product_id) is None:
                raise ServiceRefusal("UNKNOWN_PRODUCT")
            _place_shown_keys(unit, page)
            unit.catalogue.set_quick_key(page, position, product_id)
            note_change(
                unit,
                self._ids,
                operator,
                kind="quick_key",
                what=f"{(page or b'').hex()}/{position}",
                fields=("product",),
            )
            unit.commit()

    def _entries(self) -> tuple[_Entry, ...]:
        with self._lock, self._book.read() as reader:
            version = reader.catalogue.version()
            if version != self._snapshot.version:
                self._snapshot = _Snapshot(version, _entries(reader))
            return self._snapshot.entries


class Shelf(Protocol):
    """What a product is judged against: a book's catalogue, or head office's articles."""

    def by_sku(self, sku: str) -> Product | None:
        """A product by its stock number."""
        ...

    def code_owner(self, code: str) -> Product | None:
        """The product with a canonical code."""
        ...

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Every tax class."""
        ...

    def categories(self) -> tuple[Category, ...]:
        """Every category."""
        ...


def judged(shelf: Shelf, form: ProductForm, product_id: bytes) -> tuple[Product, list[Finding]]:
    """The product that a form describes, and everything that keeps it from being saved."""
    codes, findings = canonical_codes(form.codes)
    product = _product(form, product_id, codes)
    return product, [*_product_findings(form), *findings, *_against(shelf, product)]


def canonical_codes(codes: tuple[str, ...]) -> tuple[tuple[str, ...], list[Finding]]:
    """Codes as they are stored, without repeats, and what is wrong with those that cannot be."""
    canonical: list[str] = []
    findings = []
    for text in codes:
        code = text.strip()
        digits = code.isascii() and code.isdigit()
        if not digits:
            findings.append(finding("codes", "CODE_DIGITS", code=code[:20]))
            continue
        if len(code) <= PLU_MOST:
            known: str | None = code
        else:
            known = canonical_gtin(code)
        if known is None:
            reason = "CODE_CHECK_DIGIT" if len(code) in GTIN_LENGTHS else "CODE_LENGTH"
            findings.append(finding("codes", reason, code=code[:20]))
        elif known not in canonical:
            canonical.append(known)
    if len(canonical) > CODES_MOST:
        findings.append(finding("codes", "TOO_MANY", limit=CODES_MOST))
    return tuple(canonical), findings


def _product(form: ProductForm, product_id: bytes, codes: tuple[str, ...]) -> Product:
    return Product(
        id=product_id,
        sku=form.sku.strip(),
        name=form.name.strip(),
        price_minor=form.price_minor,
        tax_class=form.tax_class,
        unit=form.unit,
        category_id=form.category_id,
        codes=codes,
        tags=tuple(dict.fromkeys(form.tags)),
        picture=form.picture,
        earns=form.earns,
        discountable=form.discountable,
        gift_card=form.gift_card,
        deposit=form.deposit,
        fee=form.fee,
        active=form.active,
    )


def _product_findings(form: ProductForm) -> list[Finding]:
    findings = [
        *_text_findings("name", form.name.strip(), NAME_MOST),
        *_text_findings("sku", form.sku.strip(), SKU_MOST),
    ]
    if form.price_minor is not None and not 0 <= form.price_minor <= PRICE_MOST_MINOR:
        findings.append(finding("price", "PRICE_RANGE"))
    if len(form.tags) > TAGS_MOST:
        findings.append(finding("tags", "TOO_MANY", limit=TAGS_MOST))
    if any(len(tag) > TAG_MOST for tag in form.tags):
        findings.append(finding("tags", "TOO_LONG", limit=TAG_MOST))
    return findings


def _text_findings(place: str, text: str, most: int) -> list[Finding]:
    if not text:
        return [finding(place, "REQUIRED")]
    return [finding(place, "TOO_LONG", limit=most)] if len(text) > most else []


def _against(shelf: Shelf, product: Product) -> list[Finding]:
    findings = []
    same_sku = shelf.by_sku(product.sku)
    if same_sku is not None and same_sku.id != product.id:
        findings.append(finding("sku", "SKU_TAKEN", name=same_sku.name))
    for code in product.codes:
        owner = shelf.code_owner(code)
        if owner is not None and owner.id != product.id:
            findings.append(finding("codes", "CODE_TAKEN", code=code, name=owner.name))
    classes = [one.code for one in shelf.tax_classes()]
    if product.tax_class not in classes:
        known = ", ".join(classes) or "–"
        findings.append(finding("tax_class", "UNKNOWN_TAX_CLASS", known=known))
    wanted = product.category_id
    if wanted is not None and all(c.id != wanted for c in shelf.categories()):
        findings.append(finding("category", "UNKNOWN_CATEGORY"))
    return findings


def _place_shown_keys(unit: UnitOfWork, page: bytes | None) -> None:
    """Before the first change of a category's page, place what it showed by itself.

    Otherwise placing one product would make all the others vanish from the page.
    """
    if page is None or any(row.page == page for row in unit.catalogue.quick_keys()):
        return
    for position, product_id in enumerate(unit.catalogue.first_of(page, KEYS_A_PAGE)):
        unit.catalogue.set_quick_key(page, position, product_id)


def _entries(reader: Reader) -> tuple[_Entry, ...]:
    by_id = reader.catalogue.initials()
    return tuple(
        _Entry(product, product.name.casefold(), product.sku.casefold(), by_id[product.id])
        for product in reader.catalogue.products()
    )


def _rank(entry: _Entry, wanted: str) -> int | None:
    """How well an entry matches, 0 best; None when it does not."""
    if entry.sku == wanted or wanted.zfill(_GTIN_DIGITS) in entry.product.codes:
        return 0
    if wanted in entry.product.codes:
        return 0
    if entry.name.startswith(wanted):
        return 1
    if entry.sku.startswith(wanted) or entry.initials.startswith(wanted):
        return 2
    if wanted in entry.name:
        return 3
    words = wanted.split()
    if len(words) > 1 and all(word in entry.name for word in words):
        return 4
    return 5 if len(wanted) > 1 and wanted in entry.initials else None
