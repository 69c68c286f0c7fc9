"""`[[voucher]]`: something that a member owns and hands in, for what an offer would take off.

    [[voucher]]
    id = "welcome"
    name = "Welcome: 20 off from 100"
    amount = "20.00"
    when = { min_spend = "100.00" }
    valid = { days = 30, from = "next_day" }
    uses = 1                      # how often one can be used
    per_sale = 1                  # how many of the kind in one sale
    auto_use = "expiring"         # never (the default), always
    auto_use_days = 3
    by_hand = "supervisor"        # who may hand one out, such as to make up for something

    [[voucher]]
    id = "spring"
    code = "SPRING20"             # whoever shows it; nobody owns one
    percent = "20%"
    limit = [{ most = 1, per = "lifetime" }, { most = 500, per = "lifetime", of = "campaign" }]

What it takes off is written as in `[[offer]]`, or as `free` pieces; see `terms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.auto_use import AutoUse, Using, read_auto_use
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.limit import Limit, LimitUnit, read_limits
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.terms import read_terms
from posloyalty.domain.programme.validity import Validity, read_validity
from posloyalty.domain.programme.wallet import RedeemNeeds
from posloyalty.domain.shop.operator import Role

VOUCHER: Final = "voucher"
USES_MOST: Final = 1000
PER_SALE_MOST: Final = 20
CODE_MOST: Final = 32


class Codes(StrEnum):
    """Whether each voucher has a code of its own."""

    NONE = "none"
    EACH = "each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """A kind of voucher: what one takes off, how long one is good, how often, and for whom.

    `code` is public, "" for vouchers that somebody owns. `transferable` lets anybody use one whose
    code they show. `by_hand` is who may hand one out, to a member or as a code.
    """

    id: str
    names: Names
    offer: Offer
    valid: Validity
    uses: int
    per_sale: int
    auto_use: Using
    code: str
    codes: Codes
    transferable: bool
    needs: RedeemNeeds
    by_hand: Role
    limits: tuple[Limit, ...]

    def auto(self, right: Right, day: date) -> bool:
        """Whether a voucher is used without asking on a day."""
        if self.auto_use.when is not AutoUse.EXPIRING:
            return self.auto_use.when is AutoUse.ALWAYS
        return right.last_day is not None and right.last_day <= self.auto_use.last(day)


@declares(VOUCHER, Voucher, until=Until.ITS_OWN_END, in_hand=True)
def read_voucher(section: Section) -> Voucher | None:
    """One `[[voucher]]`."""
    auto_use = read_auto_use(section)
    code = _public_code(section)
    valid = read_validity(section)
    uses = section.whole("uses", 1, least=1, most=USES_MOST)
    per_sale = section.whole("per_sale", 1, least=1, most=PER_SALE_MOST)
    codes = section.choice("codes", Codes, Codes.NONE)
    transferable = section.flag("transferable", default=False)
    needs = section.choice("redeem_needs", RedeemNeeds, RedeemNeeds.ANY)
    by_hand = section.choice("by_hand", Role, Role.MANAGER)
    limits = read_limits(section)
    if any(limit.unit is not LimitUnit.COUNT for limit in limits):
        section.found("limit", "COUNTS_ONLY")
    if code:
        _check_public(section)
    elif transferable and codes is Codes.NONE:
        section.found("transferable", "TRANSFER_NEEDS_CODES")
    offer = read_terms(section)
    if offer is None:
        return None
    return Voucher(
        id=offer.id,
        names=offer.names,
        offer=offer,
        valid=valid,
        uses=uses,
        per_sale=per_sale,
        auto_use=auto_use,
        code=code,
        codes=codes,
        transferable=transferable,
        needs=needs,
        by_hand=by_hand,
        limits=limits,
    )


def _public_code(section: Section) -> str:
    """A code that people type: capital letters, digits and hyphens."""
    if "code" not in section:
        return ""
    code = section.text("code").upper()
    plain = code.replace("-", "")
    if len(code) > CODE_MOST or not (plain.isascii() and plain.isalnum()):
        section.found("code", "BAD_CODE", given=code, most=CODE_MOST)
    return code


def _check_public(section: Section) -> None:
    """What is about a voucher that somebody owns says nothing of a public code."""
    for key in ("valid", "uses", "codes", "transferable", "auto_use", "by_hand"):
        if key in section:
            section.found(key, "NOT_WITH_CODE")
