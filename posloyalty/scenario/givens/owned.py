"""What a member owns and has done from the start: points, debts, levels, rights and meters.

Put in as the journal would have it: points and levels as one `opening`, rights and meters as one
act. The ids derive from the member's name, so that a member is the same on every till and head
office counts them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from posloyalty.domain.engine.consequences import MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import (
    LONG_AGO,
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.ratio import Ratio
from posloyalty.scenario.given import Stage
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.ports import Stamp, UnitOfWork
from posloyalty.sync import events
from posloyalty.sync.consequence_event import (
    consequences_of,
    counted,
    posts,
    rights_changed,
    tiers_met,
)

SOURCE = "scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLot:
    """A lot: `left` of `points` are not used up. Days, funder and cost as in `Lot`."""

    ledger: str
    points: int
    left: int
    earned: date = LONG_AGO
    usable: date | None = LONG_AGO
    last: date | None = None
    funder: str = ""
    shop_cost: Ratio | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCount:
    """An addition to a meter, by its full name; `at` None is when the scenario begins."""

    meter: str
    day: date
    amount: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Everything that one member owns. Rights come as they stand, `used` and `cancelled` too."""

    member: bytes
    lots: tuple[GivenLot, ...] = ()
    debts: tuple[tuple[str, int], ...] = ()
    holdings: tuple[TierHolding, ...] = ()
    rights: tuple[Right, ...] = ()
    counts: tuple[GivenCount, ...] = ()
    stage: Stage = Stage.OWNED

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Append the events and post them."""
        if self.lots or self.debts or self.holdings:
            event = self._opening(unit.journal.stamp())
            unit.ledger.post(unit.journal.append(event), consequences_of(event))
        if self.rights or self.counts:
            unit.acts.book(self._act(unit.journal.stamp(), till.till.clock.now()))

    def _opening(self, stamp: Stamp) -> events.Opening:
        event_id = derive_id("scenario-opening", self.member)
        moved: list[Transfer] = []
        for place, lot in enumerate(self.lots):
            moved += _opened(lot, self.member, event_id, place)
        for ledger, owed in self.debts:
            moved.append(
                Transfer(
                    id=derive_id("scenario-debt", event_id, ledger),
                    code=TransferCode.DEBT,
                    debit=Account(ledger, AccountKind.MEMBER_DEBT, self.member),
                    credit=Account(ledger, AccountKind.ISSUED),
                    amount=owed,
                    event_id=event_id,
                )
            )
        return events.Opening(
            id=event_id.hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            source=SOURCE,
            post=posts(moved),
            tiers=tiers_met(MetTier(self.member, holding) for holding in self.holdings),
        )

    def _act(self, stamp: Stamp, now: datetime) -> events.Act:
        event_id = derive_id("scenario-act", self.member)
        entries = (
            MeterEntry(
                meter=count.meter,
                owner=self.member,
                day=count.day,
                at=now if count.at is None else count.at,
                amount=count.amount,
                event_id=event_id,
            )
            for count in self.counts
        )
        return events.Act(
            id=event_id.hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            kind=SOURCE,
            what=SOURCE,
            day=now.date().isoformat(),
            member=self.member.hex(),
            rights=rights_changed(_changes(self.rights, event_id)),
            meters=counted(entries, member_id=self.member, at=now),
        )


def _opened(lot: GivenLot, member: bytes, event_id: bytes, place: int) -> list[Transfer]:
    account = Account(lot.ledger, AccountKind.MEMBER, member)
    opened = Lot(
        # Ascending with the file, because the last tie between lots goes by their ids.
        id=derive_id("scenario-lots", event_id)[:12] + place.to_bytes(4, "big"),
        account=account,
        original=lot.points,
        remaining=lot.points,
        earned_on=lot.earned,
        usable_from=lot.usable,
        last_day=lot.last,
        funder=lot.funder,
        shop_cost=lot.shop_cost,
    )
    moved = [
        Transfer(
            id=derive_id("scenario-lot", event_id, place),
            code=TransferCode.OPENING,
            debit=Account(lot.ledger, AccountKind.OPENING),
            credit=account,
            amount=lot.points,
            event_id=event_id,
            opens=opened,
        )
    ]
    used = lot.points - lot.left
    if used:
        moved.append(
            Transfer(
                id=derive_id("scenario-use", event_id, place),
                code=TransferCode.REDEEM,
                debit=account,
                credit=Account(lot.ledger, AccountKind.REDEEMED),
                amount=used,
                event_id=event_id,
                uses=(LotUse(opened.id, used),),
            )
        )
    return moved


def _changes(rights: tuple[Right, ...], event_id: bytes) -> list[RightChange]:
    changes: list[RightChange] = []

    def change(right: Right, move: RightMove, amount: int = 1, opens: Right | None = None) -> None:
        """Note that a right moved; ids are counted."""
        changes.append(
            RightChange(
                id=derive_id("scenario-right-change", event_id, len(changes)),
                right_id=right.id,
                move=move,
                event_id=event_id,
                amount=amount,
                opens=opens,
            )
        )

    for right in rights:
        change(right, RightMove.ISSUE, opens=right)
        if right.used:
            change(right, RightMove.USE, right.used)
        if right.released:
            change(right, RightMove.RELEASE)
        if right.cancelled:
            change(right, RightMove.CANCEL)
    return changes
