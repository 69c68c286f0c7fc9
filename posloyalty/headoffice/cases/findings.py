"""What the ledger found and somebody has to decide: what was spent twice, or came back twice.

Shape: `Findings.open_findings` lists what nobody decided, the oldest first, each with the decisions
that it allows; `decide` writes one beside it. The event stands whatever is decided: what a receipt
promised is honoured. The one decision that moves anything lets go of a debt (`forgiven`), by an act
of head office's own journal that tills hear of. Where a late event makes a finding more or less, it
waits again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.matters import NOTE_MOST
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.programmes.publications import programme_at
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.case_tables import FINDING_DECISION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import ACCOUNT, FINDING, OWNER_FAULT, TRANSFER
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.found import Anomaly
from posloyalty.sync.office.by_hand import FORGIVE, WHY, let_go

ACCEPTED: Final = "accepted"
FORGIVEN: Final = "forgiven"
FRAUD: Final = "fraud"
SHOWN: Final = 200
_F: Final = FINDING.c
_D: Final = FINDING_DECISION.c
_KEY: Final = ("owner", "event_id", "anomaly", "what")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """Something that was found about an owner at an event.

    `amount` is in the minor units of the wallet that `what` names, in uses of a right, or in
    thousandths of an article. `owes` is what the member owes of that wallet now; `by_member` says
    that they bear it and not the store. `cashier` is an operator's id, where the event names one.
    """

    owner: str
    event_id: str
    anomaly: str
    what: str
    amount: int
    store: str
    till: str
    till_id: str
    number: str
    cashier: str
    at: datetime | None
    owes: int
    by_member: bool
    decision: str = ""
    note: str = ""
    who: str = ""

    @property
    def decisions(self) -> tuple[str, ...]:
        """What can be decided."""
        forgivable = self.by_member and self.owes > 0
        return (ACCEPTED, FORGIVEN, FRAUD) if forgivable else (ACCEPTED, FRAUD)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbookedRow:
    """An owner whose events cannot be booked, which only a forger's cannot."""

    owner: str
    fault: str
    since: datetime


