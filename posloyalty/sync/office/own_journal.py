"""Head office's own journal: what it decided, chained like a till's so that it can be proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from posloyalty.domain.engine.consequences import (
    NO_CONSEQUENCES,
    Consequences,
    EventPlan,
    joined,
)
from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.calendar import format_instant, store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.hlc import Hlc, tick, wall_ms
from posloyalty.sync.journal import (
    FIRST_EPOCH,
    Head,
    StoredEvent,
    genesis_predecessor,
    link,
    verified,
)


class OwnJournal:
    """The journal of one head office. `certificate` names it as a till's names the till; `last` is
    its newest event, from where it is kept. `born` is the life that decides (`lives.born`).
    """

    def __init__(
        self,
        office_id: bytes,
        certificate: bytes,
        last: Callable[[], StoredEvent | None],
        *,
        born: bytes = b"",
    ) -> None:
        self.office_id = office_id
        self._born = born
        self.genesis = genesis_predecessor(office_id, certificate)
        self._last = last

    @property
    def head(self) -> Head:
        """Where it stands."""
        last = self._last()
        if last is None:
            return Head(
                till_id=self.office_id, epoch=FIRST_EPOCH, seq=0, hash=self.genesis, hlc=Hlc(0)
            )
        stamp = Hlc(*events.decode(last.body).hlc)
        return Head(
            till_id=self.office_id, epoch=last.epoch, seq=last.seq, hash=last.hash, hlc=stamp
        )

    def following(self, written: Iterable[StoredEvent]) -> Iterator[StoredEvent]:
        """What was decided before and goes on here; raises `ChainBroken` where it does not hold."""
        head = self.head
        return verified(written, till_id=head.till_id, after_seq=head.seq, after_hash=head.hash)

    def plan(self, programme: Programme, at: datetime) -> EventPlan:
        """The plan of the next decision."""
        # A life that forgot decisions makes others of the same numbers: never under the same ids.
        number = self.head.seq + 1
        return EventPlan(
            event_id=derive_id("office", self.office_id, number, self._born, format_instant(at)),
            at=at,
            day=store_day(at, programme.zone),
            programme_id=programme.id,
            costs=programme.shop_costs,
        )

    def write(
        self,
        plan: EventPlan,
        programme: Programme,
        *,
        kind: str,
        what: str,
        member_id: bytes,
        facts: tuple[tuple[str, str], ...],
        moves: tuple[Transfer, ...] = (),
        also: Consequences = NO_CONSEQUENCES,
    ) -> StoredEvent:
        """A decision, chained; the caller keeps it. `moves` are transfers beside the plan's, `also`
        whatever else it does.
        """
        head = self.head
        does = joined((plan.consequences(), Consequences(transfers=moves), also))
        stamp = tick(head.hlc, wall_ms(plan.at))
        event = events.Act(
            id=plan.event_id.hex(),
            at=format_instant(plan.at),
            hlc=(stamp.ms, stamp.counter),
            kind=kind,
            what=what,
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
        body, seq = events.encode(event), head.seq + 1
        hashed = link(
            till_id=head.till_id, epoch=head.epoch, seq=seq, previous=head.hash, body=body
        )
        return StoredEvent(
            seq=seq,
            epoch=head.epoch,
            event_id=plan.event_id,
            kind=events.kind(event),
            at=event.at,
            body=body,
            hash=hashed,
        )
