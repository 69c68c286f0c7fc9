"""What a refund is asked about and what it answers: values only, nothing is decided here.

Shape: `quote_refund` takes the `Original` (a stored sale, what it did, and its earlier refunds), a
`RefundWish` and `RefundFacts` (what the book knows now), and answers a `RefundQuote`: every figure
that goes back, by line, tender, wallet and right, with the consequences that booking it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, joined
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.pay_out import Document
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.refund import Refund, RefundKind, Withheld
from posloyalty.domain.shop.sale import Sale, SaleLine, SaleOffer, SaleTax, Told
from posloyalty.domain.shop.tender import Tender
from posloyalty.domain.shop.tender_back import TenderOrder

# What words are filled in with: numbers and names. `Any`, because services hand them on by name.
Facts = dict[str, Any]


class RefundRefusal(ValueError):
    """A refund that cannot be as wished; `reason` is a wording code of area "refusal"."""

    def __init__(self, reason: str, **facts: int | str | date) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts: Facts = dict(facts)


class Waiver(StrEnum):
    """What somebody with the authority may let go."""

    POINTS = "points"  # points to take back that are already spent
    GIFT = "gift"  # the price of a gift that stays
    THRESHOLD = "threshold"  # what the rest costs more, now that an offer's threshold is missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A stored sale, what it did, and the refunds of it so far with what they did."""

    sale: Sale
    did: Consequences = NO_CONSEQUENCES
    earlier: tuple[tuple[Refund, Consequences], ...] = ()

    @property
    def undone(self) -> Consequences:
        """What the earlier refunds did, together."""
        return joined(does for _, does in self.earlier)

    def earlier_lines(self, number: int) -> tuple[SaleLine, ...]:
        """What of a line went back so far, refund by refund."""
        return tuple(
            line for refund, _ in self.earlier for line in refund.lines if line.number == number
        )

    def gone_milli(self) -> dict[int, int]:
        """How much went back so far, in thousandths, by line."""
        gone: dict[int, int] = {}
        for refund, _ in self.earlier:
            for line in refund.lines:
                gone[line.number] = gone.get(line.number, 0) + line.quantity_milli
        return gone

    def left_milli(self, line: SaleLine) -> int:
        """How much of a line has not gone back yet, in thousandths."""
        gone = sum(one.quantity_milli for one in self.earlier_lines(line.number))
        return line.quantity_milli - gone

    def withheld(self, code: str, what: str = "") -> int:
        """What earlier refunds kept back for a reason, and have not released since."""
        return sum(
            kept.amount_minor
            for refund, _ in self.earlier
            for kept in refund.withheld
            if (kept.code, kept.what) == (code, what)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """What comes back: (line number, thousandths); a void takes everything, whatever it says.

    `refund_id` is the event's id, made once. `order` None is the programme's order of tenders;
    `references` are (tender number, the terminal's reference of the money back); `seen` is the kind
    of document that was shown, where the quote asks for one.
    """

    refund_id: bytes
    back: tuple[tuple[int, int], ...] = ()
    kind: RefundKind = RefundKind.RETURN
    cause: str = ""
    faulty: bool = False
    waived: frozenset[Waiver] = frozenset()
    order: TenderOrder | None = None
    references: tuple[tuple[int, str], ...] = ()
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts:
    """What the book knows now of everything that the sale touched.

    `state` is its member's, `others` those of further members that it gave something. `lots` are
    all that it took from or opened, spent ones too, with `lapsed` what of them ran out, by lot.
    `rights` are those that it issued or used, `products` the goods, by id. `card_refunds` is how
    many refunds of the till's day put money on gift cards.
    """

    state: MemberState | None = None
    others: Mapping[bytes, MemberState] = field(default_factory=dict)
    lots: tuple[Lot, ...] = ()
    lapsed: Mapping[bytes, int] = field(default_factory=dict)
    rights: Mapping[bytes, Right] = field(default_factory=dict)
    products: Mapping[bytes, Product] = field(default_factory=dict)
    card_refunds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsBack:
    """One wallet, in its minor units.

    `earned` is what the goods that come back had earned. It is `taken` from lots, `owed` from now
    on, had `lapsed` unspent, or is `short`: held as money as far as `held_minor` goes, else borne
    by the shop. The four add up. `restored` goes back to the lots that paid, of which `lost` ran
    out meanwhile.
    """

    wallet: str
    earned: int = 0
    taken: int = 0
    owed: int = 0
    lapsed: int = 0
    short: int = 0
    held_minor: int = 0
    restored: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class RightBack:
    """What becomes of a right: given back, cancelled, or (`move` None) used and therefore kept."""

    right: Right
    move: RightMove | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundQuote:
    """A refund's whole answer; amounts are positive minor units of the sale's currency.

    `lines` are the sold lines with the shares that go back; net of the lines - withheld = total =
    the tenders' amounts. `whole` says that nothing of the sale stays; `waivable` what could be let
    go by somebody with the authority, `watched` why somebody with it has to stand by; one of
    `documents` has to be seen. `after` is the member's state as if it were booked.
    """

    refund_id: bytes
    sale_id: bytes
    kind: RefundKind
    cause: str
    faulty: bool
    at: datetime
    day: date
    whole: bool
    lines: tuple[SaleLine, ...]
    offers: tuple[SaleOffer, ...]
    taxes: tuple[SaleTax, ...]
    withheld: tuple[Withheld, ...]
    tenders: tuple[Tender, ...]
    points: tuple[PointsBack, ...]
    rights: tuple[RightBack, ...]
    gross_minor: int
    offers_minor: int
    redeemed_minor: int
    tax_minor: int
    total_minor: int
    waivable: frozenset[Waiver] = frozenset()
    does: Consequences = NO_CONSEQUENCES
    after: MemberState | None = None
    awards: tuple[Award, ...] = ()
    told: tuple[Told, ...] = ()
    watched: tuple[Reason, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def rounding_minor(self) -> int:
        """Cash handed back minus the exact amount."""
        return sum(tender.rounding_minor for tender in self.tenders)

    @property
    def shown(self) -> tuple[object, ...]:
        """Everything that a person was shown; the same wish must still come to this when booked."""
        return (
            self.kind,
            self.lines,
            self.offers,
            self.withheld,
            self.tenders,
            self.points,
            tuple((one.right.id, one.move) for one in self.rights),
            self.watched,
            self.documents,
        )
