"""Snapshots: who is in which segment, and which offers were picked for whom.

Shape: `deliver` and `deliver_picks` book for one member what head office says; `compute` reckons
segments by recency, frequency and money from this book's own purchases and books what is new. Each
member's snapshot is an act of its own, so that a run that was cut short is taken up by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES, SPEND
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.rfm import Bought, rfm, segments_by
from posloyalty.domain.engine.snapshots import segments_of
from posloyalty.domain.engine.works.snapshots import AS_OF, OFFER, OFFERS, SEGMENTS
from posloyalty.domain.ledger.meter import by_day, total
from posloyalty.domain.programme.kinds.segment import Segment
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal

BATCH: Final = 50


class Snapshots(Grounded):
    """What is known of members as of a day."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def deliver(
        self, member_id: bytes, segments: Iterable[str], as_of: date, operator: Operator
    ) -> Acted:
        """A member is in these segments as of a day, and in no other.

        Raises `ServiceRefusal` NO_SUCH_SEGMENT, BAD_DAY or NO_SUCH_MEMBER.
        """
        named = tuple(sorted(set(segments)))
        with self._book.read() as reader:
            known = {one.id for one in self._in_effect(reader).of(Segment)}
        for name in named:
            if name not in known:
                raise ServiceRefusal("NO_SUCH_SEGMENT", name=name)
        evidence = ((AS_OF, as_of.isoformat()), (SEGMENTS, ",".join(named)))
        return self._record(SEGMENTS, member_id, evidence, operator)

    def deliver_picks(
        self,
        list_id: str,
        member_id: bytes,
        expected: Mapping[str, int],
        as_of: date,
        operator: Operator,
        *,
        why: Mapping[str, str] | None = None,
    ) -> Acted:
        """A member's list of offers: `expected` is the margin that each is expected to bring, by
        which the best comes first; of equal ones by id. `why` are codes of area "picked".
        """
        ranked = sorted(expected, key=lambda offer: (-expected[offer], offer))
        reasons = why or {}
        offers = ",".join(f"{one}:{reasons[one]}" if one in reasons else one for one in ranked)
        evidence = ((AS_OF, as_of.isoformat()), (OFFERS, offers))
        return self._record(list_id, member_id, evidence, operator)

    def turn_down(self, list_id: str, member_id: bytes, offer: str, operator: Operator) -> Acted:
        """A member does not want a picked offer. Raises `ServiceRefusal` NOT_SHOWN."""
        recorded = Recorded(what=list_id, evidence=((OFFER, offer),))
        happening = Happening(trigger=Trigger.ACTIVITY, recorded=recorded, member_id=member_id)
        return self._acts.record(happening, operator)

    def compute(self, since: date, operator: Operator) -> int:
        """Reckon everybody's segments from what they bought on the days from `since`, as of today;
        returns for how many members they are others than before. A member whose segments stay has
        the newer day all the same.
        """
        with self._book.read() as reader:
            programme = self._in_effect(reader)
            today = store_day(self._clock.now(), programme.zone)
            states = {one.member_id: one for one in _members(reader, since)}
        bought = {key: found for key, state in states.items() if (found := _bought(state, since))}
        bands = rfm(bought)
        reckoned = [one for one in programme.of(Segment) if one.rfm is not None]
        by_hand = {one.id for one in programme.of(Segment)} - {one.id for one in reckoned}
        changed = 0
        for member_id in sorted(states):
            held = segments_of(programme, states[member_id], today)
            new = segments_by(bands[member_id], reckoned) if member_id in bands else ()
            wanted = {*new, *(one for one in held if one in by_hand)}
            changed += wanted != set(held)
            if wanted or held:
                self.deliver(member_id, wanted, today, operator)
        return changed

    def _record(
        self,
        what: str,
        member_id: bytes,
        evidence: tuple[tuple[str, str], ...],
        operator: Operator,
    ) -> Acted:
        recorded = Recorded(what=what, evidence=evidence)
        happening = Happening(trigger=Trigger.SNAPSHOT, recorded=recorded, member_id=member_id)
        return self._acts.record(happening, operator)


def _members(reader: Reader, since: date) -> Iterator[MemberState]:
    """Every member's state, page by page."""
    after = 0
    while page := reader.members.changes(after=after, limit=BATCH):
        after = page[-1].changed
        ids = [one.member.id for one in page]
        yield from reader.ledger.member_states(ids, lots_since=since).values()


def _bought(state: MemberState, since: date) -> Bought | None:
    days = by_day(state.meters, PURCHASES, owner=state.member_id, since=since)
    if not days:
        return None
    spend = total(state.meters, SPEND, owner=state.member_id, since=since)
    return Bought(last=max(days), days=len(days), spend_minor=spend)
