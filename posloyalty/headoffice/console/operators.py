"""Office operators: who may sign in at head office, by password and second factor.

Shape: `add` gives an `Invitation` with the first password and the second factor's secret; both are
shown once and kept as an Argon2 hash and sealed. A sign-in is counted as a failure before anything
is checked and forgiven when it was right, so that guesses sent at once are all counted; who waits
after how many is said in `sign_in_tries`. Wrong name, wrong password, wrong code and a try that
came too early are one refusal, after the same work: an answer says nothing of who is here. The code
is looked at when the password is right, not before. Of strangers one is checked at a time and few
wait, two of an address at most: the others are refused at once. Whoever comes in a browser that
they know waits behind nobody but their like.
"""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

from posloyalty.headoffice.cases.audit_log import SOMEBODY, note
from posloyalty.headoffice.console import known_browsers, sign_in_tries
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import (
    SECRET_BYTES,
    address,
    last_of_now,
    secret_text,
    step_of,
)
from posloyalty.headoffice.console.sessions import TOKEN_BYTES, Sessions, end_all
from posloyalty.headoffice.console.sign_in_tries import (
    INSIDE,
    Count,
    Kind,
    Tries,
    Visitor,
    counts_of,
)
from posloyalty.headoffice.console.turns import Turns
from posloyalty.headoffice.running.seal import NONCE_BYTES, Seal
from posloyalty.headoffice.store.console_tables import OFFICE_OPERATOR
from posloyalty.headoffice.store.database import Database
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Clock
from posloyalty.services.refusal import ServiceRefusal

PASSWORD_LEAST: Final = 12
PASSWORD_MOST: Final = 128
NAME_MOST: Final = 40
_PASSWORD_BYTES: Final = 10
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
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What a sign-in gives a browser to keep: its session's token, and by what it is known."""

    session: str
    browser: str


