"""Office operators: who may sign in at head office, by password and second factor.

Shape: `add` gives an `Invitation` with the first password and the second factor's secret; both are
shown once and kept as an Argon2 hash and sealed. A sign-in is counted as a failure before anything
is checked and forgiven when it was right, so that guesses sent at once are all counted. From the
fifth failure in a row on, the name is locked for a minute, twice as long each time, up to an hour.
Wrong name, password and code are one refusal, and take the same time. One is checked at a time and
few wait: the others are refused at once.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import BoundedSemaphore, Lock
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import (
    NONCE_BYTES,
    SECRET_BYTES,
    Seal,
    address,
    secret_text,
    step_of,
)
from posloyalty.headoffice.console.sessions import Sessions, end_all
from posloyalty.headoffice.store.console_tables import OFFICE_OPERATOR
from posloyalty.headoffice.store.database import Database
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Clock
from posloyalty.services.refusal import ServiceRefusal

FAILURES_MOST: Final = 5
LOCK_S: Final = 60
LOCK_S_MAX: Final = 3600
PASSWORD_LEAST: Final = 12
PASSWORD_MOST: Final = 128
NAME_MOST: Final = 40
_PASSWORD_BYTES: Final = 10
WAITING_MOST: Final = 3
"""One password is checked at a time, because each takes 32 MiB and a core, and anybody may send
one; so many more wait, and whoever comes beyond that is told so before anything is counted."""
_O: Final = OFFICE_OPERATOR.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a new operator is handed, once. `address` is for the authenticator's camera."""

    name: str
    role: Role
    password: str
    secret: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRow:
    """An operator as the list shows them."""

    name: str
    role: Role
    active: bool
    locked_until: datetime | None
    made_at: datetime


