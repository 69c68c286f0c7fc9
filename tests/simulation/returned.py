"""Goods that are sold at one till and come back at any: by a right that was lent, and once.

Shape: `Returned(seed, world)` draws from a seed of its own. In worlds that lend, `happens(till)`
has a till sell something, wish for the right to take some of a sale back, or take back what it was
lent. A sale sells at half the shelf price, which another till does not know and pays back whole.
`check()` asks whether more of a sale came back than was sold, and whether head office names all the
money that went back too much, and each of it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import rights_changed
from posloyalty.sync.found import Anomaly
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.receipt_digest import BODY_BYTES, TILL_BYTES, ReceiptDigest, encode
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.examples import EXAMPLES

if TYPE_CHECKING:
    from tests.simulation.world import World

ARTICLE: Final = b"tea............."
SOLD_MOST: Final = 5_000
SHELF: Final = 2
"""What a thousandth costs on the shelf, in minor units."""
PAID: Final = 1
"""And what was paid for it."""


@dataclass
class Sold:
    """A sale: where it stands, its number (which two shops that were alone may both have printed),
    how much it sold, how much tills took back and for how much money, and by which returns.
    """

    place: SoldPlace
    number: str
    quantity: int
    back: int = 0
    repaid: int = 0
    returns: set[bytes] = field(default_factory=set)

    @property
    def asset(self) -> Asset:
        """The right to return its article."""
        return self.place.asset_of(ARTICLE)


class Returned(Part):
    """The goods of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"returned {seed}")
        self._world = world
        self._sold: list[Sold] = []
        self._ids = 0
        self.back = 0

    def happens(self, till: RestorableTill) -> None:
        """Maybe a sale, a wish, or goods that come back."""
        if not self._world.lending:
            return
        chance = self._random.random()
        if chance < 0.03 or not self._sold:
            self._sell(till)
        elif chance < 0.12:
            self._wish(till)
        elif chance < 0.3:
            self._take_back(till)

    def check(self) -> None:
        """Raises AssertionError where something came back that had not been sold."""
        alerts = self._world.office.alerts()
        twice = [one for one in alerts if one.anomaly is Anomaly.OVER_RETURNED]
        if self._world.doubled:
            return
        risked = self._world.risked(AssetKind.RETURN)
        assert sum(one.amount for one in twice) <= risked, "nothing comes back twice"
        if not any(node.restored for node in self._world.nodes.values()):
            for one in self._sold:
                assert one.back <= one.quantity + self._world.lent.at_risk[one.asset]
                named = sum(
                    found.amount
                    for found in alerts
                    if found.anomaly is Anomaly.OVER_REPAID and found.event_id in one.returns
                )
                beyond = max(0, one.repaid - one.quantity * PAID)
                if one.back <= one.quantity:
                    assert named == beyond, "money beyond what a sale took is named"
                else:
                    assert named <= beyond, "and none of it twice"

    def _sell(self, till: RestorableTill) -> None:
        quantity = self._random.randint(1, SOLD_MOST)
        epoch, seq = till.epoch, len(till.journal) + 1
        number = f"{till.store}-T-{epoch}-{seq:04}"
        sale = EXAMPLES["sale"]
        assert isinstance(sale, events.Sale)
        made = msgspec.structs.replace(
            sale, id=self._new_id("sold").hex(), at=format_instant(self._world.at), no=number,
            member=msgspec.UNSET, lines=(_line(quantity, PAID),), total=quantity * PAID,
            points=(), post=(), tiers=(), rights=(), meters=(),
        )  # fmt: skip
        till.append(made, Consequences())
        place = SoldPlace(till.id[:TILL_BYTES], epoch, seq)
        self._sold.append(Sold(place, number, quantity))

    def _wish(self, till: RestorableTill) -> None:
        world, one = self._world, self._random.choice(self._sold[-20:])
        wish_id = self._new_id("wish")
        amount = self._random.choice((one.quantity, self._random.randint(1, one.quantity)))
        last = world.at.date() + timedelta(days=self._random.choice((0, 2)))
        world.lent.wish(wish_id, till.id, one.asset, amount, last)

    def _take_back(self, till: RestorableTill) -> None:
        day = self._world.at.date()
        for one in reversed(self._sold[-20:]):
            leases = till.lent_of(one.asset, day)
            if leases:
                self._back(till, one, leases[0])
                return

    def _back(self, till: RestorableTill, one: Sold, lease: Right) -> None:
        quantity, at = self._random.randint(1, lease.left or 1), self._world.at
        event_id = self._new_id("back")
        plan = EventPlan(event_id=event_id, at=at, day=at.date(), programme_id="test")
        plan.use(lease, quantity)
        does = plan.consequences()
        refund = EXAMPLES["refund"]
        assert isinstance(refund, events.Refund)
        elsewhere = till.id[:TILL_BYTES] != one.place.till
        price = SHELF if elsewhere else PAID
        made = msgspec.structs.replace(
            refund, id=event_id.hex(), at=format_instant(at), of=one.number,
            receipt=_receipt(one) if elsewhere else msgspec.UNSET, member=msgspec.UNSET,
            lines=(_line(quantity, price),), total=quantity * price,
            points=(), post=(), tiers=(), meters=(), rights=rights_changed(does.rights),
        )  # fmt: skip
        till.append(made, does)
        one.back += quantity
        one.repaid += quantity * price
        one.returns.add(event_id)
        self.back += quantity

    def _new_id(self, what: str) -> bytes:
        self._ids += 1
        return derive_id(what, self._ids)


def _line(quantity: int, price: int) -> events.Line:
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    line = sale.lines[0]
    return msgspec.structs.replace(
        line, product=ARTICLE.hex(), name="Tea", qty=quantity, net=quantity * price
    )


def _receipt(one: Sold) -> str:
    digest = ReceiptDigest(
        till=one.place.till,
        epoch=one.place.epoch,
        seq=one.place.seq,
        day=date(2026, 3, 1),
        payable_minor=1,
        earned=0,
        body=bytes(BODY_BYTES),
    )
    return encode(digest, lambda _data: bytes(64))
