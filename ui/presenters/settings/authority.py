"""How far cashiers and supervisors may go alone, as entries of a form; managers have no bounds.

An empty entry is no bound. What stands as a shop begins with it is not stored as the shop's own, so
that a later release can begin otherwise.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.shop.authority import WHOLE, Authority, Limit
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.values.fixed_point import BadNumber, format_fixed, parse_fixed
from posloyalty.domain.values.money import BadAmount, Currency, format_amount, parse_amount
from posloyalty.services.shop.shop_settings import Bound
from posloyalty.wording import Words
from ui.presenters.form import Draft, Field, FieldKind, finding
from ui.presenters.sign_in import ROLE_CODES

BOUNDED: Final = (Role.CASHIER, Role.SUPERVISOR)
PERCENT_DECIMALS: Final = 2
LENGTH_MOST: Final = 12
AMOUNT_MOST: Final = 10**9
_MOST: Final = {Limit.DISCOUNT_PERCENT: WHOLE}


def entry(role: Role, limit: Limit) -> str:
    """The name of an entry."""
    return f"{role.value}.{limit.value}"


def loaded(authority: Authority, money: Currency) -> dict[str, str]:
    """What stands in the entries."""
    return {
        entry(role, limit): _written(authority.bound(role, limit), limit, money)
        for role in BOUNDED
        for limit in Limit
    }


def fields(words: Words) -> tuple[Field, ...]:
    """The entries, a limit a line, the roles side by side."""
    return tuple(
        Field(
            name=entry(role, limit),
            label=words(
                "settings.limit",
                what=words(f"settings.limit_{limit.value}"),
                role=words(ROLE_CODES[role]),
            ),
            kind=FieldKind.AMOUNT,
            half=True,
            length_max=LENGTH_MOST,
        )
        for limit in Limit
        for role in BOUNDED
    )


def read(draft: Draft, money: Currency) -> tuple[Bound, ...]:
    """The bounds that are not the usual ones; what cannot be read is found in the draft."""
    usual = Authority.usual(money.exponent)
    bounds = []
    for role in BOUNDED:
        for limit in Limit:
            name = entry(role, limit)
            try:
                most = _read(draft.text(name), limit, money)
            except (BadAmount, BadNumber):
                draft.find(name, finding("finding_limit"))
                continue
            if most is not None and not 0 <= most <= _MOST.get(limit, AMOUNT_MOST):
                draft.find(name, finding("finding_limit"))
                continue
            if most != usual.bound(role, limit):
                bounds.append((role, limit, most))
    return tuple(bounds)


def _read(text: str, limit: Limit, money: Currency) -> int | None:
    if not text:
        return None
    if limit is not Limit.DISCOUNT_PERCENT:
        return parse_amount(text, money)
    return parse_fixed(text, decimals=PERCENT_DECIMALS)


def _written(most: int | None, limit: Limit, money: Currency) -> str:
    if most is None:
        return ""
    if limit is not Limit.DISCOUNT_PERCENT:
        return format_amount(most, money, grouping=False)
    text = format_fixed(most, decimals=PERCENT_DECIMALS, grouping=False)
    return text.rstrip("0").rstrip(".")
