"""Goodwill credits from a file: proposed by one person, approved by another, given once each.

Shape: `propose` reads a file; one with findings is refused whole with all of them, the same credits
again are the batch that is there. Until somebody else approves it, it can be withdrawn and has done
nothing. After that `step`, which a lane of the server calls, gives some credits in a transaction:
each is an act of head office's own journal, planned by the programme as points by hand are, and an
entry of the audit log; a row's state moves with its act, so nothing is given twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.second_person import check_second, refuse_decided
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.credit_file import (
    FINDINGS_MOST,
    CreditRow,
    Wrong,
    digest_of,
    read_credits,
)
from posloyalty.headoffice.members.credit_file import MEMBER as MEMBER_COLUMN
from posloyalty.headoffice.members.named_members import named
from posloyalty.headoffice.programmes.publications import programme_at
from posloyalty.headoffice.programmes.risk import kept_policy
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import MEMBER
from posloyalty.headoffice.store.case_tables import CREDIT_BATCH, CREDIT_ROW
from posloyalty.headoffice.store.database import Database
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.office.by_hand import ADJUST, give, given_facts
from posloyalty.sync.office.head_office import HeadOffice

PIECE: Final = 25
"""How many credits a transaction gives, so that tills wait for it no longer than for a batch."""
SHOWN: Final = 200
PROPOSED, APPROVED, DONE, WITHDRAWN = "proposed", "approved", "done", "withdrawn"
WAITING, GIVEN, REFUSED = "waiting", "given", "refused"
_B: Final = CREDIT_BATCH.c
_R: Final = CREDIT_ROW.c


class BadCreditFile(ServiceRefusal):
    """A file with findings: what is `wrong`, a bounded number, and how many `more` there are."""

    def __init__(self, findings: Sequence[Wrong]) -> None:
        super().__init__("CREDITS_WRONG", count=len(findings))
        self.wrong = tuple(findings[:FINDINGS_MOST])
        self.more = len(findings) - len(self.wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A file of credits. `sums` are its points by wallet, in minor units."""

    number: int
    state: str
    rows: int
    given: int
    refused: int
    sums: tuple[tuple[str, int], ...]
    proposed_by: str
    proposed_at: datetime
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditShown:
    """One credit of a batch."""

    line: int
    member_id: str
    wallet: str
    points: int
    reason: str
    state: str
    why: str


