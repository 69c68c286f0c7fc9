"""Missing points by receipt: a sale of nobody's becomes the purchase of a member, once.

Shape: `claim(receipt, member)` takes a receipt's signed code, or its number, and finds the sale in
its till's journal. One that is here is given at once, by the programme version that it pinned and
without what came back meanwhile, as an act that tills hear of: also the till that sold it, which
then claims it for nobody else. One that is not here yet waits, a bounded number of them for a
bounded time, until its journal arrives (`step`). A second claim of the same sale is refused and
says who had it; the database asks for that as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from hashlib import sha256
from typing import Any, Final

from msgspec import structs
from sqlalchemy import Connection, func, select

from posloyalty.domain.engine.claiming import claim_sale, kept_lines
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.claim import CLAIM, Claim
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.judging.till_reading import TillSeen
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.named_members import named
from posloyalty.headoffice.members.told_receipts import ToldReceipt, read_receipt
from posloyalty.headoffice.running.clock_steps import ClockSteps
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import RIGHT_OWNER, TILL_OWNER
from posloyalty.headoffice.store.case_tables import RECEIPT_CLAIM
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import put_new
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.by_hand import Steps
from posloyalty.sync.office.deciding import budgets_free
from posloyalty.sync.office.decisions import SALE
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.sold_again import product_sold
from posloyalty.sync.receipt_digest import BODY_BYTES
from posloyalty.sync.refund_event import refund_of
from posloyalty.sync.sale_event import sale_of

WAITING_MOST: Final = 500
WAITS_DAYS: Final = 30
DAYS_USUAL: Final = 90
"""How long points can be asked for where the sale's programme says nothing of claims."""
LOOKS_AGAIN_S: Final = 60
PIECE: Final = 20
SHOWN: Final = 100
WAITING, GIVEN, REFUSED, EXPIRED = "waiting", "given", "refused", "expired"
_C: Final = RECEIPT_CLAIM.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim; `given` is points by ledger. `twice` says that the till, out of reach, gave the
    receipt to somebody as well.
    """

    number: int
    receipt: str
    member_id: str
    state: str
    why: str
    given: tuple[tuple[str, int], ...]
    who: str
    made_at: datetime
    twice: bool


class ReceiptClaims:
    """Claims at head office."""

    def __init__(
        self,
        database: Database,
        office: Office,
        clock: Clock,
        zone: Callable[[], tzinfo],
        steps: ClockSteps,
    ) -> None:
        self._database = database
        self._office = office
        self._clock = clock
        self._zone = zone
        self._steps = steps

    def newest(self, *, limit: int = SHOWN) -> list[ClaimRow]:
        """The newest first."""
        asked = select(RECEIPT_CLAIM).order_by(_C.number.desc()).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
            twice = _claimed_at_tills(connection, rows)
        return [_row(row, twice) for row in rows]

    def claim(self, receipt: str, member: str, *, by: str) -> ClaimRow:
        """Make a receipt the purchase of a member, or let it wait for its sale.

        Refuses RECEIPT_NOT_OURS, RECEIPT_TRAINING, RECEIPT_OF_NO_TILL, RECEIPT_FORGED,
        NUMBER_OF_SEVERAL, NOBODY_FOUND, CLAIM_HAD (`member`, `who`, the shop's `day`), CLAIMS_FULL,
        CLAIM_OF_MEMBER, CLAIM_AT_TILL, CLAIM_TOO_LATE, CLAIM_NOTHING_LEFT, OFFICE_VERSION_UNKNOWN,
        MEMBER_BARRED, CLAIM_NOTHING.
        """
        zone = self._zone()
        with self._database.write() as connection:
            told = read_receipt(connection, receipt)
            office = head_office(self._database, connection, self._office, now=self._clock.now())
            member_id = _member(connection, office, member)
            _refuse_had(connection, told.place, zone)
            found = office.archive.sale_at(told.place)
            if found is None:
                number = self._wait(connection, told, member_id, by)
            else:
                number = self._insert(connection, told, member_id, by)
                self._give(connection, office, _claim(connection, number), found)
            row = _claim(connection, number)
            return _row(row, {})

    def step(self) -> int:
        """Look for the sales of some claims that wait; how many were looked for."""
        # Mostly there is none, and whoever writes keeps tills from writing.
        with self._database.read() as connection:
            due = connection.execute(select(_C.number).where(self._due()).limit(1)).first()
        return 0 if due is None else self._database.again(self._step)

    def _due(self) -> Any:
        """Claims whose sales were not looked for just now, nor by a clock that was ahead."""
        now_s = int(self._clock.now().timestamp())
        just_now = _C.looked_s.between(now_s - LOOKS_AGAIN_S + 1, now_s)
        return (_C.state == WAITING) & ~just_now

    def _step(self) -> int:
        now = self._clock.now()
        now_s = int(now.timestamp())
        with self._database.write() as connection:
            asked = (
                select(RECEIPT_CLAIM)
                .where(self._due())
                .order_by(_C.looked_s, _C.number)
                .limit(PIECE)
                .with_for_update(skip_locked=True)
            )
            rows = connection.execute(asked).all()
            for row in rows:
                self._look(connection, row, now_s)
            return len(rows)

    def _look(self, connection: Connection, row: Any, now_s: int) -> None:
        place = SoldPlace(bytes(row.till_half), row.epoch, row.seq)
        office = head_office(self._database, connection, self._office, now=self._clock.now())
        found = office.archive.sale_at(place)
        if found is not None:
            try:
                self._give(connection, office, row, found)
            except ServiceRefusal as refused:
                _change(connection, row.number, state=REFUSED, why=refused.reason)
                self._note(connection, row, "claim_refused", why=refused.reason)
        elif now_s - row.made_s > WAITS_DAYS * 24 * 3600 and not self._steps.by():
            _change(connection, row.number, state=EXPIRED)
            self._note(connection, row, "claim_expired")
        else:
            _change(connection, row.number, looked_s=now_s)

    def _wait(self, connection: Connection, told: ToldReceipt, member_id: bytes, by: str) -> int:
        waiting = select(func.count()).select_from(RECEIPT_CLAIM).where(_C.state == WAITING)
        if connection.execute(waiting).scalar_one() >= WAITING_MOST:
            raise ServiceRefusal("CLAIMS_FULL", most=WAITING_MOST)
        number = self._insert(connection, told, member_id, by)
        self._note(connection, _claim(connection, number), "claim_waits")
        return number

    def _insert(self, connection: Connection, told: ToldReceipt, member_id: bytes, by: str) -> int:
        now_s = int(self._clock.now().timestamp())
        number = int(connection.execute(select(func.max(_C.number))).scalar() or 0) + 1
        connection.execute(
            RECEIPT_CLAIM.insert().values(
                number=number, till_half=told.place.till, epoch=told.place.epoch,
                seq=told.place.seq, body_half=told.body, receipt=told.number, sale_id=b"",
                member_id=member_id, state=WAITING, why="", given="{}", who=by, made_s=now_s,
                looked_s=now_s, act_id=b"",
            )
        )  # fmt: skip
        return number

    def _give(self, connection: Connection, office: HeadOffice, row: Any, found: Filed) -> None:
        """The act; refuses as `claim` does."""
        sale, programme = self._sound(connection, row, found)
        member_id = office.meant(bytes(row.member_id))
        place = SoldPlace(bytes(row.till_half), row.epoch, row.seq)
        back = (
            refund_of(one.event)
            for one in office.archive.events_of(place.owner)
            if isinstance(one.event, events.Refund)
        )
        lines = kept_lines(sale, back)
        if not lines:
            raise ServiceRefusal("CLAIM_NOTHING_LEFT", number=sale.number)
        # The till that sold it hears of the member from now on, and so claims it for nobody else.
        put_new(connection, TILL_OWNER, [(found.till_id, member_id)])
        given: dict[str, int] = {}
        written = office.by_hand(
            member_id,
            Trigger.CLAIM.value,
            programme,
            self._clock.now(),
            what=CLAIM,
            facts=((SALE, sale.id.hex()), ("number", sale.number)),
            plans=partial(
                _planned,
                programme,
                sale,
                lines,
                _goods(connection, found),
                given,
                _store(office, programme, sale),
            ),
        )
        if written is None:
            raise ServiceRefusal("CLAIM_NOTHING", number=sale.number)
        _change(
            connection, row.number,
            state=GIVEN, sale_id=sale.id, act_id=written.event_id, member_id=member_id,
            given=json.dumps(given), receipt=sale.number,
        )  # fmt: skip
        self._note(connection, row, "claim_given")

    def _sound(self, connection: Connection, row: Any, found: Filed) -> tuple[Sale, Programme]:
        """A sale that can be claimed, with the programme that it pinned."""
        assert isinstance(found.event, events.Sale)  # nothing else stands where a sale does
        sale = sale_of(found.event)
        if row.body_half and not _is_of(connection, found, bytes(row.body_half)):
            raise ServiceRefusal("RECEIPT_FORGED")
        if sale.member_id is not None:
            member = sale.member_id.hex()[:12]
            raise ServiceRefusal("CLAIM_OF_MEMBER", number=sale.number, member=member)
        had = _till_claimed(connection, [sale.id]).get(sale.id)
        if had is not None:
            member = had.hex()[:12]
            raise ServiceRefusal("CLAIM_AT_TILL", number=sale.number, member=member)
        programme = _pinned(connection, sale)
        rule = programme.find(Claim, CLAIM)
        days = DAYS_USUAL if rule is None else rule.days
        last = store_day(sale.at, programme.zone) + timedelta(days=days - 1)
        # A claim that waited for its sale is as early as it was made.
        made = datetime.fromtimestamp(row.made_s, UTC)
        if store_day(made, programme.zone) > last:
            raise ServiceRefusal("CLAIM_TOO_LATE", number=sale.number, day=last)
        return sale, programme

    def _note(self, connection: Connection, row: Any, what: str, **facts: str) -> None:
        now_s = int(self._clock.now().timestamp())
        member = bytes(row.member_id).hex()
        note(
            connection, now_s, row.who, what,
            claim=str(row.number), receipt=row.receipt, member=member, **facts,
        )  # fmt: skip


def _store(office: HeadOffice, programme: Programme, sale: Sale) -> StoreContext:
    """Head office as a store that gives no more of campaigns' budgets than no till holds."""
    campaigns = [one for one in programme.of(Campaign) if one.budget]
    for one in campaigns:
        office.archive.lock(one.owner(programme.id))
    owners = (one.owner(programme.id) for one in campaigns)
    counts = tuple(entry for owner in owners for entry in office.counts(owner))
    budgets = budgets_free(programme, campaigns, counts, office.held)
    return StoreContext(zone=programme.zone, open_day=sale.day, counts=counts, budgets=budgets)


def _planned(
    programme: Programme,
    sale: Sale,
    lines: Iterable[Any],
    goods: dict[bytes, Product],
    given: dict[str, int],
    store: StoreContext,
    plan: EventPlan,
    state: MemberState,
) -> Steps:
    """What the sale would have done, had the member been attached."""
    if state.status is not MemberStatus.ACTIVE:
        raise ServiceRefusal("MEMBER_BARRED")
    done = claim_sale(
        programme,
        sale,
        lines,
        state,
        event_id=plan.event_id,
        products=goods,
        store=store,
    )
    given.update({programme.ledger(wallet): n for wallet, n in done.points.items()})
    return Steps(does=_own_rights(done.does, sale), facts=done.evidence)


def _own_rights(does: Consequences, sale: Sale) -> Consequences:
    """The note that it is claimed under an id of head office's own: a till that gave the same
    receipt to somebody, out of reach, has noted that under its own.
    """
    theirs, ours = derive_id("claim", sale.id), derive_id("office_claim", sale.id)

    def own(change: Any) -> Any:
        if change.right_id != theirs:
            return change
        opens = None if change.opens is None else structs.replace(change.opens, id=ours)
        change_id = derive_id("office_claim_change", sale.id, change.move.value)
        return structs.replace(change, id=change_id, right_id=ours, opens=opens)

    return replace(does, rights=tuple(own(one) for one in does.rights))


def _goods(connection: Connection, found: Filed) -> dict[bytes, Product]:
    """The articles as their till told of them."""
    assert isinstance(found.event, events.Sale)
    place = Place(found.store, "")
    seen = TillSeen(connection, found.till_id, place, epoch=found.epoch, seq=found.seq)
    known = {}
    for line in sale_of(found.event).lines:
        article = seen.article(line.product_id)
        if article is not None:
            known[line.product_id] = product_sold(line, article)
    return known


def _pinned(connection: Connection, sale: Sale) -> Programme:
    asked = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == sale.programme_hash)
    toml = connection.execute(asked).scalar_one_or_none()
    if toml is None:
        version = f"{sale.programme_id} {sale.programme_version}"
        raise ServiceRefusal("OFFICE_VERSION_UNKNOWN", version=version)
    return read_programme(bytes(toml))


