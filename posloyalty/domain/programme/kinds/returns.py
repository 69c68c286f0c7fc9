"""`[returns]`: what a programme does when goods come back.

Every field is a question on which programmes differ; left out, it has the default given below.
Points that were spent meanwhile are the wallet's own question (`negative`). Nothing is ever kept
back for faulty goods, whatever stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.tender_back import TenderOrder

GRACE_DAYS_MAX = 366


class BrokenThreshold(StrEnum):
    """What becomes of an offer when what stays no longer meets its condition."""

    KEEP = "keep"  # it stays on what stays
    REPRICE = "reprice"  # what stays is priced anew, where the printed terms said so


class BrokenGift(StrEnum):
    """What becomes of a gift that stays when the goods that earned it do not."""

    CHARGE = "charge"  # the price that the receipt stated beforehand is kept back
    KEEP = "keep"


class BonusBack(StrEnum):
    """How bonus points of a sale go back, beside those that its lines earned."""

    SHARE = "share"  # with the money
    WHOLE = "whole"  # when the whole sale does


class VoidWhen(StrEnum):
    """When a paid sale can be voided; otherwise it is returned."""

    SAME_DAY = "same_day"  # on its own business day
    ANY_DAY = "any_day"


class UsedValue(StrEnum):
    """What becomes of a gift card or top-up that is returned part-used."""

    REFUSE = "refuse"
    REMAINING = "remaining"  # what was paid and is left goes back, its bonus is void


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """The answers of a programme. `grace_days` 0 is strict: what ran out meanwhile stays so.

    `floor_minor` is the most that goes back for a sale which this till does not hold; None is no
    return without a receipt, and no bound but the receipt's own for one that proves itself.
    """

    id: str = "returns"
    threshold: BrokenThreshold = BrokenThreshold.KEEP
    gift: BrokenGift = BrokenGift.CHARGE
    tenders: TenderOrder = TenderOrder.PROPORTIONAL
    bonus: BonusBack = BonusBack.SHARE
    void: VoidWhen = VoidWhen.SAME_DAY
    used_value: UsedValue = UsedValue.REFUSE
    grace_days: int = 0
    floor_minor: int | None = None


DEFAULT = Returns()


def returns_of(programme: Programme) -> Returns:
    """What a programme says of returns, or the defaults."""
    return next(iter(programme.of(Returns)), DEFAULT)


@declares("returns", Returns, single=True, until=Until.ITS_OWN_END)
def read_returns(section: Section) -> Returns:
    """The one `[returns]` table."""
    read = Returns(
        threshold=section.choice("threshold", BrokenThreshold, DEFAULT.threshold),
        gift=section.choice("gift", BrokenGift, DEFAULT.gift),
        tenders=section.choice("tenders", TenderOrder, DEFAULT.tenders),
        bonus=section.choice("bonus", BonusBack, DEFAULT.bonus),
        void=section.choice("void", VoidWhen, DEFAULT.void),
        used_value=section.choice("used_value", UsedValue, DEFAULT.used_value),
        grace_days=section.whole("grace_days", DEFAULT.grace_days, most=GRACE_DAYS_MAX),
        floor_minor=section.money("floor") if "floor" in section else None,
    )
    section.close(("floor",))
    return read
