"""`[[voucher]]`: something that a member owns and hands in, for what an offer would take off.

    [[voucher]]
    id = "welcome"
    name = "Welcome: 20 off from 100"
    scope = "order"
    amount = "20.00"
    when = { min_spend = "100.00" }
    valid = { days = 30, from = "next_day" }
    uses = 1

What it takes off is written as in `[[offer]]`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.declaration import declares
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.offer import Offer, read_offer
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.validity import Validity, read_validity

VOUCHER: Final = "voucher"
USES_MOST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A kind of voucher: what one takes off, how long one is good, and how often."""

    id: str
    names: Names
    offer: Offer
    valid: Validity
    uses: int


@declares(VOUCHER, Voucher)
def read_voucher(section: Section) -> Voucher | None:
    """One `[[voucher]]`."""
    valid = read_validity(section)
    uses = section.whole("uses", 1, least=1, most=USES_MOST)
    offer = read_offer(section)
    if offer is None:
        return None
    return Voucher(id=offer.id, names=offer.names, offer=offer, valid=valid, uses=uses)
