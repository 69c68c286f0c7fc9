"""A till's name, the codes of store and till, is one till's that is in use: receipts show it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from posloyalty.headoffice.store.tables import STORE, TILL


def name_taken(connection: Connection, store: str, code: str, till_id: bytes) -> bool:
    """Whether another till that is in use has this name, whatever the size of its letters: numbers
    of receipts are read out and typed. Holds the store until the transaction ends, so of two that
    take one name at once the second sees the first.
    """
    # Rows that only name the store need no wait.
    held = select(STORE.c.code).where(STORE.c.code == store).with_for_update(key_share=True)
    connection.execute(held).one()
    asked = select(TILL.c.till_id).where(
        TILL.c.store_code == store,
        func.upper(TILL.c.till_code) == code.upper(),
        TILL.c.till_id != till_id,
        TILL.c.revoked == 0,
        TILL.c.gone_s == 0,
    )
    return connection.execute(asked.limit(1)).first() is not None
