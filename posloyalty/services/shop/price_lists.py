"""Price lists as the manager keeps them: a list saved, a price set in it or taken out of it.

Shape: a `PriceListForm` is what is asked of a list; its prices are kept beside it, one product at a
time, for a list may name thousands. Every change is a settings_change event in the same
transaction. A list is put away (`active` False), never deleted: receipts name it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posloyalty.domain.programme.kinds.segment import Segment
from posloyalty.domain.programme.names import Names
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.price_list import WHOLE, Buyers, PriceList
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.identifiers import id_hex
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.ground import Grounded
from posloyalty.services.people.note_change import changed_fields, note_change, require
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import Finding, ServiceRefusal, finding, refuse_findings
from posloyalty.services.shop.catalogue import NAME_MOST, PRICE_MOST_MINOR

CODE_MOST: Final = 12
STORES_MOST: Final = 200
LISTS_MOST: Final = 200
BUYERS_OF_MOST: Final = 60
_FIELDS: Final = (
    "code",
    "name",
    "stores",
    "first_day",
    "last_day",
    "buyers",
    "buyers_of",
    "rate",
    "active",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListForm:
    """What is asked of a list; `id` None is a new one. The fields are those of `PriceList`."""

    id: bytes | None = None
    code: str
    name: str
    stores: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    buyers: Buyers = Buyers.EVERYBODY
    buyers_of: str = ""
    rate: Ratio | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class BuyersKnown:
    """Whose a list can be by the programme in effect: a level or a segment, with its names."""

    buyers: Buyers
    of: str
    names: Names


@dataclass(frozen=True, slots=True)
class NamedPrices:
    """The first prices that a list names, by the products' names, and how many there are."""

    rows: tuple[tuple[Product, int], ...]
    total: int


class PriceLists(Grounded):
    """The shop's price lists."""

    def all(self) -> tuple[PriceList, ...]:
        """Every list, by code; those that were put away too."""
        with self._book.read() as reader:
            return reader.catalogue.price_lists()

    def buyers(self) -> tuple[BuyersKnown, ...]:
        """The levels and segments of the programme in effect; none without one."""
        with self._book.read() as reader:
            programme = self._programmes.at(reader, self._clock.now())
        if programme is None:
            return ()
        levels = [
            BuyersKnown(Buyers.TIER, f"{scheme.id}/{one.id}", one.names)
            for scheme in programme.tier_schemes
            for one in scheme.levels
        ]
        segments = [BuyersKnown(Buyers.SEGMENT, one.id, one.names) for one in programme.of(Segment)]
        return (*levels, *segments)

    def named(self, list_id: bytes, limit: int) -> NamedPrices:
        """What a list names; nothing for one that is not there."""
        with self._book.read() as reader:
            lists = reader.catalogue.price_lists()
            prices = next((one.prices for one in lists if one.id == list_id), {})
            found = [reader.catalogue.product(product) for product in prices]
        rows = [(product, prices[product.id]) for product in found if product is not None]
        rows.sort(key=lambda row: (row[0].name, row[0].sku))
        return NamedPrices(tuple(rows[:limit]), len(rows))

    def save(self, form: PriceListForm, operator: Operator) -> PriceList:
        """Add or change a list; its prices stay. Refuses NOT_ALLOWED, NO_SUCH_LIST, TOO_MANY_LISTS
        (`limit`) or INVALID with findings.
        """
        require(operator, Right.CHANGE_SETTINGS)
        with self._book.write() as unit:
            known = unit.catalogue.price_lists()
            before = None if form.id is None else _by_id(unit, form.id)
            if form.id is not None and before is None:
                raise ServiceRefusal("NO_SUCH_LIST")
            if before is None and len(known) >= LISTS_MOST:
                raise ServiceRefusal("TOO_MANY_LISTS", limit=LISTS_MOST)
            made = list_of(form, before, form.id or self._ids.new_id())
            refuse_findings(list_findings(made, known))
            self._store(unit, before, made, operator)
            unit.commit()
        return made

    def set_price(
        self, list_id: bytes, sku: str, price_minor: int | None, operator: Operator
    ) -> PriceList:
        """Name the price of a product, by its stock number, for a piece or kilogram; None takes it
        out of the list.

        Refuses NOT_ALLOWED, NO_SUCH_LIST, or INVALID with UNKNOWN_PRODUCT or PRICE_RANGE.
        """
        require(operator, Right.CHANGE_SETTINGS)
        with self._book.write() as unit:
            before = _by_id(unit, list_id)
            if before is None:
                raise ServiceRefusal("NO_SUCH_LIST")
            product = unit.catalogue.by_sku(sku)
            if product is None:
                raise ServiceRefusal(
                    "INVALID", findings=(finding("price_sku", "UNKNOWN_PRODUCT"),), count=1
                )
            if price_minor is not None and not 0 <= price_minor <= PRICE_MOST_MINOR:
                refuse_findings([finding("price", "PRICE_RANGE")])
            prices = {p: minor for p, minor in before.prices.items() if p != product.id}
            if price_minor is not None:
                prices[product.id] = price_minor
            made = replace(before, prices=prices)
            if prices != before.prices:
                unit.catalogue.save_price_list(made)
                self._note(unit, made, (f"price {sku}",), operator)
            unit.commit()
        return made

    def _store(
        self, unit: UnitOfWork, before: PriceList | None, made: PriceList, operator: Operator
    ) -> None:
        fields = changed_fields(before, made, _FIELDS)
        if fields:
            unit.catalogue.save_price_list(made)
            self._note(unit, made, fields, operator)

    def _note(
        self, unit: UnitOfWork, made: PriceList, fields: tuple[str, ...], operator: Operator
    ) -> None:
        note_change(
            unit, self._ids, operator, kind="price_list", what=id_hex(made.id), fields=fields
        )


