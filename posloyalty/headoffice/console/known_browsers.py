"""Browsers in which an operator signed in before, as a cookie and the hash of its token.

Whoever comes with one is no stranger to that operator's name: what strangers try elsewhere does not
make them wait. It opens nothing by itself, and its token changes with each sign-in, so that one
that somebody planted in another's browser is worth nothing there.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.console_tables import KNOWN_BROWSER

KNOWN_S: Final = 180 * 24 * 3600
BROWSERS_MOST: Final = 10
"""An operator's browsers; the one that was used longest ago gives way."""
_B: Final = KNOWN_BROWSER.c


def hash_of(token: str) -> bytes:
    """What a browser is known by here."""
    return sha256(token.encode("utf-8")).digest()


def is_known(connection: Connection, token: str, name: str, now_s: int) -> bool:
    """Whether an operator signed in there within 180 days."""
    asked = select(_B.seen_s).where(
        _B.token_hash == hash_of(token), _B.operator == name, _B.seen_s > now_s - KNOWN_S
    )
    return connection.execute(asked).first() is not None


def remember(connection: Connection, before: str, token: str, name: str, now_s: int) -> None:
    """A browser is known by a new token, for whoever it was known before and for one more."""
    old, new = hash_of(before), hash_of(token)
    connection.execute(KNOWN_BROWSER.delete().where(_B.token_hash == old, _B.operator == name))
    connection.execute(KNOWN_BROWSER.update().where(_B.token_hash == old).values(token_hash=new))
    connection.execute(KNOWN_BROWSER.insert().values(token_hash=new, operator=name, seen_s=now_s))
    mine = select(_B.token_hash).where(_B.operator == name).order_by(_B.seen_s.desc())
    for row in connection.execute(mine.offset(BROWSERS_MOST)).all():
        connection.execute(
            KNOWN_BROWSER.delete().where(_B.token_hash == row.token_hash, _B.operator == name)
        )


def forget(connection: Connection, name: str) -> None:
    """No browser is known for an operator any more."""
    connection.execute(KNOWN_BROWSER.delete().where(_B.operator == name))