class Credits:
    """Proposes, approves, withdraws, and gives."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def batches(self, *, limit: int = 20) -> list[Batch]:
        """The newest first."""
        asked = select(CREDIT_BATCH).order_by(_B.number.desc()).limit(limit)
        with self._database.read() as connection:
            return [_batch(connection, row) for row in connection.execute(asked).all()]

    def batch(self, number: int) -> Batch | None:
        """One; None where there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(CREDIT_BATCH).where(_B.number == number)).first()
            return None if row is None else _batch(connection, row)

    def rows(self, number: int, *, limit: int = SHOWN) -> list[CreditShown]:
        """Its credits, those that were refused first, then by line."""
        order = (_R.state != REFUSED, _R.line)
        asked = select(CREDIT_ROW).where(_R.batch == number).order_by(*order).limit(limit)
        with self._database.read() as connection:
            return [
                CreditShown(
                    line=row.line,
                    member_id=bytes(row.member_id).hex(),
                    wallet=row.wallet,
                    points=row.points,
                    reason=row.reason,
                    state=row.state,
                    why=row.why,
                )
                for row in connection.execute(asked)
            ]

    def count_open(self) -> int:
        """How many batches wait for a second person."""
        asked = select(func.count()).select_from(CREDIT_BATCH).where(_B.state == PROPOSED)
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())

    def propose(self, data: bytes, *, by: str) -> tuple[int, bool]:
        """(number, whether it is new) of a file's credits; raises `BadCreditFile`, refuses
        OFFICE_NO_PROGRAMME.
        """
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            programme = self._programme(connection)
            most = kept_policy(connection).read().sale_points
            read = read_credits(data, programme.wallets, points_most=most)
            rows, strangers = _with_members(connection, read.credits)
            if found := sorted((*read.findings, *strangers), key=lambda one: one.line):
                raise BadCreditFile(found)
            digest = digest_of(rows)
            same = select(_B.number).where(_B.digest == digest, _B.state != WITHDRAWN)
            known = connection.execute(same).scalar()
            if known is not None:
                return int(known), False
            number = int(connection.execute(select(func.max(_B.number))).scalar() or 0) + 1
            connection.execute(
                CREDIT_BATCH.insert().values(
                    number=number, digest=digest, state=PROPOSED, rows=len(rows), proposed_by=by,
                    proposed_s=now_s, decided_by="", decided_s=0,
                )
            )  # fmt: skip
            self._database.put(
                connection,
                CREDIT_ROW,
                [
                    (number, one.line, who, one.wallet, one.points, one.reason, WAITING, "", b"")
                    for who, one in rows
                ],
            )
            note(
                connection, now_s, by, "credits_proposed",
                number=str(number), rows=str(len(rows)), digest=digest.hex(),
            )  # fmt: skip
        return number, True

    def approve(self, number: int, *, by: str) -> None:
        """Let a batch be given; refuses NO_SUCH_BATCH, as `refuse_decided` and `check_second`."""
        with self._database.write() as connection:
            row = _proposed(connection, number)
            check_second(connection, row.proposed_by, by, Right.CREDIT)
            self._decide(connection, number, APPROVED, by)

    def withdraw(self, number: int, *, by: str) -> None:
        """Take a batch back that nobody approved; refuses NO_SUCH_BATCH and as `refuse_decided`."""
        with self._database.write() as connection:
            _proposed(connection, number)
            self._decide(connection, number, WITHDRAWN, by)

    def step(self) -> int:
        """Give some credits of an approved batch; how many were taken up, and one for its end."""
        # Mostly there is none, and whoever writes keeps tills from writing.
        with self._database.read() as connection:
            waits = connection.execute(select(_B.number).where(_B.state == APPROVED)).first()
        return 0 if waits is None else self._database.again(self._step)

    def give_all(self) -> None:
        """Everything that was approved, piece by piece."""
        while self.step():
            pass

    def _step(self) -> int:
        now = self._clock.now()
        with self._database.write() as connection:
            asked = select(CREDIT_BATCH).where(_B.state == APPROVED).order_by(_B.number).limit(1)
            batch = connection.execute(asked.with_for_update(skip_locked=True)).first()
            if batch is None:
                return 0
            # In the order of ids, in which whoever locks several owners does.
            mine = select(CREDIT_ROW).where(_R.batch == batch.number, _R.state == WAITING)
            rows = connection.execute(mine.order_by(_R.member_id, _R.line).limit(PIECE)).all()
            programme = programme_at(connection, now)
            office = head_office(self._database, connection, self._office, now=now)
            for row in rows:
                self._give(connection, office, programme, batch, row)
            if len(rows) < PIECE:
                ended = CREDIT_BATCH.update().where(_B.number == batch.number)
                connection.execute(ended.values(state=DONE))
            return len(rows) + 1

    def _give(
        self,
        connection: Connection,
        office: HeadOffice,
        programme: Programme | None,
        batch: Any,
        row: Any,
    ) -> None:
        now = self._clock.now()
        member = office.meant(bytes(row.member_id))
        why, act_id = "", b""
        if programme is None or row.wallet not in {one.id for one in programme.wallets}:
            why = "WALLET_UNKNOWN"
        elif office.archive.is_erased(member):
            why = "MEMBER_ERASED"
        else:
            written = office.by_hand(
                member,
                ADJUST,
                programme,
                now,
                what=row.wallet,
                facts=(
                    *given_facts(row.reason),
                    ("batch", str(batch.number)),
                    ("line", str(row.line)),
                ),
                plans=give(programme, row.wallet, row.points, row.reason),
            )
            why, act_id = ("MEMBER_UNKNOWN", b"") if written is None else ("", written.event_id)
        mine = CREDIT_ROW.update().where(_R.batch == batch.number, _R.line == row.line)
        connection.execute(mine.values(state=REFUSED if why else GIVEN, why=why, act_id=act_id))
        note(
            connection, int(now.timestamp()), batch.decided_by,
            "credit_refused" if why else "credit_given",
            batch=str(batch.number), line=str(row.line), member=member.hex(), wallet=row.wallet,
            points=str(row.points), proposed_by=batch.proposed_by, why=why or row.reason,
        )  # fmt: skip

    def _programme(self, connection: Connection) -> Programme:
        programme = programme_at(connection, self._clock.now())
        if programme is None:
            raise ServiceRefusal("OFFICE_NO_PROGRAMME")
        return programme

    def _decide(self, connection: Connection, number: int, state: str, by: str) -> None:
        now_s = int(self._clock.now().timestamp())
        changed = CREDIT_BATCH.update().where(_B.number == number)
        connection.execute(changed.values(state=state, decided_by=by, decided_s=now_s))
        note(connection, now_s, by, f"credits_{state}", number=str(number))


