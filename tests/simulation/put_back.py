"""Head office's database is put back from a copy, or a replica takes over that is behind.

Shape: `PutBack(seed, world)` draws from a seed of its own. `happens()` maybe makes a copy, or has
head office go on from the one that there is: in a new life where its place tells it so, and else in
the old one, until a till shows what it lost. The head office of before may go on beside it for a
while; `answers()` is which of the two a request comes to. What head office and a till have both
lost is `lost`, and nobody can know of it; what others had merely heard of is `gone` as well. Whom
people had merged or erased they merge or erase again, some time later.

Where nobody noticed, something may have been lent twice before the first till spoke (`doubled`).
What a till holds that had joined after the copy was made nobody knows of until it joins once more
(`Lent.at_risk`).
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.sync.journal import StoredEvent
from tests.simulation.office import SmallOffice

if TYPE_CHECKING:
    from tests.simulation.known import Copied
    from tests.simulation.world import World

COPIED: Final = 0.03
AGAIN: Final = 0.05
BESIDE_MS: Final = 3_600_000
PAUSE_MS: Final = 60_000
HEARD: Final = b'{"t":"heard"'


class PutBack:
    """What befalls the head office of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"put back {seed}")
        self._world = world
        self._copy: SmallOffice | None = None
        self._profiles: Copied | None = None
        self._before: SmallOffice | None = None
        self._before_until_ms = 0
        self._two = False
        self._put_back_ms = -PAUSE_MS
        self.doubled = False
        self.lost: set[bytes] = set()
        self._forgot: set[bytes] = set()
        self.gone: set[bytes] = set()
        self.lives = 0
        self._ended: list[tuple[bytes, bytes | None]] = []

    def happens(self) -> None:
        """Maybe a copy, maybe it is put back."""
        if not self._world.faults.put_back:
            return
        # Where a machine begins anew, the copy is one of before that.
        if self._random.random() < COPIED and not self._world.keyed_again.reimaged:
            self._copy, self._profiles = self._world.desk.copy(), self._world.known.copy()
        pauses = self._world.now_ms - self._put_back_ms < PAUSE_MS
        if self._copy is not None and not pauses and self._world._happens("put_back"):
            self._put_back(self._copy)
        elif self.lives and self._random.random() < AGAIN:
            self.decides_again()

    def answers(self) -> SmallOffice:
        """Which head office hears of the next request."""
        if self._before is None or self._world.now_ms > self._before_until_ms:
            self._before = None
            return self._world.desk
        return self._random.choice((self._before, self._world.desk))

    def decided(self, gone: set[bytes], erased: set[bytes]) -> None:
        """Head office decided that these are other names, and those erased."""
        self._ended += [(who, self._world.office.archive.alias(who)) for who in sorted(gone)]
        self._ended += [(who, None) for who in sorted(erased)]

    def decides_again(self) -> None:
        """People find out what they had decided, and do it again."""
        office, at = self._world.office, self._world.at
        for who, stays in self._ended if self.lives else ():
            archive = office.archive
            if stays is None:
                if not archive.is_erased(who) and office.erase(who, at):
                    self._world.known.ended((), (who,))
            elif archive.alias(who) is None and office.merge(stays, who, at):
                self._world.known.ended((who,), ())

    def ends(self) -> None:
        """There is one head office again; where it is the old one of two, a person says that it is
        the one.
        """
        self._before, desk = None, self._world.desk
        if self._two and desk.seen > desk.life:
            desk.begin(b"said so", self._world._true())

    def loses(self, before: Iterable[StoredEvent], now: Iterable[StoredEvent]) -> None:
        """A till's book was put back: what it has no more, and head office has not, is lost."""
        had, has = {one.event_id: one for one in before}, {one.event_id for one in now}
        self.lost |= had.keys() - has - self._world.desk.events_kept()
        # Of what head office never had it lent nothing.
        told = (one for one in had.values() if one.event_id in self._forgot)
        self._gone_for_good(told, now, self._world.desk.events())

    def check(self) -> None:
        """Raises AssertionError where head office does not lend again."""
        assert self._world.desk.lends, "everybody has told, and it is the latest"

    def _gone_for_good(self, had: Iterable[StoredEvent], *there: Iterable[StoredEvent]) -> None:
        """Who merely heard of an event does not keep it: it is no proof of anything."""
        kept = {one.event_id for each in there for one in each if not _was_heard(one)}
        kept |= self.gone
        gone = [one for one in had if one.event_id not in kept and not _was_heard(one)]
        self.gone |= {one.event_id for one in gone}
        self._world.lent.loses(gone)

    def _put_back(self, copy: SmallOffice) -> None:
        world, before = self._world, self._world.desk
        world.desk, self._put_back_ms = copy.copy(), world.now_ms
        journals = [one for till in world.tills for one in till.journal]
        there = {one.event_id for one in journals}
        self.lost |= before.events_kept() - world.desk.events_kept() - there
        self._forgot |= before.events_kept()
        self._gone_for_good(before.events(), world.desk.events(), journals)
        unnoticed = copy.life == before.life and world._happens("unnoticed")
        world._note("put back", copy.life, unnoticed)
        self.lives += 1
        world.known.put_back(self._profiles)
        if unnoticed:
            self.doubled = True
            return
        world.desk.begin(self._random.randbytes(8), world._true())
        if world._happens("two_offices"):
            self._before, self._two = before, True
            self._before_until_ms = world.now_ms + self._random.randint(1_000, BESIDE_MS)


def _was_heard(one: StoredEvent) -> bool:
    # Head office keeps bytes and no kinds.
    return one.body.startswith(HEARD)
