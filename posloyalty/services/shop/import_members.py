"""Taking members over from a table, with opening balances and levels: good rows in, nothing twice.

Shape: rows come as `documents/table_file` reads them. Each new member is one event, a card of this
till, their consents and, when they bring points or a level, one `opening` event, all in the same
transaction; some rows share one, so that the cashier's sale never waits long. A row whose number
(else phone) is there already from an import changes nothing, so the same file may be imported
again, also after it was stopped in the middle. An import adds members; it never changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.members.member import (
    Consent,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.members.enrol_member import (
    card_issued,
    consent_given,
    free_short_code,
    make_card,
    member_created,
)
from posloyalty.services.members.opening import Opening, post_opening
from posloyalty.services.members.strangers import Strangers
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import Appended, IssuedCard
from posloyalty.services.shop.import_columns import Cells, Columns, MissingColumns
from posloyalty.services.shop.import_member_row import COLUMNS, MemberRow, read_row
from posloyalty.services.shop.import_report import ImportReport, Progress, RowFaults
from posloyalty.services.shop.import_rows import Batch, Row, import_rows

SOURCE = "import"
# The text that the member agreed to is the earlier system's, not ours.
CONSENT_TEXT = "import"


class ImportMembers(Grounded):
    """The import; one at a time. `changed` tells the look-up cache to follow the book; `strangers`
    are members on the roll, whose numbers and cards are taken like those of the book's.
    """

    def __init__(
        self, ground: Ground, *, changed: Callable[[], None], strangers: Strangers
    ) -> None:
        super().__init__(ground)
        self._strangers = strangers
        self._changed = changed

    def run(
        self,
        rows: Iterable[Row],
        operator: Operator,
        *,
        total: int = 0,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import the rows; `total` is for the progress only.

        Raises `ServiceRefusal` NOT_ALLOWED and `MissingColumns`; what `progress` raises ends the
        import between two transactions, and importing again goes on from there.
        """
        require(operator, Right.IMPORT_DATA)

        def take(batch: Batch) -> None:
            arrivals = _Arrivals(self, batch, operator)
            for row in batch.rows:
                arrivals.take(row)
            arrivals.save()

        try:
            return import_rows(
                self._book, rows, columns=_columns, take=take, total=total, progress=progress
            )
        finally:
            self._changed()


def _columns(header: Mapping[str, str]) -> Columns:
    columns = Columns(COLUMNS, header)
    if not any(name in columns for name in ("id", "phone", "card")):
        raise MissingColumns(("id", "phone"))
    return columns


