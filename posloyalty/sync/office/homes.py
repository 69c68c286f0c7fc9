"""Households that lost their head or their last member, and what head office does about them.

Shape: `Homes` looks at households that are named, or that new events concern, and writes acts of
head office's own journal. Who has been in one for the longest heads it where nobody does; a record
that is no more, of which something came late, heads nothing and waits until that is decided. What
is left where nobody is in it any more is whoever's left it last, under the name that they have now;
of somebody erased it ends. Whoever is in it is read from the members' folds, so the same comes of
it whatever the order in which tills tell of joining, leaving, purchases, mergers and erasures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.erase import ERASURE, erase
from posloyalty.domain.engine.households import (
    HOUSEHOLD,
    household_of,
    is_headless,
    members_of,
    take_over,
    take_up,
)
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.household import Household
from posloyalty.sync.fold import Checkpoint, MemberFold
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.decisions import NO_RULES, has_something
from posloyalty.sync.office.ending import of_household
from posloyalty.sync.office.own_journal import OwnJournal

HEADS: Final = "heads"
TAKES: Final = "takes"
"""What the acts are: somebody heads a household from now on, or has what was left in it."""


class Homes:
    """Mends the households of one head office; `fold`, `stands`, `state`, `meant` and `behind` are
    its own, `programme` is what is in effect at an instant, if any, `recall` asks back what is lent
    of somebody.
    """

    def __init__(
        self,
        journal: OwnJournal,
        archive: Archive,
        *,
        programme: Callable[[datetime], Programme | None],
        fold: Callable[[bytes], MemberFold],
        stands: Callable[[bytes], MemberFold | Checkpoint],
        state: Callable[[bytes], MemberState | None],
        meant: Callable[[bytes], bytes],
        behind: Callable[..., datetime],
        recall: Callable[[bytes], None],
    ) -> None:
        self._journal = journal
        self._archive = archive
        self._programme = programme
        self._fold = fold
        self._stands = stands
        self._state = state
        self._meant = meant
        self._behind = behind
        self._recall = recall

    def concerned(self, touched: Mapping[bytes, frozenset[bytes]], at: datetime) -> set[bytes]:
        """The households of which new events, by owner, say that somebody came or went, or into
        which somebody earned who is not in it. Nobody else's members are looked at, and nobody
        where the programme knows no households.
        """
        found: set[bytes] = set()
        programme = self._programme(at)
        if programme is not None and programme.find(Household, HOUSEHOLD) is None:
            return found
        for owner, new in touched.items():
            if self._archive.joined(owner) is not None:
                found |= self._moved(owner, self._among(owner, new))
            elif self._archive.in_household(owner) and any(
                self._is_strange(one, owner) for one in self._among(owner, new)
            ):
                found.add(owner)
        return found

    def of_member(self, member_id: bytes) -> set[bytes]:
        """The households that a member was ever in."""
        return {bytes.fromhex(one.code) for one in _memberships(self._fold(member_id))}

    def mend(self, households: Collection[bytes], at: datetime) -> None:
        """Decide what each of these asks for."""
        for household in sorted(households):
            self._archive.lock(household)
            everybody = self._archive.in_household(household)
            held = [household_of(self._fold(one).rights) for one in everybody]
            there = members_of(one.right for one in held if one is not None and one.id == household)
            alive = [one for one in there if self._is_alive(one.owner)]
            if is_headless(alive):
                self._head(household, alive, at)
            elif everybody and not there:
                self._end(household, everybody, at)

    def _is_alive(self, member_id: bytes) -> bool:
        """Whether a record is still somebody: neither another's name nor erased."""
        return self._meant(member_id) == member_id and not self._archive.is_erased(member_id)

    def _head(self, household: bytes, there: Sequence[Right], at: datetime) -> None:
        """The longest of them heads it."""

        def plan(planned: EventPlan) -> None:
            take_over(there, planned)

        self._act(household, HEADS, there[0].owner, at, plan)

    def _end(self, household: bytes, everybody: Iterable[bytes], at: datetime) -> None:
        """What is left goes to whoever was the last, or ends."""
        left = of_household(self._fold(household), household)
        if not has_something(left):
            return
        self._recall(household)
        last = self._meant(max(everybody, key=lambda one: (self._left_at(one, household), one)))
        takes = self._state(last)
        if takes is None or self._archive.is_erased(last):
            self._act(household, ERASURE, last, at, lambda planned: erase(left, plan=planned))
            return
        programme = self._programme(at)
        pooled = () if programme is None else programme.pooled
        self._act(household, TAKES, last, at, lambda planned: take_up(pooled, left, takes, planned))

    def _act(
        self,
        household: bytes,
        what: str,
        member_id: bytes,
        at: datetime,
        plan: Callable[[EventPlan], object],
    ) -> None:
        at = self._behind(at, household, member_id)
        programme = self._programme(at) or NO_RULES
        planned = self._journal.plan(programme, at)
        plan(planned)
        written: StoredEvent = self._journal.write(
            planned,
            programme,
            kind=HOUSEHOLD,
            what=what,
            member_id=member_id,
            facts=((HOUSEHOLD, household.hex()),),
        )
        self._archive.decide(self._journal.office_id, written)

    def _left_at(self, member_id: bytes, household: bytes) -> tuple[object, ...]:
        """When a member's memberships of a household last ended, in the order of events."""
        known, code = _memberships(self._fold(member_id)), household.hex()
        mine = {one.id for one in known if one.code == code}
        ended = (one.order for one in self._archive.events_of(member_id) if _ends(one, mine))
        return max(ended, default=())

    def _among(self, owner: bytes, new: Collection[bytes]) -> list[Filed]:
        return list(self._archive.some_of(owner, new))

    def _moved(self, member_id: bytes, filed: Iterable[Filed]) -> set[bytes]:
        """The households into or out of which some of a member's events say that they went."""
        changed = {one.right_id for each in filed for one in each.does.rights}
        if not changed:
            return set()
        mine = _memberships(self._stands(member_id))
        return {bytes.fromhex(one.code) for one in mine if one.id in changed}

    def _is_strange(self, one: Filed, household: bytes) -> bool:
        """Whether an event of a household is of somebody who is not in it."""
        named = getattr(one.event, "member", None)
        if not isinstance(named, str) or self._archive.joined(bytes.fromhex(named)) is None:
            return False
        held = household_of(self._stands(bytes.fromhex(named)).rights)
        return held is None or held.id != household


def _memberships(fold: MemberFold | Checkpoint) -> list[Right]:
    """Those that were withdrawn, too."""
    return [one for one in fold.rights if one.kind == HOUSEHOLD]


def _ends(one: Filed, memberships: Collection[bytes]) -> bool:
    return any(
        change.move is RightMove.CANCEL and change.right_id in memberships
        for change in one.does.rights
    )
