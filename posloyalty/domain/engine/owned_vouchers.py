"""The vouchers of a member as a list: what each is, how it stands, and until when it is good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Voucher


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedVoucher:
    """One voucher. `left` is how often it can be used yet, `code` what proves it, "" for none."""

    right_id: bytes
    of: str
    name: str
    state: RightState
    left: int
    from_day: date | None
    last_day: date | None
    code: str


def vouchers_of(
    programme: Programme, rights: Iterable[Right], day: date, language: str
) -> tuple[OwnedVoucher, ...]:
    """Every voucher that the programme still knows: those that can be used first, and of these what
    ends first; then those to come, then what is used, ended or withdrawn, the latest first.
    """
    found = [_told(programme, right, day, language) for right in rights if right.kind == VOUCHER]
    return tuple(sorted((one for one in found if one is not None), key=_order))


def _told(programme: Programme, right: Right, day: date, language: str) -> OwnedVoucher | None:
    voucher = programme.find(Voucher, right.of)
    if voucher is None or right.programme != programme.id:
        return None
    return OwnedVoucher(
        right_id=right.id,
        of=right.of,
        name=voucher.names.in_language(language),
        state=right.state(day),
        left=right.left or 0,
        from_day=right.from_day,
        last_day=right.last_day,
        code=right.code,
    )


def _order(one: OwnedVoucher) -> tuple[int, int, bytes]:
    ends = (one.last_day or date.max).toordinal()
    if one.state is RightState.GOOD:
        return (0, ends, one.right_id)
    if one.state is RightState.WAITING:
        return (1, (one.from_day or date.max).toordinal(), one.right_id)
    return (2, -ends, one.right_id)
