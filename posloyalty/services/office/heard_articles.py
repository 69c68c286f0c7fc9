"""Articles of head office, put into the book: each is a product that nobody changes here.

Shape: `HeardArticles.put(unit, articles, taxes)` does what is new of a page's piece inside a
transaction, with the events that any change of products writes; `hear(unit, ..., day)` does so with
what holds on a business day, and keeps what holds from later ones (`coming_articles`). An article
is the product with its number; else the shop's own with one of its trade codes, which then is head
office's; else a new one, whose id derives from its number. What the shop had and head office knows
nothing of stays its own. A code that both have is head office's, and the shop's own product stays
without it. What the shop's own product was like before is in the journal, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

import msgspec
from msgspec import UNSET

from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.scan_code.gtin import GTIN_LENGTHS
from posloyalty.domain.values.identifiers import id_hex
from posloyalty.services.ports import Ids, UnitOfWork
from posloyalty.services.ports.coming import ARTICLE, TAX, ComingRow
from posloyalty.services.shop.import_products import category_named
from posloyalty.services.shop.initials import initials
from posloyalty.sync.events import SettingsChange
from posloyalty.sync.wire.articles import (
    ArticleRecord,
    ArticleVersion,
    TaxRecord,
    TaxVersion,
    article_id,
)

HEARD: Final = "articles_heard"
CAME: Final = "articles_came"
TAKEN_OVER: Final = "article_taken_over"
CODE_MOVED: Final = "article_code_moved"
_GTIN_DIGITS: Final = max(GTIN_LENGTHS)
_EIGHT_DIGITS: Final = 8


@dataclass(slots=True)
class Put:
    """What came of a piece: how many products and taxes are new or other than before, and the
    numbers of articles that this release cannot read. `later` says that something waits.
    """

    new: int = 0
    later: bool = False
    unread: list[str] = field(default_factory=list)


class HeardArticles:
    """Puts articles into the book."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def hear(
        self,
        unit: UnitOfWork,
        articles: Sequence[ArticleRecord],
        taxes: Sequence[TaxRecord],
        *,
        day: str,
    ) -> Put:
        """Do what holds on a business day, and keep what holds from later ones in the place of what
        was kept of these articles and taxes.
        """
        now, later, unread = _by([one.versions for one in articles], day)
        taxes_now, taxes_later, _ = _by([one.versions for one in taxes], day)
        done = self.put(unit, now, taxes_now)
        unit.coming.replace(ARTICLE, [one.sku for one in articles], _rows(ARTICLE, later))
        if taxes:
            unit.coming.replace(TAX, [one.code for one in taxes], _rows(TAX, taxes_later))
        done.later = bool(later or taxes_later)
        done.unread += [one for one in unread if one not in done.unread]
        return done

    def put(
        self,
        unit: UnitOfWork,
        articles: Sequence[ArticleVersion],
        taxes: Sequence[TaxVersion] = (),
        *,
        said: tuple[str, str] = (HEARD, "head office"),
    ) -> Put:
        """Do what is new; what is there already changes nothing. `said` is how the journal calls
        it, and what it names.
        """
        done = Put(new=self._put_taxes(unit, taxes))
        piece = _Piece(unit, self._note(unit), articles)
        for article in articles:
            try:
                piece.put(article)
            except ValueError:
                done.unread.append(article.sku)
        done.new += piece.save()
        if done.new:
            self._note(unit)(*said, (f"saved {done.new}",))
        return done

    def _put_taxes(self, unit: UnitOfWork, taxes: Sequence[TaxVersion]) -> int:
        known = {one.code: one for one in unit.catalogue.tax_classes()} if taxes else {}
        new = [tax for one in taxes if (tax := one.read()) != known.get(tax.code)]
        for tax in new:
            unit.catalogue.save_tax_class(tax)
        return len(new)

    def _note(self, unit: UnitOfWork) -> _Note:
        def note(kind: str, what: str, fields: tuple[str, ...]) -> None:
            stamp = unit.journal.stamp()
            unit.journal.append(
                SettingsChange(
                    id=self._ids.new_id().hex(),
                    at=stamp.at,
                    hlc=stamp.hlc,
                    actor=UNSET,
                    kind=kind,
                    what=what,
                    fields=fields,
                )
            )

        return note


_Version = TypeVar("_Version", ArticleVersion, TaxVersion)
_Note = Callable[[str, str, tuple[str, ...]], None]
"""(kind, what, fields) of a change of the shop."""


