"""What head office decides about a member's phone code, by the key that it keeps sealed.

Shape: `taken` says how it stands with a code, and uses it up where it is good; `forget_phone` is
for a member who is no more.

Of a good code its step is kept, and with it every step before: one row that two tills change one
after the other, so that of two who bring one code at once one hears yes. A code that was made
earlier and comes later than another one is refused, too; the next one is good.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.domain.members.phone_code import PhoneCode, Timely
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.running.seal import Seal
from posloyalty.headoffice.store.phone_tables import PHONE_KEY
from posloyalty.sync.wire.phone_codes import PhoneStanding

_PURPOSE: Final = b"posloyalty head office phone keys"
_UNTIMELY: Final = {Timely.OLD: PhoneStanding.OLD, Timely.AHEAD: PhoneStanding.AHEAD}
_K: Final = PHONE_KEY.c


def taken(connection: Connection, office: Office, code: PhoneCode, now: datetime) -> PhoneStanding:
    """How it stands with a code, which is used by that where it is good."""
    row = connection.execute(select(PHONE_KEY).where(_K.member_id == code.member_id)).first()
    if row is None or not code.is_made_with(_key(office, row)):
        return PhoneStanding.NOT_VALID
    if row.withdrawn_s:
        return PhoneStanding.WITHDRAWN
    timely = code.timely(now)
    if timely is not Timely.NOW:
        return _UNTIMELY[timely]
    unused = PHONE_KEY.update().where(
        _K.member_id == code.member_id,
        _K.sealed == row.sealed,
        _K.withdrawn_s == 0,
        _K.last_step < code.step,
    )
    if connection.execute(unused.values(last_step=code.step)).rowcount == 1:
        return PhoneStanding.GOOD
    return PhoneStanding.USED


def forget_phone(connection: Connection, member_id: bytes) -> None:
    """A member's phone makes no good code any more, and nothing says that there was one."""
    connection.execute(PHONE_KEY.delete().where(_K.member_id == member_id))


def seal_of(office: Office) -> Seal:
    """What seals phones' keys."""
    return Seal(office.seed, _PURPOSE)


def _key(office: Office, row: Any) -> bytes:
    """The key; empty where it was sealed by another head office, which proves nothing."""
    return bytes.fromhex(seal_of(office).opened(bytes(row.sealed), name=bytes(row.member_id).hex()))
