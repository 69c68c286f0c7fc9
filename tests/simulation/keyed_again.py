"""A till burns down, other tills key in what it had sold, and then its disk turns up after all.

Shape: `KeyedAgain(seed, world)` draws from a seed of its own. Where the world has the fault `burn`,
`happens(till)` has a till sell something to one member for points, with a receipt; once, a till is
gone for some time and declared lost, which frees what it was lent, and maybe (`reimage`) its
machine begins anew as another till, which has to hear everything; and whoever has a receipt of
it has the sale keyed in at any till that is left, some at two. `check()` asks whether each sale
counts once, whichever of its forms came first, whether everybody has the same of the member, and
whether no more of anything was spent twice than had been freed (`Lent.at_risk`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import UNSET

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import counted, posts
from posloyalty.sync.keyed_in import by_terms, keyed_in_id
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.receipt_digest import TILL_BYTES, digest_of, encode
from posloyalty.sync.sale_event import sale_of
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.examples import EXAMPLES
from tests.sync.fleet import LEDGER, SmallTill, member
from tests.sync.small_rules import PROGRAMME

if TYPE_CHECKING:
    from tests.simulation.node import Node
    from tests.simulation.world import World

BUYER: Final = member("buyer")
AWAY_MS: Final = 10**12
PURCHASES: Final = "purchases"


@dataclass(frozen=True)
class Receipt:
    """What a customer holds: whose it is, when it was, its number and place, what it gave, its
    code.
    """

    till_id: bytes
    at: datetime
    number: str
    epoch: int
    seq: int
    points: int
    code: str


class KeyedAgain(Part):
    """The burnt till of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"burns {seed}")
        self._world = world
        self._receipts: list[Receipt] = []
        self._on = bool(world.faults.burn)
        self._burnt: Node | None = None
        self._sold = 0
        self.keyed = 0
        self.reimaged = False

    def greet(self, till: SmallTill) -> None:
        """Every till knows the member."""
        if self._on:
            till.greet(BUYER, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe a sale, a fire, a receipt that is brought to another till, a disk that is found."""
        if not self._on:
            return
        chance = self._random.random()
        if chance < 0.12:
            self._sell(till)
        elif self._burnt is None and self._world._happens("burn"):
            self._burn()
        elif chance < 0.25:
            self._key_in(till)
        elif chance < 0.255:
            self.found()
        elif self._burnt is not None and self._burnt.burnt:
            self._say_lost(self._burnt)

    def found(self) -> None:
        """The disk of the burnt till turns up, and is put into another computer."""
        if self._burnt is not None and self._burnt.burnt:
            self._burnt.burnt, self._burnt.cut_off_ms = False, 0
            self._world.desk.lost.discard(self._burnt.till.id)
            self._burnt.lane.restart()
            self._world._wake(self._burnt)

    def check(self) -> None:
        """Raises AssertionError where a sale counts twice, or not at all."""
        if not self._on:
            return
        office = self._world.office
        fold = office.fold(BUYER)
        wanted = Belongings.of(fold)
        for till in self._world.tills:
            same_books(till.books[BUYER], wanted)
        sales = [
            one.event
            for one in office.archive.events_of(BUYER)
            if isinstance(one.event, events.Sale)
        ]
        # A machine that was put back, and nobody noticed yet, prints a number for another sale.
        numbers = [(one.no if one.again is UNSET else one.again, one.at) for one in sales]
        assert len(numbers) == len(set(numbers)), "each sale counts once"
        bought = sum(one.amount for one in fold.meters if one.meter == PURCHASES)
        assert bought == len(numbers)
        if not any(node.restored for node in self._world.nodes.values()):
            assert bought == self._sold, "and none is missing"

    def _burn(self) -> None:
        world, node = self._world, self._random.choice(list(self._world.nodes.values()))
        node.burnt, node.cut_off_ms = True, AWAY_MS
        self._burnt = node
        self._say_lost(node)
        if world._happens("reimage"):
            self.reimaged = True
            world.joins(RestorableTill("N", node.till.store))

    def _say_lost(self, node: Node) -> None:
        """People declare the till lost; and once more to a head office that has forgotten it."""
        world, till = self._world, node.till
        if till.id in world.desk.lost or till.id not in world.desk.genesis:
            return
        world.desk.lost.add(till.id)
        shelf = world.desk.archive.shelf
        known = {one.id: shelf.get(one.id) for one in till.leases.values()}
        lent = {lease_id for lease_id, one in known.items() if one is not None and one.gen}
        forgotten = (one for one in till.leases.values() if one.id not in lent)
        world.lent.risk(one for one in forgotten if not one.cancelled)
        freed = world.office.lending.book.declare_lost(till.id, at=world.at)
        for one in freed:
            lease = world.office.lending.book.lease(one.lease_id)
            world.lent.at_risk[lease.asset] += one.amount
        world._note("burnt", till.id, len(freed))

    def _sell(self, till: SmallTill) -> None:
        seq, points = len(till.journal) + 1, self._random.randint(1, 60)
        number = f"{till.store}-{till.id.decode().strip('.')}-{till.epoch}-{seq:04}"
        event_id = derive_id("bought", self._sold, till.id)
        at = self._world.at
        body = self._book(till, event_id, at, points, no=number)
        event = events.decode(body)
        assert isinstance(event, events.Sale)
        hashed = sha256(body).digest()
        digest = digest_of(sale_of(event), till_id=till.id, epoch=till.epoch, seq=seq, body=hashed)
        code = encode(digest, lambda _message: bytes(64))
        self._receipts.append(Receipt(till.id, at, number, till.epoch, seq, points, code))
        self._sold += 1

    def _key_in(self, till: SmallTill) -> None:
        """A receipt of the burnt till is booked at another one."""
        burnt = self._burnt
        if burnt is None or burnt.till is till:
            return
        theirs = [one for one in self._receipts if one.till_id == burnt.till.id]
        if not theirs:
            return
        receipt = self._random.choice(theirs)
        if receipt.at > self._world.at:
            return  # its till's clock was ahead; the product refuses it (RECEIPT_AHEAD)
        event_id = keyed_in_id(receipt.till_id, receipt.epoch, receipt.seq)
        if any(one.event_id == event_id for one in till.journal):
            return
        number = f"{till.store}-{till.id.decode().strip('.')}-{till.epoch}-{len(till.journal) + 1}"
        self._book(
            till,
            event_id,
            receipt.at,
            receipt.points,
            no=number,
            again=receipt.number,
            till=receipt.till_id[:TILL_BYTES].hex(),
            receipt=receipt.code,
        )
        self.keyed += 1

    def _book(
        self, at_till: SmallTill, event_id: bytes, at: datetime, points: int, **more: str
    ) -> bytes:
        """A sale of some time that gives points is written; gives its bytes."""
        plan = EventPlan(event_id=event_id, at=at, day=at.date(), programme_id=PROGRAMME.id)
        postings = plan.postings(at_till.state(BUYER))
        postings.earn(LEDGER, points, usable_from=plan.day, last_day=None)
        plan.count(PURCHASES, BUYER, 1)
        does: Consequences = plan.consequences()
        if "again" in more:
            does = by_terms(does)
        sale = EXAMPLES["sale"]
        assert isinstance(sale, events.Sale)
        made = msgspec.structs.replace(
            sale, id=event_id.hex(), at=format_instant(at), member=BUYER.hex(), points=(),
            post=posts(does.transfers), tiers=(), rights=(),
            meters=counted(does.meters, member_id=BUYER, at=at), **more,
        )  # fmt: skip
        at_till.append(made, does)
        return at_till.journal[-1].body
