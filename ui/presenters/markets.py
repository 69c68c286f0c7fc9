"""What the wizard proposes for a country: money, smallest coin, usual tax, time zone.

Proposals, not legal advice; all of them can be changed. Cash steps are the smallest amount that is
still asked for in coins: China rounds down to 0.10 at the counter, Canada, Australia, Singapore,
Malaysia, Ireland and the Netherlands round to 0.05 and New Zealand to 0.10 because smaller coins
were withdrawn. `fiscal_rule` names the certified device that a country requires (Germany: TSE
under KassenSichV; Austria: RKSV; France: certified software, CGI article 286 I 3 bis); this till
has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.product import TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

NO_TAX: Final = Ratio(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One country. `cash_step_minor` is in minor units of the currency."""

    country: str
    currency: str
    timezones: tuple[str, ...]
    cash_step_minor: int = 1
    cash_rounding: Rounding = Rounding.HALF_UP
    tax_rate: Ratio = NO_TAX
    tax_mode: TaxMode = TaxMode.INCLUSIVE
    fiscal_rule: str = ""


def _market(
    country: str,
    currency: str,
    zones: str,
    tax_percent: int,
    *,
    step: int = 1,
    rounding: Rounding = Rounding.HALF_UP,
    added: bool = False,
    fiscal_rule: str = "",
) -> Market:
    return Market(
        country=country,
        currency=currency,
        timezones=tuple(zones.split()),
        cash_step_minor=step,
        cash_rounding=rounding,
        tax_rate=Ratio(tax_percent, 100),
        tax_mode=TaxMode.EXCLUSIVE if added else TaxMode.INCLUSIVE,
        fiscal_rule=fiscal_rule,
    )


MARKETS: Final = (
    _market("CN", "CNY", "Asia/Shanghai Asia/Urumqi", 13, step=10, rounding=Rounding.FLOOR),
    _market("TW", "TWD", "Asia/Taipei", 5, step=100),
    _market("HK", "HKD", "Asia/Hong_Kong", 0, step=10),
    _market("MO", "MOP", "Asia/Macau", 0, step=10),
    _market("SG", "SGD", "Asia/Singapore", 9, step=5),
    _market("MY", "MYR", "Asia/Kuala_Lumpur Asia/Kuching", 0, step=5),
    _market("JP", "JPY", "Asia/Tokyo", 10),
    _market("KR", "KRW", "Asia/Seoul", 10, step=10, rounding=Rounding.FLOOR),
    _market(
        "US",
        "USD",
        "America/New_York America/Chicago America/Denver America/Los_Angeles "
        "America/Anchorage Pacific/Honolulu",
        0,
        added=True,
    ),
    _market(
        "CA",
        "CAD",
        "America/Toronto America/Vancouver America/Winnipeg America/Edmonton America/Halifax",
        5,
        step=5,
        added=True,
    ),
    _market("GB", "GBP", "Europe/London", 20),
    _market("IE", "EUR", "Europe/Dublin", 23, step=5),
    _market("NL", "EUR", "Europe/Amsterdam", 21, step=5),
    _market("DE", "EUR", "Europe/Berlin", 19, fiscal_rule="TSE"),
    _market("AT", "EUR", "Europe/Vienna", 20, fiscal_rule="RKSV"),
    _market("FR", "EUR", "Europe/Paris", 20, fiscal_rule="CGI 286"),
    _market("AU", "AUD", "Australia/Sydney Australia/Brisbane Australia/Perth", 10, step=5),
    _market("NZ", "NZD", "Pacific/Auckland", 15, step=10),
    _market("KW", "KWD", "Asia/Kuwait", 0, step=5),
)
OTHER: Final = Market(country="other", currency="USD", timezones=("UTC",))
LANGUAGE_MARKET: Final = {"zh_CN": "CN", "zh_TW": "TW", "en": "US"}


def market(country: str) -> Market:
    """The proposals for a country; for one that is not listed, dollars and UTC to be changed."""
    for known in MARKETS:
        if known.country == country:
            return known
    return OTHER