def _with_members(
    connection: Connection, rows: Sequence[CreditRow]
) -> tuple[list[tuple[bytes, CreditRow]], list[Wrong]]:
    """Each credit with its member's id, and what is wrong with the members of the others."""
    found: list[Wrong] = []
    known: list[tuple[bytes, CreditRow]] = []
    first: dict[tuple[bytes, str, int, str], int] = {}
    members = named(connection, [one.member for one in rows])
    gone = _erased(connection)
    for one in rows:
        ids = members.get(one.member, ())
        if len(ids) != 1 or ids[0] in gone:
            code = "MEMBER_UNKNOWN" if not ids else "MEMBER_SEVERAL" if ids[1:] else "MEMBER_ERASED"
            found.append(Wrong(one.line, MEMBER_COLUMN, code, {"given": one.member[:40]}))
            continue
        # The same credit twice by two numbers of one member.
        line = first.setdefault((ids[0], one.wallet, one.points, one.reason), one.line)
        if line != one.line:
            found.append(Wrong(one.line, "", "TWICE", {"first": str(line)}))
        known.append((ids[0], one))
    return known, found


def _erased(connection: Connection) -> set[bytes]:
    asked = select(MEMBER.c.member_id).where(MEMBER.c.erased == 1)
    return {bytes(row.member_id) for row in connection.execute(asked)}


def _proposed(connection: Connection, number: int) -> Any:
    asked = select(CREDIT_BATCH).where(_B.number == number, _B.state == PROPOSED)
    row = connection.execute(asked.with_for_update()).first()
    if row is None:
        refuse_decided(connection, CREDIT_BATCH, number)
        raise ServiceRefusal("NO_SUCH_BATCH", number=number)
    return row


def _batch(connection: Connection, row: Any) -> Batch:
    mine = _R.batch == row.number
    sums = select(_R.wallet, func.sum(_R.points)).where(mine).group_by(_R.wallet)
    states = select(_R.state, func.count()).where(mine).group_by(_R.state)
    counts = {row[0]: int(row[1]) for row in connection.execute(states)}
    return Batch(
        number=row.number,
        state=row.state,
        rows=row.rows,
        given=counts.get(GIVEN, 0),
        refused=counts.get(REFUSED, 0),
        sums=tuple((wallet, int(n)) for wallet, n in connection.execute(sums.order_by(_R.wallet))),
        proposed_by=row.proposed_by,
        proposed_at=datetime.fromtimestamp(row.proposed_s, UTC),
        decided_by=row.decided_by,
    )
