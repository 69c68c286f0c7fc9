"""What can wait gives way to the counter, piece by piece, and never for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from posloyalty.services.right_of_way import PATIENCE, WAIT_S, RightOfWay
from posloyalty.services.selling.check_out import CheckOut
from tests.fakes.gate import counted_way
from tests.services.counter import OPERATOR, Counter, goods, opened, paid


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened(tmp_path) as made:
        yield made


def test_nobody_waits_while_nobody_goes_first() -> None:
    way, gate = counted_way()
    way.give()
    with way.first():
        pass
    way.give()
    assert gate.waits == []


def test_a_piece_waits_until_the_sale_is_over() -> None:
    sale = ExitStack()
    way, gate = counted_way(sale.close)
    sale.enter_context(way.first())
    way.give()
    assert gate.waits == [WAIT_S]
    way.give()
    assert len(gate.waits) == 1


def test_a_till_that_is_always_busy_gets_a_piece_done_after_four_waits_of_five_milliseconds() -> (
    None
):
    way, gate = counted_way()
    with way.first():
        way.give()
    assert gate.waits == [0.005] * 4
    assert (WAIT_S, PATIENCE) == (0.005, 4)


def test_another_sale_that_begins_at_once_is_waited_for_as_well() -> None:
    way, gate = counted_way()
    sales = [ExitStack(), ExitStack()]

    def next_sale() -> None:
        over = sales.pop(0)
        if sales:
            sales[0].enter_context(way.first())
        over.close()

    gate._meanwhile = next_sale
    sales[0].enter_context(way.first())
    way.give()
    assert len(gate.waits) == 2


def test_of_two_who_go_first_the_last_one_to_be_done_lets_the_others_go_on() -> None:
    way, gate = counted_way()
    with way.first():
        with way.first():
            assert not gate.is_open
        assert not gate.is_open
    assert gate.is_open


def test_a_sale_that_fails_is_over_too() -> None:
    way, gate = counted_way()
    with pytest.raises(ZeroDivisionError), way.first():
        raise ZeroDivisionError
    assert gate.is_open


def test_on_threads_a_piece_goes_on_when_the_sale_is_over() -> None:
    way, done = RightOfWay(Event()), Event()

    def piece() -> None:
        way.give()
        done.set()

    lane = Thread(target=piece)
    with way.first():
        lane.start()
    assert done.wait(30.0)
    lane.join()


def test_who_is_quoted_and_who_pays_goes_first_until_the_sale_is_in_the_book(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, gate = counted_way()
    check_out = CheckOut(replace(counter.ground, way=way))
    met: list[tuple[str, bool]] = []

    def watched(name: str) -> Callable[..., object]:
        within = getattr(check_out, name)

        def called(*given: object, **named: object) -> object:
            met.append((name, gate.is_open))
            return within(*given, **named)

        return called

    basket = check_out.open_basket().add(goods(1))
    for name in ("quote_in", "complete_in"):
        monkeypatch.setattr(check_out, name, watched(name))
    quote = check_out.quote(basket)
    assert gate.is_open
    check_out.complete(basket, quote, paid(quote), OPERATOR)
    assert gate.is_open
    assert met[0] == ("quote_in", False)
    assert ("complete_in", False) in met
    assert not any(is_open for _, is_open in met)
