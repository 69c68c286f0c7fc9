"""Head office's own journal: what it decided, chained like a till's so that it can be proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from posloyalty.domain.engine.consequences import EventPlan
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
    """The journal of one head office. `certificate` names it as a till's names the till."""

    def __init__(self, office_id: bytes, certificate: bytes) -> None:
        self._head = Head(
            till_id=office_id,
            epoch=FIRST_EPOCH,
            seq=0,
            hash=genesis_predecessor(office_id, certificate),
            hlc=Hlc(0),
        )
        self._written: list[StoredEvent] = []

    @property
    def head(self) -> Head:
        """Where it stands."""
        return self._head

    @property
    def written(self) -> tuple[StoredEvent, ...]:
        """Everything that was decided, in its order: what has to be kept."""
        return tuple(self._written)

    def resume(self, written: Iterable[StoredEvent]) -> None:
        """Go on after what was decided before; raises `ChainBroken` where it does not hold."""
        head = self._head
        for one in verified(
            written, till_id=head.till_id, after_seq=head.seq, after_hash=head.hash
        ):
            self._written.append(one)
            stamp = Hlc(*events.decode(one.body).hlc)
            self._head = replace(self._head, seq=one.seq, hash=one.hash, hlc=stamp)

    def plan(self, programme: Programme, at: datetime) -> EventPlan:
        """The plan of the next decision."""
        return EventPlan(
            event_id=derive_id("office", self._head.till_id, self._head.seq + 1),
            at=at,
            day=store_day(at, programme.zone),
            programme_id=programme.id,
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
    ) -> StoredEvent:
        """Write a decision down."""
        head, does = self._head, plan.consequences()
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
        self._head = Head(till_id=head.till_id, epoch=head.epoch, seq=seq, hash=hashed, hlc=stamp)
        stored = StoredEvent(
            seq=seq,
            epoch=head.epoch,
            event_id=plan.event_id,
            kind=events.kind(event),
            at=event.at,
            body=body,
            hash=hashed,
        )
        self._written.append(stored)
        return stored
