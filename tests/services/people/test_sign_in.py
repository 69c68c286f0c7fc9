"""A right PIN opens the till, wrong ones cost growing waits, and a restart forgives nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posloyalty.domain.shop.operator import Role
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.people.sign_in import WAITS_S, PinRefused, SignedIn
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from tests.fakes.time import SeededChance
from tests.faults.shop import PIN
from tests.services.conftest import Shop


def refuse(shop: Shop) -> PinRefused:
    answer = shop.till.sign_in.sign_in(shop.manager.id, "0000")
    assert isinstance(answer, PinRefused)
    return answer


def wait(shop: Shop, seconds: int) -> None:
    shop.clock.pass_time(timedelta(seconds=seconds))


def test_the_right_pin_signs_in(shop: Shop) -> None:
    assert shop.till.sign_in.operators() == (shop.manager,)
    assert shop.till.sign_in.sign_in(shop.manager.id, PIN) == SignedIn(shop.manager)


def test_waits_grow_with_every_wrong_pin_and_stay_at_the_longest(shop: Shop) -> None:
    for attempt, expected in enumerate((*WAITS_S, WAITS_S[-1], WAITS_S[-1]), 1):
        assert refuse(shop) == PinRefused(wait_s=expected, attempts=attempt)
        assert shop.till.sign_in.waiting_s(shop.manager.id) == expected
        wait(shop, expected)
        assert shop.till.sign_in.waiting_s(shop.manager.id) == 0


def test_even_the_right_pin_has_to_wait(shop: Shop) -> None:
    for _ in range(3):
        refuse(shop)
    wait(shop, 1)
    assert shop.till.sign_in.sign_in(shop.manager.id, PIN) == PinRefused(wait_s=1, attempts=3)
    wait(shop, 1)
    assert isinstance(shop.till.sign_in.sign_in(shop.manager.id, PIN), SignedIn)


def test_a_right_pin_forgives_the_wrong_ones(shop: Shop) -> None:
    refuse(shop)
    refuse(shop)
    shop.till.sign_in.sign_in(shop.manager.id, PIN)
    assert refuse(shop) == PinRefused(wait_s=0, attempts=1)


def test_a_restart_shortens_no_wait_and_forgets_no_try(shop: Shop) -> None:
    for pause in (0, 0, 2, 5):
        refuse(shop)
        wait(shop, pause)
    assert refuse(shop).wait_s == 15
    wait(shop, 5)
    shop.restart()
    assert shop.till.sign_in.waiting_s(shop.manager.id) == 10
    wait(shop, 10)
    assert refuse(shop) == PinRefused(wait_s=60, attempts=6)


@pytest.mark.parametrize("days", [-1, 1])
def test_setting_the_wall_clock_neither_shortens_nor_lengthens_a_wait(
    shop: Shop, days: int
) -> None:
    for _ in range(3):
        refuse(shop)
    shop.clock.set_wall(timedelta(days=days))
    assert shop.till.sign_in.waiting_s(shop.manager.id) == 2
    wait(shop, 2)
    assert isinstance(shop.till.sign_in.sign_in(shop.manager.id, PIN), SignedIn)


def test_after_a_restart_with_the_clock_set_back_a_wait_is_a_minute_at_most(shop: Shop) -> None:
    for pause in (0, 0, 2, 5, 15):
        refuse(shop)
        wait(shop, pause)
    refuse(shop)
    shop.clock.set_wall(-timedelta(days=1))
    shop.restart()
    assert 0 < shop.till.sign_in.waiting_s(shop.manager.id) <= 60
    wait(shop, 60)
    assert shop.till.sign_in.waiting_s(shop.manager.id) == 0


def test_wrong_pins_are_journalled_without_the_pin(shop: Shop) -> None:
    refuse(shop)
    refuse(shop)
    with shop.till.book.read() as reader:
        bodies = [e.body for e in reader.journal.events() if e.kind == "pin_refused"]
    told = [events.decode(body) for body in bodies]
    assert [e.failures for e in told if isinstance(e, events.PinRefused)] == [1, 2]
    assert not any(
        b"0000" in body.replace(shop.manager.id.hex().encode(), b"") and b'"pin"' in body
        for body in bodies
    )


def test_nobody_signs_in_who_does_not_work_here_any_more(shop: Shop) -> None:
    other = shop.till.people.save(
        OperatorForm(id=None, name="小陈", role=Role.CASHIER, new_pin="1111"), shop.manager
    )
    shop.till.people.save(
        OperatorForm(id=other.id, name="小陈", role=Role.CASHIER, active=False), shop.manager
    )
    assert shop.till.sign_in.operators() == (shop.manager,)
    for operator_id in (other.id, b"?" * 16):
        with pytest.raises(ServiceRefusal, match="UNKNOWN_OPERATOR"):
            shop.till.sign_in.sign_in(operator_id, "1111")


def test_a_hash_checks_its_own_pin_only_and_is_salted() -> None:
    hasher = PinHasher(SeededChance(), time_cost=1, memory_kib=64)
    first, second = hasher.hash("1234"), hasher.hash("1234")
    assert first != second
    assert "1234" not in first
    assert hasher.matches(first, "1234")
    assert not hasher.matches(first, "12345")
    assert not hasher.matches("no hash", "1234")
