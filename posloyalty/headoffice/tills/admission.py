"""Who may come in: a till that head office knows, with its own signature, now, and only once.

The signature is over method, target, body, head office and till (`sync/wire/signatures`). It holds
for ten minutes around head office's time, and its nonce is remembered for twenty, so a request that
somebody recorded is worth nothing. A till whose clock is wrong may still say hello, which changes
nothing and tells it the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.headoffice.running.clock_steps import ClockSteps
from posloyalty.headoffice.store.statements import Question, about, ask
from posloyalty.headoffice.store.tables import NONCE
from posloyalty.headoffice.tills.certificates import HOLDS, RENEWED_LATE
from posloyalty.headoffice.tills.visits import (
    Refused,
    Request,
    TillSeen,
    after_action,
    boot_of,
    never,
)
from posloyalty.services.book.signing import verify
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.signatures import (
    OFFICE,
    BadSignature,
    Signed,
    key_id,
    read_request,
)
from posloyalty.sync.wire.signatures import TILL as TILL_HEADER

WINDOW_S: Final = 600
NONCE_KEPT_S: Final = 1200
_TILLS: Final = """
WITH given (till_id, boot) AS ({rows})
SELECT g.boot, t.till_id, t.store_code, t.public_key, t.genesis, t.revoked, t.issued_s, t.retells,
    s.standing
FROM given g JOIN till t ON t.till_id = g.till_id
LEFT JOIN till_start s ON s.till_id = g.till_id AND s.boot = g.boot"""
_REMEMBER: Final = """
WITH given (till_id, nonce, until_s) AS ({rows})
INSERT INTO nonce (till_id, nonce, until_s) SELECT till_id, nonce, until_s FROM given WHERE true
ON CONFLICT DO NOTHING RETURNING till_id, nonce"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strictness:
    """What an endpoint lets through that others refuse."""

    any_clock: bool = False
    late_certificate: bool = False
    revoked: bool = False
    any_start: bool = False
    """Also a program that may be a copy of the till, or that a person said is none."""


USUAL: Final = Strictness()


def signed(request: Request) -> Signed:
    """What a request's signature says; raises `Refused` when it has none in the form."""
    try:
        return read_request(
            method=request.method,
            target=request.target,
            headers=request.headers,
            body=request.body,
        )
    except BadSignature as fault:
        raise never(401, fault.code) from None


def till_id(request: Request) -> bytes:
    """The till that a request names; raises `Refused`."""
    try:
        named = bytes.fromhex(request.headers.get(TILL_HEADER, ""))
    except ValueError:
        raise never(401, "UNKNOWN_TILL") from None
    return named


class Admission:
    """Lets requests in, or says why not."""

    def __init__(self, office_id: str, steps: ClockSteps) -> None:
        self._office_id = office_id
        self._steps = steps
        self._swept_s = 0

    def tills(
        self,
        connection: Connection,
        asked: Sequence[tuple[Request, Signed]],
        *,
        now: datetime,
        strictness: Strictness = USUAL,
        also: Question,
    ) -> tuple[list[TillSeen | Refused], list[Any]]:
        """The tills that signed some requests, at least one, or why they may not come in; and what
        is `also` asked, in the same trip.
        """
        named = [self._named(request) for request, _ in asked]
        wanted = [one for one in named if not isinstance(one, Refused)]
        questions = [about(connection, _TILLS, wanted, ("bytea", "bytea"))] if wanted else []
        extra, *found_rows = ask(connection, also, *questions)
        known = {
            (bytes(row[1]), bytes(row[0])): TillSeen(*row[1:])
            for rows in found_rows
            for row in rows
        }
        found = [
            one if isinstance(one, Refused) else self._sound(says, known.get(one), now, strictness)
            for one, (_, says) in zip(named, asked, strict=True)
        ]
        self._sweep(connection, int(now.timestamp()))
        nonces = [
            (one.till_id, says.nonce)
            for one, (_, says) in zip(found, asked, strict=True)
            if not isinstance(one, Refused)
        ]
        new = self._remembered(connection, nonces, now)
        admitted: list[TillSeen | Refused] = []
        for one, (_, says) in zip(found, asked, strict=True):
            if isinstance(one, Refused):
                admitted.append(one)
                continue
            nonce = (one.till_id, says.nonce)
            admitted.append(_holding(one, now, strictness) if nonce in new else _seen_before())
            new.discard(nonce)
        return admitted, extra

    def check(
        self,
        connection: Connection,
        says: Signed,
        *,
        public_key: bytes,
        till: bytes,
        now: datetime,
    ) -> None:
        """Whether a signature is this key's, of now, and new; raises `Refused`."""
        fault = _fault(says, public_key, now, any_clock=False)
        if fault is not None:
            raise fault
        self._sweep(connection, int(now.timestamp()))
        if not self._remembered(connection, [(till, says.nonce)], now):
            raise _seen_before()

    def _named(self, request: Request) -> tuple[bytes, bytes] | Refused:
        """The till that a request names, and the start of its program."""
        if request.headers[OFFICE] != self._office_id:
            return never(421, "OTHER_OFFICE")
        try:
            return till_id(request), boot_of(request)
        except Refused as fault:
            return fault

    def _sound(
        self, says: Signed, till: TillSeen | None, now: datetime, strictness: Strictness
    ) -> TillSeen | Refused:
        """A till, if the signature is its own and of now."""
        if till is None or key_id(till.public_key) != says.key_id:
            return after_action(401, "UNKNOWN_TILL")
        return _fault(says, till.public_key, now, any_clock=strictness.any_clock) or till

    def _remembered(
        self, connection: Connection, nonces: Sequence[tuple[bytes, str]], now: datetime
    ) -> set[tuple[bytes, str]]:
        """Those of some tills' nonces that are new, remembered from now on."""
        if not nonces:
            return set()
        until_s = int(now.timestamp()) + NONCE_KEPT_S
        rows = [(*one, until_s) for one in nonces]
        (new,) = ask(connection, about(connection, _REMEMBER, rows, ("bytea", "text", "int8")))
        return {(bytes(till), nonce) for till, nonce in new}

    def _sweep(self, connection: Connection, now_s: int) -> None:
        # By a clock that is mended again, what a leap let go of would be new.
        if abs(now_s - self._swept_s) >= WINDOW_S and not self._steps.by():
            connection.execute(NONCE.delete().where(NONCE.c.until_s < now_s))
            self._swept_s = now_s


def _fault(says: Signed, public_key: bytes, now: datetime, *, any_clock: bool) -> Refused | None:
    """What is wrong with a signature by itself."""
    if not verify(public_key, says.base, says.signature):
        return never(401, "BAD_SIGNATURE")
    if not any_clock and abs(says.created_s - int(now.timestamp())) > WINDOW_S:
        return Refused(401, Problem(code="CLOCK_OFF", retry="after_action"))
    return None


def _holding(till: TillSeen, now: datetime, strictness: Strictness) -> TillSeen | Refused:
    """A till that is not revoked and whose certificate holds."""
    if till.revoked and not strictness.revoked:
        return after_action(403, "REVOKED")
    late = RENEWED_LATE if strictness.late_certificate else 0 * RENEWED_LATE
    if now.timestamp() > till.issued_s + (HOLDS + late).total_seconds():
        return after_action(403, "CERTIFICATE_EXPIRED")
    return till


def _seen_before() -> Refused:
    return Refused(401, Problem(code="NONCE_SEEN", retry="later"))