class _Piece:
    """Some articles within one transaction: what the book has of them is read at once, and written
    at once in the end.
    """

    def __init__(self, unit: UnitOfWork, note: _Note, articles: Sequence[ArticleVersion]) -> None:
        self._catalogue = unit.catalogue
        self._note = note
        self._categories = {one.name: one for one in unit.catalogue.categories()}
        self._products: dict[bytes, Product] = {}
        self._by_sku: dict[str, bytes] = {}
        self._by_code: dict[str, bytes] = {}
        self._new: dict[bytes, Product] = {}
        there = unit.catalogue.products_among(
            [one.sku for one in articles],
            [code for one in articles for code in one.codes],
            [article_id(one.sku) for one in articles],
        )
        for one in there:
            self._keep(one)
        self._of_office = set(unit.catalogue.of_office([one.id for one in there]))
        self._taken: list[bytes] = []

    def put(self, article: ArticleVersion) -> None:
        """See what of the book changes; ValueError for what cannot be read."""
        known = self._known(article)
        if article.elsewhere:
            self._leave_out(known)
            return
        ours = known is not None and known.id not in self._of_office
        product = article.product(
            article_id(article.sku) if known is None else known.id,
            category_id=self._category(article.cat),
            picture=None if known is None else known.picture,
        )
        if known == product and not ours:
            return
        self._make_room(product)
        if known is not None and ours and known != product:
            was = (f"article {product.sku}", *_was(known))
            self._note(TAKEN_OVER, id_hex(product.id), was)
        if known is None or ours:
            self._of_office.add(product.id)
            self._taken.append(product.id)
        self._change(product)

    def _leave_out(self, known: Product | None) -> None:
        """What head office keeps and this store does not sell is withdrawn here. It keeps its
        codes, so that a scan names it.
        """
        if known is not None and known.id in self._of_office and known.active:
            self._change(replace(known, active=False))

    def save(self) -> int:
        """Write it; how many articles are other than before."""
        if self._new:
            self._catalogue.save_products([(one, initials(one.name)) for one in self._new.values()])
            self._catalogue.keep_for_office(self._taken)
        return len(self._new)

    def _known(self, article: ArticleVersion) -> Product | None:
        """The product that the article is here."""
        if article.sku in self._by_sku:
            return self._products[self._by_sku[article.sku]]
        for code in article.codes:
            owner = self._by_code.get(code) if _is_trade_code(code) else None
            if owner is not None and owner not in self._of_office:
                return self._products[owner]
        return self._products.get(article_id(article.sku))

    def _make_room(self, product: Product) -> None:
        """Nothing else has one of its codes."""
        for code in product.codes:
            owner = self._products.get(self._by_code.get(code, product.id))
            if owner is None or owner.id == product.id:
                continue
            if owner.id not in self._of_office:
                moved = (f"article {product.sku}", f"moved_code {code}", f"was_number {owner.sku}")
                self._note(CODE_MOVED, id_hex(owner.id), moved)
            self._change(replace(owner, codes=tuple(one for one in owner.codes if one != code)))

    def _change(self, product: Product) -> None:
        """The product is like this from now on."""
        before = self._products.get(product.id)
        if before is not None:
            self._by_sku.pop(before.sku, None)
            for code in before.codes:
                self._by_code.pop(code, None)
        self._keep(product)
        self._new[product.id] = product

    def _keep(self, product: Product) -> None:
        self._products[product.id] = product
        self._by_sku[product.sku] = product.id
        self._by_code.update(dict.fromkeys(product.codes, product.id))

    def _category(self, name: str) -> bytes | None:
        if not name:
            return None
        if name not in self._categories:
            self._categories[name] = category_named(self._catalogue, name)
        return self._categories[name].id


def _by(
    told: Sequence[Sequence[_Version]], day: str
) -> tuple[list[_Version], list[_Version], list[str]]:
    """What holds on a day, what holds from later ones, and the numbers of what waits and cannot be
    read, of articles or taxes each by its days.
    """
    now: list[_Version] = []
    later: list[_Version] = []
    unread: list[str] = []
    for versions in told:
        begun = [one for one in versions if one.since <= day]
        now += begun[-1:]
        for one in versions[len(begun) :]:
            if _readable(one):
                later.append(one)
            else:
                unread.append(_code(one))
    return now, later, unread


def _readable(one: ArticleVersion | TaxVersion) -> bool:
    try:
        if isinstance(one, TaxVersion):
            one.read()
        else:
            one.product(article_id(one.sku), category_id=None)
    except ValueError:
        return False
    return True


def _code(one: ArticleVersion | TaxVersion) -> str:
    return one.code if isinstance(one, TaxVersion) else one.sku


def _rows(kind: str, later: Sequence[ArticleVersion | TaxVersion]) -> list[ComingRow]:
    return [
        ComingRow(
            kind=kind,
            code=_code(one),
            day=one.since,
            body=msgspec.json.encode(one),
        )
        for one in later
    ]


def _is_trade_code(code: str) -> bool:
    """Whether a code means the same goods in every shop: no look-up number, and none of those that
    each shop gives as it likes (GS1 prefixes 02, 04 and 2; of eight digits, 0 and 2).
    """
    if len(code) != _GTIN_DIGITS:
        return False
    short = code[-_EIGHT_DIGITS:]
    if code == short.zfill(_GTIN_DIGITS):
        return short[0] not in "02"
    return code[1] != "2" and code[1:3] not in ("02", "04")


def _was(known: Product) -> tuple[str, ...]:
    """What the shop's own product was like, in words for the journal."""
    price = "open" if known.price_minor is None else str(known.price_minor)
    return (
        f"was_number {known.sku}",
        f"was_name {known.name}",
        f"was_price {price}",
        f"was_codes {' '.join(known.codes)}",
    )
