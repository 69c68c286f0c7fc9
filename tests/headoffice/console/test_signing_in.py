"""Signing in by a browser: it is known afterwards, and an administrator sees who was not let in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.requests import Request

from posloyalty.headoffice.console.known_browsers import KNOWN_S
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.console.web import _visitor
from posloyalty.headoffice.running.opening import OpenOffice
from tests.fakes.time import SetClock
from tests.headoffice.browser import Browser
from tests.headoffice.console.conftest import invited

SIGN_IN = "/console/sign-in"
BROWSER = "posloyalty-browser"


def test_a_name_under_attack_is_answered_like_any_other_and_its_own_browser_gets_in(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    app = office.application()
    with Browser(app) as own, Browser(app) as outsider:
        assert own.sign_in(chief, clock).status_code == 200
        own.get("/console")
        own.send("/console/sign-out")
        told = set()
        for _ in range(7):
            for name in ("chief", "nobody"):
                outsider.get(SIGN_IN)
                answer = outsider.send(SIGN_IN, name=name, password="x" * 12, code="000000")
                told.add((answer.status_code, answer.text.replace(name, "")))
        assert len(told) == 1
        clock.pass_time(timedelta(seconds=30))
        assert outsider.sign_in(chief, clock).status_code == 422
        clock.pass_time(timedelta(seconds=30))
        assert own.sign_in(chief, clock).status_code == 200
        assert own.get("/console/operators").status_code == 200
        assert own.says("a name that nobody has")
        assert own.says("this name from this address") is False
        assert own.says("127.0.0.1")
        # The right password with a code that had no chance any more: it was never looked at.
        assert not own.says("the password was right")
        own.send("/console/operators/let-in", name="chief")
        clock.pass_time(timedelta(seconds=30))
        assert outsider.sign_in(chief, clock).status_code == 200


def test_what_a_browser_is_known_by_is_kept_from_scripts_and_sent_to_the_sign_in_alone(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    with Browser(office.application()) as browser:
        browser.sign_in(chief, clock)
        (cookie,) = [one for one in browser.cookies.jar if one.name == BROWSER]
        first = cookie.value
        clock.pass_time(timedelta(seconds=30))
        browser.sign_in(chief, clock)
        (again,) = [one for one in browser.cookies.jar if one.name == BROWSER]
    assert (cookie.secure, cookie.path) == (True, SIGN_IN)
    assert {"HttpOnly", "SameSite"} <= set(vars(cookie)["_rest"])
    assert cookie.expires is not None
    assert again.value != first
    assert KNOWN_S == 180 * 24 * 3600


def test_a_right_password_with_a_wrong_code_stands_out(
    office: OpenOffice, people: Operators, clock: SetClock
) -> None:
    chief = invited(people, "chief", Role.ADMINISTRATOR)
    clerk = invited(people, "clerk", Role.CLERK)
    app = office.application()
    with Browser(app) as thief, Browser(app) as browser:
        thief.get(SIGN_IN)
        wrong = str((int(code_at(clerk.secret, int(clock.now().timestamp()))) + 1) % 10**6)
        answer = thief.send(SIGN_IN, name="clerk", password=clerk.password, code=wrong.zfill(6))
        assert answer.status_code == 422
        assert "password was right" not in answer.text
        browser.sign_in(chief, clock)
        browser.get("/console/operators")
        assert browser.says("the password was right: change it")
        browser.get("/console/audit")
        assert browser.says("password was right, the code was not")


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        (("203.0.113.9", 4711), "198.51.100.7", "203.0.113.9"),
        (None, "192.0.2.1, 198.51.100.7", "198.51.100.7"),
        (None, "", ""),
    ],
    ids=["a line of its own", "a proxy at a Unix socket", "a proxy that says nothing"],
)
def test_an_address_is_the_one_that_was_seen_and_not_what_a_browser_says(
    client: tuple[str, int] | None, forwarded: str, address: str
) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    scope = {"type": "http", "client": client, "headers": headers}
    assert _visitor(Request(scope)).address == address
