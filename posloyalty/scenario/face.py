"""What a quote comes to, without the order in which the goods were scanned."""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.engine.quote import Quote, QuoteLine


def face(
    quote: Quote, money: Callable[[int], str], points: Callable[[str, int], str]
) -> dict[str, str]:
    """The figures by name, as people write them."""
    figures = {"payable": money(quote.payable_minor), "tax": money(quote.tax_minor)}
    figures |= {f"offers.{one.offer_id}": money(one.amount_minor) for one in quote.offers}
    figures |= {f"earned.{one.wallet}": points(one.wallet, one.points) for one in quote.earnings}
    figures |= {
        f"redeemed.{one.wallet}": points(one.wallet, one.points) for one in quote.redemptions
    }
    for place, line in enumerate(sorted(quote.lines, key=_content)):
        figures[f"lines.{place + 1}"] = _figures(line, money, points)
    return figures


def _content(line: QuoteLine) -> tuple[bytes, int, int, int, int, int]:
    sold = line.line
    return (
        sold.product.id,
        sold.unit_price_minor,
        sold.quantity_milli,
        sold.gross_minor,
        line.net_minor,
        line.tax_minor,
    )


def _figures(
    line: QuoteLine, money: Callable[[int], str], points: Callable[[str, int], str]
) -> str:
    told = [line.line.product.sku, money(line.net_minor), money(line.tax_minor)]
    told += [f"{offer} {money(share)}" for offer, share in line.offers]
    told += [f"{wallet} {points(wallet, share)}" for wallet, share in line.earned]
    return ", ".join(told)
