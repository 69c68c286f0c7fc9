"""`[[member]]`: a person known on every till, with what they own and have done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final

from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import LONG_AGO
from posloyalty.domain.members.member import (
    Birthday,
    Identifier,
    IdentifierKind,
    Member,
    MemberStatus,
    Profile,
)
from posloyalty.domain.members.phone import phone_digits
from posloyalty.domain.programme.section import SHOP_COST
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Past, Stage, gives
from posloyalty.scenario.givens.owned import GivenCount, GivenLot, Owned
from posloyalty.scenario.givens.past_purchase import PastPurchase
from posloyalty.scenario.meter_name import full_meter
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.scenario.shop_costs import read_shop_cost
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync import events

FOR_GOOD: Final = date(9999, 12, 31)
USES_MOST: Final = 100_000
COUNT_MOST: Final = 10**12


@dataclass(frozen=True, slots=True)
class GivenMember:
    """A member under the name in the file."""

    name: str
    member: Member
    stage: Stage = Stage.PEOPLE

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Make them known at a till."""
        stamp = unit.journal.stamp()
        created = unit.journal.append(
            events.MemberCreate(
                id=derive_id("scenario-member-created", self.name).hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=self.member.id.hex(),
                joined=self.member.joined_on.isoformat(),
                store=self.member.home_store,
                source="scenario",
            )
        )
        # Whoever is frozen now was not when they bought what is past.
        active = replace(self.member, status=MemberStatus.ACTIVE)
        unit.members.add(active, appended=created)
        till.members[self.name] = self.member.id


@dataclass(frozen=True, slots=True)
class GivenStatus:
    """A member who may no longer earn and spend."""

    member: bytes
    status: MemberStatus
    stage: Stage = Stage.OWNED

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Set the status."""
        stamp = unit.journal.stamp()
        edited = unit.journal.append(
            events.MemberEdit(
                id=derive_id("scenario-member-status", self.member).hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                member=self.member.hex(),
                fields=("status",),
            )
        )
        unit.members.set_status(self.member, self.status, appended=edited)


@gives("member")
def read_member(block: Block) -> Iterable[Given | Past]:
    """Read who they are, what they own and what they bought before."""
    name = block.text("id")
    member_id = derive_id("scenario-member", name)
    member = Member(
        id=member_id,
        status=block.choice("status", MemberStatus, MemberStatus.ACTIVE),
        joined_on=block.day("joined") or LONG_AGO,
        home_store=block.reading.home_store,
        profile=Profile(
            name=block.text("name", name),
            identifiers=tuple(_identifiers(block)),
            birthday=read_birthday(block),
        ),
    )
    owned = Owned(
        member=member_id,
        lots=tuple(_lot(table) for table in block.tables("lots")),
        debts=tuple(_debts(block)),
        holdings=tuple(_holding(table) for table in block.tables("tier")),
        rights=tuple(_right(table, member_id) for table in block.tables("rights")),
        counts=tuple(_count(table) for table in block.tables("meters")),
    )
    past = (_purchase(table, member_id) for table in block.tables("history"))
    status = (
        () if member.status is MemberStatus.ACTIVE else (GivenStatus(member_id, member.status),)
    )
    return (GivenMember(name, member), owned, *status, *past)


def _identifiers(block: Block) -> Iterator[Identifier]:
    if "phone" in block:
        yield Identifier(IdentifierKind.PHONE, phone_digits(block.text("phone")))


def read_birthday(block: Block) -> Birthday | None:
    """A day, or month and day in quotes: "02-29"."""
    value = block.value("birthday")
    if type(value) is date:
        return Birthday(value.month, value.day, value.year)
    month, dash, day = value.partition("-") if isinstance(value, str) else ("", "", "")
    try:
        born = date(2000, int(month), int(day))  # a leap year, for those born on 29 February
    except ValueError:
        if value is not None:
            block.found("birthday", "NOT_BIRTHDAY", given=str(value)[:20])
        return None
    return Birthday(born.month, born.day) if dash else None


def _lot(table: Block) -> GivenLot:
    wallet = table.wallet()
    points = table.points("points", wallet)
    left = table.points("left", wallet) if "left" in table else points
    if not 0 < points >= left:
        table.found("left" if "left" in table else "points", "LOT_OUT_OF_BOUNDS")
    earned = table.day("earned") or LONG_AGO
    pending = table.flag("pending", default=False)
    usable = table.day("from") or earned
    lot = GivenLot(
        ledger=_ledger(table, wallet),
        points=points,
        left=left,
        earned=earned,
        usable=None if pending else usable,
        last=table.day("last"),
        funder=table.text("funder") if "funder" in table else "",
        shop_cost=read_shop_cost(table, wallet),
    )
    table.close(("funder", SHOP_COST))
    return lot


def _debts(block: Block) -> Iterator[tuple[str, int]]:
    for wallet, owed in block.by_wallet("debt").items() if "debt" in block else ():
        if owed <= 0:
            block.found("debt", "NOT_ABOVE_ZERO")
        yield _ledger(block, wallet), owed


def _holding(table: Block) -> TierHolding:
    levels = table.reading.levels
    only = next(iter(levels)) if len(levels) == 1 else None
    only = "" if table.reading.in_the_dark else only
    scheme = table.refer("scheme", "tier_scheme", only)
    level = table.text("level")
    if scheme in levels and level not in levels[scheme]:
        table.found("level", "NOT_DECLARED", given=level, known=", ".join(levels[scheme]))
    holding = TierHolding(
        scheme=scheme,
        level=level,
        met_on=table.day("met") or LONG_AGO,
        through=table.day("through") or FOR_GOOD,
    )
    table.close()
    return holding


def _right(table: Block, member_id: bytes) -> Right:
    kind, of = table.text("kind"), table.text("of")
    place = table.path[-1]
    right = Right(
        id=derive_id("scenario-right", member_id, place if isinstance(place, int) else 0),
        kind=kind,
        of=of,
        owner=member_id,
        programme=table.reading.programme_id,
        code=table.text("code") if "code" in table else "",
        uses=table.whole("uses", 1, most=USES_MOST),
        used=table.whole("used", 0, most=USES_MOST),
        from_day=table.day("from"),
        last_day=table.day("last"),
        held=table.flag("held", default=False),
        cancelled=int(table.flag("cancelled", default=False)),
        paid_minor=table.money("paid", 0, least=0),
    )
    table.close()
    return right


def _count(table: Block) -> GivenCount:
    at: datetime | None = table.instant("at")
    day = table.day("on") if "on" in table or at is None else at.date()
    if day is None:
        table.found("on", "MISSING_KEY")
    count = GivenCount(
        meter=full_meter(table.reading.programme_id, table.text("meter")),
        day=day or LONG_AGO,
        amount=table.whole("amount", least=-COUNT_MOST, most=COUNT_MOST),
        at=at,
    )
    table.close()
    return count


def _purchase(table: Block, member_id: bytes) -> PastPurchase:
    at = table.instant("on")
    if at is None:
        table.found("on", "MISSING_KEY")
    purchase = PastPurchase(
        member=member_id,
        at=(at or datetime.combine(LONG_AGO, time(), table.reading.zone)).astimezone(UTC),
        spend_minor=table.money("spend", 0, least=0),
        till=table.refer("till", "till", table.reading.first_till),
    )
    table.close()
    return purchase


def _ledger(block: Block, wallet: str) -> str:
    return f"{block.reading.programme_id}/{wallet}"
