"""What somebody beside the till writes down, from its papers alone: drawer, cards, and a shift.

Shape: a `Notebook` hears of sales, refunds and cash that moved, each once and only when it was
acknowledged, and knows what the drawer should hold, what is on every gift card, and what the Z of
the open shift has to say. It reckons with nothing of the product but the papers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from posloyalty.domain.engine.stored_value import card_id
from posloyalty.domain.shop.pay_out import PaidOut, PayOutWay
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift_sums import SumKind, Sums
from posloyalty.domain.shop.tender import TenderKind

CARD_SKU = "CARD"
PASS_SKU, PASS_USES = "PASS", 7
CODES = ("70010001", "70010002")
CODE_OF = {card_id(code): code for code in CODES}


def round_half_up(count: int, whole: int) -> int:
    """The nearest whole number of a quotient."""
    return (2 * count + whole) // (2 * whole)


@dataclass
class Notebook:
    """`drawer` is None while no shift is open; `uses` are those left on passes; `z` are amounts by
    kind, `z_counts` how often.
    """

    drawer: int | None = None
    cards: Counter[str] = field(default_factory=Counter)
    uses: int = 0
    z: Counter[str] = field(default_factory=Counter)
    z_counts: Counter[str] = field(default_factory=Counter)

    def opened(self, float_minor: int) -> None:
        self.drawer, self.z, self.z_counts = float_minor, Counter(), Counter()

    def closed(self) -> None:
        self.drawer = None

    def moved(self, amount_minor: int) -> None:
        self._cash(amount_minor)
        self._note(SumKind.CASH_IN if amount_minor > 0 else SumKind.CASH_OUT, abs(amount_minor))

    def sold(self, sale: Sale, card: str = "") -> None:
        """A sale; `card` is the gift card that it sold or filled."""
        self._note(SumKind.SALES, sale.payable_minor)
        for tender in sale.tenders:
            stays = tender.given_minor - tender.change_minor
            if tender.kind is TenderKind.CASH:
                self._cash(stays)
            else:
                stays = tender.amount_minor
            self.z[f"{SumKind.TENDER}/{tender.kind}"] += stays
            if tender.kind is TenderKind.GIFT_CARD:
                self.cards[CODE_OF[tender.account_id]] -= tender.amount_minor
        filled = sum(line.gross_minor for line in sale.lines if line.sku == CARD_SKU)
        if filled:
            self.cards[card] += filled
            self.z[SumKind.CARD_ISSUED] += filled
        self.uses += PASS_USES * sum(line.sku == PASS_SKU for line in sale.lines)
        self.z[SumKind.EARNED] += sum(points.earned for points in sale.points)
        self.z[SumKind.SPENT] += sum(points.redeemed for points in sale.points)

    def came_back(self, refund: Refund, card: str = "") -> None:
        """A refund; `card` is the gift card that its sale had filled."""
        void = refund.kind is RefundKind.VOID
        self._note(SumKind.VOIDS if void else SumKind.RETURNS, refund.total_minor)
        for tender in refund.tenders:
            goes = tender.amount_minor
            if tender.kind is TenderKind.CASH:
                goes = tender.given_minor
                self._cash(-goes)
            self.z[f"{SumKind.TENDER_BACK}/{tender.kind}"] += goes
            if tender.kind is TenderKind.GIFT_CARD:
                self.cards[CODE_OF[tender.account_id]] += tender.amount_minor
        emptied = sum(line.gross_minor for line in refund.lines if line.sku == CARD_SKU)
        if emptied:
            self.cards[card] -= emptied
            self.z[SumKind.CARD_ISSUED] -= emptied
        for line in refund.lines:
            if line.sku == PASS_SKU:
                # Each use costs its share of the contract, so what was kept says how many were had.
                kept = sum(one.amount_minor for one in refund.withheld)
                self.uses -= PASS_USES - round_half_up(kept * PASS_USES, line.gross_minor)
        self.z[SumKind.TAKEN_BACK] += sum(points.earned for points in refund.points)
        self.z[SumKind.GIVEN_BACK] += sum(points.redeemed for points in refund.points)

    def paid_out(self, code: str, paid: PaidOut) -> None:
        """What was left on a gift card went out."""
        self.cards[code] -= paid.amount_minor
        self._note(SumKind.CARD_PAID_OUT, paid.given_minor)
        if paid.way is PayOutWay.CASH:
            self._cash(-paid.given_minor)

    def had_one(self) -> None:
        """A use of a pass."""
        self.uses -= 1

    def told_by(self, sums: Sums) -> dict[str, tuple[int, int]]:
        """What a Z says otherwise: (written down, said) by kind; empty when all is the same."""
        said = Counter[str]()
        for kind in SumKind:
            if kind in (SumKind.TENDER, SumKind.TENDER_BACK):
                said.update({f"{kind}/{of}": one.amount for of, one in sums.of(kind).items()})
            elif kind in NOTED:
                said[kind] = sums.total(kind).amount
        names = {*said, *self.z}
        amounts = {n: (self.z[n], said[n]) for n in names if self.z[n] != said[n]}
        counts = {
            f"{n} times": (self.z_counts[n], sums.total(SumKind(n)).count)
            for n in self.z_counts
            if self.z_counts[n] != sums.total(SumKind(n)).count
        }
        return amounts | counts

    def _cash(self, amount_minor: int) -> None:
        if self.drawer is not None:
            self.drawer += amount_minor

    def _note(self, kind: SumKind, amount_minor: int) -> None:
        self.z[kind] += amount_minor
        self.z_counts[kind] += 1


NOTED = frozenset(
    {
        SumKind.SALES,
        SumKind.RETURNS,
        SumKind.VOIDS,
        SumKind.CASH_IN,
        SumKind.CASH_OUT,
        SumKind.CARD_ISSUED,
        SumKind.CARD_PAID_OUT,
        SumKind.EARNED,
        SumKind.SPENT,
        SumKind.TAKEN_BACK,
        SumKind.GIVEN_BACK,
    }
)
