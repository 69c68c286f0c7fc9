"""The risk dial against a calculation by hand, by the command and by the console's page.

A day of two stores, S1 and S2, of a till each, and of three members. The dial's own seed has S1 out
of reach from 13:22 to 16:04 on it and S2 from 13:54 to 17:40, each once; a point is worth 0.01, and
every redemption of an outage is tried once more at the other store, where that is out, too.

| member | before | redeems | lease of 50 % (80 %) there | second try |
|---|---|---|---|---|
| Ann | 4.00 at S1, 6.00 of goodwill | 6.00 at S1, 14:00 | 5.00 (8.00) | S2: never there, no lease |
| Bob | 9.00 at S2, 3.00 at S1 | 3.00 at S1, 14:10 | half of 6.00 (9.60) | S2: the other half |
| Cai | 1.00 at S2 | 1.00 at S2, 16:10 | 0.50 (0.80) | none: S1 is back |

Goodwill is given by head office and is no visit. Without a floor whatever is more than the lease is
sent away. A floor of 5.00 gives Ann 1.00 beyond a lease of 5.00, Bob 3.00 where there is no lease,
and never her second 6.00, which a floor of 10.00 gives: 4.00 are left by then, so 2.00 are lost. Of
Bob's 12.00 two tries leave 6.00. A day's floors cost 100.00 a till at most, so 200.00 in all. A
test member who redeems 50.00 at S1 is not counted.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
from posloyalty.headoffice.console.operators import Invitation
from posloyalty.headoffice.console.rights import Role
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from posloyalty.system import SystemClock
from posloyalty.wording import Words
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.an_office import new_office
from tests.headoffice.driven.person import Person
from tests.headoffice.forked import Forked
from tests.headoffice.process import serving
from tests.test_cli_risk import CLUB

pytestmark = pytest.mark.enable_socket
ANN, BOB, CAI, TESTER = (bytes([n]) * 16 for n in range(1, 5))
MORNING: Final = datetime(2026, 10, 18, 1, 0, tzinfo=UTC)
"""09:00 in the shop's zone, which is eight hours ahead."""
# Of each position: redemptions within a lease, at the shop's risk, sent away and what they were
# worth; second tries that were served, what all took beyond the balance; the most of a day.
BY_HAND: Final = {
    (0, 0): (0, 0, 3, 1_000, 0, 0, 0),
    (0, 500): (0, 2, 1, 600, 1, 0, 20_000),
    (0, 1_000): (0, 3, 0, 0, 2, 200, 20_000),
    (50, 0): (1, 0, 2, 700, 1, 0, 0),
    (50, 500): (1, 2, 0, 0, 1, 0, 20_000),
    (50, 1_000): (1, 2, 0, 0, 2, 200, 20_000),
    (80, 0): (2, 0, 1, 100, 1, 0, 0),
    (80, 500): (2, 1, 0, 0, 1, 0, 20_000),
    (80, 1_000): (2, 1, 0, 0, 2, 200, 20_000),
}
RISKED: Final = (0, 700, 1_900, 0, 150, 750, 0, 20, 620)
"""What went out at the shop's risk in all, first and second tries, in the same order."""


@dataclass(frozen=True)
class Kept:
    """Head office's folder, and a manager who may sign in."""

    data: Path
    manager: Invitation


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    data, clock = tmp_path / "office", SetClock(MORNING - timedelta(hours=2))
    with new_office(data, clock=clock, chance=SeededChance(1)) as office:
        digest = office.publishing.keep(CLUB.encode(), by="Ann").hash.hex()
        number = office.publishing.propose(digest, begins=clock.now(), by="Ann")
        office.publishing.approve(number, by="Ben")
        tills = [_till(office, clock, number) for number in (1, 2)]
        first, second = (_Journal(one) for one in tills)
        for who in (ANN, BOB, CAI, TESTER):
            first.joins(who)
        first.earns(ANN, 5, 400)
        second.earns(BOB, 6, 900)
        first.earns(BOB, 7, 300)
        second.earns(CAI, 8, 100)
        first.earns(TESTER, 9, 5_000)
        _told(office, tills)
        clock.pass_time(timedelta(hours=2, minutes=30))
        credit = f"member,points,reason\n{ANN.hex()},600,Late parcel\n".encode()
        batch, _ = office.credits.propose(credit, by="Ann")
        office.credits.approve(batch, by="Ben")
        office.credits.give_all()
        office.marks.mark(TESTER.hex(), by="Ann")
        first.redeems(ANN, 300, 600)
        first.redeems(BOB, 310, 300)
        first.redeems(TESTER, 320, 5_000)
        second.redeems(CAI, 430, 100)
        _told(office, tills)
        manager = office.operators.add("ann", Role.MANAGER, by=COMMAND_LINE)
    return Kept(data, manager)


