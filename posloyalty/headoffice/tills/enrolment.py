"""A till joins by a one-time code, and its certificate is renewed.

The till brings the certificate that it made for itself at its first start, so a journal that began
long before, alone, hangs on the same genesis and comes up unchanged. Joining again with the same
certificate and a new code is how a revoked till comes back, or one that moved to another store.

A name, the codes of store and till, is for one till that is in use: receipts are numbered by it.
Whoever brings the name of another one is refused (TILL_NAME_TAKEN) until a person says what became
of that one; its code stays good.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from posloyalty.domain.values.calendar import format_instant
from posloyalty.headoffice.ledger.archive import welcome
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.tables import JOINING_CODE, JOURNAL_PLACE, TILL
from posloyalty.headoffice.tills import card_keys, lives, starts
from posloyalty.headoffice.tills.administration import CODE_HOLDS
from posloyalty.headoffice.tills.admission import Admission, signed, till_id
from posloyalty.headoffice.tills.certificates import (
    HOLDS,
    RENEWED_FROM,
    BadCertificate,
    TillCertificate,
    issued,
    read_own,
)
from posloyalty.headoffice.tills.names import name_taken
from posloyalty.headoffice.tills.visits import (
    Reply,
    Request,
    Visit,
    after_action,
    boot_of,
    never,
    read,
    reply,
)
from posloyalty.sync.journal import FIRST_EPOCH, genesis_predecessor
from posloyalty.sync.office.lives import Retells
from posloyalty.sync.wire.joining import office_proof, till_proof
from posloyalty.sync.wire.messages import CertificateGiven, EnrolAsk, Enrolled
from posloyalty.sync.wire.signatures import NO_OFFICE_YET, OFFICE, key_id

USED: Final = b""


class Enrolment:
    """Takes tills in."""

    def __init__(self, office: Office, admission: Admission) -> None:
        self._office = office
        self._admission = admission

    def join(self, connection: Connection, request: Request, now: datetime) -> Reply:
        """Answer a till that brings a code; raises `Refused`."""
        says, ask = signed(request), read(request.body, EnrolAsk)
        der = bytes.fromhex(ask.certificate)
        try:
            own = read_own(der)
        except BadCertificate:
            raise never(422, "BAD_CERTIFICATE") from None
        if (
            request.headers[OFFICE] not in (NO_OFFICE_YET, self._office.id)
            or own.till_id != till_id(request)
            or says.key_id != key_id(own.public_key)
        ):
            raise never(401, "BAD_SIGNATURE")
        self._admission.check(
            connection, says, public_key=own.public_key, till=own.till_id, now=now
        )
        code = self._code(connection, ask, der, now)
        self._take_in(connection, code, own, der, ask, now)
        card_keys.tell(connection, own.till_id)
        starts.joins(connection, own.till_id, boot_of(request), now_s=int(now.timestamp()))
        used = JOINING_CODE.update().where(JOINING_CODE.c.lookup == code.lookup)
        connection.execute(used.values(key=USED, used_by=own.till_id))
        given = self._certificate(own.till_id, own.public_key, now)
        return reply(
            Enrolled(
                office=self._office.id,
                office_key=self._office.key.public.hex(),
                store=code.store_code,
                certificate=given.certificate,
                not_after=given.not_after,
                proof=office_proof(
                    bytes(code.key), office_key=self._office.key.public, certificate=der
                ).hex(),
                # Its campaigns are its own until it hears of a programme that is published here.
                policy=msgspec.structs.replace(kept_policy(connection), budgets=False),
            ),
            status=201,
        )

    def renew(self, visit: Visit) -> Reply:
        """The till's certificate: the one it has, or from day 60 on a new one."""
        issued_at = datetime.fromtimestamp(visit.till.issued_s, UTC)
        if visit.now - issued_at >= RENEWED_FROM:
            issued_at = visit.now
            mine = TILL.update().where(TILL.c.till_id == visit.till.till_id)
            visit.connection.execute(mine.values(issued_s=visit.now_s))
        key = bytes(visit.till.public_key)
        return reply(self._certificate(bytes(visit.till.till_id), key, issued_at))

    def _code(self, connection: Connection, ask: EnrolAsk, der: bytes, now: datetime) -> Any:
        lookup = bytes.fromhex(ask.lookup)
        # Locked, so that of two tills with one code only the first joins.
        asked = select(JOINING_CODE).where(JOINING_CODE.c.lookup == lookup).with_for_update()
        code = connection.execute(asked).first()
        if code is None:
            raise after_action(403, "CODE_UNKNOWN")
        if code.used_by is not None:
            raise after_action(409, "CODE_USED")
        # One that would hold for much longer than any was made by a clock that was ahead.
        if not 0 <= code.until_s - now.timestamp() <= 2 * CODE_HOLDS.total_seconds():
            raise after_action(410, "CODE_EXPIRED")
        proof = till_proof(bytes(code.key), certificate=der)
        if not hmac.compare_digest(proof, bytes.fromhex(ask.proof)):
            raise after_action(403, "CODE_UNKNOWN")
        return code

    def _take_in(
        self,
        connection: Connection,
        code: Any,
        own: TillCertificate,
        der: bytes,
        ask: EnrolAsk,
        now: datetime,
    ) -> None:
        now_s = int(now.timestamp())
        changing = {
            "store_code": code.store_code,
            "till_code": ask.till_code,
            "revoked": 0,
            "gone_s": 0,
            "issued_s": now_s,
            "app": ask.app,
            "seen_s": now_s,
        }
        mine = TILL.c.till_id == own.till_id
        known = connection.execute(select(TILL).where(mine)).first()
        if known is not None:
            if bytes(known.certificate) != der:
                raise after_action(409, "OTHER_CERTIFICATE")
            out = bool(known.revoked or known.gone_s)
            if out and not code.readmits:
                raise after_action(403, "CODE_OF_MANAGER")
            # Two that had one name before a name was looked at each keep it.
            if out or (known.store_code, known.till_code) != (code.store_code, ask.till_code):
                _check_name(connection, code.store_code, ask.till_code, own.till_id)
            connection.execute(TILL.update().where(mine).values(changing))
            return
        _check_name(connection, code.store_code, ask.till_code, own.till_id)
        genesis = genesis_predecessor(own.till_id, der)
        is_first = lives.is_first(connection)
        connection.execute(
            TILL.insert().values(
                till_id=own.till_id,
                public_key=own.public_key,
                certificate=der,
                genesis=genesis,
                joined_s=now_s,
                waiting=0,
                # What it sold alone is on its way. In a later life it may have joined before, after
                # the copy was made that this database is of, and have been lent something.
                retells=Retells.JOINS if is_first else Retells.NEW,
                **changing,
            )
        )
        connection.execute(
            JOURNAL_PLACE.insert().values(
                till_id=own.till_id,
                epoch=FIRST_EPOCH,
                seq=0,
                hash=genesis,
                signature=b"",
                moved_s=now_s,
            )
        )
        welcome(connection, own.till_id, store=code.store_code)

    def _certificate(self, till: bytes, public_key: bytes, at: datetime) -> CertificateGiven:
        der = issued(
            seed=self._office.seed,
            office_id=self._office.id,
            till_id=till,
            public_key=public_key,
            at=at.astimezone(UTC),
        )
        return CertificateGiven(
            certificate=der.hex(),
            not_after=format_instant(at.astimezone(UTC).replace(microsecond=0) + HOLDS),
        )


def _check_name(connection: Connection, store: str, code: str, till_id: bytes) -> None:
    """Refuse TILL_NAME_TAKEN where another till that is in use has this name."""
    if name_taken(connection, store, code, till_id):
        raise after_action(409, "TILL_NAME_TAKEN")
