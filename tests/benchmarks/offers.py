"""A whole quote of 30 lines with many offers, beside the bare floor; and whether it was proved.

Everything that `evaluate` does is in it: conditions, limits, the best deal, shares by line, tax,
earning, reasons of awards, the state after the sale. Nothing of it touches a book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.offer_index import index_of
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from tests.benchmarks import offer_shop
from tests.benchmarks.bare_offers import Indexed, every_offer
from tests.benchmarks.entry import Entry, at, in_turn, timed
from tests.benchmarks.options import Options
from tests.domain.engine.made import NOON, STORE

BASKETS = 200
WARM = 40
# Offers: the median and the share that must be proved; the 95th percentile may be twice the median.
LIMITS = {10: (0.5, 0.99), 100: (1.0, 0.99), 1000: (5.0, 0.9)}
HARD_MS = 50.0
SCAN_MS = 1.0
FLOORS = 15.0
FLOOR_LEAST_MS = 0.5
OWNED_TIMES = 1.5


def measure(options: Options) -> Iterator[Entry]:
    """Median and 95th percentile by the number of offers, the floor, the proofs, the hard ones."""
    baskets = [offer_shop.basket(seed) for seed in range(BASKETS)]
    medians: dict[int, float] = {}
    for count, (median, proved) in LIMITS.items():
        programme = offer_shop.programme(count)
        quote, floor = _quoting(programme, baskets), Indexed(programme)
        mine, bare = in_turn(
            quote, lambda n, floor=floor: floor(baskets[n % BASKETS]), times=BASKETS, warm=WARM
        )
        name = f"quote of {offer_shop.LINES} lines, {count} offers"
        medians[count] = at(mine, 0.5)
        fresh = sorted(timed(_unknowing(programme, baskets), n) for n in range(WARM))
        yield Entry(
            name=f"{name}, median",
            ours=at(mine, 0.5),
            limit=median,
            note=f"{at(fresh, 0.5):.2f} ms where none of the goods was sold before",
        )
        yield Entry(name=f"{name}, p95", ours=at(mine, 0.95), limit=2 * median)
        least = at(bare, 0.5)
        loop = timed(lambda n, p=programme: every_offer(p, baskets[n]), 0)
        yield Entry(
            name=f"{name}, beside a bare indexed evaluator",
            ours=at(mine, 0.5),
            reference=least,
            limit=max(FLOORS, FLOOR_LEAST_MS / least),
            note=f"a bare loop over all offers takes {loop:.2f} ms",
        )
        quotes = [_quote(programme, basket) for basket in baskets]
        yield Entry(
            name=f"{name}, proved to be the best deal",
            ours=sum(one.search_complete for one in quotes) / BASKETS,
            limit=proved,
            unit="share",
            at_least=True,
            note=f"{sum(len(one.offers) for one in quotes) / BASKETS:.1f} offers apply",
        )
    yield from _hard()
    yield from _scan()
    yield from _owning(baskets)


def _quote(programme: Programme, basket: Basket) -> Quote:
    state = offer_shop.state()
    return evaluate(programme, basket, state, NOON, tax_classes=offer_shop.TAX, store=STORE)


def _quoting(
    programme: Programme, baskets: list[Basket], state: MemberState | None = None
) -> Callable[[int], Quote]:
    state = offer_shop.state() if state is None else state
    return lambda n: evaluate(
        programme,
        baskets[n % len(baskets)],
        state,
        NOON,
        tax_classes=offer_shop.TAX,
        store=STORE,
    )


def _unknowing(programme: Programme, baskets: list[Basket]) -> Callable[[int], Quote]:
    """The same by a till that has sold nothing yet under the programme."""
    quote, index = _quoting(programme, baskets), index_of(programme.offers)

    def forgetting(n: int) -> Quote:
        index.reckoned.clear()
        return quote(n)

    return forgetting


def _hard() -> Iterator[Entry]:
    """Offers that all compete for the same goods: the search meets its bound."""
    baskets = [offer_shop.hard_basket(seed) for seed in range(BASKETS // 4)]
    quote = _quoting(offer_shop.hard_programme(), baskets)
    mine = sorted(timed(quote, n) for n in range(len(baskets)))
    yield Entry(name="quote built to be hard, p95", ours=at(mine, 0.95), limit=HARD_MS)


def _scan() -> Iterator[Entry]:
    """One more scan of a basket that was quoted just before, as at every scan of a sale."""
    programme, goods = offer_shop.programme(100), offer_shop.goods()
    before = [offer_shop.basket(seed) for seed in range(BASKETS)]
    after = [basket.add(goods[n]) for n, basket in enumerate(before)]
    first, quote = _quoting(programme, before), _quoting(programme, after)
    mine = []
    for n in range(BASKETS):
        first(n)
        mine.append(timed(quote, n))
    mine.sort()
    yield Entry(name="one more scan, 100 offers, median", ours=at(mine, 0.5), limit=SCAN_MS)


def _owning(baskets: list[Basket]) -> Iterator[Entry]:
    """A member who owns three vouchers and may have two rewards, beside one who owns nothing."""
    owned = offer_shop.programme(100, owned=True)
    ours = _quoting(owned, baskets, offer_shop.owner())
    reference = _quoting(offer_shop.programme(100), baskets)
    mine, other = in_turn(ours, reference, times=BASKETS, warm=WARM)
    asked = sorted(timed(lambda n: len(ours(n).proposals), n) for n in range(WARM))
    yield Entry(
        name="quote of 30 lines, 100 offers, for an owner of vouchers and rewards",
        ours=at(mine, 0.5),
        reference=at(other, 0.5),
        limit=OWNED_TIMES,
        note=f"{at(asked, 0.5):.2f} ms with what each of the five things would gain",
    )
