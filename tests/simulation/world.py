"""The world: people at tills, a network that does everything wrong, and then a good one.

Shape: `World(seed).run(steps)` takes so many events off a heap ordered by time: somebody does
something at a till, a till's lane wakes, a request arrives, an answer comes back or does not. Then
the faults end, and everything has to come right within bounded time; then the invariants of SYNC 8
and 16 are asked. Nothing reads a clock or draws from anywhere but the seed, and `trace` is a hash
of everything that happened: the same seed gives the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from heapq import heappop, heappush
from random import Random
from typing import Final

from posloyalty.sync.fold import Overspend
from posloyalty.sync.found import Anomaly
from posloyalty.sync.hlc import instant, wall_ms
from posloyalty.sync.journals import Place
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.rule_time import after_hearing, rule_ms
from posloyalty.sync.wire.messages import Problem
from tests.simulation.budgets import Budgets
from tests.simulation.cards import Cards
from tests.simulation.cloned import Cloned
from tests.simulation.days import Days
from tests.simulation.families import Families, rules_of
from tests.simulation.faults import Faults, swarm
from tests.simulation.given_up import GivenUp
from tests.simulation.joining import Joining
from tests.simulation.keyed_again import KeyedAgain
from tests.simulation.kinds import OPEN, Kind
from tests.simulation.known import Known
from tests.simulation.lane import ANSWER, EPOCHS, HELLO, PUSH, Lane, Request
from tests.simulation.lent import Lent
from tests.simulation.merged import Merged
from tests.simulation.node import Node
from tests.simulation.office import small_office
from tests.simulation.part import Part
from tests.simulation.published import Published
from tests.simulation.put_back import PutBack
from tests.simulation.restored import RestorableTill
from tests.simulation.returned import Returned
from tests.simulation.shared import Shared
from tests.simulation.strangers import Strangers
from tests.simulation.undone import Undone
from tests.simulation.uses import Uses
from tests.simulation.wound_down import WoundDown
from tests.sync.books import left_of
from tests.sync.fleet import (
    START,
    Fleet,
    SmallTill,
    agreed,
    member,
)

TIMEOUT_MS: Final = 20_000
HEAL_MS: Final = 2 * 60 * 60_000
"""Within so much time all has to be said once the network is good."""
HEAL_EVENTS: Final = 20_000
SALE_MS: Final = 8_000
"""The longest that nobody does anything by day."""
NIGHTS: Final = 0.06
"""After one act of sixteen the shops close until the next morning; days are short here."""


class Stuck(AssertionError):
    """The faults ended long ago, and still not everything is said."""


class World(Fleet):
    """One world of a `kind`. Where that lends, tills spend from leases only, and nothing may be
    spent twice.
    """

    def __init__(
        self,
        seed: int,
        *,
        kind: Kind = OPEN,
        faults: Faults | None = None,
        tills: int = 3,
        members: int = 16,
    ) -> None:
        self.kind, self.lending = kind, kind.lends
        self.random, self.net = Random(seed), Random(f"net {seed}")
        found = swarm(Random(f"faults {seed}"), kind.always) if faults is None else faults
        self.faults = found.without(*kind.never)
        self.lent = Lent(seed, self)
        self.now_ms, self.skipped = 0, timedelta()
        self.members = [member(f"member-{n}") for n in range(2 if kind.lends else members)]
        self.tills: list[SmallTill] = []
        self.nodes: dict[bytes, Node] = {}
        self.desk = small_office(self.random.choice(list(Overspend)), rules_of(kind))
        self.counts = {"events": 0, "overspent": 0, "spent": 0, "merged": 0, "erased": 0}
        self.seen: Counter[str] = Counter()
        self.gone: set[bytes] = set()
        self._down_ms = self._ties = 0
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._trace = sha256()
        self.put_back, self.known = PutBack(seed, self), Known(seed, self)
        self.keyed_again, self.cloned = KeyedAgain(seed, self), Cloned(seed, self)
        self.published = Published(seed, self)
        self.parts: tuple[Part, ...] = (
            Shared(seed, self),
            GivenUp(seed, self),
            Returned(seed, self),
            Budgets(seed, self),
            WoundDown(seed, self),
            Uses(seed, self),
            Cards(seed, self),
            Merged(self),
            self.keyed_again,
            self.cloned,
            self.published,
            Strangers(seed, self),
            Joining(seed, self),
            Families(seed, self),
            Days(seed, self),
            Undone(seed, self),
        )
        for n in range(tills):
            self.joins(RestorableTill(f"T{n}", f"S{n % 2}"))
        self._later(0, self._people)

    def joins(self, till: RestorableTill) -> None:
        """Head office takes a till in, with everybody whom all know."""
        self.tills.append(till)
        node = self.nodes[till.id] = Node(till, Lane(till, self.net))
        node.lane.hear_time = partial(self._hear_time, node)
        self.desk.enrol(till.id, store=till.store, genesis=till.genesis)
        for part in self.parts:
            part.greet(till)
        for one in self.members:
            till.greet(one, self.at)
        self._wake(node)

    @property
    def at(self) -> datetime:
        """The time of whoever is acting: a till's own, which never goes back, or the true one."""
        return self._true() if self._acting is None else self._time_at(self._acting)

    def _true(self) -> datetime:
        return START + timedelta(milliseconds=self.now_ms) + self.skipped

    def _time_at(self, node: Node) -> datetime:
        found_ms = rule_ms(
            wall_ms=wall_ms(self._true() + node.clock_off),
            floor_ms=wall_ms(node.last),
            heard=node.heard,
            monotonic_ms=self._monotonic_ms(),
        )
        node.last = instant(found_ms)
        return node.last

    def _monotonic_ms(self) -> int:
        return wall_ms(self._true())

    def _hear_time(self, node: Node, at: datetime) -> datetime:
        """The till takes head office's time up, as `TillClock` does."""
        node.heard = after_hearing(
            node.heard,
            wall_ms(at),
            now_ms=wall_ms(self._time_at(node)),
            monotonic_ms=self._monotonic_ms(),
        )
        found = self._time_at(node)
        assert wall_ms(found) >= wall_ms(at), "who heard head office's time is not behind it"
        return found

    @property
    def doubled(self) -> bool:
        """Whether head office may have lent twice, nobody knows how much: what is at risk else is
        counted.
        """
        return self.put_back.doubled

    def risked(self, *kinds: AssetKind) -> int:
        """How much of some kinds of assets may be spent twice."""
        return self.lent.risked(*kinds)

    @property
    def office(self) -> HeadOffice:
        """Head office as it is in this life."""
        return self.desk.core

    @office.setter
    def office(self, office: HeadOffice) -> None:
        raise AttributeError("its database decides")

    @at.setter
    def at(self, at: datetime) -> None:
        raise AttributeError("time passes by itself")

    @property
    def trace(self) -> str:
        """A hash of everything that happened so far."""
        return self._trace.hexdigest()

    def run(self, steps: int) -> None:
        """So many events under faults, then without any until all is said."""
        for _ in range(steps):
            self.advance()
        self.heal()

    def advance(self) -> None:
        """The next event."""
        self.now_ms, _, event = heappop(self._heap)
        event()

    def heal(self) -> None:
        """Nothing goes wrong any more; raises `Stuck` where that does not suffice."""
        self.faults, self._down_ms, end_ms = Faults(), 0, self.now_ms + HEAL_MS
        self._resting = True
        self.put_back.ends()
        self.keyed_again.found()
        self.cloned.ends()
        for node in self.nodes.values():
            node.cut_off_ms, node.clock_off = 0, timedelta()
        for _ in range(HEAL_EVENTS):
            if self.now_ms > end_ms or self._settled():
                break
            self.advance()
        else:
            raise Stuck("too much is said")
        if not self._settled():
            raise Stuck({k.decode(): n.lane for k, n in self.nodes.items() if not n.lane.quiet})
        twice = [one for one in self.office.alerts() if one.anomaly is Anomaly.OVERSPENT]
        self.counts["overspent"] = sum(one.amount for one in twice)

    def check(self) -> None:
        """What has to hold once all is said; raises AssertionError."""
        agreed(self)
        self.put_back.check()
        for who in self.members:
            if self.office.archive.is_erased(who):
                left = left_of(Belongings.of(self.office.fold(who)))
                assert left == 0, "everything of somebody erased has ended"
        for part in self.parts:
            part.check()
        self.known.check()
        there = self.desk.events_kept()
        heard = {
            event.event_id
            for node in self.nodes.values()
            for event in node.till.journal
            if event.kind in ("heard",)
        }
        for node in self.nodes.values():
            acked = node.lane.acked - heard - self.put_back.lost
            assert acked <= there, "what was acknowledged is at head office"
            self.lent.check(node)
            written = {one.event_id for one in node.till.journal}
            assert written - heard <= there, "what a till holds is at head office"

    def upload_again(self, office: HeadOffice, till: SmallTill) -> None:
        """All that a till ever sent arrives at another head office, in its order."""
        for what, epoch in self.desk.log.get(till.id, ()):
            if isinstance(what, Place):
                assert office.reopen(till.id, what, epoch)
            else:
                office.receive(till.id, what, under=epoch)

    def decide(self, who: bytes) -> None:
        """Head office erases somebody, or finds that two records are one, and so do profiles."""
        gone, erased = set(self.gone), self._erased()
        super().decide(who)
        self.known.ended(self.gone - gone, self._erased() - erased)
        self.put_back.decided(self.gone - gone, self._erased() - erased)

    def erase(self, who: bytes) -> None:
        """Head office erases somebody, and so do profiles."""
        self.counts["erased"] += self.office.erase(who, self.at)
        if self.office.archive.is_erased(who):
            self.known.ended((), {who})
            self.put_back.decided(set(), {who})

    def _erased(self) -> set[bytes]:
        return {one for one in self.members if self.office.archive.is_erased(one)}

    def starts(self, node: Node) -> None:
        """A till is started, on a day on which nobody buys anything."""
        self._acting = node
        node.till.starts(self.at)
        self._acting = None
        self._wake(node)

    # People

    _resting = False
    _acting: Node | None = None

    def _people(self) -> None:
        if self._resting:
            return
        self._later(self.random.randint(1, SALE_MS), self._people)
        if self.random.random() < NIGHTS:
            self.skipped += timedelta(hours=23)
        self._mishap()
        node = self.random.choice(self._there())
        what, weights = (self.earn, self.spend, self.give_back, self.voucher), (6, 6, 2, 2)
        if self.lending:
            weights = (4, 9, 0, 1)
        who = self.random.choice(self.members)
        if not self.lending and self.random.random() < 0.02:
            self.decide(who)
        if self.lending and self.random.random() < 0.4:
            self.lent.lend(node.till, who)
        act = self.random.choices(what, weights)[0]
        self._note(act.__name__, node.till.id, len(node.till.journal))
        self._acting = node
        act(node.till, who)
        for part in self.parts:
            part.happens(node.till)
        self.known.happens(node)
        self._acting = None
        self._wake(node)

    def _there(self) -> list[Node]:
        return [*(node for node in self.nodes.values() if not node.burnt), *self.cloned.beside]

    def _mishap(self) -> None:
        node = self.random.choice(self._there())
        till = node.till
        if self._happens("partition"):
            longest = self.net.choice((60_000, 1_800_000, 20_000_000))
            node.cut_off_ms = self.now_ms + self.net.randint(1_000, longest)
        if self._happens("outage"):
            self._down_ms = self.now_ms + self.net.randint(1_000, 900_000)
        if self._happens("crash"):
            node.lane.restart()
            node.heard = None
            self.known.restart(node.till)
            self.cloned.restart(node)
            self.published.restart(node.till)
        if self._happens("skip"):
            self.skipped += timedelta(hours=self.net.choice((1, 9, 24, 100)))
        if self._happens("clock"):
            wrong = (-1_500, -90, -5, 0, 5, 90, 1_500)
            node.clock_off = timedelta(minutes=self.net.choice(wrong))
        if self.net.random() < 0.05:
            till.back_up()
            node.kept = node.lane.session
        if till.copy and self._happens("restore"):
            self._restore(node)
        self.put_back.happens()

    def _restore(self, node: Node) -> None:
        """An old book, with a witness beside it; or a whole machine as it was, its program too."""
        noticed = self.lending and not self.kind.rolls_back
        witnessed = noticed or self.net.random() < 0.5
        self._note("restored", node.till.id, witnessed)
        before, kept = node.till.journal, node.till.kept
        if self.kind.days:
            # All that its book knows of the time; elsewhere a till's own time goes on.
            node.heard, node.last = None, node.till.stamped_in_copy()
        node.till.restore(self._time_at(node), witnessed=witnessed)
        self.put_back.loses(before, node.till.journal)
        node.lane.restart()
        node.restored, node.heard = True, None
        if self.lending and not witnessed:
            self.lent.rolled_back(node.till)
        self.known.restored(node.till, kept)
        self.published.restored(node.till)
        if not witnessed and self.net.random() < 0.5:
            node.lane.session = node.kept

    # The network

    def _wake(self, node: Node) -> None:
        """Let a lane see whether there is something to do."""
        found = node.lane.wake(self.now_ms, self._time_at(node))
        if isinstance(found, Request):
            self._note(found.kind, node.till.id, found.number)
            self._later(TIMEOUT_MS, lambda: self._timed_out(node, found))
            self._send(node, found)
            return
        due_ms = self.now_ms + max(1, found)
        if node.wakes_ms <= self.now_ms or due_ms < node.wakes_ms:
            node.wakes_ms = due_ms
            self._later(due_ms - self.now_ms, lambda: self._wake(node))

    def _send(self, node: Node, request: Request) -> None:
        self.cloned.sends(node, request)
        if self._happens("lost_ask"):
            return
        times = [self._delay()]
        if self._happens("twice"):
            times.append(self._delay())
        if self._happens("stale"):
            times.append(self.net.randint(60_000, 3_600_000))
        for delay in times:
            self._later(delay, lambda: self._arrives(node, request))

    def _arrives(self, node: Node, request: Request) -> None:
        till_id = node.till.id
        if self.now_ms < max(node.cut_off_ms, self._down_ms):
            return
        if self._happens("cut"):
            return self._later(self._delay(), lambda: self._fails(node, request))
        desk = self.put_back.answers()
        if till_id not in desk.genesis:
            return self._later(self._delay(), lambda: self._joins_again(node))
        acts = {HELLO: desk.hello, PUSH: desk.push, EPOCHS: desk.epochs, ANSWER: desk.answer}
        with self.cloned.heard(node, request) as refused:
            said = refused or acts[request.kind](till_id, request.body, self.at)
        named = desk.incarnation
        self._note("said", till_id, said.code if isinstance(said, Problem) else len(said))
        if self._happens("lost_answer"):
            return None
        if self._happens("portal"):
            return self._later(self._delay(), lambda: self._fails(node, request))
        self._later(self._delay(), lambda: self._back(node, request, said, named))
        if self._happens("stale"):
            late = self.net.randint(60_000, 3_600_000)
            self._later(late, lambda: self._back(node, request, said, named))
        return None

    def _joins_again(self, node: Node) -> None:
        """A till that head office does not know: it had joined after the copy was made that this
        one goes on from. It may hold something that was lent to it, and is lent elsewhere now.
        """
        if node.till.id not in self.desk.genesis:
            self.lent.risk(node.till.leases.values())
            self.desk.enrol(node.till.id, store=node.till.store, genesis=node.till.genesis)
        node.lane.restart()
        self._wake(node)

    def _back(self, node: Node, request: Request, said: bytes | Problem, named: str) -> None:
        if self.now_ms < node.cut_off_ms:
            return
        taken = node.lane.heard(request, said, named, self.now_ms, self._time_at(node))
        self.seen["stale answers"] += not taken
        self._note("back", node.till.id, request.number, taken)
        self._wake(node)

    def _fails(self, node: Node, request: Request) -> None:
        if node.lane.lost(request, self.now_ms, self._time_at(node)):
            self._note("fails", node.till.id, request.number)
            self._wake(node)

    _timed_out = _fails

    def _settled(self) -> bool:
        for node in self.nodes.values():
            if node.till.id not in self.desk.genesis:
                self._joins_again(node)
        if not all(node.lane.quiet for node in self.nodes.values()) or not self.desk.lends:
            return False
        self.put_back.decides_again()
        if not all(self.office.answer(till_id, self.at).empty for till_id in self.nodes):
            for node in self.nodes.values():
                self._wake(node)
            return False
        if all(part.settled() for part in self.parts) and self.known.settled():
            return True
        for node in self.nodes.values():
            self._wake(node)
        return False

    def _delay(self) -> int:
        if self._happens("slow"):
            return self.net.randint(1_000, 30_000)
        return self.net.randint(5, 400)

    def _happens(self, fault: str) -> bool:
        rate: int = getattr(self.faults, fault)
        found = rate > 0 and self.net.randrange(1000) < rate
        self.seen[fault] += found
        return found

    def _later(self, in_ms: int, event: Callable[[], None]) -> None:
        self._ties += 1
        heappush(self._heap, (self.now_ms + in_ms, self._ties, event))

    def _note(self, what: str, *facts: object) -> None:
        self._trace.update(f"{self.now_ms} {what} {facts}\n".encode())
