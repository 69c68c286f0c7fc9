"""What an event does, for everybody whom it touches: transfers, tier levels, rights and meters.

Shape: an `EventPlan` collects the steps of one event in their order; `consequences()` is the frozen
outcome that is journalled, stored and folded again by `verify` and by head office. Nothing else
changes what a member owns or has done. Ids derive from the event and the place in it, so that
planning the same event again gives the same consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from posloyalty.domain.engine.member_state import MemberState, TierHolding
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.postings import NO_COSTS, EventPostings
from posloyalty.domain.ledger.right import Right, RightChange, RightMove, after_change
from posloyalty.domain.ledger.transfer import Account, Lot, Transfer
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.quick_init import quickly_made
from posloyalty.domain.values.ratio import Ratio


@dataclass(frozen=True, slots=True)
class MetTier:
    """A level that a member met; storage keeps the newest per member, scheme and level."""

    member_id: bytes
    holding: TierHolding


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """Everything that one event does; an empty one does nothing."""

    transfers: tuple[Transfer, ...] = ()
    tiers: tuple[MetTier, ...] = ()
    rights: tuple[RightChange, ...] = ()
    meters: tuple[MeterEntry, ...] = ()


NO_CONSEQUENCES = Consequences()


class EventPlan:
    """Collects what one event does. `day` is the day of the programme's zone that lots go by,
    `costs` what a point of each ledger costs the shop.
    """

    def __init__(
        self,
        *,
        event_id: bytes,
        at: datetime,
        day: date,
        programme_id: str = "",
        costs: Mapping[str, Ratio] = NO_COSTS,
    ) -> None:
        self.event_id = event_id
        self.at = at
        self.day = day
        self.programme_id = programme_id
        self._costs = costs
        self._transfers: list[Transfer] = []
        self._postings: dict[bytes, EventPostings] = {}
        self._tiers: list[MetTier] = []
        self._rights: dict[bytes, Right] = {}
        self._changes: list[RightChange] = []
        self._meters: list[MeterEntry] = []

    def postings(self, state: MemberState) -> EventPostings:
        """The postings for a member, begun with the state at the first call."""
        return self.postings_of(state.member_id, state)

    def postings_of(self, member_id: bytes, state: MemberState | None = None) -> EventPostings:
        """The same by id; without a state, as a till that never saw them, only adding works."""
        found = self._postings.get(member_id)
        if found is None:
            found = EventPostings(
                event_id=self.event_id,
                member_id=member_id,
                day=self.day,
                lots=() if state is None else state.lots,
                debts=() if state is None else state.debts,
                transfers=self._transfers,
                pools=() if state is None else state.pools,
                costs=self._costs,
            )
            self._postings[member_id] = found
        return found

    def postings_at(self, account: Account, lots: Iterable[Lot]) -> EventPostings:
        """The postings for an account that may be another's than a member's, with its lots."""
        found = self._postings.get(account.owner)
        if found is None:
            found = EventPostings(
                event_id=self.event_id,
                member_id=account.owner,
                day=self.day,
                lots=(lot for lot in lots if lot.account.owner == account.owner),
                transfers=self._transfers,
                holder=account.kind,
            )
            self._postings[account.owner] = found
        return found

    def meet(self, member_id: bytes, holding: TierHolding) -> None:
        """A member meets a tier level."""
        self._tiers.append(MetTier(member_id, holding))

    def issue(
        self,
        *,
        kind: str,
        of: str,
        owner: bytes,
        code: str = "",
        uses: int = 1,
        from_day: date | None = None,
        last_day: date | None = None,
        held: bool = False,
        paid_minor: int = 0,
        line: int = 0,
    ) -> Right:
        """Open a right."""
        right = Right(
            id=derive_id("right", self.event_id, len(self._changes)),
            kind=kind,
            of=of,
            owner=owner,
            programme=self.programme_id,
            code=code,
            uses=uses,
            from_day=from_day,
            last_day=last_day,
            held=held,
            paid_minor=paid_minor,
            origin=self.event_id,
            line=line,
        )
        self._change(right, RightMove.ISSUE, opens=right)
        return right

    def use(self, right: Right, amount: int = 1) -> None:
        """Use a right once or several times; the caller has checked that it is good."""
        self._change(right, RightMove.USE, amount)

    def give_back(self, right: Right, amount: int = 1) -> None:
        """Uses that were undone come back."""
        self._change(right, RightMove.GIVE_BACK, amount)

    def extend(self, right: Right, days: int) -> None:
        """A right lasts longer."""
        self._change(right, RightMove.EXTEND, days)

    def release(self, right: Right) -> None:
        """A right that was held back becomes good."""
        self._change(right, RightMove.RELEASE)

    def cancel(self, right: Right) -> None:
        """A right is withdrawn."""
        self._change(right, RightMove.CANCEL)

    def revive(self, right: Right) -> None:
        """A withdrawal is taken back."""
        self._change(right, RightMove.REVIVE)

    def right(self, right: Right) -> Right:
        """A right as it stands after the steps so far."""
        return self._rights.get(right.id, right)

    def count(
        self,
        meter: str,
        owner: bytes,
        amount: int,
        *,
        day: date | None = None,
        at: datetime | None = None,
        undoes: bytes | None = None,
    ) -> None:
        """Add to a meter; what undoes an earlier event is dated as that event was."""
        if amount:
            self._meters.append(
                MeterEntry(
                    meter=meter,
                    owner=owner,
                    day=self.day if day is None else day,
                    at=self.at if at is None else at,
                    amount=amount,
                    event_id=self.event_id,
                    undoes=undoes,
                    noted=None if at is None or at == self.at else self.at,
                )
            )

    @property
    def counted(self) -> tuple[MeterEntry, ...]:
        """What the event has counted so far."""
        return tuple(self._meters)

    def consequences(self) -> Consequences:
        """What the event does, as planned so far."""
        return Consequences(
            transfers=tuple(self._transfers),
            tiers=tuple(self._tiers),
            rights=tuple(self._changes),
            meters=tuple(self._meters),
        )

    def after(self, state: MemberState) -> MemberState:
        """A member's state as it would be after the event."""
        member_id = state.member_id
        postings = self._postings.get(member_id)
        known = {right.id: right for right in state.rights}
        known |= {key: right for key, right in self._rights.items() if right.owner == member_id}
        owners = {member_id, state.household_id}
        return replace(
            state,
            lots=state.lots if postings is None else postings.lots,
            debts=state.debts if postings is None else postings.debts,
            holdings=self._held_by(state),
            rights=tuple(known.values()),
            meters=(*state.meters, *(m for m in self._meters if m.owner in owners)),
        )

    def _held_by(self, state: MemberState) -> tuple[TierHolding, ...]:
        """The newest holding of each level, as storage keeps it."""
        held = {(one.scheme, one.level): one for one in state.holdings}
        for met in self._tiers:
            if met.member_id == state.member_id:
                key = met.holding.scheme, met.holding.level
                held.pop(key, None)
                held[key] = met.holding
        return tuple(held.values())

    def _change(
        self, right: Right, move: RightMove, amount: int = 1, opens: Right | None = None
    ) -> None:
        change = RightChange(
            id=derive_id("right_change", self.event_id, len(self._changes)),
            right_id=right.id,
            move=move,
            event_id=self.event_id,
            amount=amount,
            opens=opens,
        )
        self._changes.append(change)
        self._rights[right.id] = after_change(self.right(right), change)


def joined(parts: Iterable[Consequences]) -> Consequences:
    """The consequences of several events together, as a reader of a journal sees them."""
    parts = tuple(parts)
    return Consequences(
        transfers=tuple(one for part in parts for one in part.transfers),
        tiers=tuple(one for part in parts for one in part.tiers),
        rights=tuple(one for part in parts for one in part.rights),
        meters=tuple(one for part in parts for one in part.meters),
    )
