"""What head office told the till, put into its book: heard events, one transaction an answer.

Shape: `apply(answer)` journals each event under its own id, with what it does to members known
here. An answer that was made before somebody gained or spent something here is refused whole with
ANSWER_STALE: send what is new and ask again. What was heard before is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.lending.lending import Lending
from posloyalty.services.members.no_more import forget_person, purchases_in, rename_person
from posloyalty.services.ports import Book, Stamp, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.fold import GOES, MERGE
from posloyalty.sync.journals import Place
from posloyalty.sync.office.archive import ERASE, MEMBER, STAYS
from posloyalty.sync.office.telling import (
    Answer,
    Grant,
    Telling,
    given_back,
    granted,
    heard,
)


class HearOffice:
    """The till's ear. `changed` is told after members' records changed."""

    def __init__(
        self, book: Book, lending: Lending, *, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._book = book
        self._lending = lending
        self._changed = changed

    def apply(self, answer: Answer) -> int:
        """Put an answer into the book; returns how many events were new. Refuses ANSWER_STALE."""
        if answer.empty:
            return 0
        with self._book.write() as unit:
            if not _still_good(unit, answer.base):
                raise ServiceRefusal("ANSWER_STALE")
            new = [one for one in answer.tellings if _is_new(unit, one.event_id)]
            for telling in new:
                _hear(unit, telling)
            leases = sum(_hold(unit, grant) for grant in answer.grants)
            leases += sum(self._give_back(unit, lease_id) for lease_id in answer.recalls)
            unit.commit()
        if new:
            self._changed()
        return len(new) + leases

    def all_told(self, seq: int) -> None:
        """Nothing is left to tell of what was asked for up to a place of the journal."""
        with self._book.read() as reader:
            if not reader.profiles.asks():
                return
        with self._book.write() as unit:
            unit.profiles.told_through(seq)
            unit.commit()

    def hold(self, *grants: Grant) -> int:
        """Take up leases that head office has just granted; returns how many were new.

        Their uses and ends are this till's own affair, so they are good at any place.
        """
        with self._book.write() as unit:
            new = sum(_hold(unit, grant) for grant in grants)
            unit.commit()
        return new

    def _give_back(self, unit: UnitOfWork, lease_id: bytes) -> bool:
        lease = unit.ledger.right(lease_id)
        if lease is None or lease.cancelled:
            return False
        if self._lending.pins.hold(lease):
            return False  # a sale at the counter counts on it; it is asked for again
        stamp = unit.journal.stamp()
        unit.acts.book(given_back(lease, at=stamp.at, day=_day(stamp), hlc=stamp.hlc))
        return True


def _still_good(unit: UnitOfWork, base: Place | None) -> bool:
    """Whether nobody here gained or lost anything since an answer's place of the journal."""
    if base is None:
        return False
    since = list(unit.journal.events(after_seq=base.seq - 1))
    if not since or since[0].hash != base.hash:
        return False
    return not any(isinstance(events.decode(one.body), Doing) for one in since[1:])


def _is_new(unit: UnitOfWork, event_id: bytes) -> bool:
    return unit.journal.by_event_id(event_id) is None


def _hold(unit: UnitOfWork, grant: Grant) -> bool:
    stamp = unit.journal.stamp()
    act = granted(grant, at=stamp.at, day=_day(stamp), hlc=stamp.hlc)
    new = _is_new(unit, bytes.fromhex(act.id))
    if new:
        unit.acts.book(act)
    return new


def _day(stamp: Stamp) -> date:
    return parse_instant(stamp.at).date()


def _hear(unit: UnitOfWork, telling: Telling) -> None:
    event = heard(telling, hlc=unit.journal.stamp().hlc)
    appended = unit.journal.append(event)
    does = consequences_of(event)
    unit.ledger.post(appended, does)
    for member_id, more in purchases_in(does).items():
        unit.members.count_purchases(member_id, more)
    facts = dict(telling.facts)
    if telling.what == ERASE:
        forget_person(unit, bytes.fromhex(facts[MEMBER]), appended)
    elif telling.what == MERGE:
        rename_person(unit, bytes.fromhex(facts[STAYS]), bytes.fromhex(facts[GOES]), appended)
