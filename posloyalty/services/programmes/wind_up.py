"""What is left of a programme that is over ends as it was announced, at a till without head office.

Shape: `step()` ends what some owners have left and says how many it looked at, 0 when there is
nothing to do now. Each owner's end is an act of its own with the very keys of head office's,
planned by the same engine; some of them share a transaction, so that no sale waits longer than for
a few. Whatever comes in later, by a return, ends in the same way at the next look.

What ended does not come back, and no other clock bears out that the day has come. So the till first
writes down when it saw that the programme is over, and ends nothing before it has been so for
`GRACE` by that note: a clock that was wrong for a while costs nobody their points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, EventPlan
from posloyalty.domain.engine.households import HOUSEHOLD
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.winding_up import wind_up
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.winding_down import GRACE, Phase, WindingDown, winding_of
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.events import Act
from posloyalty.sync.office.ending import PAID, WIND_UP, facts_of

ENDS_READ: Final = 100_000
"""How many ends `ends` reads, the oldest ones."""
PIECE: Final = 10
"""How many owners a transaction is about."""
BRIEFS: Final = 50
"""How many names are read at once."""
SEEN_OVER: Final = "winding_up.seen_over"
"""The setting that says of which end (the last day of redeeming) it was seen that it is past, and
since when: `2027-03-31 2027-04-01T08:00:00+08:00`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of what somebody had: on which day, and of what was worth money there the points
    (in the wallet's smallest unit) and the minor units of money, by wallet.
    """

    member_id: bytes
    name: str
    day: date
    worth: tuple[tuple[str, int, int], ...]


class WindUp(Grounded):
    """Ends what is left, at a till that has no head office to do it."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground)
        self._after = b""

    def step(self) -> int:
        """One piece of it; how many owners it looked at, 0 when there is nothing to do now."""
        now = self._now()
        with self._book.read() as reader:
            if has_joined(reader.settings):
                return 0
            programme = self._programmes.at(reader, now)
            seen = reader.settings.get(SEEN_OVER) or ""
        winding = None if programme is None else winding_of(programme)
        if programme is None or winding is None:
            return 0
        if winding.phase(store_day(now, programme.zone)) is not Phase.OVER:
            self._write_down("", seen)
            return 0
        since = _since(seen, winding, now)
        if since is None:
            self._write_down(f"{winding.redeems_through.isoformat()} {now.isoformat()}", seen)
            return 0
        return self._end(programme, winding, now) if now - since >= GRACE else 0

    def ends(self) -> tuple[Ended, ...]:
        """Every end in this book, the oldest first: whom the shop owes money is among them."""
        with self._book.read() as reader:
            acts = reader.acts.of_kind(WIND_UP, limit=ENDS_READ)
            ids = list(dict.fromkeys(bytes.fromhex(str(act.member)) for act in acts))
            names = {
                found: brief.name
                for first in range(0, len(ids), BRIEFS)
                for found, brief in reader.members.briefs(ids[first : first + BRIEFS]).items()
            }
        return tuple(_ended(act, names) for act in acts)

    def _write_down(self, note: str, before: str) -> None:
        if note == before:
            return
        with self._book.write() as unit:
            unit.settings.put({SEEN_OVER: note})
            unit.commit()

    def _end(self, programme: Programme, winding: WindingDown, now: datetime) -> int:
        """The next owners behind those of the piece before, then those at the front again."""
        ledgers = [programme.ledger(wallet.id) for wallet in programme.wallets]
        with self._book.write() as unit:
            owners = unit.ledger.owners_left(
                programme.id,
                ledgers,
                but=winding.voucher,
                day=store_day(now, programme.zone),
                after=self._after,
                limit=PIECE,
            )
            for owner in owners:
                self._end_of(unit, owner, programme, winding, now)
            unit.commit()
        self._after = owners[-1] if owners else b""
        return len(owners)

    def _end_of(
        self,
        unit: UnitOfWork,
        owner: bytes,
        programme: Programme,
        winding: WindingDown,
        now: datetime,
    ) -> None:
        plan = EventPlan(
            event_id=self._ids.new_id(),
            at=now,
            day=store_day(now, programme.zone),
            programme_id=programme.id,
            costs=programme.shop_costs,
        )
        state = _state_of(unit, owner, plan)
        if state is None or state.status is MemberStatus.ERASED:
            return
        told = wind_up(programme, winding, state, plan)
        does = plan.consequences()
        if does != NO_CONSEQUENCES:
            facts = tuple(facts_of(winding, told))
            unit.acts.book(_act(unit, plan, programme, state.member_id, facts, does))


def _since(seen: str, winding: WindingDown, now: datetime) -> datetime | None:
    """Since when it is known that this end is past; None where that is not known, or was noted by
    a clock that stood later than it does now.
    """
    end, _, at = seen.partition(" ")
    if end != winding.redeems_through.isoformat():
        return None
    since = datetime.fromisoformat(at)
    return since if since <= now else None


def _state_of(unit: UnitOfWork, owner: bytes, plan: EventPlan) -> MemberState | None:
    """An owner who is no member is a household: one of those who share it stands for it."""
    found = unit.ledger.member_state(owner, lots_since=plan.day)
    if found is not None:
        return found
    holders = [
        right.owner
        for right in unit.ledger.rights_by_code(owner.hex())
        if right.kind == HOUSEHOLD and not right.cancelled
    ]
    return unit.ledger.member_state(min(holders), lots_since=plan.day) if holders else None


def _ended(act: Act, names: Mapping[bytes, str]) -> Ended:
    member_id = bytes.fromhex(str(act.member))
    worth = []
    for key, told in act.facts:
        if key.startswith(PAID):
            points, minor = told.split(":")
            worth.append((key.removeprefix(PAID), int(points), int(minor)))
    return Ended(
        member_id=member_id,
        name=names.get(member_id, ""),
        day=date.fromisoformat(act.day),
        worth=tuple(worth),
    )


def _act(
    unit: UnitOfWork,
    plan: EventPlan,
    programme: Programme,
    member_id: bytes,
    facts: tuple[tuple[str, str], ...],
    does: Consequences,
) -> Act:
    """The event of an end; nobody at the till did it."""
    stamp = unit.journal.stamp(plan.at)
    return Act(
        id=plan.event_id.hex(),
        at=stamp.at,
        hlc=stamp.hlc,
        kind=WIND_UP,
        what=programme.id,
        day=plan.day.isoformat(),
        member=member_id.hex(),
        pi=programme.id,
        pv=programme.version,
        ph=programme.hash.hex(),
        facts=facts,
        post=posts(does.transfers),
        tiers=tiers_met(does.tiers),
        rights=rights_changed(does.rights),
        meters=counted(does.meters, member_id=member_id, at=plan.at),
    )
