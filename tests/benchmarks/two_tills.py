"""A till that sells, one that hears of it, and what head office does for both, by its processor.

A benchmark says what is sold (`sale`), what a sale then asks for (`asset`), and by which rules
(`rules`). What PostgreSQL's own process takes is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.sync import events
from posloyalty.sync.leases import Asset, Lease
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.rules import OfficeRules
from tests.fakes.time import SHANGHAI, SetClock
from tests.headoffice.a_till import ATill

BATCH = 500


class TwoTills:
    """Both tills of store S1, which is made unless it is there."""

    asset: Asset

    def __init__(self, office: OpenOffice, clock: SetClock, *, stores: bool = True) -> None:
        self.office, self.clock = office, clock
        self.sells, self.hears = ATill(clock, number=1), ATill(clock, number=2)
        self.sold = self.asked = 0
        if stores:
            office.administration.add_store("S1", "Main Street")
        for till in (self.sells, self.hears):
            till.join(office, office.administration.new_code("S1"), till_code=f"T{till.number}")

    def sale(self, number: int) -> tuple[events.Sale, events.Heard]:
        """One sale, and how the other till hears of it."""
        raise NotImplementedError

    def rules(self) -> OfficeRules:
        """By which head office answers."""
        raise NotImplementedError

    def sell(self, sales: int) -> None:
        """So many sales more, of which the other till has heard."""
        while sales:
            part = min(BATCH, sales)
            sales -= part
            made = [self.sale(number) for number in range(self.sold, self.sold + part)]
            self.sold += part
            self.tell(self.sells, [one for one, _ in made])
            self.tell(self.hears, [heard for _, heard in made])
            while self.office.follow():
                pass

    def sell_one(self) -> None:
        """One sale of which the other till has yet to hear."""
        self.tell(self.sells, [self.sale(self.sold)[0]])

    def hear_one(self) -> None:
        """The other till hears of it."""
        self.tell(self.hears, [self.sale(self.sold)[1]])
        self.sold += 1

    def answer(self, head_office: HeadOffice) -> None:
        """What the other till is told: the one sale."""
        found = head_office.answer(self.hears.id, self.clock.now())
        assert len(found.tellings) == 1

    def reserve(self, head_office: HeadOffice) -> None:
        """A sale wants one piece of the asset; its lease is no part of the other till's answers."""
        self.asked += 1
        found = head_office.reserve(
            derive_id("two tills", self.asked),
            self.sells.id,
            self.asset,
            1,
            at=self.clock.now(),
            zone=SHANGHAI,
        )
        assert isinstance(found, Lease)

    def by_processor(self, act: Callable[[HeadOffice], None]) -> float:
        """Milliseconds of one transaction."""
        began = process_time()
        with self.office.database.write() as connection:
            act(self.office.head_office(connection, rules=self.rules()))
        return 1e3 * (process_time() - began)

    def costs(self, *, times: int, warm: int) -> tuple[float, float]:
        """The middle cost, in milliseconds, of an answer that tells one sale and of a reservation;
        the first `warm` of each are not counted.
        """
        answers, reserves = [], []
        for _ in range(times + warm):
            self.sell_one()
            answers.append(self.by_processor(self.answer))
            reserves.append(self.by_processor(self.reserve))
            self.hear_one()
        return median(answers[warm:]), median(reserves[warm:])

    def tell(self, till: ATill, told: Sequence[events.Event]) -> None:
        """Events that a till writes and sends."""
        first = len(till.journal) + 1
        for one in told:
            till.add(events.encode(one), event_id=bytes.fromhex(one.id))
        assert till.push_densely(self.office, first, len(till.journal)).status == 200
