"""`[[referral]]`: a member brings a friend, and both are given something.

    [[referral]]
    id = "friend"
    name = "Bring a friend"
    least = "50.00"               # the friend's first purchase of so much
    survives_days = 14            # nothing can be used before, a return until then takes it back
    most = 32                     # friends that count for one referrer
    referrer = { voucher = "twenty" }
    friend = { voucher = "twenty" }

    [[referral]]
    id = "ambassador"
    codes = "by_hand"             # a code is given out by whoever may; "members": to all who ask
    role = "manager"
    activity = "app-installed"    # what the friend must do, instead of a purchase
    referrer = { points = 500 }

The cap is one of friends, never of what was given: sixteen gigabytes are 32 friends or 33, by how
one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.operator import Role

REFERRAL_CODE: Final = "referral_code"
REFERRED: Final = "referred"
CODE: Final = "code"
DAYS_MOST: Final = 366
FRIENDS_MOST: Final = 1_000_000


class Codes(StrEnum):
    """Who has a code."""

    MEMBERS = "members"  # every member who asks for one
    BY_HAND = "by_hand"  # those to whom somebody with authority gives one


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """What the friend must do, and what each side gets.

    `least_minor` is the purchase that counts, None where an `activity` does. `most` None is without
    a cap; `within_days` None lets the friend take any time.
    """

    id: str
    names: Names
    codes: Codes
    role: Role
    least_minor: int | None
    activity: str
    survives_days: int
    within_days: int | None
    most: int | None
    referrer: Gives
    friend: Gives

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """The code that was shown: whose it is."""
        code = evidence.get(CODE, "")
        return (code,) if what == self.id and code else ()


@declares("referral", Referral, until=Until.EARNING)
def read_referral(section: Section) -> Referral:
    """One `[[referral]]`."""
    referral_id = section.text("id")
    by_activity = "activity" in section
    if by_activity and "least" in section:
        section.found("activity", "LEAST_OR_ACTIVITY")
    if by_activity and "survives_days" in section:
        section.found("survives_days", "SURVIVES_A_PURCHASE")
    if not ("referrer" in section or "friend" in section):
        section.found("referrer", "MISSING_KEY")
    least = section.money("least", 0, least=0)
    read = Referral(
        id=referral_id,
        names=section.names("name", referral_id),
        codes=section.choice("codes", Codes, Codes.MEMBERS),
        role=section.choice("role", Role, Role.CASHIER),
        least_minor=None if by_activity and "least" not in section else least,
        activity=section.refer("activity", "activity", ""),
        survives_days=section.whole("survives_days", 0, most=DAYS_MOST),
        within_days=_days(section),
        most=section.whole("most", least=1, most=FRIENDS_MOST) if "most" in section else None,
        referrer=read_gives(section, "referrer") if "referrer" in section else Gives(),
        friend=read_gives(section, "friend") if "friend" in section else Gives(),
    )
    section.close(("within_days", "most", "referrer", "friend"))
    return read


def _days(section: Section) -> int | None:
    key = "within_days"
    return section.whole(key, least=1, most=DAYS_MOST) if key in section else None
