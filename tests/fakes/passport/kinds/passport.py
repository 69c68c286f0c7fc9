"""`[[passport]]`: stamps for tasting, and for a full one something off a sale.

[[passport]]
id = "tea"
name = { en = "Tea passport", zh_CN = "茶票", zh_TW = "茶票" }
stamps = 3
amount = "5.00"     # terms as of an offer
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.declaration import Called, Until, declares
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.terms import read_terms

PASSPORT: Final = "passport"
STAMPS_MOST: Final = 20
CALLED: Final = Called(
    one=Names("Passport", (("zh_CN", "护照"), ("zh_TW", "護照"))),
    many=Names("Passports", (("zh_CN", "护照"), ("zh_TW", "護照"))),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """So many `stamps` fill it; a full one lowers a sale by the terms of `offer`."""

    id: str
    names: Names
    stamps: int
    offer: Offer


@declares(PASSPORT, Passport, until=Until.ITS_OWN_END, in_hand=True, called=CALLED)
def read_passport(section: Section) -> Passport | None:
    """One `[[passport]]`."""
    stamps = section.whole("stamps", least=1, most=STAMPS_MOST)
    offer = read_terms(section)
    if offer is None:
        return None
    return Passport(id=offer.id, names=offer.names, stamps=stamps, offer=offer)