class _Arrivals:
    """The members of one transaction."""

    def __init__(self, service: ImportMembers, batch: Batch, operator: Operator) -> None:
        self._service = service
        self._unit = batch.unit
        self._batch = batch
        self._operator = operator
        self._now: datetime = service._clock.now()
        self._programme: Programme | None = service._programmes.at(batch.unit, self._now)
        zone = self._now.tzinfo if self._programme is None else self._programme.zone
        assert zone is not None
        self._today: date = store_day(self._now, zone)
        self._members: list[tuple[Member, Appended]] = []
        self._cards: list[tuple[IssuedCard, Appended]] = []
        self._openings: list[tuple[bytes, Opening]] = []

    def take(self, row: Row) -> None:
        """Judge a row; a good new one is appended to the journal."""
        tally, faults = self._batch.tally, RowFaults(row.line)
        cells = Cells(self._batch.columns, row.cells, faults)
        read = read_row(cells, self._programme, self._today)
        if row.surplus:
            faults.add("", "SURPLUS_CELLS", n=row.surplus)
        self._against_file(read, cells, row.line)
        known = self._held(IdentifierKind.FOREIGN, read.key)
        if not known:
            self._against_book(read, cells)
        if faults:
            tally.refuse(faults)
        elif known:
            tally.unchanged += 1
        else:
            self._add(read)
            tally.added += 1

    def save(self) -> None:
        """Write what the events say, table by table."""
        unit = self._unit
        unit.members.add_many(self._members)
        unit.tokens.issue_many(self._cards)
        for member_id, opening in self._openings:
            post_opening(
                unit,
                opening,
                member_id=member_id,
                event_id=self._service._ids.new_id(),
                actor=self._operator.id,
                source=SOURCE,
                at=self._now,
            )

    def _against_file(self, read: MemberRow, cells: Cells, line: int) -> None:
        values = [("phone", read.phone), ("id", read.key)]
        values += [("card", value) for value in (read.short_code, *read.foreign[1:]) if value]
        for column, value in values:
            first = self._batch.seen.first_line(column, value, line) if value else None
            if first is not None and (column != "id" or value in read.foreign):
                cells.fault(column, "TWICE_IN_FILE", line=first)

    def _against_book(self, read: MemberRow, cells: Cells) -> None:
        if read.phone and self._held(IdentifierKind.PHONE, read.phone):
            cells.fault("phone", "PHONE_TAKEN")
        code = read.short_code
        if code and (
            self._held(IdentifierKind.CARD, code)
            or self._unit.tokens.by_short_code(code) is not None
        ):
            cells.fault("card", "CARD_TAKEN")
        for value in read.foreign:
            if value != read.key and self._held(IdentifierKind.FOREIGN, value):
                cells.fault("card", "CARD_TAKEN")
        for column, day in (
            ("points_last_day", read.brought.last_day),
            ("tier_through", read.brought.through),
        ):
            if day is not None and day < self._today:
                cells.fault(column, "DAY_PASSED", given=day.isoformat())

    def _held(self, kind: IdentifierKind, value: str) -> bool:
        """Whether somebody is found by this already, in the book or on the roll."""
        unit = self._unit
        return bool(
            unit.members.by_identifier(kind, value)
            or self._service._strangers.by(unit, kind, value)
        )

    def _add(self, read: MemberRow) -> None:
        service, unit, operator = self._service, self._unit, self._operator
        code = read.short_code or free_short_code(unit, service._chance)
        member = self._member(read, service._ids.new_id(), code)
        created = unit.journal.append(
            member_created(
                unit,
                service._ids.new_id(),
                member,
                actor=operator.id,
                source=SOURCE,
                at=self._now,
            )
        )
        self._members.append((member, created))
        for consent in member.consents:
            event = consent_given(unit, service._ids.new_id(), member.id, consent)
            unit.journal.append(event)
        card = make_card(
            unit,
            card_id=service._ids.new_id(),
            member_id=member.id,
            short_code=code,
            now=self._now,
        )
        issued = card_issued(unit, service._ids.new_id(), card, actor=operator.id, at=self._now)
        self._cards.append((card, unit.journal.append(issued)))
        opening = self._opening(read)
        if opening is not None:
            self._openings.append((member.id, opening))

    def _member(self, read: MemberRow, member_id: bytes, code: str) -> Member:
        numbers = read.foreign if read.key in read.foreign else (read.key, *read.foreign)
        identifiers = [
            (IdentifierKind.PHONE, read.phone),
            (IdentifierKind.CARD, code),
            (IdentifierKind.EMAIL, read.email),
            *((IdentifierKind.FOREIGN, number) for number in numbers),
        ]
        return Member(
            id=member_id,
            status=MemberStatus.ACTIVE,
            joined_on=read.joined or self._today,
            home_store=self._unit.facts.store_code,
            profile=Profile(
                name=read.name,
                identifiers=tuple(Identifier(kind, value) for kind, value in identifiers if value),
                language=read.language,
                birthday=read.birthday,
                note=read.note,
            ),
            consents=tuple(self._consent(read, answer) for answer in read.consents),
        )

    def _consent(self, read: MemberRow, answer: tuple[str, str, bool]) -> Consent:
        purpose, channel, granted = answer
        return Consent(
            purpose=purpose,
            channel=channel,
            granted=granted,
            text_version=CONSENT_TEXT,
            language=read.language,
            at=self._now,
            operator_id=self._operator.id,
            till_id=self._unit.facts.till_id,
            source=SOURCE,
        )

    def _opening(self, read: MemberRow) -> Opening | None:
        programme, brought = self._programme, read.brought
        if programme is None or not programme.wallets:
            return None
        wallet = programme.wallets[0]
        holding, joined_on = None, read.joined or self._today
        if brought.scheme is not None and brought.level is not None:
            holding = TierHolding(
                scheme=brought.scheme.id,
                level=brought.level,
                met_on=self._today,
                through=brought.through or brought.scheme.held_through(self._today, joined_on),
            )
        opening = Opening(
            ledger=programme.ledger(wallet.id),
            points=brought.points,
            # Without a day in the file they last as long as points earned today.
            last_day=brought.last_day or wallet.expiry.last_day(self._today),
            holding=holding,
            shop_cost=wallet.shop_cost,
        )
        return opening if opening else None