class Findings:
    """Lists and decides."""

    def __init__(self, database: Database, office: Office, clock: Clock) -> None:
        self._database = database
        self._office = office
        self._clock = clock

    def open_findings(self, *, limit: int = SHOWN) -> list[FindingRow]:
        """What nobody decided yet."""
        with self._database.read() as connection:
            return _rows(connection, decided=False, limit=limit)

    def decided(self, *, limit: int = 20) -> list[FindingRow]:
        """What was decided, the newest first."""
        with self._database.read() as connection:
            return _rows(connection, decided=True, limit=limit)

    def count_open(self) -> int:
        """How many wait."""
        found = _grouped()
        asked = select(func.count()).select_from(found.outerjoin(FINDING_DECISION, _same(found)))
        with self._database.read() as connection:
            return int(connection.execute(asked.where(_D.decision.is_(None))).scalar_one())

    def unbooked(self, *, limit: int = SHOWN) -> list[UnbookedRow]:
        """Owners of whom nothing is booked since something of theirs could not be."""
        asked = select(OWNER_FAULT).order_by(OWNER_FAULT.c.at_s).limit(limit)
        with self._database.read() as connection:
            return [
                UnbookedRow(
                    owner=bytes(row.owner).hex(),
                    fault=row.fault,
                    since=datetime.fromtimestamp(row.at_s, UTC),
                )
                for row in connection.execute(asked)
            ]

    def find(self, owner: str, event_id: str, anomaly: str, what: str) -> FindingRow:
        """One that waits; refuses NO_SUCH_MATTER."""
        with self._database.read() as connection:
            return self._waiting(connection, owner, event_id, anomaly, what)

    def decide(self, row: FindingRow, decision: str, why: str, *, by: str) -> None:
        """Decide exactly what a person saw; refuses NO_SUCH_MATTER where it is another amount by
        now, NO_SUCH_DECISION and NOTE_LENGTH.
        """
        if not 0 < len(why) <= NOTE_MOST:
            raise ServiceRefusal("NOTE_LENGTH", most=NOTE_MOST)
        now_s = int(self._clock.now().timestamp())
        with self._database.write() as connection:
            found = self._waiting(connection, row.owner, row.event_id, row.anomaly, row.what)
            if found.amount != row.amount:
                raise ServiceRefusal("NO_SUCH_MATTER")
            if decision not in found.decisions:
                raise ServiceRefusal("NO_SUCH_DECISION", decision=decision)
            act_id = self._let_go(connection, found, why) if decision == FORGIVEN else b""
            connection.execute(
                FINDING_DECISION.insert().values(
                    owner=bytes.fromhex(found.owner), event_id=bytes.fromhex(found.event_id),
                    anomaly=found.anomaly, what=found.what, amount=found.amount,
                    decision=decision, note=why, who=by, at_s=now_s, act_id=act_id,
                )
            )  # fmt: skip
            note(
                connection, now_s, by, "finding_decided",
                anomaly=found.anomaly, event=found.event_id, owner=found.owner,
                amount=str(found.amount), decision=decision,
            )  # fmt: skip

    def _let_go(self, connection: Connection, row: FindingRow, why: str) -> bytes:
        """The act by which a member owes so much less; its id."""
        now = self._clock.now()
        programme = programme_at(connection, now)
        if programme is None:
            raise ServiceRefusal("OFFICE_NO_PROGRAMME")
        office = head_office(self._database, connection, self._office, now=now)
        written = office.by_hand(
            bytes.fromhex(row.owner),
            FORGIVE,
            programme,
            now,
            facts=(("event", row.event_id), (WHY, why)),
            plans=let_go(row.what, row.amount),
        )
        if written is None:  # repaid since the page was shown
            raise ServiceRefusal("NO_SUCH_MATTER")
        return written.event_id

    def _waiting(
        self, connection: Connection, owner: str, event_id: str, anomaly: str, what: str
    ) -> FindingRow:
        try:
            key = (bytes.fromhex(owner), bytes.fromhex(event_id), anomaly, what)
        except ValueError:
            raise ServiceRefusal("NO_SUCH_MATTER") from None
        found = _rows(connection, decided=False, limit=1, key=key)
        if not found:
            raise ServiceRefusal("NO_SUCH_MATTER")
        return found[0]


def _grouped() -> Any:
    """One row an event, anomaly and thing; an event may have come to several of the same."""
    columns, unsaid = [_F[name] for name in _KEY], FINDING.alias("unsaid").c
    same = (unsaid.owner == _F.owner, unsaid.anomaly == _F.anomaly, unsaid.what == _F.what)
    left = select(func.sum(unsaid.amount)).where(*same).scalar_subquery()
    return (
        select(
            *columns,
            func.sum(_F.amount).label("amount"),
            func.min(_F.till_id).label("till_id"),
            func.min(_F.store).label("store"),
        )
        # Head office unsays by another event what it said was given once too often.
        .where((_F.anomaly != Anomaly.GIVEN_TWICE.value) | ((_F.amount > 0) & (left > 0)))
        .group_by(*columns)
        .subquery("found")
    )


def _same(found: Any) -> Any:
    return and_(
        *(found.c[name] == _D[name] for name in _KEY),
        # A sum is a number without a bound on PostgreSQL, and is compared as such.
        found.c.amount == _D.amount,
    )