def _is_of(connection: Connection, found: Filed, body_half: bytes) -> bool:
    """Whether the code on the paper is of this very sale."""
    c = JOURNAL_EVENT.c
    asked = select(c.body).where(
        c.till_id == found.till_id, c.epoch == found.epoch, c.seq == found.seq
    )
    body = bytes(connection.execute(asked).scalar_one())
    return sha256(body).digest()[:BODY_BYTES] == body_half


def _member(connection: Connection, office: HeadOffice, member: str) -> bytes:
    found = named(connection, [member.strip()]).get(member.strip(), ())
    if len(found) != 1:
        raise ServiceRefusal("NOBODY_FOUND")
    meant = office.meant(found[0])
    if office.archive.is_erased(meant):
        raise ServiceRefusal("MEMBER_BARRED")
    return meant


def _refuse_had(connection: Connection, place: SoldPlace, zone: tzinfo) -> None:
    asked = select(RECEIPT_CLAIM).where(
        _C.till_half == place.till,
        _C.epoch == place.epoch,
        _C.seq == place.seq,
        _C.state.in_((WAITING, GIVEN)),
    )
    had = connection.execute(asked).first()
    if had is not None:
        member = bytes(had.member_id).hex()[:12]
        day = store_day(datetime.fromtimestamp(had.made_s, UTC), zone)
        raise ServiceRefusal("CLAIM_HAD", member=member, who=had.who, day=day)


