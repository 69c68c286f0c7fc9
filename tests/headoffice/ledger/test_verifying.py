"""Proving head office: whatever is changed in its tables is named, whatever is right passes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.journal_file import journal_lines
from posloyalty.headoffice.ledger.verifying import OfficeProof, verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, spending
from tests.headoffice.ledger.test_archive import ANNA, act, add, earning

TOOL = Path(__file__).parents[3] / "tools" / "verify_journal.py"


@pytest.fixture
def sold(office: OpenOffice, till: ATill, clock: SetClock) -> ATill:
    """Two tills: earning, a voucher, spending that came late and beyond what there was."""
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    issue = events.RightStep(
        id=derive_id("issue", 1).hex(), right=derive_id("right", 1).hex(), move="issue", opens=opens
    )
    add(till, earning(ANNA, 1, 100))
    add(till, act(ANNA, 2, rights=(issue,)))
    add(till, spending(ANNA, 4, 80, at="2026-02-10T10:00:00.000+00:00"))
    till.push(office, 1, 3)
    follow(office)
    add(other, spending(ANNA, 5, 50, at="2026-02-10T09:00:00.000+00:00"))
    use = events.RightStep(
        id=derive_id("use", 1).hex(), right=derive_id("right", 1).hex(), move="use"
    )
    add(other, act(ANNA, 6, rights=(use,)))
    other.push(office, 1, 2)
    follow(office)
    return till


def proof(office: OpenOffice) -> OfficeProof:
    return verify_office(office.database, office.office, lambda _done, _whole: None)


def without_guards(connection: Connection) -> None:
    """Whoever changes the tables by hand takes the triggers away first."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET session_replication_role = replica")
        return
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in rows.all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


@pytest.mark.usefixtures("sold")
def test_what_is_right_passes(office: OpenOffice) -> None:
    found = proof(office)
    assert found.differences == ()
    assert (found.events, found.owners, found.lots, found.rights) == (5, 1, 1, 1)
    assert (found.transfers, found.waiting, found.unbooked) == (4, 0, 0)


CHANGES = (
    ("UPDATE lot SET remaining = remaining + 1", "lot"),
    ("UPDATE lot SET shop_cost = '1/2'", "lot"),
    ("UPDATE held_right SET used = 0", "right"),
    ("UPDATE account SET credits = credits + 1, debits = debits + 1", "account"),
    ("UPDATE account SET credits = credits + 7 WHERE kind = 'member'", "account"),
    ("UPDATE transfer SET amount = amount + 1 WHERE code = 'redeem'", "transfer"),
    ("UPDATE finding SET amount = amount + 1", "finding"),
    ("DELETE FROM finding", "finding"),
    ("DELETE FROM event_owner WHERE arrival = 1", "filing"),
    ("UPDATE journal_place SET hash = event_id FROM (SELECT hash AS event_id FROM journal_event"
     " WHERE seq = 1) AS one", "place"),
    ("UPDATE journal_event SET event_id = till_id WHERE seq = 2", "filing"),
    ("UPDATE journal_event SET event_id = till_id WHERE seq = 2", "event"),
    ("UPDATE held_right SET last = '2026-12-31'", "right"),
    ("UPDATE transfer SET code = 'earn' WHERE reverses IS NOT NULL", "reversal"),
    ("INSERT INTO member SELECT event_id, NULL, till_id, 0 FROM journal_event WHERE seq = 3",
     "member"),
    ("INSERT INTO household_member SELECT 'ab', till_id FROM till", "household"),
    ("INSERT INTO right_waiting SELECT r.right_id, j.till_id, 1, 1, j.event_id, 0"
     " FROM right_owner r, journal_event j WHERE j.seq = 3", "right_waiting"),
    ("DELETE FROM right_owner", "right_owner"),
    ("UPDATE owner_place SET bearer = 'nobody'", "owner"),
    ("UPDATE owner_place SET last_us = last_us + 1", "owner"),
    ("UPDATE event_owner SET at_us = at_us + 1 WHERE arrival = 1", "filing"),
    ("UPDATE account SET kind = 'other' WHERE kind = 'member'", "account"),
    ("UPDATE transfer SET debit_kind = 'other' WHERE code = 'redeem'", "transfer"),
    ("DELETE FROM journal_place", "place"),
    ("UPDATE journal_place SET signature = hash", "till"),
    ("UPDATE till SET public_key = genesis", "till"),
    ("UPDATE audit_entry SET who = 'nobody' WHERE number = 1", "audit"),
)  # fmt: skip


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_what_was_changed_by_hand_is_named(office: OpenOffice, change: str, named: str) -> None:
    with office.database.write() as connection:
        without_guards(connection)
        connection.execute(text(change))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
    assert named in {one.what for one in proof(office).differences}


