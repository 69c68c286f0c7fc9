"""Goodwill credits from a file, while the server that gives them dies or a till is taken out."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import func, select

from posloyalty.headoffice.members.credits import DONE
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.console_tables import AUDIT_ENTRY
from posloyalty.services.office.send_journal import Sending
from tests.headoffice.a_chain import MEMBER, PROGRAMME
from tests.headoffice.driven.house import House

pytestmark = pytest.mark.enable_socket
ROWS: Final = 120
FILE: Final = "member,points,reason\n" + "".join(
    f"{MEMBER.hex()},{100 + n},Late parcel {n}\n" for n in range(ROWS)
)
GIVEN: Final = sum(100 + n for n in range(ROWS))
POINTS: Final = 2_000


def _publish(office: OpenOffice) -> None:
    digest = office.publishing.keep(PROGRAMME.encode(), by="ann").hash.hex()
    number = office.publishing.propose(digest, begins=office.clock.now(), by="ann")
    office.publishing.approve(number, by="ben")


def _told(office: OpenOffice) -> int:
    """How often the audit log says that a credit was given."""
    asked = select(func.count()).select_from(AUDIT_ENTRY)
    with office.database.read() as connection:
        given = asked.where(AUDIT_ENTRY.c.what == "credit_given")
        return int(connection.execute(given).scalar_one())


def test_a_server_that_is_killed_while_it_gives_credits_gives_each_once(house: House) -> None:
    """Three times, at whatever it does just then; the next server goes on where it was."""
    with house.till(1) as till, house.office() as office:
        till.sell()
        till.until(lambda: till.till.sending.status().listens)
        _publish(office)
        number, new = office.credits.propose(FILE.encode(), by="ann")
        assert new
        house.served.kill()
        office.credits.approve(number, by="ben")
        given, kills = 0, 0
        while (batch := office.credits.batch(number)) is not None and batch.state != DONE:
            if kills < 3:
                house.serve()
                till.until(lambda: _given(office, number) > given)  # noqa: B023 - waited for here
                house.served.kill()
                kills += 1
                given = _given(office, number)
                assert _told(office) == given  # each with its entry, or neither
            else:
                house.serve()
                till.until(lambda: _state(office, number) == DONE)
        batch = office.credits.batch(number)
        assert batch is not None
        assert kills > 0
        assert (batch.given, batch.refused, _told(office)) == (ROWS, 0, ROWS)
        till.until(lambda: till.retry() is None and till.counter.points() == POINTS + GIVEN)
        house.proves()


@pytest.mark.long(beside="test_a_server_that_is_killed_while_it_gives_credits_gives_each_once")
def test_a_till_that_is_revoked_before_credits_are_approved_hears_of_none(house: House) -> None:
    """They are the member's all the same: at every other till, and nothing is stranded here."""
    with house.till(1) as till, house.till(2) as other, house.office() as office:
        till.sell()
        other.until(lambda: other.counter.points() == POINTS)
        _publish(office)
        number, _ = office.credits.propose(FILE.encode(), by="ann")
        office.administration.revoke(till.till.facts.till_id.hex())
        till.sell()
        till.until(lambda: till.till.sending.status().reason == "REVOKED")
        office.credits.approve(number, by="ben")
        other.until(lambda: other.counter.points() == POINTS + GIVEN)
        status = till.till.sending.status()
        assert (status.sending, till.counter.points()) == (Sending.STOPPED, 2 * POINTS)
        till.until(lambda: till.till.sending.status().waiting == 0)  # set aside
        # It is taken in again: what it sold counts, and it hears of the credits.
        till.till.joining.join(house.line.url, office.administration.new_code("S1"))
        till.until(lambda: till.retry() is None and till.counter.points() == 2 * POINTS + GIVEN)
        other.until(lambda: other.counter.points() == 2 * POINTS + GIVEN)
        house.proves()


def _given(office: OpenOffice, number: int) -> int:
    batch = office.credits.batch(number)
    assert batch is not None
    return batch.given


def _state(office: OpenOffice, number: int) -> str:
    batch = office.credits.batch(number)
    assert batch is not None
    return batch.state
