"""Where a customer asks for the invoice of a sale: the shop's own link, filled in for one sale.

The link is the invoice platform's. `{number}`, `{amount}` and `{date}` stand for the receipt's
number, the invoiceable amount and the business day, where the platform wants them; all three are
made of letters, digits, dots and dashes, which an address takes as they are.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.money import currency, format_amount

LINK_MOST: Final = 300
_STARTS: Final = ("https://", "http://")
_PLACES: Final = ("number", "amount", "date")


def invoice_request(link: str, sale: Sale, amount_minor: int) -> str:
    """The text of the code for one sale."""
    facts = {
        "number": sale.number,
        "amount": format_amount(amount_minor, currency(sale.currency), grouping=False),
        "date": sale.day.isoformat(),
    }
    for name, value in facts.items():
        link = link.replace(f"{{{name}}}", value)
    return link


def is_invoice_link(link: str) -> bool:
    """Whether a shop may use it: a web address without blanks, with known places only."""
    rest = link
    for name in _PLACES:
        rest = rest.replace(f"{{{name}}}", "")
    plain = link.isascii() and not any(ch.isspace() or ch in "{}" for ch in rest)
    return plain and link.startswith(_STARTS) and len(link) <= LINK_MOST
