"""Who may come in: a till that head office knows, with its own signature, now, and only once.

The signature is over method, target, body, head office and till (`sync/wire/signatures`). It holds
for ten minutes around head office's time, and its nonce is remembered for twenty, so a request that
somebody recorded is worth nothing. A till whose clock is wrong may still say hello, which changes
nothing and tells it the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.store.statements import ask_one
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
_TILL: Final = """
SELECT t.till_id, t.store_code, t.public_key, t.genesis, t.revoked, t.issued_s, t.retells,
    s.standing
FROM till t LEFT JOIN till_start s ON s.till_id = t.till_id AND s.boot = ? WHERE t.till_id = ?"""
_REMEMBER: Final = """
INSERT INTO nonce (till_id, nonce, until_s) VALUES (?, ?, ?)
ON CONFLICT DO NOTHING RETURNING until_s"""


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

    def __init__(self, office_id: str) -> None:
        self._office_id = office_id
        self._swept_s = 0

    def till(
        self,
        connection: Connection,
        request: Request,
        says: Signed,
        *,
        now: datetime,
        strictness: Strictness = USUAL,
    ) -> TillSeen:
        """The till that signed this request; raises `Refused`."""
        if request.headers[OFFICE] != self._office_id:
            raise never(421, "OTHER_OFFICE")
        rows = ask_one(connection, _TILL, (boot_of(request), till_id(request)))
        found = TillSeen(*rows[0]) if rows else None
        if found is None or key_id(found.public_key) != says.key_id:
            raise after_action(401, "UNKNOWN_TILL")
        self.check(connection, says, public_key=found.public_key, till=found.till_id,
                   now=now, any_clock=strictness.any_clock)  # fmt: skip
        if found.revoked and not strictness.revoked:
            raise after_action(403, "REVOKED")
        late = RENEWED_LATE if strictness.late_certificate else 0 * RENEWED_LATE
        if now.timestamp() > found.issued_s + (HOLDS + late).total_seconds():
            raise after_action(403, "CERTIFICATE_EXPIRED")
        return found

    def check(
        self,
        connection: Connection,
        says: Signed,
        *,
        public_key: bytes,
        till: bytes,
        now: datetime,
        any_clock: bool = False,
    ) -> None:
        """Whether a signature is this key's, of now, and new; raises `Refused`."""
        if not verify(public_key, says.base, says.signature):
            raise never(401, "BAD_SIGNATURE")
        now_s = int(now.timestamp())
        if not any_clock and abs(says.created_s - now_s) > WINDOW_S:
            raise Refused(401, Problem(code="CLOCK_OFF", retry="after_action"))
        self._sweep(connection, now_s)
        if not ask_one(connection, _REMEMBER, (till, says.nonce, now_s + NONCE_KEPT_S)):
            raise Refused(401, Problem(code="NONCE_SEEN", retry="later"))

    def _sweep(self, connection: Connection, now_s: int) -> None:
        if now_s - self._swept_s >= WINDOW_S:
            connection.execute(NONCE.delete().where(NONCE.c.until_s < now_s))
            self._swept_s = now_s