def _till_claimed(connection: Connection, sales: Iterable[bytes]) -> dict[bytes, bytes]:
    """Those of some sales that a till gave to somebody by their receipts, and to whom."""
    ids = {derive_id("claim", sale): sale for sale in sales}
    asked = select(RIGHT_OWNER).where(RIGHT_OWNER.c.right_id.in_(sorted(ids)))
    return {ids[bytes(row.right_id)]: bytes(row.owner) for row in connection.execute(asked)}


def _claimed_at_tills(connection: Connection, rows: Iterable[Any]) -> dict[bytes, bytes]:
    return _till_claimed(connection, [bytes(row.sale_id) for row in rows if row.state == GIVEN])


def _claim(connection: Connection, number: int) -> Any:
    return connection.execute(select(RECEIPT_CLAIM).where(_C.number == number)).one()


def _change(connection: Connection, number: int, **values: Any) -> None:
    connection.execute(RECEIPT_CLAIM.update().where(_C.number == number).values(**values))


def _row(row: Any, twice: Mapping[bytes, bytes]) -> ClaimRow:
    return ClaimRow(
        number=row.number,
        receipt=row.receipt,
        member_id=bytes(row.member_id).hex(),
        state=row.state,
        why=row.why,
        given=tuple(sorted(json.loads(row.given).items())),
        who=row.who,
        made_at=datetime.fromtimestamp(row.made_s, UTC),
        twice=bytes(row.sale_id) in twice,
    )
