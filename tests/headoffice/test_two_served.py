"""Two tills as they run, head office as a process, and a bad network between them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import pytest

from posloyalty.domain.shop.basket import Chosen
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.sale_wishes import Spending
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.fault_proxy import FaultProxy, Faults, fault_proxy
from tests.headoffice.a_chain import CARD, GIFT_CARDS, PROGRAMME
from tests.headoffice.a_program import Program, running
from tests.headoffice.forked import Forked
from tests.headoffice.policies import adopt_policy
from tests.headoffice.process import Served, beside, office_beside, serving
from tests.services.counter import goods, paid

pytestmark = pytest.mark.enable_socket
TEA = """
[[reward]]
id = "tea"
wallet = "points"
cost = 1500
amount = "12.00"
"""
MORE = TEA + GIFT_CARDS
DAWN = """
[[offer]]
id = "dawn"
name = { en = "Dawn" }
scope = "order"
percent = "10%"
"""


@dataclass
class Line:
    """Two tills, the server, and what lies between."""

    served: Served
    proxy: FaultProxy
    one: Program
    other: Program

    def served_again(self) -> AbstractContextManager[Served]:
        """A server of the same data, where the one was that is no more."""
        served = self.served
        return serving(served.data, served.url, served.socket, begin=Forked)

    def hear(self, points: int) -> None:
        """Both come to know so many points."""
        for till in (self.one, self.other):
            till.until(_knows(till, points))


def _knows(till: Program, points: int) -> Callable[[], bool]:
    return lambda: till.counter.points() == points


def _waits_for_news(till: Program) -> Callable[[], bool]:
    return lambda: till.till.sending.status().listens


def _costs(till: Program, minor: int) -> Callable[[], bool]:
    return lambda: till.counter.quote(till.counter.basket()).payable_minor == minor


def _is(till: Program, sending: Sending) -> Callable[[], bool]:
    return lambda: till.till.sending.status().sending is sending


def _knows_card(till: Program, code: str) -> bool:
    with suppress(ServiceRefusal):
        return bool(till.till.gift_cards.look_up(code))
    return False


def by_turns(names: Iterable[str]) -> pytest.MarkDecorator:
    """Each trouble of the line once, the databases in turn: it does not ask which one is there."""
    return pytest.mark.parametrize(
        ("name", "database_url"),
        list(zip(names, cycle(("sqlite", "postgresql")))),
        indirect=["database_url"],
    )


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Iterator[Line]:
    data = tmp_path / "office"
    with beside(data, database_url) as administration:
        # Nothing is lent ahead, so that the figures are those of the sales.
        adopt_policy(administration, replace(RiskPolicy(), lease_minor=0))
        for store in ("S1", "S2"):
            administration.add_store(store, store)
        codes = [administration.new_code(store) for store in ("S1", "S2")]
    with ExitStack() as open_:
        # Short, since the path of a Unix socket has at most 107 bytes.
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        served = open_.enter_context(serving(data, database_url, place, begin=Forked))
        proxy = open_.enter_context(fault_proxy(place))
        one, other = (
            open_.enter_context(
                running(
                    tmp_path / f"till{number}",
                    number,
                    url=proxy.url,
                    code=codes[number - 1],
                    more=MORE,
                )
            )
            for number in (1, 2)
        )
        yield Line(served, proxy, one, other)


def test_a_sale_is_known_at_the_other_till_by_itself(line: Line) -> None:
    line.one.counter.sell()
    line.hear(2_000)
    line.other.counter.sell()
    line.hear(4_000)


def test_points_that_are_spent_at_one_till_are_gone_at_the_other(line: Line) -> None:
    line.one.counter.sell()
    line.hear(2_000)
    basket = line.other.counter.basket(points=2_000)
    late = line.one.counter.basket(points=2_000)
    assert line.other.reserve(basket).lent == 2_000
    shown = line.one.counter.quote(late)
    (short,) = line.one.reserve(late).short
    assert short.missing == 2_000
    with pytest.raises(ServiceRefusal, match="LEASE_SHORT"):
        line.one.counter.pay(late, shown, paid(shown))
    assert line.other.counter.book(basket).payable_minor == 0
    line.hear(0)


@pytest.mark.long(beside="test_a_sale_is_known_at_the_other_till_by_itself")
def test_what_two_people_publish_holds_within_moments_at_tills_that_wait(line: Line) -> None:
    tills = (line.one, line.other)
    for till in tills:
        till.until(_waits_for_news(till))
    dawn = (PROGRAMME + MORE + DAWN).replace("version = 1", "version = 2")
    with office_beside(line.served.data, line.served.url) as office:
        made = office.publishing.keep(dawn.encode(), by="ann")
        begins = office.clock.now()
        office.publishing.approve(
            office.publishing.propose(made.hash.hex(), begins=begins, by="ann"), by="ben"
        )
        before = [till.counter.quote(till.counter.basket()).payable_minor for till in tills]
        for till, shown in zip(tills, before, strict=True):
            # Well below the five minutes after which each till asks by itself.
            till.until(_costs(till, shown * 9 // 10))
        # Each says so a moment after it goes by it.
        line.one.until(
            lambda: (
                [(one.up_to_date, one.version) for one in office.publishing.tills()]
                == [(True, "chain 2")] * 2
            )
        )


@pytest.mark.long(beside="test_while_the_server_is_dead_a_gift_card_neither_pays_nor_comes_back")
def test_a_reward_is_had_at_one_of_two_tills_and_waits_while_the_server_is_dead(
    line: Line,
) -> None:
    line.one.counter.sell()
    line.hear(2_000)
    tea = Chosen(kind="reward", of="tea")
    first, second = (till.counter.basket().choosing(tea) for till in (line.one, line.other))
    assert line.one.reserve(first).lent == 1_500
    (short,) = line.other.reserve(second).short
    assert (short.missing, short.leaves) == (1_000, (tea,))
    line.served.kill()
    for till in (line.one, line.other):
        till.sold()
        till.until(_is(till, Sending.OFFLINE))
    (refused,) = line.other.counter.quote(second).refused
    assert [why.code for why in refused.reasons] == ["POINTS_HERE", "FLOOR_USED_UP"]
    assert line.other.counter.book(second).payable_minor == 2_000
    assert line.one.counter.book(first).payable_minor == 800
    with line.served_again():
        line.hear(2_000 + 800 + 2_000 - 1_500)


def test_while_the_server_is_dead_a_gift_card_neither_pays_nor_comes_back(line: Line) -> None:
    one, other = line.one.till, line.other.till
    basket = one.check_out.open_basket().add(CARD, unit_price_minor=5_000, card="1001")
    sale = line.one.counter.book(basket)
    line.one.sold()
    line.one.counter.sell()
    line.hear(2_000)
    line.other.until(lambda: _knows_card(line.other, "1001"))  # told apart from the points, maybe
    line.served.kill()
    for till in (line.one, line.other):
        till.sold()
        till.until(_is(till, Sending.OFFLINE))
    with pytest.raises(ServiceRefusal, match="CARD_NEEDS_NETWORK"):
        other.gift_cards.tender("1001", 4_000, ())
    wish = replace(one.refunds.wish((1, 1_000)), cause="unwanted", seen="id_card")
    with pytest.raises(ServiceRefusal, match="VALUE_BACK_NOT_LENT"):
        one.refunds.quote(sale.id, wish)
    with line.served_again():
        for till in (line.one, line.other):
            till.until(lambda: till.till.lending.asks_now)  # noqa: B023 - waited for here
        assert one.reserve_return.of_sale(sale.id, wish).short == ()
        quote = one.refunds.quote(sale.id, wish)
        one.refunds.complete(sale.id, wish, quote, line.one.counter.manager)
        paying = other.check_out.open_basket().add(goods(1)).add(goods(2))
        tender = other.gift_cards.tender("1001", 4_000, ())
        found = other.reserving.reserve(Spending(basket=paying, tenders=(tender,)))
        assert [short.missing for short in found.short] == [4_000]


def test_a_killed_server_is_found_again_and_nothing_is_missing(line: Line) -> None:
    line.one.counter.sell()
    line.hear(2_000)
    line.served.kill()
    line.one.counter.sell()
    line.other.counter.sell()
    line.other.until(_is(line.other, Sending.OFFLINE))
    with line.served_again():
        line.hear(6_000)


def test_a_wait_ends_when_the_server_is_told_to_stop(line: Line) -> None:
    for till in (line.one, line.other):
        till.until(lambda: till.till.sending.status().listens)  # noqa: B023 - waited for here
    assert line.served.stop() in (0, -15)
    assert '"what": "stopped"' in line.served.log()


SPOILT = {
    "slow": Faults(latency_s=0.15, jitter_s=0.1),
    "lossy": Faults(loss=40),
    "cut": Faults(cut_after=700),
    "narrow": Faults(rate_bytes_s=6_000),
    "twice": Faults(twice=True),
}


@pytest.mark.long(sample=2)
@by_turns(SPOILT)
def test_a_bad_line_delays_and_loses_nothing(line: Line, name: str) -> None:
    line.proxy.faults = SPOILT[name]
    line.proxy.hang_up()
    line.one.counter.sell()
    line.other.counter.sell()
    line.one.until(lambda: line.proxy.connections > 3)
    line.proxy.faults = Faults() if name in ("cut", "lossy") else SPOILT[name]
    line.hear(4_000)


DEAD = {
    "gone": Faults(down=True),
    "half open": Faults(deaf=True),
    "without an answer": Faults(swallow=True),
    "a portal's": Faults(portal=True),
}


@pytest.mark.long(sample=2)
@by_turns(DEAD)
def test_behind_a_dead_line_a_till_sells_on_and_hands_out_only_what_it_may(
    line: Line, name: str
) -> None:
    line.one.counter.sell()
    line.hear(2_000)
    line.proxy.faults = DEAD[name]
    line.proxy.hang_up()
    found = line.other.reserve(line.other.counter.basket(points=2_000))
    assert (found.reached, found.lent) in ((False, 0), (True, 0))
    line.other.until(lambda: not line.other.till.lending.online)
    assert line.other.counter.sell(points=2_000).payable_minor == 2_000
    line.proxy.faults = Faults()
    line.proxy.hang_up()
    line.hear(4_000)