@dataclass
class Operators:
    """Keeps operators and lets them in."""

    database: Database
    seal: Seal
    sessions: Sessions
    clock: Clock
    chance: Chance
    hasher: PinHasher
    _known: Turns = field(default_factory=Turns)
    _strangers: Turns = field(default_factory=Turns)
    _nobody: str = ""

    def all(self) -> list[OperatorRow]:
        """Every operator, by name."""
        with self.database.read() as connection:
            rows = connection.execute(select(OFFICE_OPERATOR).order_by(_O.name)).all()
        return [
            OperatorRow(
                name=row.name,
                role=Role(row.role),
                active=bool(row.active),
                made_at=datetime.fromtimestamp(row.made_s, UTC),
            )
            for row in rows
        ]

    def tries(self) -> list[Tries]:
        """Who failed to sign in, the latest first."""
        with self.database.read() as connection:
            return sign_in_tries.shown(connection, self._now_s())

    def let_in_again(self, name: str, *, by: str) -> None:
        """Nobody waits any more for having tried this name; refuses NO_SUCH_OPERATOR."""
        with self.database.write() as connection:
            _known(connection, name)
            sign_in_tries.forget(connection, name)
            note(connection, self._now_s(), by, "operator_let_in_again", name=name)

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
            known_browsers.forget(connection, name)
            note(connection, self._now_s(), by, "operator_invited_again", name=name)
        return invitation

    def set_role(self, name: str, role: Role, *, by: str) -> None:
        """Another role, which ends their sessions; nothing is done where they have it. Refuses
        NO_SUCH_OPERATOR and LAST_ADMINISTRATOR.
        """
        with self.database.write() as connection:
            if _known(connection, name).role == role.value:
                return
            self._change(connection, name, role=role.value)
            _keep_one_administrator(connection)
            end_all(connection, name)
            note(connection, self._now_s(), by, "operator_role", name=name, role=role.value)

    def set_active(self, name: str, *, active: bool, by: str) -> None:
        """Set aside, or back; nothing is done where they are. Refuses NO_SUCH_OPERATOR and
        LAST_ADMINISTRATOR.
        """
        with self.database.write() as connection:
            if bool(_known(connection, name).active) is active:
                return
            self._change(connection, name, active=int(active))
            _keep_one_administrator(connection)
            end_all(connection, name)
            what = "operator_active" if active else "operator_set_aside"
            note(connection, self._now_s(), by, what, name=name)

    def change_password(self, name: str, old: str, new: str, *, here: str = "") -> None:
        """One's own password. Every session but that of the token `here` ends: whoever changes it
        may fear that somebody else is in. Refuses PASSWORD_LENGTH, SIGN_IN_WRONG and SIGN_IN_BUSY.
        """
        if not PASSWORD_LEAST <= len(new) <= PASSWORD_MOST:
            raise ServiceRefusal("PASSWORD_LENGTH", least=PASSWORD_LEAST, most=PASSWORD_MOST)
        with self._known.turn():
            counts, row = self._counted(name, INSIDE)
            if row is None or not self._is_password(row.password_hash, old):
                raise ServiceRefusal("SIGN_IN_WRONG")
            hashed = self.hasher.hash(new)
        with self.database.write() as connection:
            self._change(connection, name, password_hash=hashed)
            end_all(connection, name, but=here)
            sign_in_tries.forgive(connection, counts)
            note(connection, self._now_s(), name, "password_changed")

    def sign_in(self, name: str, password: str, code: str, visitor: Visitor) -> Entered:
        """A new session; refuses as `prove` does."""
        self.prove(name, password, code, visitor)
        browser = self.chance.token_bytes(TOKEN_BYTES).hex()
        with self.database.write() as connection:
            now_s = self._now_s()
            note(connection, now_s, name, "signed_in")
            known_browsers.remember(connection, visitor.browser, browser, name, now_s)
            return Entered(session=self.sessions.open(connection, name), browser=browser)

    def prove(self, name: str, password: str, code: str, visitor: Visitor = INSIDE) -> Role:
        """Who somebody is, and their role. Refuses SIGN_IN_WRONG and SIGN_IN_BUSY."""
        known = visitor.inside or self._is_known(visitor, name)
        turns, address = (self._known, "") if known else (self._strangers, visitor.address)
        with turns.turn(address):
            return self._proved(name, password, code, visitor)

    def _proved(self, name: str, password: str, code: str, visitor: Visitor) -> Role:
        nobody = self._somebody()
        counts, row = self._counted(name, visitor)
        hashed = nobody if row is None else row.password_hash
        if not self._is_password(hashed, password) or row is None or not row.active:
            raise ServiceRefusal("SIGN_IN_WRONG")
        secret = self.seal.opened(bytes(row.second_factor), name=name)
        step = step_of(secret, code.replace(" ", ""), self._now_s()) if secret else None
        if step is None or not self._forgive(name, step, counts):
            self._password_alone(name, counts[0])
            raise ServiceRefusal("SIGN_IN_WRONG")
        return Role(row.role)

    def _is_known(self, visitor: Visitor, name: str) -> bool:
        with self.database.read() as connection:
            return known_browsers.is_known(connection, visitor.browser, name, self._now_s())

    def _counted(self, name: str, visitor: Visitor) -> tuple[tuple[Count, ...], Any]:
        """Where one more failure was counted, and the operator's row; None in place of it for a
        name that nobody has, and for a try that came too early: both can only be wrong.
        """
        now_s = self._now_s()
        with self.database.write() as connection:
            row = _row(connection, name)
            theirs = "" if row is None else name
            known = known_browsers.is_known(connection, visitor.browser, theirs, now_s)
            counts = counts_of(visitor, theirs, known=known)
            told = sign_in_tries.count(connection, counts, now_s)
            for one, failures in told.began:
                note(connection, now_s, SOMEBODY, "sign_in_waits", **_began(one, failures))
        return counts, None if told.held else row

    def _forgive(self, name: str, step: int, counts: tuple[Count, ...]) -> bool:
        """Whether a code's step is newer than the last one that was taken; then none failed."""
        newer = or_(_O.last_step < step, _O.last_step > last_of_now(self._now_s()))
        mine = OFFICE_OPERATOR.update().where(_O.name == name, newer)
        with self.database.write() as connection:
            taken = connection.execute(mine.values(last_step=step)).rowcount == 1
            if taken:
                sign_in_tries.forgive(connection, counts)
        return taken

    def _password_alone(self, name: str, nearest: Count) -> None:
        """Say that somebody had the password, and no good code."""
        with self.database.write() as connection:
            sign_in_tries.had_the_password(connection, nearest)
            note(connection, self._now_s(), SOMEBODY, "password_without_code", name=name)

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


def _began(one: Count, failures: int) -> dict[str, str]:
    """The facts of an entry that says who waits from now on."""
    facts = {"name": one.name, "waits": one.kind.value, "failures": str(failures)}
    if one.kind in (Kind.PLACE, Kind.ADDRESS):
        facts["address"] = one.source
    return {key: value for key, value in facts.items() if value}
