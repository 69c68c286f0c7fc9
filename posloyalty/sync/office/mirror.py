"""What one till's book holds, as its uploaded journal tells: head office measures it by that."""

from __future__ import annotations

from posloyalty.domain.engine.households import HOUSEHOLD
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.owners import met_by, owners_of


class Mirror:
    """A till's knowledge. `seen` is the place in its journal of each event that it holds, `heard`
    are those of which it only heard, `heard_for` gives their places by owner, `leases` whether it
    still holds what it once held.
    """

    def __init__(self, store: str) -> None:
        self.seen: dict[bytes, int] = {}
        self.heard: set[bytes] = set()
        self.heard_for: dict[bytes, dict[bytes, int]] = {}
        self._known: set[bytes] = {derive_id("store", store)}
        self._belongings: dict[bytes, Belongings] = {}
        self._right_owners: dict[bytes, bytes] = {}
        self.leases: dict[bytes, bool] = {}

    def take(self, one: Filed) -> None:
        """The next event of the till's journal."""
        if one.event_id in self.seen:
            return  # sent again after the till was restored
        self.seen[one.event_id] = one.seq
        self._known |= set(met_by(one.event))
        for change in one.does.rights:
            if change.move is RightMove.CANCEL and change.right_id in self.leases:
                self.leases[change.right_id] = False
            if change.opens is not None and change.opens.kind == LEASE:
                self.leases[change.right_id] = True
            if change.opens is not None:
                self._right_owners[change.right_id] = change.opens.owner
                if change.opens.kind == HOUSEHOLD:
                    self._known.add(bytes.fromhex(change.opens.code))
        heard = isinstance(one.event, events.Heard)
        if heard:
            self.heard.add(one.event_id)
        for owner in owners_of(one, self._right_owners):
            self.belongings(owner).take(one.does)
            if heard:
                self.heard_for.setdefault(owner, {})[one.event_id] = one.seq

    def knows(self, owner: bytes) -> bool:
        """Whether the till hears of an owner: a member who joined or was met there, a household."""
        return owner in self._known

    def belongings(self, owner: bytes) -> Belongings:
        """What an owner has in the till's book."""
        return self._belongings.setdefault(owner, Belongings(owner))
