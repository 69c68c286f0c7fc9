"""Write a receipt: turn a sale, the shop's details and words into `Receipt`, the receipt as data.

Promises: the item amounts, basket offers, points and added tax add up to what is to pay; the
payments less the change are what was asked; the member is masked; nothing is computed but sums of
the sale's own figures, so a copy written a year later says the same as the original.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from posloyalty.domain.members.member import masked_name
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import Sale, SaleLine, SaleOffer, SalePoints, shown_reference
from posloyalty.domain.shop.tender import Tender, TenderKind, instrument, worth_telling
from posloyalty.domain.values.money import Currency, currency, format_amount
from posloyalty.domain.values.quantity import ONE_MILLI, format_quantity
from posloyalty.services.papers.receipt import (
    Bar,
    Block,
    Footer,
    Heading,
    Item,
    Items,
    Note,
    Receipt,
    Row,
    Rows,
    Rule,
    SaleCode,
    Weight,
)
from posloyalty.services.papers.receipt_foot import (
    Wording,
    invoice_blocks,
    points_blocks,
    scaled,
    tax_blocks,
    told_blocks,
)

__all__ = [
    "ReceiptPeople",
    "ReceiptShop",
    "Wording",
    "meta_rows",
    "quantity_text",
    "receipt_bars",
    "shop_footer",
    "shop_heading",
    "tender_row",
    "write_receipt",
]

BASKET_LINES_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShop:
    """What the receipt says of the shop. Empty texts print nothing; `footer` may have lines.

    `invoice_link` is where a customer asks for the sale's invoice, as `invoice_request` words it.
    """

    name: str
    store_name: str = ""
    address: str = ""
    phone: str = ""
    tax_number: str = ""
    logo_png: bytes | None = None
    footer: str = ""
    width_mm: int = 80
    tax_names: Mapping[str, str] = field(default_factory=dict)
    invoice_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPeople:
    """Who stands on it: the cashier as the shop shows them, the member by the unmasked name.

    `member` None where the sale had none, or where their name was erased since.
    """

    operator: str
    member: str | None = None


def write_receipt(
    sale: Sale,
    *,
    shop: ReceiptShop,
    people: ReceiptPeople,
    words: Wording,
    code: str | None,
    copy: bool = False,
    training: bool = False,
) -> Receipt:
    """The receipt of a sale; `code` is the text of its QR, or None where the till has no key."""
    writer = _Writer(sale, words, currency(sale.currency))
    bars = receipt_bars(words, copy=copy, training=training)
    body: list[Block] = [
        shop_heading(shop, words),
        Rows(meta_rows(sale.number, sale.at, people, words)),
        Rule(),
        writer.items(),
        Rule(),
        writer.totals(),
        writer.payments(),
        *tax_blocks(sale, words, names=shop.tax_names),
        *points_blocks(sale, words),
        *told_blocks(sale.told, writer.currency, words),
    ]
    if code is not None:
        body.append(SaleCode(code, words("receipt.code_caption")))
    if not training:
        body += invoice_blocks(sale, shop.invoice_link, words)
    body += shop_footer(shop)
    return Receipt(
        number=sale.number,
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(*bars, *body, *bars),
        copy=copy,
        training=training,
    )


def as_training(paper: Receipt, words: Wording) -> Receipt:
    """A paper that says at both ends that it is of a training."""
    bars = receipt_bars(words, copy=False, training=True)
    return replace(paper, blocks=(*bars, *paper.blocks, *bars), training=True)


def receipt_bars(words: Wording, *, copy: bool, training: bool) -> tuple[Bar, ...]:
    """What stands at both ends of a receipt that is no plain original."""
    shown = (("copy", copy), ("training", training))
    return tuple(Bar(words(f"receipt.{name}_bar")) for name, is_so in shown if is_so)


def shop_footer(shop: ReceiptShop) -> tuple[Footer, ...]:
    """Return terms and thanks, where the shop has written any."""
    lines = tuple(line.strip() for line in shop.footer.strip().splitlines())
    return (Footer(lines),) if lines else ()


def shop_heading(shop: ReceiptShop, words: Wording) -> Heading:
    """Whose receipt it is."""
    lines = [shop.store_name, shop.address]
    if shop.phone:
        lines.append(words("receipt.phone", phone=shop.phone))
    if shop.tax_number:
        lines.append(words("receipt.tax_number", number=shop.tax_number))
    return Heading(
        name=shop.name,
        logo_png=shop.logo_png,
        lines=tuple(line for line in lines if line.strip()),
    )


def meta_rows(number: str, at: datetime, people: ReceiptPeople, words: Wording) -> tuple[Row, ...]:
    """Number and time, and under them who served whom; the member is masked."""
    member = words("receipt.member", name=masked_name(people.member)) if people.member else ""
    operator = words("receipt.operator", name=people.operator) if people.operator else ""
    return (Row(number, at.strftime("%Y-%m-%d %H:%M")), Row(operator, member))


def quantity_text(line: SaleLine, words: Wording) -> str:
    """How much of a line: pieces, or kilograms."""
    quantity = format_quantity(line.quantity_milli)
    if line.unit is Unit.KILOGRAM:
        return words("receipt.kilograms", quantity=quantity)
    return quantity


def tender_row(
    tender: Tender,
    amount_minor: int,
    points: Iterable[SalePoints],
    money: Currency,
    words: Wording,
) -> Row:
    """A tender by its name and reference, with an amount; `points` name the wallets."""
    name = instrument(tender.kind, tender.scheme, lambda code: words(f"receipt.{code}"))
    label = f"{name} {shown_reference(tender, points)}"
    return Row(label.rstrip(), format_amount(amount_minor, money))


@dataclass(frozen=True, slots=True)
class _Writer:
    sale: Sale
    words: Wording
    currency: Currency

    def items(self) -> Items:
        apart = {offer.offer_id for offer in self._basket_offers()}
        names = {offer.offer_id: offer.name for offer in self.sale.offers}
        return Items(tuple(self._item(line, names, apart) for line in self.sale.lines))

    def _item(self, line: SaleLine, names: Mapping[str, str], apart: set[str]) -> Item:
        shares = [(names.get(o, o), share) for o, share in line.offers if o not in apart]
        return Item(
            quantity=quantity_text(line, self.words),
            name=line.name,
            unit_price=self._money(line.unit_price_minor),
            amount=self._money(line.gross_minor - sum(share for _, share in shares)),
            notes=(
                *self._listed(line),
                *(Note(name, self._money(-share)) for name, share in shares if share),
            ),
        )

    def _listed(self, line: SaleLine) -> tuple[Note, ...]:
        """Which price list the unit price is from, and what the shelf says instead."""
        listed = line.listed
        if listed is None or listed.shelf_minor == line.unit_price_minor:
            return ()
        shelf = self._money(listed.shelf_minor)
        return (Note(self.words("receipt.listed", name=listed.name, shelf=shelf), ""),)

    def _basket_offers(self) -> tuple[SaleOffer, ...]:
        """Offers on most of the lines stand once in the totals: their shares would drown the items.

        Two lines never drown, so these keep every offer under its line.
        """
        lines = self.sale.lines
        counts = Counter(offer for line in lines for offer, share in line.offers if share)
        least = max(BASKET_LINES_LEAST, len(lines) // 2 + 1)
        return tuple(o for o in self.sale.offers if counts[o.offer_id] >= least)

    def totals(self) -> Rows:
        """Subtotal, what comes off and on, what is due: each row follows from those above it."""
        sale, words = self.sale, self.words
        steps = [
            *(Row(o.name, self._money(-o.amount_minor)) for o in self._basket_offers()),
            *(self._redeemed(points) for points in sale.points if points.redeemed),
        ]
        added = sum(tax.tax_minor for tax in sale.taxes if tax.mode is TaxMode.EXCLUSIVE)
        if added:
            steps.append(Row(words("receipt.tax_added"), self._money(added)))
        if steps:
            steps.insert(0, Row(words("receipt.subtotal"), self._money(self._items_minor())))
        due = format_amount(sale.payable_minor, self.currency, symbol=True)
        goods = tuple(line for line in sale.lines if not line.donation)
        pieces = words.counted("receipt.pieces", _pieces(goods))
        return Rows((*steps, Row(f"{words('receipt.due')}\u2002{pieces}", due, Weight.LARGE)))

    def _items_minor(self) -> int:
        """The sum of the item amounts as printed."""
        apart = sum(offer.amount_minor for offer in self._basket_offers())
        return self.sale.gross_minor - self.sale.offers_minor + apart

    def _redeemed(self, points: SalePoints) -> Row:
        text = self.words(
            "receipt.redeemed",
            wallet=points.wallet_name,
            points=scaled(points.redeemed, points),
        )
        return Row(text, self._money(-points.redeemed_minor))

    def payments(self) -> Rows:
        sale, paid = self.sale, worth_telling(self.sale.tenders)
        rows = []
        if sale.rounding_minor:
            rounding = self.words("receipt.rounding")
            rows.append(Row(rounding, self._money(sale.rounding_minor)))
        rows += [
            tender_row(tender, tender.given_minor, sale.points, self.currency, self.words)
            for tender in paid
        ]
        if any(tender.kind is TenderKind.CASH for tender in paid):
            change = self._money(sale.change_minor)
            rows.append(Row(self.words("receipt.change"), change, Weight.BOLD))
        if sale.offers_minor:
            rows.append(Row(self.words("receipt.saved"), self._money(sale.offers_minor)))
        return Rows(tuple(rows))

    def _money(self, minor: int) -> str:
        return format_amount(minor, self.currency)


def _pieces(lines: tuple[SaleLine, ...]) -> int:
    """How many things are in the bag; whatever was weighed is one thing."""
    return sum(
        1 if line.unit is Unit.KILOGRAM else line.quantity_milli // ONE_MILLI for line in lines
    )
