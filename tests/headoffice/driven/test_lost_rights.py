"""Somebody loses what they may do at head office while something of theirs is under way.

A large file is still being sent, or waits for its second person, when its operator gets another
role, is set aside, or gets a new second factor. Nothing is done that they may not do any more.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

import httpx
import pytest
from sqlalchemy import select

from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Operators
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.store.console_tables import AUDIT_ENTRY
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.system import SystemClock
from posloyalty.wording import Words
from tests.headoffice.a_chain import MEMBER, PROGRAMME
from tests.headoffice.driven.house import House
from tests.headoffice.driven.person import ORIGIN, Person

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
Loss = Callable[[Operators, str], object]
LOSSES: Final[dict[str, Loss]] = {
    "another role": lambda people, name: people.set_role(name, Role.CLERK, by=COMMAND_LINE),
    "set aside": lambda people, name: people.set_active(name, active=False, by=COMMAND_LINE),
    "another second factor": lambda people, name: people.invite_again(name, by=COMMAND_LINE),
}
GONE: Final = ("another role", "set aside")
"""What leaves nobody who may propose; a new second factor is still the same person."""
CREDITS: Final = f"member,points,reason\n{MEMBER.hex()},500,Late parcel\n".encode()
TAXES: Final = b"code,name,rate,mode\nstd13,13 %,13%,inclusive\n"
BOUNDARY: Final = "a-part"


@pytest.fixture
def people(house: House) -> Iterator[tuple[Person, Person]]:
    """Two managers who signed in, over a programme that is published."""
    with ExitStack() as open_:
        ann, ben = (
            open_.enter_context(Person.made(house, name)).enter() for name in ("ann", "ben")
        )
        with house.office() as office:
            office.operators.add("chief", Role.ADMINISTRATOR, by=COMMAND_LINE)
            digest = office.publishing.keep(PROGRAMME.encode(), by="ann").hash.hex()
            number = office.publishing.propose(digest, begins=office.clock.now(), by="ann")
            office.publishing.approve(number, by="ben")
        yield ann, ben


def _lose(house: House, loss: Loss, name: str) -> None:
    with house.office() as office:
        loss(office.operators, name)


def _told(house: House) -> list[tuple[str, str]]:
    """Who did what, by the audit log."""
    asked = select(AUDIT_ENTRY.c.who, AUDIT_ENTRY.c.what).order_by(AUDIT_ENTRY.c.number)
    with house.office() as office, office.database.read() as connection:
        return [(row.who, row.what) for row in connection.execute(asked)]


class Slow:
    """A file that is sent by halves."""

    def __init__(self, house: House, person: Person, path: str, file: bytes) -> None:
        fields = (f'form-data; name="form_token"\r\n\r\n{person.token}').encode()
        told = b'form-data; name="file"; filename="a-file"\r\n\r\n' + file
        parts = [
            b"--%b\r\nContent-Disposition: %b\r\n" % (BOUNDARY.encode(), one)
            for one in (fields, told)
        ]
        self._body = b"".join(parts) + b"--%b--\r\n" % BOUNDARY.encode()
        cookies = "; ".join(f"{one.name}={one.value}" for one in person.http.cookies.jar)
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\nCookie: {cookies}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(self._body)}\r\nConnection: close\r\n\r\n"
        ).encode()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(house.place))

    def begin(self) -> None:
        """All but the end."""
        self._line.sendall(self._head + self._body[:-20])

    def end(self) -> tuple[int, str]:
        """The end; (status, where to) of the answer."""
        self._line.sendall(self._body[-20:])
        with self._line, self._line.makefile("rb") as answer:
            head = answer.read().partition(b"\r\n\r\n")[0].decode()
        status, *headers = head.split("\r\n")
        found = dict(one.lower().split(": ", 1) for one in headers)
        return int(status.split()[1]), found.get("location", "")


UPLOADS: Final = {
    "credits": ("/console/credits", CREDITS),
    "a programme": (
        "/console/programmes",
        PROGRAMME.replace("version = 1", "version = 2").encode(),
    ),
    "articles": ("/console/articles", TAXES),
}


@pytest.mark.long(sample=1)
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_file_that_was_still_on_its_way_changes_nothing(
    house: House, people: tuple[Person, Person], loss: Loss
) -> None:
    ann, _ = people
    sent = [Slow(house, ann, path, file) for path, file in UPLOADS.values()]
    for slow in sent:
        slow.begin()
    # The server has their heads, and has looked at who sends, before it answers somebody behind it.
    for _ in range(3):
        ann.get("/console")
    _lose(house, loss, "ann")
    before = _told(house)
    told = [slow.end() for slow in sent]
    assert [(status, to.partition("?")[0]) for status, to in told] == [
        (303, "/console/sign-in")
    ] * len(UPLOADS)
    assert _told(house) == before


def _proposed_publication(ann: Person, house: House) -> str:
    ann.send("/console/programmes", file=UPLOADS["a programme"][1])
    with house.office() as office:
        digest = bytes(office.publishing.files()[0].hash).hex()
    ann.send("/console/programme/propose", hash=digest, day="2026-12-01", hour="06:00")
    return "/console/programmes"


def _proposed_end(ann: Person, house: House) -> str:
    with house.office() as office:
        today = office.clock.now().date()
    days = {"announced": 3, "earns_through": 30, "redeems_through": 90}
    told = {key: (today + timedelta(days=n)).isoformat() for key, n in days.items()}
    ann.send("/console/winding-down", **told, left="expires")
    return "/console/winding-down"


def _proposed_policy(ann: Person, house: House) -> str:
    with house.office() as office:
        office.policies.propose(replace(RiskPolicy(), floor_minor=1_234), by=ann.name)
    return "/console/policy"


def _proposed_credits(ann: Person, house: House) -> str:
    # Who is credited has to be known here.
    with house.till(1) as till:
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
    house.until_folded()
    ann.send("/console/credits", file=CREDITS)
    return "/console/credit"


PROPOSALS: Final = {
    "a publication": (_proposed_publication, 2),
    "an end": (_proposed_end, 2),
    "a policy": (_proposed_policy, 1),
    "credits": (_proposed_credits, 1),
}


@pytest.mark.long(sample=2)
@pytest.mark.parametrize(("propose", "number"), PROPOSALS.values(), ids=PROPOSALS)
def test_what_waits_for_a_second_person_needs_a_first_one_who_may(
    house: House,
    people: tuple[Person, Person],
    propose: Callable[[Person, House], str],
    number: int,
) -> None:
    """Nobody approves what somebody proposed who may not propose any more; given back the role,
    it is as it was. A new second factor changes nothing of what was proposed before.
    """
    ann, ben = people
    path = propose(ann, house)
    before = _told(house)
    approve = f"{path}/approve"
    ben.get(path)
    for loss in (LOSSES[name] for name in GONE):
        _lose(house, loss, "ann")
        assert ben.send(approve, number=number).status_code == 422
        assert ben.says(Words("en")("refusal.PROPOSER_MAY_NOT", name="ann"))
    kept = [one for one in _told(house) if not one[1].startswith("operator")]
    assert kept == [one for one in before if not one[1].startswith("operator")]
    with house.office() as office:
        office.operators.set_active("ann", active=True, by=COMMAND_LINE)
        office.operators.set_role("ann", Role.MANAGER, by=COMMAND_LINE)
        office.operators.invite_again("ann", by=COMMAND_LINE)
    assert ben.send(approve, number=number).status_code == 200, ben.page
    (who, what) = next(one for one in _told(house)[::-1] if "approved" in one[1])
    assert (who, "approved" in what) == ("ben", True)


def test_a_session_is_over_with_the_change_and_its_forms_with_it(
    house: House, people: tuple[Person, Person]
) -> None:
    ann, ben = people
    path = _proposed_publication(ann, house)
    for name, loss in LOSSES.items():
        ben.get(path)
        assert ben.says(f"{path}/approve"), name
        _lose(house, loss, "ben")
        before = _told(house)
        answer = ben.http.post(
            f"{path}/approve",
            data={"form_token": ben.token, "number": "2"},
            headers={"origin": ORIGIN},
        )
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (
            303, "/console/sign-in",
        )  # fmt: skip
        assert _told(house) == before
        if name in GONE:
            # Who was let in just before it, and comes to the database just behind it.
            with house.office() as office, pytest.raises(ServiceRefusal, match="APPROVER_MAY_NOT"):
                office.publishing.approve(2, by="ben")
        # Back in, by what they were given last, as another browser.
        ben.http.cookies.clear()
        with house.office() as office:
            office.operators.set_active("ben", active=True, by=COMMAND_LINE)
            office.operators.set_role("ben", Role.MANAGER, by=COMMAND_LINE)
            ben.invitation = office.operators.invite_again("ben", by=COMMAND_LINE)
        ben.enter()


def test_one_browser_with_two_accounts_is_one_person_at_a_time(
    house: House, people: tuple[Person, Person]
) -> None:
    """A form counts for the session that it was made for, whatever cookies come beside it."""
    ann, ben = people
    path = f"{_proposed_publication(ann, house)}/approve"
    before = _told(house)
    for mine, other in ((ann, ben), (ben, ann)):
        told = _posted(path, mine.session, other.token, house)
        assert told == 403
        assert _posted(path, mine.session, "", house) == 403
    assert _posted(path, ann.session, ann.token, house) == 422
    for both in ((ann.session, ben.session), (ben.session, ann.session)):
        # Of two cookies of one name one counts; with the form of the one who proposed it is
        # their own, and with the cookie of the other one it is a stranger's.
        assert _posted(path, f"{both[0]}; {both[1]}", ann.token, house) in (403, 422)
    # The same person's other session: its form is not this one's.
    second = Person(house.place, ben.invitation, SystemClock(UTC))
    with second:
        second.enter_again(house)
        assert _posted(path, ben.session, second.token, house) == 403
        before = [*before, *_told(house)[len(before) :]]
        assert [one for one in _told(house) if one[1] == "approved"] == [("ben", "approved")]
        assert _posted(path, second.session, second.token, house) == 303
    assert [one for one in _told(house) if one[1] == "approved"] == [("ben", "approved")] * 2


def _posted(path: str, cookies: str, token: str, house: House) -> int:
    """The status of a form with these cookies and this token."""
    transport = httpx.HTTPTransport(uds=str(house.place))
    with httpx.Client(transport=transport, base_url=ORIGIN) as browser:
        answer = browser.post(
            path,
            data={"form_token": token, "number": "2"},
            headers={"origin": ORIGIN, "cookie": cookies},
        )
    return answer.status_code
