"""A member's vouchers in the words of the pane: a few of them, the next to end first."""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.owned_vouchers import OwnedVoucher
from posloyalty.domain.ledger.right import RightState
from posloyalty.wording import Words
from ui.presenters.member_detail import VOUCHERS_MOST, voucher_lines


def owned(
    name: str,
    state: RightState = RightState.GOOD,
    *,
    first: date | None = None,
    last: date | None = None,
) -> OwnedVoucher:
    return OwnedVoucher(
        right_id=name.encode(),
        of="v",
        name=name,
        state=state,
        left=1,
        from_day=first,
        last_day=last,
        code="",
    )


def test_each_says_until_or_from_when_it_is_good_and_what_was_used_is_not_told() -> None:
    vouchers = (
        owned("A", last=date(2026, 12, 31)),
        owned("B"),
        owned("C", RightState.WAITING, first=date(2026, 12, 1)),
        owned("D", RightState.USED),
    )
    assert voucher_lines(vouchers, Words("en")) == (
        "Voucher: A, good through 2026-12-31",
        "Voucher: B",
        "Voucher: C, good from 2026-12-01",
    )


def test_many_are_counted() -> None:
    vouchers = tuple(owned(str(n)) for n in range(VOUCHERS_MOST + 3))
    lines = voucher_lines(vouchers, Words("en"))
    assert len(lines) == VOUCHERS_MOST + 1
    assert lines[-1] == "3 more vouchers"