def _rows(
    connection: Connection,
    *,
    decided: bool,
    limit: int,
    key: tuple[bytes, bytes, str, str] | None = None,
) -> list[FindingRow]:
    found = _grouped()
    asked = (
        select(
            found, _D.decision, _D.note, _D.who, TILL.c.till_code,
            JOURNAL_EVENT.c.body, JOURNAL_EVENT.c.received_s,
        )
        .select_from(found.outerjoin(FINDING_DECISION, _same(found)))
        .outerjoin(TILL, TILL.c.till_id == found.c.till_id)
        .outerjoin(
            JOURNAL_EVENT,
            (JOURNAL_EVENT.c.event_id == found.c.event_id)
            & (JOURNAL_EVENT.c.till_id == found.c.till_id),
        )
    )  # fmt: skip
    asked = asked.where(_D.decision.is_not(None) if decided else _D.decision.is_(None))
    if key is not None:
        asked = asked.where(
            *(found.c[name] == value for name, value in zip(_KEY, key, strict=True))
        )
    order = _D.at_s.desc() if decided else JOURNAL_EVENT.c.received_s
    rows = connection.execute(asked.order_by(order, found.c.event_id, found.c.what)).all()
    # One event may lie under two epochs of its till: the first of them says it all.
    first: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        first.setdefault(tuple(row[:4]), row)
    chosen = list(first.values())[:limit]
    owing, bearing = _debts(connection, chosen), _borne(connection, chosen)
    return [_row(row, owing, bearing) for row in chosen]


def _debts(connection: Connection, rows: Iterable[Any]) -> dict[tuple[bytes, str], int]:
    """What each owner owes now, by ledger."""
    owners = sorted({bytes(row.owner) for row in rows})
    a = ACCOUNT.c
    asked = select(a.owner, a.ledger, a.debits, a.credits).where(
        a.kind == AccountKind.MEMBER_DEBT.value, a.owner.in_(owners)
    )
    return {
        (bytes(owner), ledger): debits - credits_
        for owner, ledger, debits, credits_ in connection.execute(asked)
    }


def _borne(connection: Connection, rows: Iterable[Any]) -> set[tuple[bytes, bytes, str]]:
    """The events by which an owner came to owe something of a ledger, as it stands."""
    t, ids = TRANSFER.c, sorted({bytes(row.event_id) for row in rows})
    undone = TRANSFER.alias()
    stands = ~select(undone.c.transfer_id).where(undone.c.reverses == t.transfer_id).exists()
    asked = select(t.owner, t.event_id, t.ledger).where(
        t.event_id.in_(ids),
        t.debit_kind == AccountKind.MEMBER_DEBT.value,
        t.reverses.is_(None),
        t.owner.in_(sorted({bytes(row.owner) for row in rows})),
        stands,
    )
    return {
        (bytes(owner), bytes(event_id), ledger)
        for owner, event_id, ledger in connection.execute(asked)
    }


def _row(
    row: Any, owing: dict[tuple[bytes, str], int], bearing: set[tuple[bytes, bytes, str]]
) -> FindingRow:
    number, cashier, at = _event(row)
    owner, event_id = bytes(row.owner), bytes(row.event_id)
    overspent = row.anomaly == Anomaly.OVERSPENT.value
    return FindingRow(
        owner=owner.hex(),
        event_id=event_id.hex(),
        anomaly=row.anomaly,
        what=row.what,
        amount=int(row.amount),
        store=row.store,
        till=row.till_code or "",
        till_id=bytes(row.till_id).hex(),
        number=number,
        cashier=cashier,
        at=at,
        owes=owing.get((owner, row.what), 0) if overspent else 0,
        by_member=overspent and (owner, event_id, row.what) in bearing,
        decision=row.decision or "",
        note=row.note or "",
        who=row.who or "",
    )


def _event(row: Any) -> tuple[str, str, datetime | None]:
    """(receipt, cashier, when) of the event; nothing of one that head office decided itself."""
    if row.body is None:
        return "", "", None
    event = events.decode(bytes(row.body))
    if isinstance(event, events.Opaque):
        return "", "", None
    number = event.no if isinstance(event, events.Sale | events.Refund) else ""
    return number, event.actor if isinstance(event.actor, str) else "", parse_instant(event.at)
