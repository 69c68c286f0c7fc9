"""A durable sale of 10 lines through the check-out service, beside the same rows written bare."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from tests.benchmarks.bare_twin import BareTwin, capture_units, rows_in
from tests.benchmarks.entry import Entry, at, timed
from tests.benchmarks.options import Options
from tests.fakes.book import KEY, add_member
from tests.services.counter import OPERATOR, Counter, goods, opened, paid

LINES = 10
TIMES = 300
WARM = 30
# A member buys some three times in the run: nobody has hundreds of lots, nor none.
MEMBERS = 100
LIMIT = 4.0


def measure(options: Options) -> Iterator[Entry]:
    """Median and 95th percentile of one sale, from a made quote to the commit."""
    mine: list[float] = []
    other: list[float] = []
    rows = 0
    with opened(options.folder / "ours") as ours, opened(options.folder / "model") as model:
        next_of_ours, next_of_model = _sales(ours), _sales(model)
        bare = BareTwin(model.rig.place.book, options.folder / "bare.db", KEY)
        for n in range(WARM + TIMES):
            complete = next(next_of_ours)
            took = timed(lambda _, complete=complete: complete(), n)
            with capture_units() as units:
                next(next_of_model)()
            *before, written = units
            for unit in before:
                bare.write(unit)
            beside = timed(lambda _, written=written: bare.write(written), n)
            rows = rows_in(written)
            if n >= WARM:
                mine.append(took)
                other.append(beside)
        bare.close()
    mine.sort()
    other.sort()
    for name, share in (("median", 0.5), ("p95", 0.95)):
        yield Entry(
            name=f"sale of {LINES} lines, {name}",
            ours=at(mine, share),
            reference=at(other, share),
            limit=LIMIT,
            note=f"from a made quote to the commit; {rows} rows",
        )


def _sales(counter: Counter) -> Iterator[Callable[[], object]]:
    """Sales that are quoted and paid; calling one completes it."""
    members = [add_member(counter.rig, phone=f"139{n:08d}") for n in range(MEMBERS)]
    for member_id in itertools.cycle(members):
        basket = counter.check_out.open_basket()
        for number in range(1, LINES + 1):
            basket = basket.add(goods(number))
        basket = basket.for_member(member_id, proof="card")
        quote = counter.check_out.quote(basket)
        tenders = paid(quote)

        def complete(basket=basket, quote=quote, tenders=tenders) -> object:
            return counter.check_out.complete(basket, quote, tenders, OPERATOR)

        yield complete
