"""Somebody changes what head office keeps of its programmes, and has not its key.

The server reads what lies there and tells it to tills that ask, in answers that it signs: only the
seals, the files' hashes and what a till heard before say that it is not head office's word. Each
till goes on with what held, says so once in its journal and on head office's page, and its cashier
sells as before; the next true word is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from sqlalchemy import Connection, text

from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE, PUBLICATION
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.programmes.hear_programmes import REFUSED
from posloyalty.sync import events
from posloyalty.sync.wire.publications import statement
from tests.headoffice.a_chain import PROGRAMME
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House

pytestmark = pytest.mark.enable_socket
_P: Final = PUBLICATION.c
DEAL: Final = """
[[offer]]
id = "deal"
name = {{ en = "Deal" }}
scope = "order"
percent = "{percent}%"
"""
FULL: Final = 2_000


def _version(number: int, percent: int) -> bytes:
    programme = PROGRAMME.replace("version = 1", f"version = {number}")
    return (programme + DEAL.format(percent=percent)).encode()


def _publish(office: OpenOffice, number: int, percent: int) -> int:
    digest = office.publishing.keep(_version(number, percent), by="ann").hash.hex()
    made = office.publishing.propose(digest, begins=office.clock.now(), by="ann")
    office.publishing.approve(made, by="ben")
    return made


def _row(connection: Connection, number: int) -> Any:
    return connection.execute(PUBLICATION.select().where(_P.number == number)).one()


def _another_signer(connection: Connection) -> None:
    """The newest envelope names the richest file, sealed by a key of theirs."""
    envelope = bytes(_row(connection, 3).envelope)
    mine = SigningKey.generate(b"m" * 32).sign(statement(envelope))
    connection.execute(PUBLICATION.update().where(_P.number == 3).values(signature=mine))


def _another_word(connection: Connection) -> None:
    """The newest envelope has another instant, under its old seal."""
    envelope = bytes(_row(connection, 3).envelope)
    changed = envelope.replace(b'"number":3', b'"number":4')
    assert changed != envelope
    connection.execute(PUBLICATION.update().where(_P.number == 3).values(envelope=changed))


def _other_bytes(connection: Connection) -> None:
    """The file of the newest has a better deal in it than what was signed. The database refuses
    to change a file, and so that goes first.
    """
    guards = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    for name in connection.scalars(guards, {"table": PROGRAMME_FILE.name}).all():
        connection.execute(text(f"DROP TRIGGER {name}"))
    digest = bytes(_row(connection, 3).hash)
    connection.execute(
        PROGRAMME_FILE.update()
        .where(PROGRAMME_FILE.c.hash == digest)
        .values(toml=_version(3, 30).replace(b"30%", b"99%"))
    )


def _the_one_before(connection: Connection) -> None:
    """The newest is gone, and so is the one that holds: an older list, each seal in order."""
    connection.execute(PUBLICATION.delete().where(_P.number >= 2))


def _one_of_before_again(connection: Connection) -> None:
    """The newest rows say once more what the first one said, by its own seal."""
    first = _row(connection, 1)
    connection.execute(
        PUBLICATION.update()
        .where(_P.number >= 2)
        .values(envelope=bytes(first.envelope), signature=bytes(first.signature))
    )


SPOILT: Final = {
    "another signer": (_another_signer, "FORGED"),
    "another word": (_another_word, "FORGED"),
    "other bytes": (_other_bytes, "OTHER_FILE"),
    "the one before": (_the_one_before, "OLDER_LIST"),
    "one of before again": (_one_of_before_again, "OLDER_LIST"),
}


def _costs(till: Program, minor: int) -> Callable[[], bool]:
    return lambda: till.counter.quote(till.counter.basket()).payable_minor == minor


def _noted(till: Program) -> list[str]:
    """What the till's journal says of publications that were not taken: why."""
    with till.till.book.read() as reader:
        told = [events.decode(one.body) for one in reader.journal.events()]
    return [
        dict(one.facts)["why"]
        for one in told
        if isinstance(one, events.ErrorNote) and one.code == REFUSED
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("spoil", "why"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_word_changes_nothing_and_is_told(
    house: House, spoil: Callable[[Connection], None], why: str
) -> None:
    with house.office() as office, house.till(1) as till:
        _publish(office, 1, 10)
        _publish(office, 2, 20)
        till.until(_costs(till, FULL * 8 // 10))
        with house.cut_off():
            _publish(office, 3, 30)
            with office.database.write() as connection:
                spoil(connection)
        till.retry()
        till.until(lambda: _noted(till) != [])
        assert _noted(till) == [why]
        till.until(lambda: why in office.publishing.tills()[0].refused)
        # The counter: the same deal as before, sold and sent, and nothing that has to be looked at.
        assert till.counter.sell().payable_minor == FULL * 8 // 10
        till.sold()
        till.until(lambda: till.till.sending.status().sending is Sending.UP_TO_DATE)
        status = till.till.sending.status()
        assert (status.reason, status.frozen, status.since) == ("", "", "")
        # The next true word is taken.
        _publish(office, 9, 40)
        if why == "FORGED":
            with office.database.write() as connection:
                connection.execute(PUBLICATION.delete().where(_P.number == 3))
        till.until(_costs(till, FULL * 6 // 10))
        till.until(lambda: office.publishing.tills()[0].refused in ("", f"3 {why}"))
