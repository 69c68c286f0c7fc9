"""Signing in by PIN, with growing waits after wrong ones that outlive a restart.

Shape: `sign_in` answers `SignedIn` or `PinRefused`. After the first and second wrong PIN in a row
there is no wait, then 2, 5, 15 and at last 60 seconds each; a right PIN ends it. Waits run on the
monotonic clock, so that setting the wall clock neither shortens nor lengthens them; after a restart
the stored end counts, for at most the longest wait. A wrong PIN is journalled, without the PIN.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Book, Clock, Ids, PinRecord
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import PinRefused as PinRefusedEvent

WAITS_S: Final = (0, 0, 2, 5, 15, 60)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The PIN is right."""

    operator: Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRefused:
    """The PIN is wrong, or it is too early to try: wait `wait_s`; `attempts` wrong in a row."""

    wait_s: int
    attempts: int


class SignIn:
    """Who may use the till."""

    def __init__(self, book: Book, clock: Clock, ids: Ids, hasher: PinHasher) -> None:
        self._book = book
        self._clock = clock
        self._ids = ids
        self._hasher = hasher
        self._until_ms: dict[bytes, int] = {}

    def operators(self) -> tuple[Operator, ...]:
        """Those who can sign in: active, and with a PIN."""
        with self._book.read() as reader:
            return tuple(
                operator
                for operator in reader.people.all()
                if operator.active and reader.people.pin(operator.id) is not None
            )

    def waiting_s(self, operator_id: bytes) -> int:
        """Whole seconds until the next try counts; 0 for now."""
        with self._book.read() as reader:
            record = reader.people.pin(operator_id)
        return 0 if record is None else self._wait_s(operator_id, record)

    def sign_in(self, operator_id: bytes, pin: str) -> SignedIn | PinRefused:
        """Try a PIN. Refuses UNKNOWN_OPERATOR."""
        with self._book.read() as reader:
            operator = reader.people.by_id(operator_id)
            record = reader.people.pin(operator_id)
        if operator is None or record is None or not operator.active:
            raise ServiceRefusal("UNKNOWN_OPERATOR")
        wait_s = self._wait_s(operator_id, record)
        if wait_s > 0:
            return PinRefused(wait_s=wait_s, attempts=record.failures)
        # Outside the transaction: the check is slow on purpose and must not hold the writer.
        if self._hasher.matches(record.hash, pin):
            self._forgive(operator_id, record)
            return SignedIn(operator)
        return self._refuse(operator_id, record)

    def _refuse(self, operator_id: bytes, record: PinRecord) -> PinRefused:
        failures = record.failures + 1
        wait_s = WAITS_S[min(failures, len(WAITS_S)) - 1]
        now = self._clock.now()
        with self._book.write() as unit:
            stamp = unit.journal.stamp()
            unit.journal.append(
                PinRefusedEvent(
                    id=self._ids.new_id().hex(),
                    at=stamp.at,
                    hlc=stamp.hlc,
                    operator=operator_id.hex(),
                    failures=failures,
                    wait=wait_s,
                )
            )
            unit.people.set_pin(
                operator_id,
                PinRecord(
                    hash=record.hash,
                    failures=failures,
                    locked_until=now + timedelta(seconds=wait_s),
                ),
            )
            unit.commit()
        self._until_ms[operator_id] = self._clock.monotonic_ms() + wait_s * 1000
        return PinRefused(wait_s=wait_s, attempts=failures)

    def _forgive(self, operator_id: bytes, record: PinRecord) -> None:
        self._until_ms.pop(operator_id, None)
        if record.failures == 0 and record.locked_until is None:
            return
        with self._book.write() as unit:
            unit.people.set_pin(operator_id, PinRecord(hash=record.hash))
            unit.commit()

    def _wait_s(self, operator_id: bytes, record: PinRecord) -> int:
        if record.locked_until is None:
            return 0
        now_ms = self._clock.monotonic_ms()
        until_ms = self._until_ms.get(operator_id)
        if until_ms is None:
            left = record.locked_until - self._clock.now()
            left_ms = min(max(left, timedelta()), timedelta(seconds=WAITS_S[-1]))
            until_ms = now_ms + left_ms // timedelta(milliseconds=1)
            self._until_ms[operator_id] = until_ms
        return max(0, -((now_ms - until_ms) // 1000))
