"""Handing out what a rule gives: `give(gives, awards, rule_id=..., name=...)`.

A kind of gift (`programme/gives.py`) has a giver here, or beside the kind that it belongs to,
registered with `gives_out`. What was given stands in the event's plan and, for screens, in
`awards.given`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.ledger.right import Right, bearer_id
from posloyalty.domain.programme.gives import GiveMessage, GivePoints, Gives, GiveVoucher
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Codes, Voucher
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.values.identifiers import base32_encode, derive_id
from posloyalty.domain.values.own_codes import VOUCHER_PREFIX

MESSAGE = "MESSAGE"
BEARER = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who gives, by id and name, and why; `member_id` None is the member of the moment, BEARER
    whoever will show the code. Nothing can be used before `from_day`; `funder` stands for points.
    """

    rule_id: str
    name: str
    reasons: tuple[Reason, ...] = ()
    member_id: bytes | None = None
    from_day: date | None = None
    funder: str = ""


Giver = Callable[[Any, Awards, Source, int], None]
_GIVERS: dict[type[Any], Giver] = {}


def gives_out(shape: type[Any]) -> Callable[[Giver], Giver]:
    """Register who hands out gifts of a kind; the giver is told how many times."""

    def register(giver: Giver) -> Giver:
        _GIVERS[shape] = giver
        return giver

    return register


def give(
    gives: Gives,
    awards: Awards,
    *,
    rule_id: str,
    name: str,
    reasons: Iterable[Reason] = (),
    member_id: bytes | None = None,
    times: int = 1,
    from_day: date | None = None,
    funder: str = "",
) -> None:
    """Hand out everything so many times, to the member of the moment or to another one; with a
    `from_day` it cannot be used before. `funder` stands for points that are given.
    """
    source = Source(
        rule_id=rule_id,
        name=name,
        reasons=tuple(reasons),
        member_id=member_id,
        from_day=from_day,
        funder=funder,
    )
    for gift in gives.gifts:
        _GIVERS[type(gift)](gift, awards, source, times)


@gives_out(GivePoints)
def give_points(gift: GivePoints, awards: Awards, source: Source, times: int) -> None:
    """Points of a wallet, as a bonus."""
    awards.credit(
        gift.wallet,
        gift.points * times,
        rule_id=source.rule_id,
        name=source.name,
        reasons=source.reasons,
        member_id=source.member_id,
        not_before=source.from_day,
        funder=source.funder,
    )


@gives_out(GiveVoucher)
def give_voucher(gift: GiveVoucher, awards: Awards, source: Source, times: int) -> None:
    """Vouchers, each a right of its own."""
    voucher = awards.programme.find(Voucher, gift.voucher)
    assert voucher is not None  # a programme that names another is refused
    for _ in range(gift.count * times):
        issue_voucher(voucher, awards, source)


def issue_voucher(voucher: Voucher, awards: Awards, source: Source) -> Right | None:
    """One voucher to its owner; None where there is nobody to own it, or its days are over."""
    today = awards.moment.day
    day = max(today, source.from_day or today)
    if voucher.valid.over(day):
        return None
    first = voucher.valid.first_day(day)
    code = ""
    if voucher.codes is Codes.EACH:
        issued = len(awards.plan.consequences().rights)
        code = voucher_code(awards.plan.event_id, issued)
    right = awards.issue(
        VOUCHER,
        voucher.id,
        rule_id=source.rule_id,
        name=voucher.names.in_language(awards.moment.store.language),
        owner=bearer_id(code) if source.member_id == BEARER else source.member_id,
        reasons=source.reasons,
        uses=voucher.uses,
        code=code,
        from_day=None if first == today else first,
        last_day=voucher.valid.last_day(day),
    )
    if right is not None:
        _tell(voucher, right, awards)
    return right


def _tell(voucher: Voucher, right: Right, awards: Awards) -> None:
    """What the receipt says of a voucher that was given."""
    name = voucher.names.in_language(awards.moment.store.language)
    if right.last_day is None:
        awards.tell("VOUCHER_GIVEN", name=name)
    else:
        awards.tell("VOUCHER_GIVEN_THROUGH", name=name, day=right.last_day.isoformat())
    if right.code:
        awards.tell("VOUCHER_CODE", code=right.code)


def voucher_code(event_id: bytes, place: int) -> str:
    """The code of a voucher: 80 bits that nobody guesses, the same when the event is planned anew.

    It follows from the event's id, which is random, and not from the right's, which head office
    shows to people.
    """
    return VOUCHER_PREFIX + base32_encode(derive_id("voucher_code", event_id, place)[:10])


@gives_out(GiveMessage)
def give_message(gift: GiveMessage, awards: Awards, source: Source, times: int) -> None:
    """Words on the receipt, once however often it is given."""
    awards.tell(MESSAGE, text=gift.text.in_language(awards.moment.store.language))
