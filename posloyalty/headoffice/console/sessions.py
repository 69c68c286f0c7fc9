"""Sessions of the web console: a drawn token in a cookie, known here by its hash alone.

A session ends when its operator signs out, after 30 minutes without a request, and 12 hours after
it began whatever happens; an operator who is set aside has none. A clock that was set back by less
than those 12 hours ends none, and lets none live longer than it was used since; one that a clock
far ahead began ends with the mending. Its form token stands in every
form, so that no other site can act in an operator's name.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.console.rights import Right, Role, may
from posloyalty.headoffice.store.console_tables import OFFICE_OPERATOR, OFFICE_SESSION
from posloyalty.headoffice.store.database import Database
from posloyalty.services.ports import Chance, Clock

IDLE_S: Final = 30 * 60
ABSOLUTE_S: Final = 12 * 60 * 60
FORMER_S: Final = 3 * 24 * 60 * 60
"""So long after it began somebody's session is still known to have been theirs."""
TOKEN_BYTES: Final = 32
_SEEN_EVERY_S: Final = 60
"""A session's last use is written down at most so often: pages are read, not written."""
_S: Final = OFFICE_SESSION.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who asks."""

    name: str
    role: Role
    form_token: str

    def may(self, right: Right) -> bool:
        """Whether the operator has a right."""
        return may(self.role, right)

    def is_own_form(self, token: str) -> bool:
        """Whether a form was made for this session."""
        return hmac.compare_digest(self.form_token.encode(), token.encode())


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, *, clock: Clock, chance: Chance) -> None:
        self._database = database
        self._clock = clock
        self._chance = chance

    def open(self, connection: Connection, name: str) -> str:
        """A new session's token, within the transaction of a sign-in."""
        now_s = self._now_s()
        over = ~_S.made_s.between(now_s - ABSOLUTE_S, now_s + ABSOLUTE_S)
        connection.execute(OFFICE_SESSION.delete().where(over))
        token = self._chance.token_bytes(TOKEN_BYTES).hex()
        connection.execute(
            OFFICE_SESSION.insert().values(
                token_hash=_hash(token),
                operator=name,
                form_token=self._chance.token_bytes(TOKEN_BYTES).hex(),
                made_s=now_s,
                seen_s=now_s,
            )
        )
        return token

    def find(self, token: str) -> Session | None:
        """The session of a token, unless it ended."""
        now_s = self._now_s()
        asked = select(OFFICE_SESSION, OFFICE_OPERATOR.c.role).join(OFFICE_OPERATOR)
        asked = asked.where(_S.token_hash == _hash(token), OFFICE_OPERATOR.c.active == 1)
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        if row is None or now_s - row.seen_s > IDLE_S or abs(now_s - row.made_s) > ABSOLUTE_S:
            return None
        if not 0 <= now_s - row.seen_s < _SEEN_EVERY_S:
            used = OFFICE_SESSION.update().where(_S.token_hash == row.token_hash)
            with self._database.write() as connection:
                # What began by a clock that was ahead began now, or it would live for so much more.
                connection.execute(used.values(seen_s=now_s, made_s=min(now_s, row.made_s)))
        return Session(name=row.operator, role=Role(row.role), form_token=row.form_token)

    def former(self, token: str) -> Session | None:
        """Whose session a token was that has ended by itself, not by signing out; None for a token
        of nobody, for one of days ago, and for somebody who was set aside since.
        """
        asked = select(OFFICE_SESSION, OFFICE_OPERATOR.c.role).join(OFFICE_OPERATOR)
        asked = asked.where(_S.token_hash == _hash(token), OFFICE_OPERATOR.c.active == 1)
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        if row is None or abs(self._now_s() - row.made_s) > FORMER_S:
            return None
        return Session(name=row.operator, role=Role(row.role), form_token=row.form_token)

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute(OFFICE_SESSION.delete().where(_S.token_hash == _hash(token)))

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def end_all(connection: Connection, name: str, *, but: str = "") -> None:
    """End every session of an operator, within a transaction that changes who they are; that of a
    token goes on.
    """
    others = (_S.operator == name) & (_S.token_hash != _hash(but))
    connection.execute(OFFICE_SESSION.delete().where(others))


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8")).digest()
