"""The key of a member's phone: given, renewed, taken back, and gone with the member.

Shape: `give` draws a key and hands it out once, as text for the member's app; it is kept sealed
with head office's own key, so that a copy of the database makes no codes (`phone_proof`). There is
one key a member: a new one ends the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.domain.members.phone_code import KEY_BYTES, PhoneKey
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.phone_proof import forget_phone, seal_of
from posloyalty.headoffice.members.records import living
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.running.seal import NONCE_BYTES
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.phone_tables import PHONE_KEY
from posloyalty.services.ports import Chance, Clock
from posloyalty.services.refusal import ServiceRefusal

_K: Final = PHONE_KEY.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneKeyKept:
    """A member's key as people see it: since when, and when it was taken back; None: it is good."""

    given_at: datetime
    withdrawn_at: datetime | None


class PhoneKeys:
    """Gives and takes back."""

    def __init__(self, database: Database, office: Office, clock: Clock, chance: Chance) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._chance = chance

    def kept(self, member_id: str) -> PhoneKeyKept | None:
        """What there is of a member's key, by the id; None for none."""
        asked = select(PHONE_KEY).where(_K.member_id == bytes.fromhex(member_id))
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return None
        given_at = datetime.fromtimestamp(row.given_s, UTC)
        withdrawn_at = datetime.fromtimestamp(row.withdrawn_s, UTC) if row.withdrawn_s else None
        return PhoneKeyKept(given_at=given_at, withdrawn_at=withdrawn_at)

    def give(self, member: str, *, by: str) -> PhoneKey:
        """A new key for whomever a name means, which is shown once; the one before is good no
        more. Refuses NOBODY_FOUND.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            member_id = self._living(connection, member, now)
            key = PhoneKey(member_id=member_id, key=self._chance.token_bytes(KEY_BYTES))
            sealed = seal_of(self._office).sealed(
                key.key.hex(), name=member_id.hex(), nonce=self._chance.token_bytes(NONCE_BYTES)
            )
            now_s = int(now.timestamp())
            forget_phone(connection, member_id)
            connection.execute(
                PHONE_KEY.insert().values(
                    member_id=member_id, sealed=sealed, given_s=now_s, withdrawn_s=0, last_step=0
                )
            )
            note(connection, now_s, by, "phone_key_given", member=member_id.hex())
        return key

    def withdraw(self, member: str, *, by: str) -> str:
        """A key is good no more; gives the member's id. Refuses NOBODY_FOUND and NO_PHONE_KEY."""
        now = self._clock.now()
        now_s = int(now.timestamp())
        with self._database.write() as connection:
            member_id = self._living(connection, member, now)
            good = PHONE_KEY.update().where(_K.member_id == member_id, _K.withdrawn_s == 0)
            if connection.execute(good.values(withdrawn_s=now_s)).rowcount != 1:
                raise ServiceRefusal("NO_PHONE_KEY")
            note(connection, now_s, by, "phone_key_withdrawn", member=member_id.hex())
        return member_id.hex()

    def _living(self, connection: Connection, member: str, now: datetime) -> bytes:
        office = head_office(self._database, connection, self._office, now=now)
        member_id = living(connection, office, member)
        office.archive.lock(member_id)
        return member_id
