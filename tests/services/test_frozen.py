"""What is shared waits at a till whose book was put back or copied; selling and earning go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.services.lending.lending import Lending
from posloyalty.services.office.soundness import CLONE, Frozen, freeze, frozen, thaw
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.sync.epochs import Cause
from tests.fakes.book import add_member
from tests.services.counter import OPERATOR, Counter, goods, opened, paid


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened(tmp_path) as made:
        made.lending = Lending(made.rig.book, made.rig.book.clock)  # type: ignore[attr-defined]
        made.check_out = CheckOut(made.ground, lending=lending(made))
        yield made


def lending(counter: Counter) -> Lending:
    found: Lending = counter.lending  # type: ignore[attr-defined]
    return found


def put(counter: Counter, cause: str) -> None:
    with counter.rig.book.write() as unit:
        if cause:
            freeze(unit.settings, cause, 40)
        else:
            thaw(unit.settings)
        unit.commit()
    lending(counter).forget()


def spending(counter: Counter, member_id: bytes) -> Basket:
    basket = counter.check_out.open_basket().add(goods(1)).for_member(member_id, proof="card")
    return basket.redeeming(Redemption(wallet="points", points=100), wallet="points")


@pytest.fixture
def member_id(counter: Counter) -> bytes:
    """Somebody with points to spend."""
    made = add_member(counter.rig)
    basket = counter.check_out.open_basket()
    for _ in range(6):
        basket = basket.add(goods(1))
    counter.ring(basket.for_member(made, proof="card"))
    return made


@pytest.mark.parametrize("cause", [*(cause.value for cause in Cause), CLONE])
def test_points_wait_and_come_back_by_themselves(
    counter: Counter, member_id: bytes, cause: str
) -> None:
    put(counter, cause)
    assert not lending(counter).sound
    basket = spending(counter, member_id)
    told = counter.check_out.quote(basket)
    assert "TILL_NOT_SOUND" in repr(told)
    assert counter.ring(basket).redeemed_minor == 0
    # Selling to the member goes on, and earns.
    plain = counter.check_out.open_basket().add(goods(1)).for_member(member_id, proof="card")
    assert counter.ring(plain).points[0].earned > 0
    put(counter, "")
    assert counter.ring(spending(counter, member_id)).redeemed_minor == 100


def test_a_sale_that_was_quoted_before_spends_nothing_any_more(
    counter: Counter, member_id: bytes
) -> None:
    basket = spending(counter, member_id)
    quote = counter.check_out.quote(basket)
    put(counter, Cause.FORK.value)
    with pytest.raises(ServiceRefusal):
        counter.check_out.complete(basket, quote, paid(quote), OPERATOR)


def test_why_and_until_when_is_read_back(counter: Counter) -> None:
    put(counter, Cause.WITNESS.value)
    with counter.rig.book.read() as reader:
        assert frozen(reader.settings) == Frozen("witness", 40)
    put(counter, "")
    with counter.rig.book.read() as reader:
        assert frozen(reader.settings) is None
