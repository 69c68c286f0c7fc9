"""A shift of 2,000 sales is counted and closed, Z queued: what a cashier waits for at the end."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.services.shifts.shifts import Shifts
from tests.benchmarks.entry import Entry, timed
from tests.benchmarks.options import Options
from tests.fakes.book import add_member
from tests.services.counter import OPERATOR, Counter, goods, opened

SALES = 2_000
LINES = 3
MEMBERS = 400
LIMIT_MS = 2_000.0


def measure(options: Options) -> Iterator[Entry]:
    """The count and the closing; every other sale is a member's."""
    with opened(options.folder / "shift") as counter:
        shifts = Shifts(
            counter.ground,
            may_close=lambda _operator, _difference: True,
            pieces=lambda: (1,),
            wallets=counter.check_out.wallets,
        )
        shifts.open(50_000, OPERATOR)
        ring(counter)
        due = shifts.report().due_minor
        counting = timed(lambda _: shifts.count(((1, due),), OPERATOR), 0)
        closing = timed(lambda _: shifts.close(OPERATOR), 0)
    for name, took in (("counted", counting), ("closed, its Z in the journal", closing)):
        yield Entry(
            name=f"shift of {SALES} sales {name}",
            ours=took,
            limit=LIMIT_MS,
            note=f"{LINES} lines a sale, every other one a member's",
        )


def ring(counter: Counter) -> None:
    """The sales of the shift, in cash."""
    members = [add_member(counter.rig, phone=f"139{n:08d}") for n in range(MEMBERS)]
    for n in range(SALES):
        basket = counter.check_out.open_basket()
        for line in range(LINES):
            basket = basket.add(goods(1 + (n + line) % 11))
        if n % 2:
            basket = basket.for_member(members[n % MEMBERS], proof="card")
        counter.ring(basket)