@pytest.mark.usefixtures("sold")
def test_a_changed_byte_of_a_journal_breaks_its_chain(office: OpenOffice) -> None:
    with office.database.write() as connection:
        without_guards(connection)
        row = connection.exec_driver_sql("SELECT body FROM journal_event WHERE seq = 3").first()
        assert row is not None
        body = bytes(row[0]).replace(b'"n":80', b'"n":81')
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        connection.exec_driver_sql(f"UPDATE journal_event SET body = {mark} WHERE seq = 3", (body,))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
    first = proof(office).first
    assert first is not None
    assert (first.what, first.seq) == ("chain", 3)


def tool(path: Path) -> tuple[int, str]:
    """The stand-alone verifier, with no product to import."""
    done = subprocess.run(
        [sys.executable, "-I", str(TOOL), str(path)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def written(office: OpenOffice, till: ATill, path: Path) -> list[bytes]:
    with office.database.read() as connection:
        lines = list(journal_lines(connection, till.id.hex()))
    path.write_bytes(b"".join(lines))
    return lines


def test_a_journal_file_is_proved_without_the_product(
    office: OpenOffice, sold: ATill, tmp_path: Path
) -> None:
    path = tmp_path / "till.journal"
    written(office, sold, path)
    code, told = tool(path)
    assert code == 0, told
    assert f"Till {sold.id.hex()}: 3 events" in told
    assert "club/points, earn: 100" in told
    assert "club/points, redeem: 80" in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:2], lines[2].replace(b"welcome", b"welcom3"), *lines[3:]], "hash"),
        (lambda lines: [*lines[:2], *lines[3:]], "place 2 is missing"),
        (lambda lines: lines[:-1], "ends before"),
        (lambda lines: [*lines[:-2], lines[-1]], "another place"),
        (lambda lines: [lines[0].replace(b'"till":"00', b'"till":"01'), *lines[1:]], "hash"),
        (
            lambda lines: [*lines[:-1], lines[-1].replace(b'"signature":"', b'"signature":"ff', 1)],
            "not signed",
        ),
        (lambda lines: [*lines, lines[-1].replace(b"end", b"epoch")], "follows the end"),
        (lambda lines: [*lines, lines[-1]], "follows the end"),
        (
            lambda lines: [
                one.replace(b'"event","epoch":1', b'"event","epoch":7') for one in lines
            ],
            "epoch 7 follows epoch 1",
        ),
    ],
)
def test_a_journal_file_that_was_changed_is_refused(
    office: OpenOffice, sold: ATill, tmp_path: Path, change: object, said: str
) -> None:
    path = tmp_path / "till.journal"
    lines = written(office, sold, path)
    assert callable(change)
    path.write_bytes(b"".join(change(lines)))
    code, told = tool(path)
    assert (code, said in told) == (1, True), told


@pytest.mark.parametrize(
    "line",
    [b"[" * 10_000, b"null", b"[1]", b'{"k":"ev', b"\xb8", b'{"k":"event","epoch":1}', b'{"q":1}',
     b'{"k":"event","epoch":1,"seq":2,"written":-1,"id":"","hash":"","body":""}'],
)  # fmt: skip
def test_the_line_of_a_file_that_is_none_is_named(
    office: OpenOffice, sold: ATill, tmp_path: Path, line: bytes
) -> None:
    path = tmp_path / "till.journal"
    lines = written(office, sold, path)
    path.write_bytes(b"".join([*lines[:2], line + b"\n", *lines[3:]]))
    assert tool(path) == (2, "UNREADABLE: line 3 is no row of a journal\n")


def test_of_a_line_without_end_no_more_is_read_than_a_row_may_have() -> None:
    # Less memory than the line would take, beside what Python takes for itself.
    bounded = "ulimit -v 400000 && exec "
    command = f"{bounded}{sys.executable} -I {TOOL} /dev/zero"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "UNREADABLE: line 1 is no row of a journal\n")


@pytest.mark.parametrize(
    "body",
    [b"[" * 10_000, b'{"t":"sale","id":"%s"}' % (b"n" * 16).hex().encode()],
    ids=["without end", "no sale"],
)
def test_an_event_of_no_shape_is_one_that_cannot_be_read(
    office: OpenOffice, sold: ATill, tmp_path: Path, body: bytes
) -> None:
    sold.add(body, event_id=b"n" * 16)
    assert sold.push(office, 4, 4).status == 200
    path = tmp_path / "till.journal"
    written(office, sold, path)
    code, told = tool(path)
    assert (code, "1 events could not be read" in told) == (0, True), told


def test_the_tool_is_small_and_needs_the_standard_library_alone() -> None:
    source = TOOL.read_text("utf-8")
    assert source.count("\n") < 300
    imported = {
        line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported == {"__future__", "json", "sys", "collections", "hashlib"}
