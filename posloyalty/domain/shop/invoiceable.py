"""How much of a sale an invoice may be asked for: what was paid, less what stored value paid.

A gift card or wallet was invoiced, or will be, where it was loaded; points that paid have lowered
the price already, and those that pay as a tender are stored value. What was given to a cause is no
price of goods. Cash counts as it was asked, rounded.
"""

from __future__ import annotations

from posloyalty.domain.shop.sale import Sale


def invoiceable_minor(sale: Sale) -> int:
    """The amount in minor units, never below nothing."""
    stored = sum(one.amount_minor for one in sale.tenders if one.account_id is not None)
    given = sum(line.net_minor for line in sale.lines if line.donation)
    return max(0, sale.payable_minor + sale.rounding_minor - stored - given)
