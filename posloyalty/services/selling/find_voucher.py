"""What a voucher's code stands for, and the lock against guessing codes.

Shape: `by_code` and `public` give the `Chosen` that the basket is to hold, or `VoucherRefused` with
a wording key of area "scan". A voucher that can never be used again is refused at once; whatever
depends on the sale, such as its member or a minimum, the quote says. After five wrong codes within
ten minutes no code is looked at until the oldest of them is ten minutes old.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Voucher
from posloyalty.domain.shop.basket import Chosen
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.ports import Clock, Reader

WRONG_MOST: Final = 5
LOCKED_FOR: Final = timedelta(minutes=10)
CODE_MOST: Final = 32


@dataclass(frozen=True, slots=True)
class VoucherRefused:
    """Why a code is no voucher that could be used: a wording key of area "scan" and its facts."""

    reason: str
    facts: tuple[tuple[str, object], ...] = ()


class FindVoucher:
    """Vouchers by code. `programme_at` gives the programme in effect."""

    def __init__(
        self, *, clock: Clock, programme_at: Callable[[Reader, datetime], Programme | None]
    ) -> None:
        self._clock = clock
        self._programme_at = programme_at
        self._lock = Lock()
        self._wrong: deque[datetime] = deque(maxlen=WRONG_MOST)

    def by_code(self, reader: Reader, code: str) -> Chosen | VoucherRefused:
        """A voucher of its own code."""
        locked = self._locked()
        if locked is not None:
            return locked
        right = next(iter(reader.ledger.rights_by_code(code)), None)
        if right is None or right.kind != VOUCHER:
            self._guessed()
            return VoucherRefused("voucher_unknown")
        programme = self._programme_at(reader, self._clock.now())
        if programme is None or programme.find(Voucher, right.of) is None:
            return VoucherRefused("voucher_not_now")
        return _spent(right, programme, self._clock.now()) or Chosen(
            kind=VOUCHER, of=right.of, right_id=right.id, code=code
        )

    def public(self, reader: Reader, text: str) -> Chosen | VoucherRefused | None:
        """A code for everybody; None where the programme has none, or the text cannot be one."""
        code = text.strip().upper()
        shaped = len(code) <= CODE_MOST and code.isascii() and not code.isdigit()
        programme = self._programme_at(reader, self._clock.now()) if shaped else None
        known = {} if programme is None else {v.code: v for v in programme.of(Voucher) if v.code}
        if not known:
            return None
        locked = self._locked()
        if code in known:
            return locked or Chosen(kind=VOUCHER, of=known[code].id, code=code)
        self._guessed()
        return None

    def _locked(self) -> VoucherRefused | None:
        with self._lock:
            if len(self._wrong) < WRONG_MOST:
                return None
            until = self._wrong[0] + LOCKED_FOR
            left = until - self._clock.now()
            if left <= timedelta(0):
                return None
        minutes = -(-left // timedelta(minutes=1))
        return VoucherRefused("voucher_locked", (("minutes", minutes),))

    def _guessed(self) -> None:
        with self._lock:
            self._wrong.append(self._clock.now())


def _spent(right: Right, programme: Programme, at: datetime) -> VoucherRefused | None:
    """Why a voucher can never be used again."""
    match right.state(store_day(at, programme.zone)):
        case RightState.USED:
            return VoucherRefused("voucher_used")
        case RightState.CANCELLED:
            return VoucherRefused("voucher_withdrawn")
        case RightState.EXPIRED:
            return VoucherRefused("voucher_expired", (("on", right.last_day),))
        case _:
            return None
