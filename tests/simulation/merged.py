"""What head office moves when two records become one: all of it, and nothing twice.

Shape: `Merged(world)` does nothing; `check()` adds up, over all members and whatever arrived late
under whichever name, what merges took from records and what they gave to others, and compares the
purchases that everybody has now with those that tills counted. Nothing stays behind with a record
that went, neither points nor debts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.ledger.transfer import AccountKind, Transfer, TransferCode
from tests.simulation.part import Part

if TYPE_CHECKING:
    from tests.simulation.world import World

MERGE: Final = TransferCode.MERGE


class Merged(Part):
    """The merges of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def check(self) -> None:
        """Raises AssertionError where somebody has more or less because of a merge."""
        office = self._world.office
        stands, counted = dict[bytes, Transfer](), 0
        merges, rung = set[bytes](), dict[bytes, int]()
        for who in self._world.members:
            fold = office.fold(who)
            if office.meant(who) != who:
                left = [one.remaining for one in fold.lots if one.remaining]
                left += [owed for account, owed in fold.debts.items() if account.owner == who]
                assert not left, "nothing stays behind with a record that went"
            stands |= {one.id: one for one in fold.transfers}
            counted += sum(one.amount for one in fold.meters if one.meter == PURCHASES)
            for event in office.archive.events_of(who):
                if event.decided:
                    found = (one for one in event.does.transfers if one.code is MERGE)
                    merges |= {one.id for one in found}
                else:
                    own = (one for one in event.does.meters if one.meter == PURCHASES)
                    rung[event.event_id] = sum(one.amount for one in own)
        moved = Counter[str]()
        for one in stands.values():
            # What there was not to be taken is owed, and what was not owed any more is given: both
            # are linked to what the merge should have moved.
            if one.id in merges or one.link in merges:
                gives = one.debit.kind is AccountKind.ISSUED
                moved[one.debit.ledger] += one.amount if gives else -one.amount
        assert not any(moved.values()), "what a merge takes from one record another one gets"
        assert counted == sum(rung.values()), "every purchase counts once, whoever it went to"
