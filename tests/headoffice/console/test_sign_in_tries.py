"""Whoever guesses waits, nobody shuts another out, and no answer says who is here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import event

from posloyalty.headoffice.cases.audit_log import SOMEBODY, entries
from posloyalty.headoffice.console.known_browsers import BROWSERS_MOST, KNOWN_S
from posloyalty.headoffice.console.operators import Entered, Invitation, Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.console.sign_in_tries import (
    BOUNDS,
    FORGOTTEN_S,
    INSIDE,
    Bound,
    Kind,
    Visitor,
    address_of,
    wait_s,
)
from posloyalty.headoffice.console.turns import AT_AN_ADDRESS, Turns
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.console.conftest import invited

ELSEWHERE = Visitor(address="198.51.100.7")
OUTSIDER = Visitor(address="203.0.113.9")


@pytest.fixture
def chief(people: Operators) -> Invitation:
    return invited(people, "chief", Role.ADMINISTRATOR)


def enters(people: Operators, person: Invitation, clock: SetClock, visitor: Visitor) -> Entered:
    """Somebody signs in with everything right, and a code that was not used yet."""
    clock.pass_time(timedelta(seconds=30))
    told = code_at(person.secret, int(clock.now().timestamp()))
    return people.sign_in(person.name, person.password, told, visitor)


def fails(people: Operators, visitor: Visitor, name: str = "chief", times: int = 1) -> None:
    """Somebody tries in vain; every time the answer is the same one."""
    for _ in range(times):
        with pytest.raises(ServiceRefusal) as fault:
            people.sign_in(name, "a wrong password", "000000", visitor)
        assert (fault.value.reason, fault.value.facts) == ("SIGN_IN_WRONG", {})


def waits(people: Operators, person: Invitation, clock: SetClock, visitor: Visitor) -> bool:
    """Whether somebody is turned away with everything right."""
    with suppress(ServiceRefusal):
        enters(people, person, clock, visitor)
        return False
    return True


def crowd(people: Operators, clock: SetClock, name: str) -> None:
    """So many strangers guess at a name, each from elsewhere, that the next one waits longest."""
    most = BOUNDS[Kind.NAME].free + 4
    for number in range(most):
        if number > most - 5:
            clock.pass_time(timedelta(seconds=61))
        fails(people, Visitor(address=f"192.0.2.{number}"), name)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(4, 0), (5, 60), (6, 120), (7, 240), (10, 1920), (11, 3600), (500, 3600)],
)
def test_each_failure_beyond_the_free_ones_makes_the_wait_twice_as_long(
    failures: int, seconds: int
) -> None:
    assert wait_s(Bound(5, 60, 3600), failures) == seconds


def test_an_outsider_who_guesses_makes_only_their_own_address_wait(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    fails(people, OUTSIDER, times=BOUNDS[Kind.NAME].free)
    for _ in range(4):
        clock.pass_time(timedelta(seconds=61))
        fails(people, OUTSIDER)
    assert not waits(people, chief, clock, ELSEWHERE)
    assert waits(people, chief, clock, OUTSIDER)


def test_the_wait_ends_and_the_next_one_is_longer(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    fails(people, OUTSIDER, times=5)
    clock.pass_time(timedelta(seconds=61))
    fails(people, OUTSIDER)
    clock.pass_time(timedelta(seconds=61))
    assert waits(people, chief, clock, OUTSIDER)
    clock.pass_time(timedelta(seconds=60))
    assert not waits(people, chief, clock, OUTSIDER)
    fails(people, OUTSIDER, times=4)  # counted from none
    assert not waits(people, chief, clock, OUTSIDER)


def test_a_try_while_one_waits_makes_the_wait_no_longer(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    fails(people, OUTSIDER, times=5)
    for _ in range(6):
        clock.pass_time(timedelta(seconds=9))
        fails(people, OUTSIDER)
    clock.pass_time(timedelta(seconds=7))
    assert not waits(people, chief, clock, OUTSIDER)


def test_a_crowd_of_addresses_makes_strangers_wait_a_minute_at_most_and_known_browsers_never(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    known = enters(people, chief, clock, ELSEWHERE).browser
    crowd(people, clock, "chief")
    clock.pass_time(timedelta(seconds=20))
    assert waits(people, chief, clock, Visitor(address="198.51.100.8"))
    # The browser is known wherever it is now, also where others made the address wait.
    fails(people, OUTSIDER, times=6)
    assert not waits(people, chief, clock, Visitor(address=OUTSIDER.address, browser=known))
    clock.pass_time(timedelta(seconds=61))
    assert not waits(people, chief, clock, Visitor(address="198.51.100.8"))


def test_an_address_that_tries_many_names_waits_at_all_of_them(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    for number in range(BOUNDS[Kind.ADDRESS].free):
        clock.pass_time(timedelta(hours=1))
        fails(people, OUTSIDER, f"nobody {number // 4}")
    assert waits(people, chief, clock, OUTSIDER)


def test_a_known_browser_has_a_count_of_its_own(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    thief = Visitor(browser=enters(people, chief, clock, ELSEWHERE).browser)
    fails(people, thief, times=5)
    assert waits(people, chief, clock, thief)
    assert not waits(people, chief, clock, ELSEWHERE)


def test_failures_are_forgotten_after_a_day(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    fails(people, OUTSIDER, times=4)
    clock.pass_time(timedelta(seconds=FORGOTTEN_S + 1))
    fails(people, OUTSIDER, times=4)
    assert not waits(people, chief, clock, OUTSIDER)


def again_invited(people: Operators) -> None:
    people.invite_again("chief", by="chief")


@pytest.mark.parametrize("what", ["other name", "old", "invited again", "too many", "used before"])
def test_a_browser_is_known_for_whoever_signed_in_there_lately(
    people: Operators, chief: Invitation, clock: SetClock, what: str
) -> None:
    clerk = invited(people, "clerk", Role.CLERK)
    browser = enters(people, chief, clock, ELSEWHERE).browser
    now = Visitor(browser=browser)
    person = chief
    if what == "other name":
        person = clerk
    elif what == "old":
        clock.pass_time(timedelta(seconds=KNOWN_S))
    elif what == "invited again":
        person = people.invite_again("chief", by="chief")
    elif what == "too many":
        for _ in range(BROWSERS_MOST):
            enters(people, chief, clock, ELSEWHERE)
    else:
        enters(people, chief, clock, now)
    crowd(people, clock, person.name)
    assert waits(people, person, clock, now)


def test_a_browser_that_two_share_is_known_for_both(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    clerk = invited(people, "clerk", Role.CLERK)
    first = enters(people, chief, clock, ELSEWHERE).browser
    shared = Visitor(browser=enters(people, clerk, clock, Visitor(browser=first)).browser)
    for name in ("chief", "clerk"):
        fails(people, shared, name)
    assert {(one.kind, one.name) for one in people.tries()} == {
        (Kind.BROWSER, "chief"),
        (Kind.BROWSER, "clerk"),
    }


class Counting(PinHasher):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(SeededChance(8), time_cost=1, memory_kib=8)
        self.asked = 0

    def matches(self, hashed: str, pin: str) -> bool:
        """As it should be, counted."""
        self.asked += 1
        return super().matches(hashed, pin)


def test_unknown_wrong_set_aside_and_waiting_take_the_same_work(
    office: OpenOffice, people: Operators, chief: Invitation, clock: SetClock
) -> None:
    aside = invited(people, "aside", Role.CLERK)
    people.set_active("aside", active=False, by="chief")
    fails(people, OUTSIDER, times=6)
    right = code_at(chief.secret, int(clock.now().timestamp()))
    tries: dict[str, Callable[[], object]] = {
        "unknown": lambda: people.sign_in("nobody", "a wrong password", "000000", ELSEWHERE),
        "wrong": lambda: people.sign_in("chief", "a wrong password", "000000", ELSEWHERE),
        "aside": lambda: people.sign_in("aside", aside.password, "000000", ELSEWHERE),
        "waits": lambda: people.sign_in("chief", chief.password, right, OUTSIDER),
    }
    hasher = people.hasher = Counting()
    said: Counter[str] = Counter()
    engine = office.database._engine

    def written(_c: object, _u: object, statement: str, *_more: object) -> None:
        said[statement.split("(", maxsplit=1)[0].split(" WHERE", maxsplit=1)[0]] += 1

    event.listen(engine, "before_cursor_execute", written)
    work: dict[str, tuple[int, Counter[str]]] = {}
    for what, act in tries.items():
        said.clear()
        hasher.asked = 0
        with pytest.raises(ServiceRefusal, match="SIGN_IN_WRONG"):
            act()
        work[what] = (hasher.asked, Counter(said))
    event.remove(engine, "before_cursor_execute", written)
    assert work["unknown"][0] == 1
    assert sum(work["unknown"][1].values()) > 5
    for what in ("wrong", "aside", "waits"):
        assert work[what] == work["unknown"], what


def test_a_code_is_looked_at_when_the_password_is_right_and_not_before(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    told = code_at(chief.secret, int(clock.now().timestamp()))
    with pytest.raises(ServiceRefusal, match="SIGN_IN_WRONG"):
        people.sign_in("chief", "a wrong password", told, ELSEWHERE)
    people.sign_in("chief", chief.password, told, ELSEWHERE)


def test_an_administrator_sees_who_tried_and_what_they_had(
    office: OpenOffice, people: Operators, chief: Invitation, clock: SetClock
) -> None:
    fails(people, OUTSIDER, "my password, by mistake", times=2)
    with pytest.raises(ServiceRefusal, match="SIGN_IN_WRONG"):
        people.sign_in("chief", chief.password, "000000", ELSEWHERE)
    clock.pass_time(timedelta(seconds=1))
    fails(people, ELSEWHERE, times=4)
    found = {(one.kind, one.name, one.source): one for one in people.tries()}
    assert set(found) == {
        (Kind.PLACE, "", OUTSIDER.address),
        (Kind.PLACE, "chief", ELSEWHERE.address),
    }
    theirs = found[Kind.PLACE, "chief", ELSEWHERE.address]
    assert (theirs.tries, theirs.passwords) == (5, 1)
    assert theirs.held_until == clock.now().replace(microsecond=0) + timedelta(seconds=60)
    with office.database.read() as connection:
        told = [(one.what, dict(one.facts)) for one in entries(connection) if one.who == SOMEBODY]
    waiting = {"name": "chief", "waits": "place", "failures": "5", "address": ELSEWHERE.address}
    assert told == [("sign_in_waits", waiting), ("password_without_code", {"name": "chief"})]


def test_an_administrator_lets_somebody_in_again(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    clerk = invited(people, "clerk", Role.CLERK)
    for name in ("clerk", "nobody", "chief", "x"):
        fails(people, ELSEWHERE, name, times=5)
    assert waits(people, clerk, clock, ELSEWHERE)
    people.let_in_again("clerk", by="chief")
    assert not waits(people, clerk, clock, ELSEWHERE)
    assert {one.name for one in people.tries()} == {"", "chief"}
    with pytest.raises(ServiceRefusal, match="NO_SUCH_OPERATOR"):
        people.let_in_again("nobody", by="chief")


def test_whoever_is_inside_is_made_to_wait_by_nobody_outside(
    people: Operators, chief: Invitation, clock: SetClock
) -> None:
    crowd(people, clock, "chief")
    people.change_password("chief", chief.password, "long enough for this")
    told = code_at(chief.secret, int(clock.now().timestamp()))
    assert people.prove("chief", "long enough for this", told, INSIDE) is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" ::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_addresses_count_by_what_one_line_has(told: str, counted: str) -> None:
    assert address_of(told) == counted


def test_one_address_takes_two_of_the_turns_and_leaves_the_others() -> None:
    turns = Turns()
    turns._at.update({"203.0.113.9": AT_AN_ADDRESS})
    with pytest.raises(ServiceRefusal, match="SIGN_IN_BUSY"), turns.turn("203.0.113.9"):
        pass
    with turns.turn("198.51.100.7"):
        assert turns._at["198.51.100.7"] == 1
    assert turns._at["198.51.100.7"] == 0