@dataclass
class Operators:
    """Keeps operators and lets them in."""

    database: Database
    seal: Seal
    sessions: Sessions
    clock: Clock
    chance: Chance
    hasher: PinHasher
    _checking: Lock = field(default_factory=Lock)
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(1 + WAITING_MOST))
    _nobody: str = ""

    def all(self) -> list[OperatorRow]:
        """Every operator, by name."""
        now_s = self._now_s()
        with self.database.read() as connection:
            rows = connection.execute(select(OFFICE_OPERATOR).order_by(_O.name)).all()
        return [
            OperatorRow(
                name=row.name,
                role=Role(row.role),
                active=bool(row.active),
                locked_until=_instant(row.locked_until_s) if row.locked_until_s > now_s else None,
                made_at=_instant(row.made_s),
            )
            for row in rows
        ]

    def add(self, name: str, role: Role, *, by: str) -> Invitation:
        """A new operator; refuses OPERATOR_NAME and OPERATOR_EXISTS."""
        if not (name == name.strip() and 0 < len(name) <= NAME_MOST and name.isprintable()):
            raise ServiceRefusal("OPERATOR_NAME", most=NAME_MOST)
        invitation, values = self._drawn(name, role)
        with self.database.write() as connection:
            if _row(connection, name) is not None:
                raise ServiceRefusal("OPERATOR_EXISTS", name=name)
            row = values | {"name": name, "role": role.value, "made_s": self._now_s()}
            connection.execute(OFFICE_OPERATOR.insert().values(row))
            note(connection, self._now_s(), by, "operator_added", name=name, role=role.value)
        return invitation

    def invite_again(self, name: str, *, by: str) -> Invitation:
        """A new password and second factor, for one who lost theirs; refuses NO_SUCH_OPERATOR."""
        with self.database.write() as connection:
            row = _known(connection, name)
            invitation, values = self._drawn(name, Role(row.role))
            self._change(connection, name, **values)
            end_all(connection, name)
            note(connection, self._now_s(), by, "operator_invited_again", name=name)
        return invitation

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Another role; refuses NO_SUCH_OPERATOR and LAST_ADMINISTRATOR."""
        with self.database.write() as connection:
            _known(connection, name)
            self._change(connection, name, role=role.value)
            _keep_one_administrator(connection)
            end_all(connection, name)
            note(connection, self._now_s(), by, "operator_role", name=name, role=role.value)

    def set_active(self, name: str, *, active: bool, by: str) -> None:
        """Set aside, or back; refuses NO_SUCH_OPERATOR and LAST_ADMINISTRATOR."""
        with self.database.write() as connection:
            _known(connection, name)
            self._change(connection, name, active=int(active))
            _keep_one_administrator(connection)
            end_all(connection, name)
            what = "operator_active" if active else "operator_set_aside"
            note(connection, self._now_s(), by, what, name=name)

    def change_password(self, name: str, old: str, new: str) -> None:
        """One's own password; refuses PASSWORD_LENGTH, SIGN_IN_WRONG and SIGN_IN_BUSY."""
        if not PASSWORD_LEAST <= len(new) <= PASSWORD_MOST:
            raise ServiceRefusal("PASSWORD_LENGTH", least=PASSWORD_LEAST, most=PASSWORD_MOST)
        with self._turn():
            row = self._counted(name)
            if row is None or not self._is_password(row.password_hash, old):
                raise ServiceRefusal("SIGN_IN_WRONG")
            hashed = self.hasher.hash(new)
        with self.database.write() as connection:
            self._change(connection, name, password_hash=hashed, failures=0, locked_until_s=0)
            note(connection, self._now_s(), name, "password_changed")

    def sign_in(self, name: str, password: str, code: str) -> str:
        """A new session's token; refuses as `prove` does."""
        self.prove(name, password, code)
        with self.database.write() as connection:
            note(connection, self._now_s(), name, "signed_in")
            return self.sessions.open(connection, name)

    def prove(self, name: str, password: str, code: str) -> Role:
        """Who somebody is, and their role.

        Refuses SIGN_IN_WRONG, SIGN_IN_BUSY, and SIGN_IN_LOCKED with the seconds to wait.
        """
        with self._turn():
            return self._proved(name, password, code)

    def _proved(self, name: str, password: str, code: str) -> Role:
        row = self._counted(name)
        if row is None:
            self._is_password(self._somebody(), password)
            raise ServiceRefusal("SIGN_IN_WRONG")
        right = self._is_password(row.password_hash, password)
        secret = self.seal.opened(bytes(row.second_factor), name=name)
        step = step_of(secret, code.replace(" ", ""), self._now_s()) if secret else None
        if not (right and row.active and step is not None and self._forgive(name, step)):
            raise ServiceRefusal("SIGN_IN_WRONG")
        return Role(row.role)

    def _counted(self, name: str) -> Any:
        """The operator's row, after one more failure was counted; None for a name unknown."""
        now_s = self._now_s()
        with self.database.write() as connection:
            asked = select(OFFICE_OPERATOR).where(_O.name == name).with_for_update()
            row = connection.execute(asked).first()
            if row is None:
                return None
            if row.locked_until_s > now_s:
                raise ServiceRefusal("SIGN_IN_LOCKED", seconds=row.locked_until_s - now_s)
            failures = row.failures + 1
            over = failures - FAILURES_MOST
            until_s = now_s + min(LOCK_S << min(over, 6), LOCK_S_MAX) if over >= 0 else 0
            self._change(connection, name, failures=failures, locked_until_s=until_s)
            if until_s:
                note(connection, now_s, name, "sign_in_locked", failures=str(failures))
        return row

    def _forgive(self, name: str, step: int) -> bool:
        """Whether a code's step is newer than the last one that was taken; then none failed."""
        mine = OFFICE_OPERATOR.update().where(_O.name == name, _O.last_step < step)
        with self.database.write() as connection:
            taken = mine.values(last_step=step, failures=0, locked_until_s=0)
            return connection.execute(taken).rowcount == 1

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One's turn to be checked, whatever it takes; refuses SIGN_IN_BUSY."""
        if not self._places.acquire(blocking=False):
            raise ServiceRefusal("SIGN_IN_BUSY")
        try:
            with self._checking:
                yield
        finally:
            self._places.release()

    def _is_password(self, hashed: str, password: str) -> bool:
        return len(password) <= PASSWORD_MOST and self.hasher.matches(hashed, password)

    def _somebody(self) -> str:
        """A hash that no password matches, so that unknown names take as long as known ones."""
        if not self._nobody:
            self._nobody = self.hasher.hash(self.chance.token_bytes(16).hex())
        return self._nobody

    def _drawn(self, name: str, role: Role) -> tuple[Invitation, dict[str, Any]]:
        password = b32encode(self.chance.token_bytes(_PASSWORD_BYTES)).decode("ascii").lower()
        secret = secret_text(self.chance.token_bytes(SECRET_BYTES))
        nonce = self.chance.token_bytes(NONCE_BYTES)
        values = {
            "password_hash": self.hasher.hash(password),
            "second_factor": self.seal.sealed(secret, name=name, nonce=nonce),
            "last_step": 0,
            "failures": 0,
            "locked_until_s": 0,
            "active": 1,
        }
        told = Invitation(
            name=name, role=role, password=password, secret=secret, address=address(secret, name)
        )
        return told, values

    def _change(self, connection: Connection, name: str, **values: Any) -> None:
        connection.execute(OFFICE_OPERATOR.update().where(_O.name == name).values(values))

    def _now_s(self) -> int:
        return int(self.clock.now().timestamp())


def _row(connection: Connection, name: str) -> Any:
    return connection.execute(select(OFFICE_OPERATOR).where(_O.name == name)).first()


def _known(connection: Connection, name: str) -> Any:
    row = _row(connection, name)
    if row is None:
        raise ServiceRefusal("NO_SUCH_OPERATOR", name=name)
    return row


def _keep_one_administrator(connection: Connection) -> None:
    """Raise when a change would leave nobody who keeps operators; the transaction undoes it."""
    left = select(func.count()).where(_O.role == Role.ADMINISTRATOR.value, _O.active == 1)
    if connection.execute(left).scalar_one() == 0:
        raise ServiceRefusal("LAST_ADMINISTRATOR")


def _instant(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
