"""One record that head office cannot read or book, among sales, and a server that runs.

A till of another release, a damaged disk or somebody who wrote into the book: whatever it is, it
goes up in its place, what comes after it goes up behind it, other tills hear of the sales, and the
outbox page says of each record what became of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any, Final
from unittest.mock import patch

import pytest
from sqlalchemy import select, text

from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.cases.reading_again import ReadingAgain
from posloyalty.headoffice.store.tables import ANOMALY
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from tests.headoffice.a_chain import MEMBER
from tests.headoffice.a_program import Program
from tests.headoffice.driven.house import House

pytestmark = pytest.mark.enable_socket
POINTS: Final = 2_000
STRANGER: Final = b"n" * 16
"""Whose records are bad: nothing of the member's own ledger is."""
Body = Callable[[str, dict[str, Any]], bytes]
"""What lies in the book in place of a sale: of a new id and a sale that was good."""


READ: Final = {"a kind to come", "more than any bank", "more than any number", "less than nothing"}
"""What is no anomaly: a later release wrote it, or its figures are judged like any sale's."""
FALLS: Final = """
CREATE TRIGGER spoilt BEFORE INSERT ON event_owner WHEN NEW.event_id = X'{event}'
BEGIN SELECT RAISE(ABORT, 'it falls'); END"""
KEEPS_NOT: Final = """
CREATE TRIGGER spoilt BEFORE INSERT ON journal_event WHEN NEW.event_id = X'{event}'
BEGIN SELECT RAISE(ABORT, 'it falls'); END"""


def _json(event_id: str, sale: Mapping[str, Any], **changed: Any) -> bytes:
    written = json.dumps({**sale, **changed}).replace(MEMBER.hex(), STRANGER.hex())
    return written.replace(str(sale["id"]), event_id).encode()


def _numbers(value: Any, number: int) -> Any:
    """The same with every number another one."""
    if isinstance(value, dict):
        return {
            key: one if key in ("v", "hlc") else _numbers(one, number) for key, one in value.items()
        }
    if isinstance(value, list):
        return [_numbers(one, number) for one in value]
    return number if type(value) is int else value


BAD: Final[Mapping[str, Body]] = {
    "no text at all": lambda event_id, _sale: b"\xff\xfe\x00 " + event_id.encode() + b"\n\n",
    "no id": lambda _id, _sale: b"{}",
    "half a sale": lambda event_id, sale: _json(event_id, sale)[:200],
    "a sale of nothing": lambda event_id, sale: json.dumps(
        {key: sale[key] for key in ("v", "t", "at", "hlc")} | {"id": event_id}
    ).encode(),
    "a kind to come": lambda event_id, sale: _json(event_id, sale, t="hologram", v=99),
    "a text with a nothing in it": lambda event_id, sale: _json(
        event_id, sale, note="a\0b"
    ).replace(b'"name": "', b'"name": "\\u0000'),
    "half a character": lambda event_id, sale: _json(event_id, sale).replace(
        b'"name": "', b'"name": "\\ud800'
    ),
    "a day that is none": lambda event_id, sale: _json(event_id, sale, at="9999-99-99T99:99:99Z"),
    "more than any bank": lambda event_id, sale: _json(event_id, _numbers(sale, 2**62)),
    "more than any number": lambda event_id, sale: _json(event_id, _numbers(sale, 10**40)),
    "less than nothing": lambda event_id, sale: _json(event_id, _numbers(sale, -5)),
    "one within the other": lambda event_id, _sale: (
        b'{"v":1,"t":"x","id":"'
        + event_id.encode()
        + b'","a":'
        + b"[" * 5_000
        + b"]" * 5_000
        + b"}"
    ),
}


def _put_in(till: Program, body: Body) -> int:
    """Into the journal, in its place in the chain; returns its sequence."""
    with till.till.book.write() as unit:
        good = next(one for one in unit.journal.events() if b'"t":"sale"' in one.body)
        stamp, event_id = unit.journal.stamp(), token_hex(16)
        note = events.ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE")
        raw = body(event_id, json.loads(good.body))
        with patch("posloyalty.sync.events.encode", lambda _event: raw):
            seq = unit.journal.append(note).seq
        unit.commit()
    till.sold()
    return seq


def _anomalies(house: House) -> dict[int, str]:
    with house.office() as office, office.database.read() as connection:
        return {one.seq: one.code for one in connection.execute(select(ANOMALY)).all()}


