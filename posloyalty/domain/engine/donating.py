"""What a sale gives to causes at the counter: choices to offer, and the lines of what was chosen.

A round-up is reckoned on what the goods come to in the end, after offers, points and tax, so that
it cannot be stale; it is added last and changes no figure of the goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posloyalty.domain.engine.quote import GivingChoice, QuoteLine
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.cause import Cause
from posloyalty.domain.shop.basket import QUANTITY_ONE, Basket, BasketLine
from posloyalty.domain.shop.donation import UNTAXED, Donation, cause_of, donation_product
from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.values.ratio import Ratio


def donation_lines(
    programme: Programme, basket: Basket, payable_minor: int, language: str
) -> tuple[QuoteLine, ...]:
    """The lines that the basket's wishes add; one that the programme does not take adds none.

    Several round up one after the other, so that at most one of the same step gives anything.
    """
    lines: list[QuoteLine] = []
    for wish in sorted(basket.donations, key=lambda one: one.cause):
        cause = programme.find(Cause, wish.cause)
        amount = 0 if cause is None else _amount(cause, wish, payable_minor)
        if cause is not None and amount:
            number = basket.next_number + len(lines)
            lines.append(_line(cause, amount, number, language))
            payable_minor += amount
    return tuple(lines)


def giving_choices(
    programme: Programme, lines: Iterable[QuoteLine], payable_minor: int, language: str
) -> tuple[GivingChoice, ...]:
    """What can be given with this sale, whose goods come to an amount."""
    if not programme.of(Cause):
        return ()
    given = {
        cause_of(line.line.product.sku, line.tax_class): line.net_minor
        for line in lines
        if line.donation
    }
    return tuple(
        GivingChoice(
            cause=cause.id,
            name=cause.names.in_language(language),
            round_up_minor=cause.rounded_up(payable_minor),
            amounts=cause.amounts,
            given_minor=given.get(cause.id, 0),
        )
        for cause in sorted(programme.of(Cause), key=lambda one: one.id)
        if cause.round_up_minor is not None or cause.amounts
    )


def without_donations(lines: Sequence[QuoteLine]) -> tuple[QuoteLine, ...]:
    """The goods of a quote."""
    return tuple(line for line in lines if not line.donation)


def _amount(cause: Cause, wish: Donation, payable_minor: int) -> int:
    if wish.amount_minor is None:
        return cause.rounded_up(payable_minor)
    return wish.amount_minor if cause.allows(wish.amount_minor) else 0


def _line(cause: Cause, amount_minor: int, number: int, language: str) -> QuoteLine:
    return QuoteLine(
        line=BasketLine(
            number=number,
            product=donation_product(cause.id, cause.names.in_language(language)),
            quantity_milli=QUANTITY_ONE,
            unit_price_minor=amount_minor,
            gross_minor=amount_minor,
            price_fixed=True,
        ),
        offers=(),
        redeemed_minor=0,
        net_minor=amount_minor,
        tax_minor=0,
        tax_class=UNTAXED,
        tax_rate=Ratio(0),
        tax_mode=TaxMode.INCLUSIVE,
        earned=(),
    )
