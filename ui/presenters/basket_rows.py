"""The basket's lines as the counter shows them, with the offers of the quote under their line.

Shape: `LineRow` holds texts only. A line shows at once; its offers come with the quote. The amount
is after the line's own offers; offers on the whole basket and points stand with the totals, so that
a row can be checked against its shelf price.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import BasketLine
from posloyalty.domain.values.quantity import ONE_MILLI
from ui.presenters.amounts import Figures
from ui.presenters.blocked_lines import blocked_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferNote:
    """An offer under its line: its name and what it takes off, nothing where a price list's price
    stands in the line already.
    """

    name: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line. `spoken` is what the screen reader says; `amount_minor` is for the tests.

    `blocked` says what stands against selling it to this customer. `can_count` is False for what
    came weighed or priced by a label; `can_price` and `can_discount` say whether the cashier may
    set a price or take something off.
    """

    number: int
    quantity: str
    name: str
    unit_price: str
    amount: str
    amount_minor: int
    spoken: str
    note: str
    offers: tuple[OfferNote, ...] = ()
    can_count: bool = True
    can_price: bool = False
    can_discount: bool = False
    blocked: str = ""


class LineRows:
    """Makes the rows, each only once: a scan into a basket of hundreds words one line, not all."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[_Key, LineRow]] = {}

    def of(
        self, lines: tuple[BasketLine, ...], quote: Quote | None, figures: Figures
    ) -> tuple[LineRow, ...]:
        """Every line, newest last; one that the quote knows otherwise stands without offers."""
        quoted = {} if quote is None else {line.line.number: line for line in quote.lines}
        names = {
            offer.offer_id: offer.name
            for offer in (() if quote is None else quote.offers)
            if not offer.whole_order
        }
        blocked = blocked_texts(quote, figures)
        made: dict[int, tuple[_Key, LineRow]] = {}
        for line in lines:
            known = quoted.get(line.number)
            offers: tuple[tuple[str, int], ...] = ()
            if known is not None and known.line.on_shelf() == line:
                # As it was quoted: at the price of a list, where one is in force.
                line, offers = known.line, known.offers
            shares = tuple((names[o], share) for o, share in offers if o in names)
            why_not = blocked.get(line.number, "")
            key = (line, shares, why_not, figures.words.language)
            before = self._made.get(line.number)
            same = before is not None and before[0] == key
            row = before[1] if before is not None and same else _row(line, shares, why_not, figures)
            made[line.number] = (key, row)
        self._made = made
        return tuple(row for _, row in made.values())


_Key = tuple[BasketLine, tuple[tuple[str, int], ...], str, str]


def count_text(lines: tuple[BasketLine, ...], figures: Figures) -> str:
    """How many lines and things there are; whatever was weighed is one thing."""
    words = figures.words
    if not lines:
        return ""
    things = sum(1 if line.product.weighed else line.quantity_milli // ONE_MILLI for line in lines)
    return f"{words.counted('sale.lines', len(lines))} · {words.counted('sale.items', things)}"


def _row(
    line: BasketLine, shares: tuple[tuple[str, int], ...], why_not: str, figures: Figures
) -> LineRow:
    product = line.product
    amount_minor = line.gross_minor - sum(share for _, share in shares)
    quantity = figures.quantity(product, line.quantity_milli)
    offers = (
        *_list_note(line, figures),
        *(OfferNote(name=name, amount=figures.money(-share)) for name, share in shares),
    )
    each = figures.unit_price(product, line.unit_price_minor)
    several = product.weighed or line.quantity_milli != ONE_MILLI
    notes = [each] if several else []
    if line.by_hand is not None:
        shelf = figures.money(line.by_hand.shelf_minor)
        notes.append(figures.words("sale.shelf_price", price=shelf))
    return LineRow(
        number=line.number,
        quantity=quantity,
        name=product.name,
        unit_price=figures.money(line.unit_price_minor),
        amount=figures.money(amount_minor),
        amount_minor=amount_minor,
        spoken=_spoken(line, quantity, each, figures.money(amount_minor), offers, figures)
        + (f", {why_not}" if why_not else ""),
        blocked=why_not,
        note=" · ".join(notes),
        offers=offers,
        can_count=not product.weighed and not line.label_priced,
        can_price=not line.label_priced and not line.card,
        can_discount=line.discountable,
    )


def _list_note(line: BasketLine, figures: Figures) -> tuple[OfferNote, ...]:
    """The price list that the price is from, and what the shelf says instead."""
    listed = line.listed
    if listed is None or listed.shelf_minor == line.unit_price_minor:
        return ()
    shelf = figures.money(listed.shelf_minor)
    return (OfferNote(name=figures.words("sale.listed", name=listed.name, price=shelf), amount=""),)


def _spoken(
    line: BasketLine,
    quantity: str,
    each: str,
    amount: str,
    offers: tuple[OfferNote, ...],
    figures: Figures,
) -> str:
    words = figures.words
    said = words(
        "sale.spoken_line", quantity=quantity, name=line.product.name, each=each, amount=amount
    )
    for offer in offers:
        if offer.amount:
            said += words("sale.spoken_offer", name=offer.name, amount=offer.amount)
        else:
            said += f", {offer.name}"
    return said
