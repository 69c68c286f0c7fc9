"""The front door: names and PINs of a book that is unlocked, and nothing written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posloyalty.bootstrap import open_till
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.front_door import FrontDoor, Unlocked, unlock
from posloyalty.services.book.book_faults import BookDamaged, BookInUse, KeyMissing, WrongKey
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.people.sign_in import PinRefused, SignedIn
from posloyalty.services.till import Till
from tests.fakes.time import CountedIds, SeededChance
from tests.services.a_shop import Shop, new_shop, quick_hasher

PIN, WRONG = "4821", "4822"

DoorOf = Callable[[Shop], FrontDoor]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
def door_of() -> Iterator[DoorOf]:
    """Gives the door of a shop's book, whose till is closed for it; locks end with the test."""
    doors = []

    def make(shop: Shop) -> FrontDoor:
        shop.till.close()
        door = FrontDoor(unlock(shop.folder, None), quick_hasher(SeededChance(3)))
        doors.append(door)
        return door

    yield make
    for door in doors:
        door.unlocked.lock.release()


def hire(shop: Shop, name: str, pin: str = PIN, *, active: bool = True) -> Operator:
    form = OperatorForm(id=None, name=name, role=Role.CASHIER, active=active, new_pin=pin)
    return shop.till.people.save(form, shop.manager)


def opened(shop: Shop, unlocked: Unlocked | None) -> Till:
    """The shop's till behind a door that is unlocked."""
    return open_till(
        shop.folder,
        clock=shop.clock,
        ids=CountedIds(9),
        chance=SeededChance(9),
        keyring=None,
        hasher=quick_hasher,
        unlocked=unlocked,
    )


def test_the_names_at_the_door_are_those_of_the_sign_in(shop: Shop, door_of: DoorOf) -> None:
    for name in ("Bo", "ada", "李敏"):
        hire(shop, name)
    hire(shop, "Gone", active=False)
    with shop.till.book.write() as unit:
        unit.people.save(Operator(b"N" * 16, "Without a PIN", Role.CASHIER))
        unit.commit()
    wanted = shop.till.sign_in.operators()
    assert len(wanted) == 4
    assert door_of(shop).operators() == wanted


def test_the_door_vouches_for_the_right_pin_of_the_right_person_only(
    shop: Shop, door_of: DoorOf
) -> None:
    bo, li = hire(shop, "Bo"), hire(shop, "Li", pin="9999")
    door = door_of(shop)
    assert door.vouch(bo.id, PIN) == bo
    assert door.vouch(bo.id, WRONG) is None
    assert door.vouch(li.id, PIN) is None
    assert door.vouch(b"?" * 16, PIN) is None


def test_after_a_wrong_pin_the_services_answer_until_a_right_one_came(
    shop: Shop, door_of: DoorOf
) -> None:
    bo = hire(shop, "Bo")
    assert isinstance(shop.till.sign_in.sign_in(bo.id, WRONG), PinRefused)
    door = door_of(shop)
    assert door.vouch(bo.id, PIN) is None
    shop.till = till = opened(shop, door.unlocked)
    assert isinstance(till.sign_in.sign_in(bo.id, PIN), SignedIn)
    assert door_of(shop).vouch(bo.id, PIN) == bo


def test_nothing_is_written_at_the_door(shop: Shop, door_of: DoorOf) -> None:
    bo = hire(shop, "Bo")
    shop.till.close()
    before = (shop.folder / "till.book").read_bytes()
    door = door_of(shop)
    assert door.vouch(bo.id, PIN) == bo
    assert door.vouch(bo.id, WRONG) is None
    assert (shop.folder / "till.book").read_bytes() == before


def test_the_till_takes_the_lock_over_and_gives_it_back_when_it_is_closed(
    shop: Shop, door_of: DoorOf
) -> None:
    door = door_of(shop)
    till = opened(shop, door.unlocked)
    with pytest.raises(BookInUse):
        unlock(shop.folder, None)
    till.close()
    unlock(shop.folder, None).lock.release()


def test_a_book_that_does_not_open_behind_its_door_gives_the_lock_back(
    shop: Shop, door_of: DoorOf
) -> None:
    shop.till.close()
    book = shop.folder / "till.book"
    whole = book.read_bytes()
    book.write_bytes(b"\x5a" * len(whole))
    door = door_of(shop)
    assert door.operators() == ()
    with pytest.raises(BookDamaged):
        opened(shop, door.unlocked)
    book.write_bytes(whole)
    unlock(shop.folder, None).lock.release()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda key: key.unlink(), KeyMissing),
        (lambda key: key.write_text("00" * 32), WrongKey),
    ],
)
def test_without_the_right_key_nothing_stays_locked(shop: Shop, spoil, told) -> None:  # type: ignore[no-untyped-def]
    shop.till.close()
    key = shop.folder / "till.key"
    right = key.read_text()
    spoil(key)
    with pytest.raises(told):
        unlock(shop.folder, None)
    key.write_text(right)
    unlock(shop.folder, None).lock.release()


@pytest.mark.parametrize("size", [0, 100])
def test_a_book_that_was_cut_off_is_not_touched(shop: Shop, door_of: DoorOf, size: int) -> None:
    shop.till.close()
    book = shop.folder / "till.book"
    book.write_bytes(book.read_bytes()[:size])
    door = door_of(shop)
    assert door.operators() == ()
    assert book.stat().st_size == size


def test_the_door_needs_neither_sqlalchemy_nor_a_programme() -> None:
    code = (
        "import sys, posloyalty.front_door\n"
        "print([one for one in ('sqlalchemy', 'posloyalty.domain.programme',\n"
        "    'posloyalty.domain.engine', 'posloyalty.services.ports') if one in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