def _read_again(house: House, seq: int) -> None:
    with house.office() as office:
        matter = Matters(office.database, office.clock).unread("S1-T1", f"1-{seq}")
        ReadingAgain(office.database, office.clock).read(matter, by="ann")


def _at_office(house: House, till: Program) -> bool:
    """Whether head office has the journal as it lies in the book, byte for byte."""
    with till.till.book.read() as reader:
        mine = {(one.event_id, one.seq): one.hash for one in reader.journal.events()}
    return mine == house.kept(till.till.facts.till_id)


def test_what_nobody_can_read_goes_up_in_its_place_and_blocks_no_sale(house: House) -> None:
    with house.till(2) as other, house.till(1) as till:
        till.sell()
        till.until(lambda: other.counter.points() == POINTS)
        bad = {}
        for name, body in BAD.items():
            bad[_put_in(till, body)] = name
            till.sell()
        till.until(lambda: other.counter.points() == (1 + len(BAD)) * POINTS)
        till.until(lambda: till.till.sending.status().listens)
        status = till.till.sending.status()
        assert (status.sending, status.waiting, status.reason) == (Sending.UP_TO_DATE, 0, "")
        assert _at_office(house, till)
        assert {bad[seq] for seq in _anomalies(house)} == set(BAD) - READ
        house.proves()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_record_at_which_the_server_falls_is_found_told_and_the_rest_goes_on(
    house: House,
) -> None:
    """The server fails whenever it files this one. The till tries the batch again, halves it and
    sends that record as bytes; its page says so, and head office's list of anomalies. Once the
    server can, it is read again, and counts.
    """
    with house.till(2) as other, house.till(1) as till:
        till.until(lambda: till.till.sending.status().listens)
        with house.cut_off():
            for _ in range(3):
                till.sell()
            sale = till.counter.sell()
            for _ in range(3):
                till.sell()
        with house.office() as office, office.database.write() as connection:
            connection.execute(text(FALLS.format(event=sale.id.hex())))
        till.until(lambda: _pressed(till) and other.counter.points() == 6 * POINTS)
        till.until(lambda: _pressed(till) and till.till.sending.status().listens)
        (row,) = (one for one in till.till.sending.rows(most=50) if one.reason)
        assert (row.state, row.reason, row.kind) == ("acked", "WRAPPED", "sale")
        assert till.till.sending.status().sending is Sending.UP_TO_DATE
        assert _anomalies(house) == {row.seq: "WRAPPED"}
        assert "FAULT" not in [one.reason for one in till.told]
        assert _at_office(house, till)
        house.proves()
        with pytest.raises(ServiceRefusal, match="STILL_UNREADABLE"):
            _read_again(house, row.seq)
        with house.office() as office, office.database.write() as connection:
            connection.execute(text("DROP TRIGGER spoilt"))
        _read_again(house, row.seq)
        other.until(lambda: other.counter.points() == 7 * POINTS)
        house.proves()


@pytest.mark.long(
    beside="test_a_record_at_which_the_server_falls_is_found_told_and_the_rest_goes_on"
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_record_that_the_server_cannot_keep_at_all_is_told_and_goes_once_it_can(
    house: House,
) -> None:
    """Not even as bytes: the till says that it does not send, sells on, and "Try again now" is all
    that it takes once somebody has put the server right. Other tills are not held up meanwhile.
    """
    with house.till(2) as other, house.till(1) as till:
        till.until(lambda: till.till.sending.status().listens)
        with house.cut_off():
            sale = till.counter.sell()
        with house.office() as office, office.database.write() as connection:
            connection.execute(text(KEEPS_NOT.format(event=sale.id.hex())))
        till.until(lambda: _pressed(till) and till.till.sending.status().sending is Sending.STOPPED)
        assert till.till.sending.status().reason == "FAULT"
        till.sell()
        assert {one.state for one in till.till.sending.rows(most=50)} == {"waiting"}
        other.sell()
        other.until(lambda: other.till.sending.status().waiting == 0)
        with house.office() as office, office.database.write() as connection:
            connection.execute(text("DROP TRIGGER spoilt"))
        till.until(lambda: _pressed(till) and till.till.sending.status().listens)
        till.until(lambda: other.counter.points() == 3 * POINTS)
        assert till.till.sending.status().sending is Sending.UP_TO_DATE
        assert _at_office(house, till)
        house.proves()


def _pressed(till: Program) -> bool:
    """Somebody presses "Try again now", so that nothing drawn is waited for."""
    if not till.till.sending.status().listens:
        till.retry()
    return True
