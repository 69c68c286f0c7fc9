"""What people at head office do for members, on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import partial
from pathlib import Path

import pytest

from posloyalty.cli.console import Exit
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.console.second_factor import code_at
from posloyalty.headoffice.ledger import batch
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.system import SystemChance, SystemClock
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.cases.test_findings import published
from tests.headoffice.cases.test_reading_again import an_older_release
from tests.headoffice.small_events import Books
from tests.test_cli import Said, run

CLOCK = SystemClock(UTC)


@dataclass
class Desk:
    """A head office in a folder, and its people."""

    data: Path
    people: dict[str, Invitation] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def opened(self) -> Iterator[OpenOffice]:
        with new_office(self.data, clock=CLOCK, chance=SystemChance()) as found:
            yield found

    def run(self, *words: object) -> Said:
        return run("headoffice", "--data", self.data, *words)

    def act(self, name: str, *words: object) -> Said:
        """In somebody's name, twice at most: a code opens once, the next step's is good already."""
        person, before = self.people[name], self.acts.get(name, 0)
        self.acts[name] = before + 1
        code = code_at(person.secret, int(CLOCK.now().timestamp()) + 30 * before)
        told = (*words, "--as", name, "--code", code)
        return run("headoffice", "--data", self.data, *told, typed=person.password + "\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "office")
    with made.opened() as office:
        for name in ("Ann", "Ben", "Cleo", "Vic"):
            role = Role.VIEWER if name == "Vic" else Role.MANAGER
            made.people[name] = office.operators.add(name, role, by="chief")
        published(office)
        office.administration.add_store("S1", "Main Street")
    return made


def books(office: OpenOffice) -> Books:
    """The books of a till that joined."""
    till = ATill(SetClock(CLOCK.now()))
    till.join(office, office.administration.new_code("S1"))
    return Books(till)


def test_cases_are_listed_and_decided(desk: Desk) -> None:
    assert desk.run("cases").out == "Nothing waits for a decision.\n"
    with desk.opened() as office:
        made = books(office)
        made.joins()
        made.gives(100)
        made.spends(80)
        event = made.takes_back(100)
        made.send(office)
        while office.follow():
            pass
    listed = desk.run("cases").out
    assert f"[{event}]" in listed
    assert "80 Cup stamps" in listed
    assert desk.act("Vic", "decide", event, "forgiven", "ours").code == Exit.REFUSED
    assert desk.act("Ann", "decide", event, "perhaps", "ours").code == Exit.REFUSED
    done = desk.act("Ann", "decide", event, "forgiven", "our mistake")
    assert "owes 80 Cup stamps less" in done.out, done.err
    assert desk.run("cases").out == "Nothing waits for a decision.\n"


def test_what_was_kept_unread_is_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.opened() as office:
        made = books(office)
        made.joins()
        made.gives(100)
        with monkeypatch.context() as older:
            older.setattr(batch, "filed", partial(an_older_release, made.till.journal[1].event_id))
            made.send(office)
    assert desk.run("cases").out == "S1-T1  1-2  The event cannot be read\n"
    assert desk.act("Vic", "read-again", "S1-T1", "1-2").code == Exit.REFUSED
    assert desk.act("Ann", "read-again", "S1-T1", "1-1").code == Exit.REFUSED
    done = desk.act("Ann", "read-again", "S1-T1", "1-2")
    assert "Event 1-2 of till S1-T1 is read and counts from now on." in done.out, done.err
    assert desk.run("cases").out == "Nothing waits for a decision.\n"


def test_credits_are_proposed_checked_and_given_by_two_people(desk: Desk, tmp_path: Path) -> None:
    member = b"1" * 16
    with desk.opened() as office:
        made = books(office)
        made.joins(member)
        made.send(office)
    file = tmp_path / "credits.csv"
    file.write_text("member,points,reason\nnobody,5,Late\n", "utf-8")
    wrong = desk.act("Cleo", "credits", "propose", file)
    assert wrong.code == Exit.FOUND
    assert "line 2, member: Nobody is known by nobody." in wrong.out
    file.write_text(f"member,points,reason\n{member.hex()},5,Late\n", "utf-8")
    assert "File 1 is proposed." in desk.act("Ann", "credits", "propose", file).out
    assert "here already as 1" in desk.act("Ben", "credits", "propose", file).out
    assert "Somebody else" in desk.act("Ann", "credits", "approve", 1).err
    assert "File 1: given: 1, not given: 0." in desk.act("Ben", "credits", "approve", 1).out
    assert desk.act("Cleo", "credits", "withdraw", 1).code == Exit.REFUSED
    listed = desk.run("credits", "list").out
    assert listed == "1  given  1 credits, given: 1, not given: 0  Ann, Ben\n"


def test_a_receipt_is_claimed_on_the_command_line(desk: Desk) -> None:
    member = b"1" * 16
    with desk.opened() as office:
        made = books(office)
        made.joins(member)
        made.send(office)
    done = desk.act("Ann", "claim", "S1-T1-1-0042", member.hex())
    assert "S1-T1-1-0042 is not here yet." in done.out, done.err
    assert desk.act("Vic", "claim", "S1-T1-1-0042", member.hex()).code == Exit.REFUSED
    assert "by Ann" in desk.act("Ben", "claim", "S1-T1-1-42", member.hex()).err
    assert f"S1-T1-1-0042  {member.hex()}  waits for its sale  Ann" in desk.run("claims").out


def test_records_are_merged_erased_and_marked_on_the_command_line(desk: Desk) -> None:
    one, two = b"1" * 16, b"2" * 16
    with desk.opened() as office:
        made = books(office)
        made.joins(one)
        made.joins(two)
        made.send(office)
    merging = ("merge", one.hex(), two.hex(), "--named")
    assert desk.act("Ann", *merging, "Ada").code == Exit.REFUSED
    assert f"one: {one.hex()}" in desk.act("Ann", *merging, two.hex()[:8]).out
    assert "is a test member" in desk.act("Ben", "test-member", one.hex()).out
    assert "is no test member" in desk.act("Ben", "test-member", two.hex(), "--ends").out
    assert desk.act("Vic", "erase", one.hex(), "--named", one.hex()[:8]).code == Exit.REFUSED
    assert "is erased" in desk.act("Cleo", "erase", one.hex(), "--named", one.hex()[:8]).out
    assert one.hex() in desk.run("erased").out


def test_an_end_is_proposed_approved_and_called_off_by_two_people(desk: Desk) -> None:
    today = CLOCK.now().date()
    days = {
        "--announced": today + timedelta(days=2),
        "--earns-through": today + timedelta(days=40),
        "--redeems-through": today + timedelta(days=100),
    }
    told = tuple(str(one) for pair in days.items() for one in pair)
    group = "winding-down"
    assert desk.run(group, "show").out == "The programme goes on; no end is set.\n"
    wrong = desk.act("Cleo", group, "propose", *told, "--left", "voucher", "--points", "few")
    assert (wrong.code, "few" in wrong.err) == (Exit.REFUSED, True)
    proposed = desk.act("Ann", group, "propose", *told, "--left", "paid_out")
    assert "Proposed as number 2. Somebody else has to approve it.\n" in proposed.out
    assert "2 proposed by Ann: announced" in desk.run(group, "show").out
    assert "Somebody else" in desk.act("Ann", group, "approve", 2).err
    assert desk.act("Ben", group, "approve", 2).code == 0
    shown = desk.run(group, "show").out.splitlines()
    assert shown[0] == f"Receipts say it from {days['--announced']} on."
    assert "notice in days: 38" in shown[1]
    assert "number 3" in desk.act("Ben", group, "cancel").out
    assert desk.act("Cleo", group, "withdraw", 3).code == 0
    assert desk.act("Vic", group, "cancel").code == Exit.REFUSED
