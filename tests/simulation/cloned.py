"""One till's disk in two machines: two programs with one key, side by side, forked while one ran.

Shape: `Cloned(seed, world)` draws from a seed of its own. In worlds of that kind a till is copied
once; the copy starts, and from then on both sell, send and hear. Whose start each request is of is
judged by the product's own `sync/office/clones`, and a request of a program that may not speak is
refused. Until the copy is there nobody may be taken for two; afterwards both have to be found
before they have taken many turns. A person then says which of the two is the till; the other one is
heard no more, and at the end it is gone. Where the till runs as another start by then than the one
that was chosen it is refused, and somebody brings a code to it: `coded` counts that. `beside` is
the copy, as long as there are two.

What both held may be spent twice until then, and is counted: what the till held when it was copied,
what head office freed of one because the other one does not know it, and what it told both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.office.clones import (
    LATE_S,
    Spoke,
    Standing,
    Start,
    goes_on_as,
    kept,
    spoke,
)
from posloyalty.sync.wire.messages import Problem
from tests.simulation.lane import EPOCHS, HELLO, Lane, Request
from tests.simulation.node import Node
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill

if TYPE_CHECKING:
    from tests.simulation.world import World

CHANCE: Final = 0.05
TURNS_MOST: Final = 8
"""So often the two may take turns at saying hello: a start that head office never heard of, because
its program ended out of reach, costs it a turn more."""
AWAY_MS: Final = 200_000
SAYS_WITHIN_MS: Final = 3_600_000
REFUSED: Final = Problem(code="CLONE_SUSPECT", retry="after_action")


class Cloned(Part):
    """The two programs of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"cloned {seed}")
        self._world = world
        self._boots = 0
        self._starts: dict[bytes, dict[bytes, Start]] = {}
        self._sent: dict[tuple[bytes, bool, int], tuple[bytes, bytes, int]] = {}
        self._heard: set[tuple[bytes, bool, int]] = set()
        self._spoke_as: dict[bytes, Node] = {}
        self._pair: tuple[Node, Node] | None = None
        self._told: set[bytes] = set()
        self._last_s: dict[bytes, int] = {}
        self._waits = self._comes = False
        self._shut: set[bytes] = set()
        self.turns: list[Node] = []
        self.most = 0
        self.kept: Node | None = None
        self.found = self.coded = 0
        self.beside: tuple[Node, ...] = ()

    @property
    def _on(self) -> bool:
        return self._world.kind.clones

    # What happens

    def happens(self, till: RestorableTill) -> None:
        """Maybe this is the moment at which a till is copied."""
        holds = any(one.left and not one.cancelled for one in till.leases.values())
        if self._on and self._pair is None and holds and self._random.random() < CHANCE:
            self._copy(self._world.nodes[till.id])
        self._both_hold()

    def restart(self, node: Node) -> None:
        """Its program begins again."""
        if self._on:
            self._boots += 1
            node.after = node.till.boot
            node.boot = node.till.boot = derive_id("start", node.till.id, self._boots)

    def sends(self, node: Node, request: Request) -> None:
        """A request is of the start that sends it."""
        if self._on:
            if not node.boot:
                self.restart(node)
            self._sent[self._key(node, request)] = node.boot, node.after, self._world.now_ms

    @contextmanager
    def heard(self, node: Node, request: Request) -> Iterator[Problem | None]:
        """A request arrives; gives the refusal of a program that may not speak."""
        if not self._on:
            yield None
            return
        key = self._key(node, request)
        boot, after, sent_ms = self._sent[key]
        if self._pair is not None and node in self._pair and self._is_over(node):
            yield REFUSED
            return
        # One that arrives again is no word of its program's: its nonce was used.
        if request.kind == HELLO and key not in self._heard:
            self._speaks(node, boot, after, said_s=sent_ms // 1_000)
        self._heard.add(key)
        start = self._starts.get(node.till.id, {}).get(boot)
        if start is not None and start.standing in (Standing.SUSPECT, Standing.SHUT):
            if start.standing is Standing.SHUT and node is self.kept and boot == node.boot:
                self._calls()
            yield REFUSED
            return
        before = self._held(node.till.id)
        yield None
        if self._pair is not None and request.kind == EPOCHS:
            after_it = self._held(node.till.id)
            for asset, left in before.values():
                self._world.lent.at_risk[asset] += left
            for asset, left in after_it.values():
                self._world.lent.at_risk[asset] -= left

    def ends(self) -> None:
        """Whatever was found, the one that is the till goes on, and the other machine is gone."""
        if self._pair is None:
            return
        self._both_hold()
        stays = self.kept or self._random.choice(self._pair)
        self.kept, self.beside = stays, ()
        self._choose(stays)
        world, first = self._world, self._pair[0]
        world.nodes[stays.till.id] = stays
        world.tills[world.tills.index(first.till)] = stays.till
        # Head office may go on behind the other one: it finds out as it starts.
        stays.lane.restart()
        self.restart(stays)
        world._wake(stays)

    def check(self) -> None:
        """Raises AssertionError where something that the lost one was told to be kept is not."""
        there = self._world.desk.events_kept()
        for node in self._pair or ():
            heard = {one.event_id for one in node.till.journal if one.kind == "heard"}
            assert node.lane.acked - heard <= there, "what was acknowledged is at head office"

    # The two

    def _copy(self, node: Node) -> None:
        world, till = self._world, node.till.twin()
        world.lent.held_twice(till)
        copy = Node(till, Lane(till, world.net), clock_off=node.clock_off, last=node.last)
        copy.lane.hear_time = partial(world._hear_time, copy)
        self._pair, self.beside = (node, copy), (copy,)
        node.restored = copy.restored = True
        self._told = set(till.leases)
        away_ms = self._random.randint(0, AWAY_MS)
        for one in self._pair:  # what both hold is spent by both before either is heard
            one.cut_off_ms = max(one.cut_off_ms, world.now_ms + away_ms)
        if not node.boot:
            self.restart(node)
        self.restart(copy)
        world.starts(copy)

    def _speaks(self, node: Node, boot: bytes, after: bytes, *, said_s: int) -> None:
        starts = self._starts.setdefault(node.till.id, {})
        now_s = self._world.now_ms // 1_000
        found = spoke(starts, boot, after, now_s=now_s, off_s=said_s - now_s)
        if boot in starts and now_s - said_s > LATE_S:
            assert not found, "it was held back by the network"
            return
        starts |= {one.boot: one for one in found}
        self._last_s[boot] = now_s
        self._spoke_as[boot] = node
        if self._pair is None or node not in self._pair:
            assert not _suspected(starts), "one program is not taken for two"
            return
        if self._shut & {boot, after} and node is not self.kept:
            assert starts[boot].standing is Standing.SHUT, "who was shut does not speak"
        late = now_s - said_s > LATE_S
        # First words that the network held back for so long are nobody's turn: who said them may
        # have been started anew since.
        if not late and (not self.turns or self.turns[-1] is not node):
            self.turns.append(node)
        if not _suspected(starts):
            assert self.kept is not None or len(self.turns) <= TURNS_MOST, "two are found"
        elif not self._waits:
            self.found, self._waits, self.most = self.found + 1, True, len(self.turns)
            self._world._later(self._random.randint(1, SAYS_WITHIN_MS), self._say)

    def _say(self) -> None:
        """A person says which of them is the till."""
        self._waits = False
        if self._pair is not None and self.beside:
            self.kept = self.kept or self._random.choice(self._pair)
            self._choose(self.kept)

    def _choose(self, stays: Node) -> None:
        """A person picks it among the starts of the case; what is not in there takes a code."""
        starts = self._starts.setdefault(stays.till.id, {})
        heard = {one: Spoke(starts[one].first_s, self._last_s[one]) for one in starts}
        case = [
            one
            for one, start in starts.items()
            if start.standing is Standing.SUSPECT and goes_on_as(starts, heard, one) == one
        ]
        own = [one for one in case if self._spoke_as[one] is stays]
        if own:
            self._keeps(stays, goes_on_as(starts, heard, self._random.choice(own)))
        else:
            self._readmit(stays)

    def _readmit(self, stays: Node) -> None:
        """A person brings a code to it, as it runs now."""
        starts, now_s = self._starts[stays.till.id], self._world.now_ms // 1_000
        new = Start(boot=stays.boot, after=b"", standing=Standing.CURRENT, first_s=now_s)
        starts.setdefault(stays.boot, new)
        self._last_s.setdefault(stays.boot, now_s)
        self._spoke_as[stays.boot] = stays
        self._keeps(stays, stays.boot)

    def _keeps(self, stays: Node, boot: bytes) -> None:
        starts = self._starts[stays.till.id]
        self._shut |= {one for one in starts if self._spoke_as[one] is not stays}
        starts |= {one.boot: one for one in kept(starts, boot)}

    def _calls(self) -> None:
        """The machine that is the till is refused: somebody brings a code to it."""
        if not self._comes:
            self._comes = True
            self._world._later(self._random.randint(1, SAYS_WITHIN_MS), self._come)

    def _come(self) -> None:
        self._comes = False
        if self.kept is not None:
            self.coded += 1
            self._readmit(self.kept)

    def _is_over(self, node: Node) -> bool:
        return not self.beside and node is not self.kept

    def _key(self, node: Node, request: Request) -> tuple[bytes, bool, int]:
        first = self._pair is None or node is not self._pair[1]
        return node.till.id, first, request.number

    # What may be spent twice

    def _held(self, till_id: bytes) -> dict[bytes, tuple[object, int]]:
        found = self._world.office.lending.book.of_till(till_id)
        return {one.id: (one.asset, one.left) for one in found}

    def _both_hold(self) -> None:
        """What head office told the one, and the other as well before it heard of it."""
        if self._pair is None:
            return
        first, copy = (node.till.leases for node in self._pair)
        for lease_id in (first.keys() & copy.keys()) - self._told:
            self._told.add(lease_id)
            self._world.lent.risk([first[lease_id]])


def _suspected(starts: dict[bytes, Start]) -> bool:
    return any(one.standing is Standing.SUSPECT for one in starts.values())
