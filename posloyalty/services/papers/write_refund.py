"""Write a refund's own receipt: the goods that came back, the money by tender, what became of
points and vouchers, and what was kept back and why.

Promises: the items, less points, plus added tax, less what is kept back, are what is refunded; the
tenders and the cash rounding add up to it. Everything is copied from the refund, so that a copy
says the same a year later. The shop's terms of return do not stand on it: it is no receipt to
return anything with.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.shop.refund import POINTS_SPENT, WAIVED, Refund, RefundKind, Withheld
from posloyalty.domain.shop.sale import SaleLine, SalePoints
from posloyalty.domain.shop.tender import instrument, worth_telling
from posloyalty.domain.values.fixed_point import MINUS
from posloyalty.domain.values.money import Currency, currency, format_amount
from posloyalty.services.papers.receipt import (
    Block,
    Item,
    Items,
    Note,
    Phrases,
    Receipt,
    Row,
    Rows,
    Rule,
    Weight,
)
from posloyalty.services.papers.receipt_foot import (
    Wording,
    scaled,
    standing,
    tax_blocks,
    told_blocks,
)
from posloyalty.services.papers.write_receipt import (
    ReceiptPeople,
    ReceiptShop,
    meta_rows,
    quantity_text,
    receipt_bars,
    shop_heading,
    tender_row,
)


def write_refund(
    refund: Refund,
    *,
    shop: ReceiptShop,
    people: ReceiptPeople,
    words: Wording,
    copy: bool = False,
    training: bool = False,
) -> Receipt:
    """The receipt of a refund."""
    writer = _Writer(refund, words, currency(refund.currency))
    bars = receipt_bars(words, copy=copy, training=training)
    body: list[Block] = [
        shop_heading(shop, words),
        Rows((*meta_rows(refund.number, refund.at, people, words), writer.of_what())),
        Rule(),
        writer.items(),
        Rule(),
        writer.totals(),
        writer.payments(),
        *tax_blocks(refund, words, names=shop.tax_names),
        *writer.points(),
        *writer.vouchers(),
        *told_blocks(refund.told, writer.currency, words),
    ]
    return Receipt(
        number=refund.number,
        language=words.language,
        width_mm=shop.width_mm,
        blocks=(*bars, *body, *bars),
        copy=copy,
        training=training,
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    refund: Refund
    words: Wording
    currency: Currency

    def of_what(self) -> Row:
        """Which sale it undoes, or that there was no receipt."""
        if not self.refund.of_number:
            return Row(self.words("refund.without_receipt"), weight=Weight.BOLD)
        kind = "void_of" if self.refund.kind is RefundKind.VOID else "return_of"
        return Row(self.words(f"refund.{kind}", number=self.refund.of_number), weight=Weight.BOLD)

    def items(self) -> Items:
        names = {offer.offer_id: offer.name for offer in self.refund.offers}
        return Items(tuple(self._item(line, names) for line in self.refund.lines))

    def totals(self) -> Rows:
        """What follows from the items: each row from those above it, down to what is refunded."""
        refund, words = self.refund, self.words
        steps = [self._redeemed(points) for points in refund.points if points.redeemed_minor]
        added = sum(tax.tax_minor for tax in refund.taxes if tax.mode is TaxMode.EXCLUSIVE)
        if added:
            steps.append(Row(words("receipt.tax_added"), self._money(added)))
        steps += [self._kept(kept) for kept in refund.withheld]
        if steps:
            items = refund.gross_minor - refund.offers_minor
            steps.insert(0, Row(words("receipt.subtotal"), self._money(items)))
        total = format_amount(refund.total_minor, self.currency, symbol=True)
        return Rows((*steps, Row(words("refund.total"), total, Weight.LARGE)))

    def payments(self) -> Rows:
        """The cash rounding, and what every tender got back, or keeps for the new goods."""
        rows = []
        if self.refund.rounding_minor:
            rounding = self._money(self.refund.rounding_minor)
            rows.append(Row(self.words("receipt.rounding"), rounding))
        for tender in worth_telling(self.refund.tenders):
            if tender.stays_minor:
                kind = instrument(
                    tender.kind, tender.scheme, lambda code: self.words(f"receipt.{code}")
                )
                stays = self.words("refund.stays", kind=kind)
                rows.append(Row(stays, self._money(tender.stays_minor)))
            if tender.goes_minor or not tender.stays_minor:
                points = self.refund.points
                rows.append(
                    tender_row(tender, tender.goes_minor, points, self.currency, self.words)
                )
        if self.refund.seen:
            document = self.words(f"gift.document_{self.refund.seen}")
            rows.append(Row(self.words("gift.slip_seen"), document))
        return Rows(tuple(rows))

    def points(self) -> tuple[Block, ...]:
        """Each wallet's points given and taken back, and what is left; nothing without a member."""
        if not self.refund.points:
            return ()
        blocks: list[Block] = [Rule()]
        for points in self.refund.points:
            named = (points.wallet_name,) if len(self.refund.points) > 1 else ()
            blocks.append(Phrases((*named, *self._moved(points)), Weight.BOLD))
            blocks.append(standing(points, self.refund.at, self.words))
        return tuple(blocks)

    def vouchers(self) -> tuple[Block, ...]:
        """The vouchers and rewards that are the member's again."""
        names = [offer.name for offer in self.refund.offers if offer.right_id is not None]
        if not names:
            return ()
        return (Rows(tuple(Row(self.words("refund.yours_again", name=name)) for name in names)),)

    def _item(self, line: SaleLine, names: dict[str, str]) -> Item:
        notes = tuple(
            Note(names.get(name, name), self._money(-share)) for name, share in line.offers if share
        )
        off = sum(share for _, share in line.offers)
        return Item(
            quantity=quantity_text(line, self.words),
            name=line.name,
            unit_price=self._money(line.unit_price_minor),
            amount=self._money(line.gross_minor - off),
            notes=notes,
        )

    def _redeemed(self, points: SalePoints) -> Row:
        # The points of the goods, which are those given back unless some had paid for a reward.
        text = self.words("refund.paid_with", wallet=points.wallet_name)
        return Row(text, self._money(-points.redeemed_minor))

    def _kept(self, kept: Withheld) -> Row:
        code = kept.code
        if kept.amount_minor < 0 and not code.endswith(WAIVED):
            code = f"{code}_RELEASED"
        names = {points.wallet: points.wallet_name for points in self.refund.points}
        what = names.get(kept.what, kept.what) if kept.code == POINTS_SPENT else kept.what
        return Row(self.words(f"withheld.{code}", what=what), self._money(-kept.amount_minor))

    def _moved(self, points: SalePoints) -> list[str]:
        parts = []
        if points.redeemed:
            given = "+" + scaled(points.redeemed, points)
            parts.append(self.words("refund.given_back", points=given))
        if points.earned:
            taken = MINUS + scaled(points.earned, points)
            parts.append(self.words("refund.taken_back", points=taken))
        parts.append(self.words("receipt.balance", points=scaled(points.balance_after, points)))
        return parts

    def _money(self, minor: int) -> str:
        return format_amount(minor, self.currency)