class _Journal:
    """What happens at a till, so many minutes after nine."""

    def __init__(self, till: ATill) -> None:
        self.till = till

    def joins(self, who: bytes) -> None:
        made = events.MemberCreate(
            id=derive_id("joins", who).hex(),
            at=_at(0),
            hlc=(0, 0),
            member=who.hex(),
            joined="2026-10-18",
            store="S1",
            source="test",
        )
        self.till.add(events.encode(made), event_id=bytes.fromhex(made.id))

    def earns(self, who: bytes, minute: int, points: int) -> None:
        opens = events.LotOpened(id=derive_id("lot", minute).hex(), earned="2026-10-18")
        self._act(who, minute, "earn", ("issued",), ("member", who.hex()), points, opens=opens)

    def redeems(self, who: bytes, minute: int, points: int) -> None:
        self._act(who, minute, "redeem", ("member", who.hex()), ("redeemed",), points)

    def _act(
        self,
        who: bytes,
        minute: int,
        code: str,
        dr: tuple[str, ...],
        cr: tuple[str, ...],
        points: int,
        **more: events.LotOpened,
    ) -> None:
        post = events.Post(
            id=derive_id("post", minute).hex(),
            code=code,
            ledger="club/points",
            dr=dr,
            cr=cr,
            n=points,
            **more,
        )
        act = events.Act(
            id=derive_id("act", minute).hex(),
            at=_at(minute),
            hlc=(0, 0),
            kind="activity",
            what="test",
            day="2026-10-18",
            member=who.hex(),
            post=(post,),
        )
        self.till.add(events.encode(act), event_id=bytes.fromhex(act.id))


def _at(minute: int) -> str:
    return (MORNING + timedelta(minutes=minute)).isoformat(timespec="milliseconds")


def _till(office: OpenOffice, clock: SetClock, number: int) -> ATill:
    office.administration.add_store(f"S{number}", f"S{number}")
    till = ATill(clock, number=number)
    assert till.join(office, office.administration.new_code(f"S{number}")).status == 201
    return till


def _told(office: OpenOffice, tills: list[ATill]) -> None:
    for till in tills:
        assert till.push(office, 1, len(till.journal)).status == 200
    while office.follow():
        pass


def test_the_command_says_what_was_reckoned_by_hand(kept: Kept, tmp_path: Path) -> None:
    club = tmp_path / "club.toml"
    club.write_text(CLUB, encoding="utf-8")
    options = ["--outages", "100%", "--together", "0%", "--again", "100%"]
    for lease in (0, 50, 80):
        options += ["--lease", f"{lease}%"]
    for floor in ("0", "5.00", "10.00"):
        options += ["--floor", floor]
    said = subprocess.run(
        [sys.executable, "-m", "posloyalty", "risk", club, "--data", kept.data, *options, "--json"],
        capture_output=True,
        check=True,
    )
    found = json.loads(said.stdout)
    assert [(one["wanted"], one["staged"]) for one in found] == [(3, 2)] * 9
    assert {
        (one["lease_percent"], one["floor_minor"]): (
            one["leased"],
            one["risked"],
            one["refused"],
            one["refused_minor"],
            one["staged_served"],
            one["lost_minor"],
            one["exposed_minor"],
        )
        for one in found
    } == BY_HAND
    assert tuple(one["risked_minor"] for one in found) == RISKED


@pytest.fixture
def person(kept: Kept) -> Iterator[Person]:
    """The manager, at the console of a served head office."""
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(kept.data, "", place, begin=Forked))
        yield open_.enter_context(Person(place, kept.manager, SystemClock(UTC))).enter()


def test_the_page_says_what_was_reckoned_by_hand(person: Person) -> None:
    asked = {"leases": "0%; 50%; 80%", "floors": "0; 5.00; 10.00", "minutes": 120}
    asked |= {"outages": "100%", "together": "0%", "again": "100%"}
    person.get("/console/risk")
    assert person.send("/console/risk", **asked).status_code == 200
    for _ in range(600):
        if "<tbody>" in person.page:
            break
        threading.Event().wait(0.05)
        person.get("/console/risk")
    # Each earned at a store, Bob at two, and redeemed; two outages, three redemptions in them.
    told = {"members": 3, "known": 3, "visits": 7, "outages": 2, "wanted": 3}
    assert person.says(Words("en")("dial.past", **told))
    rows = [_cells(row) for row in re.findall(r"<tr>(<td.*?)</tr>", person.page)]
    assert rows == [
        [
            f"{lease} %",
            _money(floor),
            _share(leased),
            _share(risked),
            str(refused),
            _money(worth),
            _money(lost),
            _money(most),
        ]
        for (lease, floor), (leased, risked, refused, worth, _, lost, most) in BY_HAND.items()
    ]


def _cells(row: str) -> list[str]:
    """A row's texts; which floor holds now is said by a badge."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    return [re.sub(r"<.*", "", cell).strip() for cell in cells]


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _share(part: int) -> str:
    """Of three."""
    return ("0.0 %", "33.3 %", "66.7 %", "100.0 %")[part]