def _by_id(unit: UnitOfWork, list_id: bytes) -> PriceList | None:
    return next((one for one in unit.catalogue.price_lists() if one.id == list_id), None)


def list_of(form: PriceListForm, before: PriceList | None, list_id: bytes) -> PriceList:
    """The list that a form describes, with the prices that it had."""
    named = form.buyers in (Buyers.TIER, Buyers.SEGMENT)
    return PriceList(
        id=list_id,
        code=form.code.strip(),
        name=form.name.strip(),
        stores=tuple(
            sorted(dict.fromkeys(store.strip() for store in form.stores if store.strip()))
        ),
        first_day=form.first_day,
        last_day=form.last_day,
        buyers=form.buyers,
        buyers_of=form.buyers_of.strip() if named else "",
        rate=None if form.rate == WHOLE else form.rate,
        prices={} if before is None else before.prices,
        active=form.active,
    )


def list_findings(made: PriceList, known: tuple[PriceList, ...]) -> list[Finding]:
    """Everything that keeps a list from being saved beside those that there are."""
    findings = [*_text("code", made.code, CODE_MOST), *_text("name", made.name, NAME_MOST)]
    if any(one.code == made.code and one.id != made.id for one in known):
        findings.append(finding("code", "LIST_TAKEN"))
    if len(made.stores) > STORES_MOST:
        findings.append(finding("stores", "TOO_MANY", limit=STORES_MOST))
    if made.buyers in (Buyers.TIER, Buyers.SEGMENT):
        findings += _text("buyers_of", made.buyers_of, BUYERS_OF_MOST)
    if made.first_day and made.last_day and made.last_day < made.first_day:
        findings.append(finding("last_day", "ENDS_BEFORE_IT_BEGINS"))
    if made.rate is not None and not Ratio(0) < made.rate <= Ratio(10):
        findings.append(finding("rate", "LIST_RATE_RANGE"))
    return findings


def _text(place: str, text: str, most: int) -> list[Finding]:
    if not text:
        return [finding(place, "REQUIRED")]
    return [finding(place, "TOO_LONG", limit=most)] if len(text) > most else []
