"""`[[partner]]`: somebody in whose shops a wallet's points are earned and spent.

    [[partner]]
    id = "air"
    name = "Harbour Air"
    wallet = "miles"
    issue = "0.015"               # it pays the operator so much for each point that it issues
    reimburse = "0.010"           # and gets so much for each that is spent with it
    currency = "CNY"              # of both; the programme's when left out
    from = 2026-01-01
    through = 2026-12-31
    stores = ["S2"]               # tills of these stores are its own
    limit = [{ most_points = 25000, per = "year" }]   # of what it reports, by member or campaign

What its tills ring is counted for it; what it reports from elsewhere is recorded as an activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.limit import Limit, LimitOf, LimitPer, LimitUnit, read_limits
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import CURRENCIES, Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

PARTNER: Final = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A partner and its agreement. `issue` and `reimburse` are money for one whole point."""

    id: str
    names: Names
    wallet: str
    issue: Ratio
    reimburse: Ratio
    currency: Currency
    first: date | None
    last: date | None
    stores: tuple[str, ...]
    limits: tuple[Limit, ...]

    def owner(self, programme_id: str) -> bytes:
        """Under whose id its points are counted."""
        return derive_id("partner", programme_id, self.id)

    def in_force(self, day: date) -> bool:
        """Whether the agreement holds on a day."""
        begun = self.first is None or self.first <= day
        return begun and (self.last is None or day <= self.last)

    def has_store(self, store_id: bytes) -> bool:
        """Whether a store is the partner's own."""
        return any(derive_id("store", code) == store_id for code in self.stores)

    def owes_minor(self, issued: int, redeemed: int, scale: int) -> int:
        """What the partner owes for points in the wallet's minor units, rounded once; below zero
        it is owed.
        """
        due: Ratio = self.issue * issued - self.reimburse * redeemed
        return (due * Ratio(10**self.currency.exponent, 10**scale)).apply(1, Rounding.HALF_UP)


@declares(PARTNER, Partner, until=Until.ITS_OWN_END)
def read_partner(section: Section) -> Partner:
    """One `[[partner]]`."""
    partner_id = section.text("id")
    wallet = section.wallet()
    scale = section.reading.scales.get(wallet, 0)
    limits = read_limits(section, scale=scale)
    if any(limit.unit is not LimitUnit.POINTS for limit in limits):
        section.found("limit", "POINTS_ONLY")
    if any(not _fits(limit) for limit in limits):
        section.found("limit", "MEMBER_OR_ALL")
    read = Partner(
        id=partner_id,
        names=section.names("name", partner_id),
        wallet=wallet,
        issue=section.ratio("issue"),
        reimburse=section.ratio("reimburse", Ratio(0)),
        currency=_currency(section),
        first=section.day("from"),
        last=section.day("through"),
        stores=section.words("stores") if "stores" in section else (),
        limits=limits,
    )
    if read.first is not None and read.last is not None and read.last < read.first:
        section.found("through", "ENDS_BEFORE_START")
    section.close(("from", "limit", "stores", "through"))
    return read


def _fits(limit: Limit) -> bool:
    """Reported points come from no till and no sale."""
    return limit.of in (LimitOf.MEMBER, LimitOf.CAMPAIGN) and limit.per is not LimitPer.SALE


def _currency(section: Section) -> Currency:
    own = section.reading.currency
    if "currency" not in section:
        return own
    code = section.text("currency")
    if code and code not in CURRENCIES:
        section.found("currency", "NO_CURRENCY")
    return CURRENCIES.get(code, own)
