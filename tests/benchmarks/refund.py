"""A return as the counter quotes it: part of a member's sale of eight lines, points included.

What is timed is `RefundSale.preview`: the stored sale and what it did, its earlier refunds, the
member's lots and rights as they are now, and the engine; each sale has had one return before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.tender import take_cash
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.till import Till
from tests.benchmarks.entry import Entry, at, timed
from tests.benchmarks.options import Options
from tests.faults.shop import make_shop

LINES = 8
TIMES = 200
WARM = 20
# A member buys some three times in the run: nobody has hundreds of lots, nor none.
MEMBERS = 70
LIMIT_MS = 5.0


def measure(options: Options) -> Iterator[Entry]:
    """Median and 95th percentile of one quote."""
    till, created = make_shop(options.folder / "returns")
    took: list[float] = []
    members = [_member(till, created.manager, n) for n in range(MEMBERS)]
    try:
        for n in range(WARM + TIMES):
            sale_id = _sold(till, created.manager, members[n % len(members)])
            first = replace(till.refunds.wish((1, 1000)), cause="unwanted")
            quote = till.refunds.quote(sale_id, first)
            till.refunds.complete(sale_id, first, quote, created.manager)
            wish = replace(till.refunds.wish((2, 1000), (3, 2000), (4, 1000)), cause="unwanted")
            spent = timed(lambda _, of=sale_id, back=wish: till.refunds.preview(of, back), n)
            if n >= WARM:
                took.append(spent)
    finally:
        till.close()
    took.sort()
    yield Entry(
        name="a return quotes, median",
        ours=at(took, 0.5),
        limit=LIMIT_MS,
        note=f"three of {LINES} lines of a member's sale of which one came back before",
    )
    yield Entry(name="a return quotes, p95", ours=at(took, 0.95), limit=LIMIT_MS)


def _member(till: Till, operator: Operator, n: int) -> bytes:
    form = EnrolForm(phone=f"139{n:08d}", name="Wu", consents=(("terms", "", True),))
    return till.enrol.enrol(form, operator).member.id


def _sold(till: Till, operator: Operator, member_id: bytes) -> bytes:
    """A member's sale of two pieces of each article."""
    basket = till.check_out.open_basket().for_member(member_id, proof="card")
    for product in till.catalogue.search("")[:LINES]:
        basket = basket.add(product, quantity_milli=2000)
    quote = till.check_out.quote(basket)
    cash = take_cash(
        quote.payable_minor,
        (),
        given_minor=100_000,
        rounding=till.shop.details().cash,
    )
    return till.check_out.complete(basket, quote, (cash,), operator).id
