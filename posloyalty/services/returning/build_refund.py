"""A refund's quote as a refund: every figure is copied, none is reckoned anew."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import ProgrammeRef
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale, SalePoints
from posloyalty.domain.values.calendar import store_day


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWhat:
    """What a refund is of: a sale by its id and receipt number, whose it was, and its rules.

    `number` is empty for goods without a receipt, `receipt` the code of one of another journal.
    """

    sale_id: bytes
    number: str
    currency: str
    member_id: bytes | None
    programme: ProgrammeRef
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPreview:
    """A quote as it is shown before it is booked: with every wallet as it would stand then."""

    quote: RefundQuote
    points: tuple[SalePoints, ...]

    @property
    def given_minor(self) -> int:
        """What would be handed over: coins, cards, stored value."""
        return sum(tender.given_minor for tender in self.quote.tenders)


def of_sale(sale: Sale) -> OfWhat:
    """A stored sale."""
    return OfWhat(
        sale_id=sale.id,
        number=sale.number,
        currency=sale.currency,
        member_id=sale.member_id,
        programme=ProgrammeRef(sale.programme_id, sale.programme_version, sale.programme_hash),
    )


def build_refund(
    quote: RefundQuote,
    of: OfWhat,
    *,
    programme: Programme,
    operator: Operator,
    number: str,
    language: str,
    approved_by: bytes | None = None,
    seen: str = "",
) -> Refund:
    """The refund as it is journalled, stored and printed."""
    return Refund(
        id=quote.refund_id,
        number=number,
        at=quote.at,
        day=quote.day,
        currency=of.currency,
        operator_id=operator.id,
        member_id=of.member_id,
        sale_id=of.sale_id,
        of_number=of.number,
        kind=quote.kind,
        cause=quote.cause,
        faulty=quote.faulty,
        programme_id=of.programme.id,
        programme_version=of.programme.version,
        programme_hash=of.programme.hash,
        lines=quote.lines,
        offers=quote.offers,
        taxes=quote.taxes,
        withheld=quote.withheld,
        tenders=quote.tenders,
        points=refund_points(quote, programme, language),
        gross_minor=quote.gross_minor,
        offers_minor=quote.offers_minor,
        redeemed_minor=quote.redeemed_minor,
        tax_minor=quote.tax_minor,
        total_minor=quote.total_minor,
        rounding_minor=quote.rounding_minor,
        told=quote.told,
        approved_by=approved_by,
        receipt=of.receipt,
        seen=seen,
    )


def refund_points(
    quote: RefundQuote, programme: Programme, language: str
) -> tuple[SalePoints, ...]:
    """Each wallet: what was really taken back, what was given back, and where it stands now."""
    state: MemberState | None = quote.after
    if state is None:
        return ()
    moved = {back.wallet: back for back in quote.points}
    money: dict[str, int] = {}
    for line in quote.lines:
        for wallet_id, _, minor in line.redeemed:
            money[wallet_id] = money.get(wallet_id, 0) + minor
    day = store_day(quote.at, programme.zone)
    found = []
    for after in wallet_states(programme, state, day):
        wallet, back = programme.wallet(after.wallet), moved.get(after.wallet)
        found.append(
            SalePoints(
                wallet=wallet.id,
                wallet_name=wallet.names.in_language(language),
                scale=wallet.scale,
                earned=0 if back is None else back.taken + back.owed,
                redeemed=0 if back is None else back.restored,
                redeemed_minor=money.get(wallet.id, 0),
                balance_after=after.balance,
                pending_after=after.pending,
            )
        )
    return tuple(found)
