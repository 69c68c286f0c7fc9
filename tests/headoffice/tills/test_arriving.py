"""What a till sold alone comes in pieces: nothing of it is lent before all of it is here."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync.wire.lending import RESERVE
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.cases.test_findings import published
from tests.headoffice.members.test_records import named
from tests.headoffice.small_events import LEDGER, MEMBER, Books


@pytest.fixture
def other(office: OpenOffice, till: ATill, clock: SetClock) -> ATill:
    """A till that joined long ago, and has told everything."""
    found = ATill(clock, number=2)
    found.join(office, office.administration.new_code("S1"), till_code="T2")
    found.sell(1)
    assert found.push(office, 1, 1).status == 200
    return found


def lent(office: OpenOffice, till: ATill, wanted: int, *, owner: bytes = MEMBER) -> int:
    """How much of the member's points the till is lent of what it wants."""
    asset = {"kind": "points", "key": LEDGER, "owner": owner.hex()}
    ask: dict[str, Any] = {"rid": "01" * 16, "asset": asset, "n": wanted, "zone": "UTC"}
    said = till.ask(office, RESERVE, msgspec.json.encode(ask)).said
    return 0 if said["grant"] is None else int(said["grant"]["n"])


def test_what_a_till_sold_alone_is_lent_once_all_of_it_is_here(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    books = Books(till)
    books.joins()
    books.gives(100, usable="2026-01-02")
    books.spends(70)
    assert till.push(office, 1, 2).status == 200
    assert lent(office, other, 100) == 0, "who gained it may have spent it there"
    assert till.push(office, 3, 3).status == 200
    assert lent(office, other, 100) == 30


def test_a_hello_says_that_all_of_it_is_here(office: OpenOffice, till: ATill, other: ATill) -> None:
    books = Books(till)
    books.joins()
    books.gives(100, usable="2026-01-02")
    books.spends(70)
    till.push(office, 1, 2)
    del till.journal[2:]  # as where the rest was lost with the book
    assert lent(office, other, 100) == 0
    till.hello(office)
    assert lent(office, other, 100) == 100


def test_what_others_gave_is_lent_meanwhile_and_nothing_to_whoever_is_not_all_here(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    elsewhere, books = Books(other, sent=1), Books(till)
    elsewhere.joins()
    elsewhere.gives(40, usable="2026-01-02")
    elsewhere.send(office)
    books.gives(100, lot="77" * 16, usable="2026-01-02")
    books.spends(70, lot="77" * 16)
    assert till.push(office, 1, 1).status == 200
    assert lent(office, till, 10) == 0
    assert lent(office, other, 100) == 40


def test_a_till_that_is_gone_is_waited_for_no_more(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    books = Books(till)
    books.joins()
    books.gives(100, usable="2026-01-02")
    books.spends(70)
    till.push(office, 1, 2)
    office.administration.revoke(till.id.hex())
    assert lent(office, other, 100) == 100


def test_nothing_is_lent_of_whoever_took_in_a_record_that_is_not_all_here(
    office: OpenOffice, till: ATill, other: ATill
) -> None:
    stays = b"s" * 16
    elsewhere, books = Books(other, sent=1), Books(till)
    elsewhere.joins(stays)
    elsewhere.send(office)
    books.joins()
    books.gives(100, usable="2026-01-02")
    books.spends(70)
    assert till.push(office, 1, 2).status == 200
    published(office)
    named(office, MEMBER, "Ben")
    office.records.merge(stays.hex(), MEMBER.hex(), "Ben", by="Ann")
    assert lent(office, other, 100, owner=stays) == 0
    assert till.push(office, 3, 3).status == 200
    # Nobody was answered meanwhile: what was spent under a name that is no more has yet to go over.
    assert lent(office, other, 100, owner=stays) == 30


def test_nothing_is_lent_while_another_worker_tidies(
    office: OpenOffice, till: ATill, other: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = b"s" * 16
    elsewhere, books = Books(other, sent=1), Books(till)
    elsewhere.joins(stays)
    elsewhere.send(office)
    books.joins()
    books.gives(100, usable="2026-01-02")
    assert till.push(office, 1, 2).status == 200
    published(office)
    named(office, MEMBER, "Ben")
    office.records.merge(stays.hex(), MEMBER.hex(), "Ben", by="Ann")
    books.spends(70)
    assert till.push(office, 3, 3).status == 200
    with monkeypatch.context() as busy:
        busy.setattr(DatabaseArchive, "touched", lambda *_: {})
        assert lent(office, other, 100, owner=stays) == 0
    assert lent(office, other, 100, owner=MEMBER) == 0, "it is another name"
    assert lent(office, other, 100, owner=stays) == 30
