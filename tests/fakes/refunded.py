"""A refund and its receipt, as documents and services tests need them: `a_refund_receipt("en")`.

Milk and water of the usual sale come back; points had paid part, and some are spent already. Its
figures add up.
"""

from __future__ import annotations

from dataclasses import replace

from posloyalty.domain.shop.refund import Refund, RefundKind, Withheld
from posloyalty.domain.shop.sale import SaleOffer, SalePoints
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.papers.receipt import Receipt
from posloyalty.services.papers.write_refund import write_refund
from posloyalty.wording import Words
from tests.fakes.sold import PEOPLE, SHOPS, a_sale


def a_refund(language: str = "en", **changed: object) -> Refund:
    """Milk and water of the usual sale come back: 55.13 less points and 0.90 kept."""
    sale = a_sale(language)
    lines = sale.lines[:2]
    net = sum(line.net_minor for line in lines)
    red = sum(money for line in lines for _, _, money in line.redeemed)
    tax = net * 13 // 113
    made = Refund(
        id=b"a refund's own id",
        number="S01-T02-1-0215",
        at=sale.at,
        day=sale.day,
        currency="CNY",
        operator_id=sale.operator_id,
        member_id=sale.member_id,
        sale_id=sale.id,
        of_number=sale.number,
        kind=RefundKind.RETURN,
        cause="too_small",
        faulty=False,
        programme_id=sale.programme_id,
        programme_version=1,
        programme_hash=sale.programme_hash,
        lines=lines,
        offers=(
            replace(sale.offers[0], right_id=None),
            SaleOffer(offer_id="b", name=sale.offers[1].name, amount_minor=200, right_id=b"r" * 16),
            replace(sale.offers[2], amount_minor=374),
        ),
        taxes=(replace(sale.taxes[0], base_minor=net - tax, tax_minor=tax),),
        withheld=(Withheld("POINTS_SPENT", 90, "points"),),
        tenders=(
            Tender(
                number=1,
                kind=TenderKind.CASH,
                amount_minor=net - 90,
                given_minor=net - 95,
                rounding_minor=-5,
            ),
        ),
        points=(
            SalePoints(
                wallet="points",
                wallet_name=sale.points[0].wallet_name,
                scale=0,
                earned=55,
                redeemed=red,
                redeemed_minor=red,
                balance_after=1091,
                pending_after=0,
            ),
        ),
        gross_minor=sum(line.gross_minor for line in lines),
        offers_minor=sum(share for line in lines for _, share in line.offers),
        redeemed_minor=red,
        tax_minor=tax,
        total_minor=net - 90,
        rounding_minor=-5,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def a_refund_receipt(
    language: str = "en", width_mm: int = 80, *, copy: bool = False, **changed: object
) -> Receipt:
    """Its receipt, with what a test changes of the refund."""
    return write_refund(
        a_refund(language, **changed),
        shop=replace(SHOPS[language], width_mm=width_mm),
        people=PEOPLE[language],
        words=Words(language),
        copy=copy,
    )
