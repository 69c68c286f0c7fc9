"""Referrals: codes, who was brought by whom, and what became of it.

Shape: a code is a right of kind REFERRAL_CODE of the referrer, found by its code. Who came by it
holds a right of kind REFERRED whose code is the referrer's id in hexadecimal, used when it
qualified. A success is counted in the meter `referral/<id>` of the referrer, on the day of the
purchase; a return within the days that it must survive takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from posloyalty.domain.ledger.meter import MeterEntry, entries_of
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.referral import REFERRAL_CODE, REFERRED, Referral
from posloyalty.domain.values.check_digit import HUMAN_ALPHABET, human_check_character
from posloyalty.domain.values.identifiers import BadIdentifier, id_from_hex

RANDOM_BYTES = 5
LEAD = "R"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralReport:
    """What came of one referrer's code: friends by state, as of a day.

    `captured` came by it, `pending` qualified within the days that a return takes back, `rewarded`
    are past them, `reversed` were taken back.
    """

    referrer: bytes
    code: str
    captured: int
    pending: int
    rewarded: int
    reversed: int


def new_code(random: bytes) -> str:
    """A code of ten characters from five random bytes, which the caller draws."""
    number = int.from_bytes(random, "big")
    body = LEAD + "".join(HUMAN_ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))
    return body + human_check_character(body)


def plain_code(typed: str) -> str:
    """A code as it is kept: capitals without spaces and dashes."""
    return "".join(ch for ch in typed.upper() if ch not in " -")


def referrer_of(right: Right) -> bytes | None:
    """Who brought the owner of a right of kind REFERRED."""
    try:
        return id_from_hex(right.code)
    except BadIdentifier:
        return None


def success_meter(referral_id: str) -> str:
    """The meter that counts a referrer's successes."""
    return f"referral/{referral_id}"


def open_referrals(programme: Programme, rights: Iterable[Right], day: date) -> tuple[Right, ...]:
    """The rights by which somebody may still qualify."""
    ids = {one.id for one in programme.of(Referral)}
    return tuple(
        one for one in rights if one.kind == REFERRED and one.of in ids and one.good_on(day)
    )


def report(
    programme: Programme,
    referral: Referral,
    code: Right,
    brought: Iterable[Right],
    counted: Iterable[MeterEntry],
    day: date,
) -> ReferralReport:
    """What came of a code; `brought` are the rights under the referrer's id, `counted` their
    meters.
    """
    meter = programme.meter(success_meter(referral.id))
    found = tuple(entries_of(counted, meter, owner=code.owner))
    safe = day - timedelta(days=referral.survives_days)
    back = -sum(one.amount for one in found if one.amount < 0)
    return ReferralReport(
        referrer=code.owner,
        code=code.code,
        captured=sum(1 for one in brought if one.kind == REFERRED and one.of == referral.id),
        pending=sum(one.amount for one in found if one.day > safe),
        rewarded=sum(one.amount for one in found if one.day <= safe),
        reversed=back,
    )


def code_of(rights: Iterable[Right], referral_id: str) -> Right | None:
    """The code that a member has for a referral."""
    found = (
        one
        for one in rights
        if one.kind == REFERRAL_CODE and one.of == referral_id and one.cancelled <= 0
    )
    return next(found, None)
