"""Proving head office: every balance, lot, right and finding again from the journals' bytes.

Shape: `verify_office(database, office, progress)` answers an `OfficeProof`. The journals are read
once and their chains checked; then the archive's index is held against them, each owner is folded
from the start and held against the ledger's rows, accounts against the sums of their transfers,
what is kept of campaigns and of what tills agree on against their events, leases against what the
journals used. Nothing is repaired and nothing is written. All of it is one snapshot, so a server
may go on meanwhile; owners who wait to be folded are counted and passed over.

What came back of a sale beyond what was sold may have happened honestly, at two tills out of reach:
it is told as a remark, not as a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.cases.audit_log import first_wrong
from posloyalty.headoffice.cases.others_leases import LEASE_OF_OTHER
from posloyalty.headoffice.ledger import verifying_agreed, verifying_owners
from posloyalty.headoffice.ledger.archive import DatabaseArchive, filed_of_row
from posloyalty.headoffice.ledger.ledger import ALL, ALL_DECIDED, STANDING
from posloyalty.headoffice.ledger.ledger_rows import finding_rows, lot_row, right_row
from posloyalty.headoffice.ledger.verifying_counts import differing
from posloyalty.headoffice.ledger.verifying_journals import Journals, Step
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import LEASE, OWNER_PLACE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import ACCOUNT, OWNER_FAULT
from posloyalty.headoffice.store.statements import many
from posloyalty.headoffice.store.tables import ANOMALY
from posloyalty.services.book.verify_book import DIFFERENCES_MOST, Difference
from posloyalty.sync import events
from posloyalty.sync.fold import MemberFold, Overspend, fold_member
from posloyalty.sync.journals import Filed

OWNERS: Final = 200

_LOTS: Final = "SELECT * FROM lot WHERE owner IN"
_RIGHTS: Final = "SELECT * FROM held_right WHERE owner IN"
_FINDINGS: Final = "SELECT * FROM finding WHERE owner IN"
_BEARERS: Final = "SELECT owner, bearer FROM owner_place WHERE bearer IS NOT NULL AND owner IN"
_SALES: Final = "SELECT event_id, body FROM journal_event WHERE event_id IN"
_SUMS: Final = """
SELECT ledger, kind, owner, sum(d), sum(c) FROM (
    SELECT ledger, debit_kind AS kind, debit_owner AS owner, amount AS d, 0 AS c FROM transfer
    UNION ALL
    SELECT ledger, credit_kind, credit_owner, 0, amount FROM transfer
) AS moved GROUP BY ledger, kind, owner"""

_UNDONE: Final = """
SELECT r.owner, r.transfer_id, CASE WHEN t.transfer_id IS NULL THEN '-' ELSE 'another one' END
FROM transfer r LEFT JOIN transfer t ON t.transfer_id = r.reverses
WHERE r.reverses IS NOT NULL AND (
    t.transfer_id IS NULL OR t.reverses IS NOT NULL OR t.owner <> r.owner OR t.code <> r.code
    OR t.event_id <> r.event_id OR t.planned_id <> r.planned_id OR t.ledger <> r.ledger
    OR t.debit_kind <> r.credit_kind OR t.debit_owner <> r.credit_owner
    OR t.credit_kind <> r.debit_kind OR t.credit_owner <> r.debit_owner OR t.amount <> r.amount)"""
_BEARER_WORDS: Final = frozenset(one.value for one in Overspend)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeProof:
    """What was checked, and what differs; `differences` is cut off after twenty.

    `waiting` owners were passed over, `unbooked` cannot be booked. `over_refunded` are lines of
    sales of which more came back than was sold.
    """

    events: int
    owners: int
    transfers: int
    lots: int
    rights: int
    leases: int
    waiting: int
    unbooked: int
    over_refunded: int
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Whether everything follows from the journals."""
        return not self.differences

    @property
    def first(self) -> Difference | None:
        """The first difference."""
        return self.differences[0] if self.differences else None


