"""Who may sign in at head office: password and second factor, sessions, audit."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.cases.audit_log import entries, first_wrong
from posloyalty.headoffice.console.operators import Invitation, Operators
from posloyalty.headoffice.console.rights import RIGHTS, Right, Role
from posloyalty.headoffice.console.second_factor import PURPOSE, code_at, step_of
from posloyalty.headoffice.console.sessions import ABSOLUTE_S, IDLE_S
from posloyalty.headoffice.console.sign_in_tries import INSIDE
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.running.seal import Seal
from posloyalty.headoffice.store.console_tables import AUDIT_ENTRY, OFFICE_OPERATOR, OFFICE_SESSION
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SetClock
from tests.headoffice.console.conftest import invited

# RFC 6238, appendix B: the SHA-1 rows, of which an authenticator shows the last six digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CODES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]


@pytest.fixture
def chief(people: Operators) -> Invitation:
    return invited(people, "chief", Role.ADMINISTRATOR)


def code(person: Invitation, clock: SetClock) -> str:
    return code_at(person.secret, int(clock.now().timestamp()))


def refused(people: Operators, name: str, password: str, told: str) -> str:
    with pytest.raises(ServiceRefusal) as fault:
        people.sign_in(name, password, told, INSIDE)
    return fault.value.reason


def enter(people: Operators, person: Invitation, clock: SetClock) -> str:
    """The token of a session of somebody who signs in."""
    return people.sign_in(person.name, person.password, code(person, clock), INSIDE).session


@pytest.mark.parametrize(("at_s", "told"), CODES)
def test_codes_are_those_of_the_standard(at_s: int, told: str) -> None:
    assert code_at(SECRET, at_s) == told
    assert step_of(SECRET, told, at_s) == at_s // 30
    # A clock may be half a minute off, not a whole one.
    assert step_of(SECRET, told, at_s + 30) == at_s // 30
    assert step_of(SECRET, told, at_s + 61) is None


def test_name_password_and_code_open_a_session(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    token = enter(people, chief, clock)
    session = people.sessions.find(token)
    assert session is not None
    assert (session.name, session.role) == ("chief", Role.ADMINISTRATOR)
    assert people.sessions.find(token[::-1]) is None


def test_a_code_opens_once(people: Operators, chief: Invitation, clock: SetClock) -> None:
    told = code(chief, clock)
    people.sign_in("chief", chief.password, told, INSIDE)
    assert refused(people, "chief", chief.password, told) == "SIGN_IN_WRONG"
    clock.pass_time(timedelta(seconds=30))
    enter(people, chief, clock)


@pytest.mark.parametrize("wrong", ["name", "password", "code", "aside"])
def test_one_wrong_thing_is_enough(
    people: Operators, chief: Invitation, clock: SetClock, wrong: str
) -> None:
    other = invited(people, "other", Role.ADMINISTRATOR)
    if wrong == "aside":
        people.set_active("chief", active=False, by="other")
    name = "nobody" if wrong == "name" else "chief"
    password = other.password if wrong == "password" else chief.password
    told = code(other if wrong == "code" else chief, clock)
    assert refused(people, name, password, told) == "SIGN_IN_WRONG"


@pytest.mark.parametrize(
    ("step_s", "steps", "still"),
    [(IDLE_S, 1, True), (IDLE_S + 1, 1, False), (IDLE_S, ABSOLUTE_S // IDLE_S + 1, False)],
    ids=["just used", "idle", "too old whatever was done"],
)
def test_a_session_ends_by_itself(
    people: Operators, chief: Invitation, clock: SetClock, step_s: int, steps: int, still: bool
) -> None:
    token = enter(people, chief, clock)
    found = None
    for _ in range(steps):
        clock.pass_time(timedelta(seconds=step_s))
        found = people.sessions.find(token)
    assert (found is not None) is still


def test_another_role_setting_aside_and_a_new_invitation_end_sessions(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    clerk = invited(people, "clerk", Role.CLERK)
    acts = (
        lambda: people.set_role("clerk", Role.VIEWER, by="chief"),
        lambda: people.invite_again("clerk", by="chief"),
    )
    for act in acts:
        token = enter(people, clerk, clock)
        assert people.sessions.find(token) is not None
        act()
        assert people.sessions.find(token) is None
        clock.pass_time(timedelta(seconds=60))
    assert refused(people, "clerk", clerk.password, code(clerk, clock)) == "SIGN_IN_WRONG"


def test_one_administrator_stays(people: Operators, chief: Invitation) -> None:
    for act in (
        lambda: people.set_role("chief", Role.CLERK, by="chief"),
        lambda: people.set_active("chief", active=False, by="chief"),
    ):
        with pytest.raises(ServiceRefusal, match="LAST_ADMINISTRATOR"):
            act()
    assert [(one.role, one.active) for one in people.all()] == [(Role.ADMINISTRATOR, True)]


def test_a_password_is_changed_by_whoever_knows_it(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    for old, new, reason in (
        (chief.password, "short", "PASSWORD_LENGTH"),
        ("wrong", "long enough for this", "SIGN_IN_WRONG"),
    ):
        with pytest.raises(ServiceRefusal, match=reason):
            people.change_password("chief", old, new)
    people.change_password("chief", chief.password, "long enough for this")
    people.sign_in("chief", "long enough for this", code(chief, clock), INSIDE)


def test_another_password_ends_every_session_but_the_one_in_which_it_was_changed(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    def entered() -> str:
        clock.pass_time(timedelta(minutes=1))
        return people.sign_in("chief", chief.password, code(chief, clock), INSIDE).session

    stolen, here = entered(), entered()
    with pytest.raises(ServiceRefusal, match="SIGN_IN_WRONG"):
        people.change_password("chief", "wrong", "long enough for this", here=here)
    assert people.sessions.find(stolen) is not None
    people.change_password("chief", chief.password, "long enough for this", here=here)
    assert people.sessions.find(stolen) is None
    assert people.sessions.find(here) is not None


@pytest.mark.parametrize("name", ["", " x", "x" * 41, "a\tb"])
def test_a_name_is_sound(people: Operators, name: str) -> None:
    with pytest.raises(ServiceRefusal, match="OPERATOR_NAME"):
        people.add(name, Role.CLERK, by="chief")


def test_the_database_alone_lets_nobody_in(office: OpenOffice, people: Operators) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with office.database.read() as connection:
        row = connection.execute(select(OFFICE_OPERATOR)).one()
        kept = repr(row) + repr(connection.execute(select(OFFICE_SESSION)).all())
    assert chief.password not in kept
    assert chief.secret not in kept
    sealed, seal = bytes(row.second_factor), Seal(office.office.seed, PURPOSE)
    assert Seal(bytes(32), PURPOSE).opened(sealed, name="chief") == ""
    assert seal.opened(sealed, name="other") == ""
    assert seal.opened(sealed, name="chief") == chief.secret


def test_every_act_has_its_entry_and_none_is_ever_changed(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    enter(people, chief, clock)
    office.administration.new_code("S1", by="chief")
    with office.database.read() as connection:
        found = entries(connection)
        assert [(one.who, one.what) for one in reversed(found)] == [
            ("command line", "store_added"),
            ("command line", "operator_added"),
            ("chief", "signed_in"),
            ("chief", "code_made"),
        ]
        assert first_wrong(connection) is None
        assert [one.number for one in entries(connection, before=3)] == [2, 1]
    for act in (update(AUDIT_ENTRY).values(who="x"), AUDIT_ENTRY.delete()):
        with (
            pytest.raises(DBAPIError, match="never changed"),
            office.database.write() as connection,
        ):
            connection.execute(act)


def test_a_changed_audit_log_is_found(office: OpenOffice, people: Operators) -> None:
    invited(people, "chief", Role.ADMINISTRATOR)
    invited(people, "clerk", Role.CLERK)
    with office.database.write() as connection:
        if office.database.on_postgresql:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_entry_UPDATE_kept")
        connection.execute(update(AUDIT_ENTRY).where(AUDIT_ENTRY.c.number == 2).values(who="x"))
        assert first_wrong(connection) == 2
        if office.database.on_postgresql:
            connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER ALL")


def test_each_role_may_do_what_the_one_below_may() -> None:
    roles = [Role.VIEWER, Role.CLERK, Role.MANAGER, Role.ADMINISTRATOR]
    for lower, higher in pairwise(roles):
        assert RIGHTS[lower] < RIGHTS[higher]
    assert RIGHTS[Role.ADMINISTRATOR] == set(Right)
