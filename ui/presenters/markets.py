"""What the wizard proposes for a country, from the market profiles that ship.

Proposals, not legal advice; all of them can be changed. `fiscal_rule` names the certified device
that a country requires (Germany: TSE under KassenSichV; Austria: RKSV; France: certified software,
CGI article 286 I 3 bis); this till has none. Profiles are read when they are first asked for.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.shop.market import Country
from posloyalty.services.shop.markets import ANY_COUNTRY, shipped_markets

LANGUAGE_COUNTRY: Final = {"zh_CN": "CN", "zh_TW": "TW", "en": "US"}
# The order of the list: what a shop of our languages is likely to be in comes first.
FIRST: Final = ("CN", "TW", "HK", "MO", "SG", "MY", "JP", "KR", "US", "CA", "GB", "IE", "NL")


def proposals(code: str) -> Country:
    """The proposals for a country; for one that is not listed, dollars and UTC to be changed."""
    return shipped_markets().country(code)


def countries() -> tuple[Country, ...]:
    """Those that are listed, the likely ones first, and last the one that stands for all others."""
    listed = shipped_markets().countries()
    rest = [one.code for one in listed if one.code not in FIRST]
    return tuple(proposals(code) for code in (*FIRST, *rest, ANY_COUNTRY))


def any_country(chosen: Country) -> bool:
    """Whether it stands for a country that is not listed, so that all of it is asked."""
    return chosen.code == ANY_COUNTRY
