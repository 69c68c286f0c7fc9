"""Which till somebody means who types one: by its id, or by the name that lists and receipts show.

The name is the codes of store and till ("S1-T1"). A till that joined anew as another one leaves its
name to it, so a name may be of several; then only the id says which.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.tables import TILL
from posloyalty.services.refusal import ServiceRefusal

ID_DIGITS = 32


def told_till(connection: Connection, told: str) -> bytes:
    """The id of a till; refuses NO_SUCH_TILL, and SEVERAL_TILLS for a name of several."""
    store, _, code = told.strip().partition("-")
    named = (TILL.c.store_code == store) & (TILL.c.till_code == code)
    raw = _raw(told.strip())
    asked = select(TILL.c.till_id).where(named if raw is None else TILL.c.till_id == raw)
    found = connection.execute(asked.limit(2)).scalars().all()
    if not found:
        raise ServiceRefusal("NO_SUCH_TILL", till=told)
    if len(found) > 1:
        raise ServiceRefusal("SEVERAL_TILLS", till=told)
    return bytes(found[0])


def _raw(told: str) -> bytes | None:
    try:
        return bytes.fromhex(told) if len(told) == ID_DIGITS else None
    except ValueError:
        return None
