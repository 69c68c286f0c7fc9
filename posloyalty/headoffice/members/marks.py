"""Test members: marked by a person, shown as such, and counted nowhere.

Shape: `mark` and `unmark` are acts of head office's own journal, a right that tills hear of;
`marked_members` is who has it now, for whatever leaves them out: try-outs, the risk dial, what is
outstanding. Campaigns' budgets leave them out by themselves (`domain/engine/marked_members`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.engine.marked_members import TEST_MEMBER
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.named_members import named
from posloyalty.headoffice.programmes.publications import programme_at
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT, LOT
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.office.by_hand import marked, unmarked

MARK: Final = "mark"
UNMARK: Final = "unmark"
_R: Final = HELD_RIGHT.c
_L: Final = LOT.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """What members have of a wallet, in minor units, and what test members have beside that."""

    ledger: str
    points: int
    of_tests: int


class Marks:
    """Marks, and says what members have."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def mark(self, member: str, *, by: str) -> str:
        """From now on somebody is a test member; refuses NOBODY_FOUND and OFFICE_NO_PROGRAMME."""
        return self._decide(member, by, marks=True)

    def unmark(self, member: str, *, by: str) -> str:
        """And no longer."""
        return self._decide(member, by, marks=False)

    def members(self) -> frozenset[str]:
        """Who is one now, as far as the ledger has followed."""
        with self._database.read() as connection:
            return frozenset(one.hex() for one in marked_members(connection))

    def outstanding(self) -> list[Outstanding]:
        """What members have, by wallet, as far as the ledger has followed."""
        with self._database.read() as connection:
            return outstanding_of(connection)

    def _decide(self, member: str, by: str, *, marks: bool) -> str:
        now = self._clock.now()
        with self._database.write() as connection:
            programme = programme_at(connection, now)
            if programme is None:
                raise ServiceRefusal("OFFICE_NO_PROGRAMME")
            office = head_office(self._database, connection, self._office, now=now)
            typed = member.strip()
            found = {office.meant(one) for one in named(connection, [typed]).get(typed, ())}
            if len(found) != 1 or office.archive.is_erased(next(iter(found))):
                raise ServiceRefusal("NOBODY_FOUND")
            (member_id,) = found
            written = office.by_hand(
                member_id,
                MARK if marks else UNMARK,
                programme,
                now,
                what=TEST_MEMBER,
                facts=(),
                plans=marked(TEST_MEMBER) if marks else unmarked(TEST_MEMBER),
            )
            if written is not None:
                what = "test_member_marked" if marks else "test_member_unmarked"
                note(connection, int(now.timestamp()), by, what, member=member_id.hex())
        return member_id.hex()


def marked_members(connection: Connection) -> frozenset[bytes]:
    """The test members."""
    asked = select(_R.owner).where(_R.kind == TEST_MEMBER, _R.cancelled == 0)
    return frozenset(bytes(row.owner) for row in connection.execute(asked))


def outstanding_of(connection: Connection) -> list[Outstanding]:
    """What members have, by wallet, as far as the ledger has followed."""
    mine = select(_L.ledger, func.sum(_L.remaining)).where(
        _L.kind == AccountKind.MEMBER.value, _L.remaining > 0
    )
    tests = select(_R.owner).where(_R.kind == TEST_MEMBER, _R.cancelled == 0)
    of_all = connection.execute(mine.group_by(_L.ledger).order_by(_L.ledger)).all()
    left_out = mine.where(_L.owner.in_(tests)).group_by(_L.ledger)
    of_tests = {row[0]: int(row[1]) for row in connection.execute(left_out)}
    return [
        Outstanding(
            ledger=ledger,
            points=int(points) - of_tests.get(ledger, 0),
            of_tests=of_tests.get(ledger, 0),
        )
        for ledger, points in of_all
    ]