def verify_office(database: Database, office: Office, progress: Step) -> OfficeProof:
    """Prove everything."""
    with database.snapshot() as connection:
        office_id = bytes.fromhex(office.id)
        journals = Journals()
        journals.read(connection, office_id=office_id, certificate=office.key.public, step=progress)
        checks = _Checks(connection, office_id, journals)
        checks.index()
        checks.folds()
        checks.accounts()
        checks.reversals()
        checks.audit()
        archive = DatabaseArchive(database, connection, office_id=office_id, now_s=0)
        journals.name(differing(archive, connection))
        passed = checks.waiting | checks.unbooked
        journals.name(verifying_agreed.differing(archive, connection, passed))
        checks.leases()
        over = checks.over_refunded()
        return OfficeProof(
            events=journals.events,
            owners=checks.owners,
            transfers=checks.transfers,
            lots=checks.lots,
            rights=checks.rights,
            leases=checks.leases_seen,
            waiting=len(checks.waiting),
            unbooked=len(checks.unbooked),
            over_refunded=over,
            differences=tuple(journals.differences[:DIFFERENCES_MOST]),
        )


class _Checks:
    """The tables beside what the journals say."""

    def __init__(self, connection: Connection, office_id: bytes, journals: Journals) -> None:
        self._connection = connection
        self._office_id = office_id
        self._journals = journals
        self.owners = self.transfers = self.lots = self.rights = self.leases_seen = 0
        c = OWNER_PLACE.c
        late = connection.execute(select(c.owner).where(c.waits == 1))
        self.waiting = {bytes(row.owner) for row in late}
        unbooked = connection.execute(select(OWNER_FAULT.c.owner))
        self.unbooked = {bytes(row.owner) for row in unbooked}

    def index(self) -> None:
        """Each event is filed under just those whom it concerns, and the ledger knows how far."""
        journals = self._journals
        journals.name(
            verifying_owners.differing(self._connection, journals.concerned, journals.loose)
        )

    def folds(self) -> None:
        """Lots, rights, transfers and findings of each owner are those of their fold from the
        start.
        """
        everybody = sorted(self._journals.concerned.keys() - self.waiting - self.unbooked)
        for place in range(0, len(everybody), OWNERS):
            self._fold(everybody[place : place + OWNERS])
        self.owners = len(everybody)

    def _fold(self, owners: list[bytes]) -> None:
        connection = self._connection
        filed: dict[bytes, list[Filed]] = {owner: [] for owner in owners}
        for row in many(connection, ALL, owners):
            filed[bytes(row[7])].append(filed_of_row(row))
        for row in many(connection, ALL_DECIDED, owners, self._office_id):
            filed[bytes(row[7])].append(filed_of_row(row))
        bearers = self._bearers(owners)
        lots = _by_owner(many(connection, _LOTS, owners))
        rights = _by_owner(many(connection, _RIGHTS, owners))
        stood = _by_owner(many(connection, STANDING, owners))
        findings = _by_owner((row[0], *row) for row in many(connection, _FINDINGS, owners))
        for owner in owners:
            bearer = bearers.get(owner, Overspend.STORE)
            fold = fold_member(owner, filed[owner], overspend=bearer)
            self._same("lot", owner, [lot_row(owner, one) for one in fold.lots], lots.get(owner))
            self._same(
                "right", owner, [right_row(owner, one) for one in fold.rights], rights.get(owner)
            )
            self._same_transfers(owner, fold, stood.get(owner, []))
            self._same(
                "finding",
                owner,
                map(_keyed, finding_rows(owner, fold.anomalies)),
                [_keyed(row[1:]) for row in findings.get(owner, [])],
            )
            self.lots += len(fold.lots)
            self.rights += len(fold.rights)
            self.transfers += len(fold.transfers)

    def _bearers(self, owners: list[bytes]) -> dict[bytes, Overspend]:
        """Who bore what was overspent; of a word that is none, as where nobody decided."""
        found: dict[bytes, Overspend] = {}
        for owner, word in many(self._connection, _BEARERS, owners):
            if word in _BEARER_WORDS:
                found[bytes(owner)] = Overspend(word)
            else:
                said = " | ".join(sorted(_BEARER_WORDS))
                self._journals.differ(0, "owner", bytes(owner).hex(), said, word)
        return found

    def _same(
        self,
        what: str,
        owner: bytes,
        wanted: Iterable[tuple[Any, ...]],
        found: Iterable[tuple[Any, ...]] | None,
    ) -> None:
        should, there = {row[0]: row for row in wanted}, {row[0]: row for row in found or ()}
        for key in sorted(should.keys() | there.keys()):
            if should.get(key) != there.get(key):
                which = f"{owner.hex()} {key.hex()}"
                self._journals.differ(0, what, which, _told(should.get(key)), _told(there.get(key)))

    def _same_transfers(
        self, owner: bytes, fold: MemberFold, stood: Iterable[tuple[Any, ...]]
    ) -> None:
        wanted = [
            (
                one.id,
                one.code.value,
                one.debit.ledger,
                one.debit.kind.value,
                one.debit.owner,
                one.credit.kind.value,
                one.credit.owner,
                one.amount,
                one.event_id,
            )
            for one in fold.transfers
        ]
        there = [(row[3], *row[5:12], row[2]) for row in stood]
        self._same("transfer", owner, wanted, there)

    def accounts(self) -> None:
        """Each account has the sums of its transfers, and each ledger comes to nothing."""
        wanted = {
            (row[0], row[1], bytes(row[2])): (int(row[3]), int(row[4]))
            for row in self._connection.exec_driver_sql(_SUMS)
        }
        found = {
            (row.ledger, row.kind, bytes(row.owner)): (row.debits, row.credits)
            for row in self._connection.execute(select(ACCOUNT))
        }
        for account in sorted(wanted.keys() | found.keys()):
            should, there = wanted.get(account, (0, 0)), found.get(account, (0, 0))
            if should != there:
                which = f"{account[0]} {account[1]} {account[2].hex()}"
                self._journals.differ(0, "account", which, should, there)
        for ledger in sorted({account[0] for account in found}):
            sums = [pair for account, pair in found.items() if account[0] == ledger]
            debits, credited = sum(pair[0] for pair in sums), sum(pair[1] for pair in sums)
            if debits != credited:
                self._journals.differ(0, "ledger", ledger, debits, credited)

    def reversals(self) -> None:
        """What undoes a transfer moves just as much back."""
        for row in self._connection.exec_driver_sql(_UNDONE):
            which = f"{bytes(row[0]).hex()} {bytes(row[1]).hex()}"
            self._journals.differ(0, "reversal", which, "its transfer the other way", row[2])

    def audit(self) -> None:
        """Each entry of the audit log follows from the one before it."""
        number = first_wrong(self._connection)
        if number is not None:
            self._journals.differ(0, "audit", str(number), "follows entry " + str(number - 1), "-")

    def leases(self) -> None:
        """What was used of a lease is what the journals say, and never more than was lent."""
        for row in self._connection.execute(select(LEASE)):
            self.leases_seen += 1
            told = self._journals.used.get(bytes(row.lease_id), 0)
            whole = row.state == "open" and row.returned == 0
            should = min(told, row.amount)
            if row.used > told or (whole and row.used != should):
                self._journals.differ(0, "lease", bytes(row.lease_id).hex(), should, row.used)
        # Nobody is said to have named another one's lease without an event that does. The other way
        # about need not be: it may have been named before there was any, and is listed once only.
        listed = select(ANOMALY).where(ANOMALY.c.code == LEASE_OF_OTHER)
        for row in self._connection.execute(listed):
            till_id = bytes(row.till_id)
            if (till_id, row.epoch, row.seq) not in self._journals.strangers:
                self._journals.differ(row.seq, "lease", till_id.hex(), "its own", row.code)

    def over_refunded(self) -> int:
        """Of how many lines more came back than was sold."""
        back = self._journals.back
        sold: dict[tuple[bytes, int], int] = {}
        for event_id, body in many(self._connection, _SALES, sorted({sale for sale, _ in back})):
            try:
                event = events.decode(bytes(body))
            except ValueError:
                continue
            if isinstance(event, events.Sale):
                sold |= {(bytes(event_id), line.n): line.qty for line in event.lines}
        return sum(key in sold and qty > sold[key] for key, qty in back.items())


def _by_owner(rows: Iterable[Any]) -> Mapping[bytes, list[tuple[Any, ...]]]:
    found: dict[bytes, list[tuple[Any, ...]]] = {}
    for row in rows:
        plain = tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
        found.setdefault(plain[1], []).append(plain)
    return found


def _keyed(finding: tuple[Any, ...]) -> tuple[Any, ...]:
    """A finding under the one key that its owner knows it by: its event, and its place there."""
    owner, event_id, place, *rest = finding
    return (event_id + place.to_bytes(4, "big"), owner, *rest)


def _told(row: tuple[Any, ...] | None) -> str:
    """A row without its owner and id, for a person."""
    if row is None:
        return "-"
    return " ".join(one.hex() if isinstance(one, bytes) else str(one) for one in row[1:])
