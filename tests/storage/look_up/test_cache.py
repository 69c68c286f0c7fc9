"""The look-up cache beside a real book: it follows, and losing its file loses nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.members.member import MemberStatus
from posloyalty.services.members.member_look_up import Found
from posloyalty.storage.look_up import cache as cache_module
from posloyalty.storage.look_up.cache import LookUpCache
from tests.fakes.book import FACTS, KEY, Rig, a_sale, add_member, made_book, set_status

PEOPLE = (("王小雨", "13812346021"), ("王敏", "13700000417"), ("Anna Lopez", "13900000417"))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with made_book(tmp_path) as made:
        for name, phone in PEOPLE:
            add_member(made, name, phone)
        yield made


@pytest.fixture
def cache(rig: Rig) -> Iterator[LookUpCache]:
    made = a_cache(rig)
    made.open()
    yield made
    made.close()


def a_cache(rig: Rig, key: bytes = KEY) -> LookUpCache:
    return LookUpCache(book=rig.book, path=rig.place.look_up, key=key, home_store=FACTS.store_code)


def names(found: list[Found]) -> set[str]:
    return {one.name for one in found}


def everything(cache: LookUpCache) -> list[Found]:
    """What the cache knows, in an order of its own."""
    return sorted(cache.by_phone_start("1", 100), key=lambda one: one.member_id)


def visit(rig: Rig, member_id: bytes) -> None:
    with rig.book.write() as unit:
        unit.sales.book(a_sale(unit, rig, member_id=member_id))
        unit.commit()


def files(rig: Rig) -> list[Path]:
    return list(rig.place.folder.glob(f"{rig.place.look_up.name}*"))


def delete(rig: Rig) -> None:
    for file in files(rig):
        file.unlink()


def test_before_it_is_open_nobody_is_found_and_nothing_fails(rig: Rig) -> None:
    closed = a_cache(rig)
    assert not closed.ready
    assert (closed.count, closed.by_card("X"), closed.by_phone("1")) == (0, None, None)
    assert closed.by_name("王", 5) == closed.by_last_digits("0417", 5) == []
    assert closed.by_phone_start("1", 5) == []
    closed.follow()
    assert files(rig) == []


def test_taking_up_builds_nothing_and_says_that_somebody_has_to(rig: Rig) -> None:
    first = a_cache(rig)
    assert not first.take_up()
    assert not first.ready
    first.rebuild()
    assert first.ready
    first.close()
    assert not first.ready
    again = a_cache(rig)
    assert again.take_up()
    assert again.ready
    assert names(again.by_name("wang", 5)) == {"王小雨", "王敏"}
    again.close()


def test_a_file_that_is_far_behind_answers_but_not_for_everybody(
    rig: Rig, cache: LookUpCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.close()
    monkeypatch.setattr(cache_module, "FOLLOW_MAX", 0)
    add_member(rig, "李雷", "13600000001")
    again = a_cache(rig)
    assert not again.take_up()
    assert (again.ready, names(again.by_name("王敏", 5))) == (False, {"王敏"})
    again.rebuild()
    assert (again.ready, names(again.by_name("李雷", 5))) == (True, {"李雷"})
    again.close()


def test_opening_builds_the_file_from_the_book(rig: Rig, cache: LookUpCache) -> None:
    assert cache.ready
    assert cache.count == 3
    assert cache.by_phone("13812346021") == rig.members[0]
    assert names(cache.by_last_digits("0417", 5)) == {"王敏", "Anna Lopez"}
    assert names(cache.by_name("wang", 5)) == {"王小雨", "王敏"}


def test_new_members_visits_and_changes_are_followed(rig: Rig, cache: LookUpCache) -> None:
    add_member(rig, "李雷", "13600000001")
    rig.clock.pass_time(timedelta(days=1))
    visit(rig, rig.members[2])
    set_status(rig.book, rig.ids, rig.members[1], MemberStatus.ERASED)
    cache.follow()
    assert cache.count == 4
    assert names(cache.by_name("ll", 5)) == {"李雷"}
    (anna,) = cache.by_last_digits("0417", 5)
    assert (anna.name, anna.last_visit) == ("Anna Lopez", rig.clock.now().date().toordinal())
    assert cache.by_name("王敏", 5) == []
    assert cache.by_phone("13700000417") is None


def test_what_happened_while_the_till_was_off_is_followed_at_the_next_start(
    rig: Rig, cache: LookUpCache
) -> None:
    cache.close()
    add_member(rig, "李雷", "13600000001")
    again = a_cache(rig)
    again.open()
    assert names(again.by_name("李雷", 5)) == {"李雷"}
    again.close()


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(delete, id="deleted"),
        pytest.param(lambda rig: rig.place.look_up.write_bytes(b""), id="emptied"),
        pytest.param(lambda rig: rig.place.look_up.write_bytes(b"not a book" * 900), id="foreign"),
        pytest.param(
            lambda rig: rig.place.look_up.write_bytes(rig.place.look_up.read_bytes()[:5000]),
            id="truncated",
        ),
        pytest.param(
            lambda rig: rig.place.look_up.write_bytes(bytes(rig.place.look_up.stat().st_size)),
            id="zeroed",
        ),
    ],
)
def test_a_file_that_was_lost_or_damaged_is_built_anew_and_answers_the_same(
    rig: Rig, cache: LookUpCache, harm: Callable[[Rig], object]
) -> None:
    before = everything(cache)
    cache.close()
    harm(rig)
    again = a_cache(rig)
    again.open()
    assert everything(again) == before
    assert len(before) == 3
    again.close()


def test_a_file_of_another_key_is_built_anew(rig: Rig, cache: LookUpCache) -> None:
    before = everything(cache)
    cache.close()
    other = a_cache(rig, key=bytes(32))
    other.open()
    assert everything(other) == before
    other.close()


def test_deleting_the_file_between_any_two_acts_loses_nothing(rig: Rig) -> None:
    """Acts in a fixed shuffled order; before some of them the file vanishes."""
    dice = random.Random(7)
    cache = a_cache(rig)
    cache.open()
    for step in range(24):
        if dice.random() < 0.4:
            cache.close()
            delete(rig)
            cache.open()
        if dice.random() < 0.5:
            add_member(rig, f"Member {step}", f"18{step:09d}")
        else:
            rig.clock.pass_time(timedelta(days=1))
            visit(rig, dice.choice(rig.members))
        cache.follow()
    followed = everything(cache)
    cache.rebuild()
    assert everything(cache) == followed
    assert len(followed) == len(rig.members)
    cache.close()


def test_deleting_the_file_while_it_is_open_loses_nothing_either(
    rig: Rig, cache: LookUpCache
) -> None:
    delete(rig)
    add_member(rig, "李雷", "13600000001")
    cache.follow()
    assert names(cache.by_name("李雷", 5)) == {"李雷"}
    cache.close()
    again = a_cache(rig)
    again.open()
    assert again.count == 4
    assert names(again.by_name("李雷", 5)) == {"李雷"}
    again.close()


def test_a_build_that_was_cut_short_leaves_the_old_file_answering(
    rig: Rig, cache: LookUpCache
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        cache.rebuild(stop)
    assert cache.by_phone("13812346021") == rig.members[0]
    cache.close()
    again = a_cache(rig)
    again.open()
    assert again.count == 3
    again.close()


def test_a_cache_that_is_far_behind_is_built_anew_instead_of_followed(
    rig: Rig, cache: LookUpCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.close()
    for number in range(4):
        add_member(rig, f"Member {number}", f"18{number:09d}")
    monkeypatch.setattr(cache_module, "FOLLOW_MAX", 3)
    again = a_cache(rig)
    steps: list[tuple[int, int]] = []
    again.open(lambda done, total: steps.append((done, total)))
    assert steps == [(7, 7)]
    assert again.count == 7
    again.close()


def test_many_changes_are_read_in_pieces(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "CHANGES_PER_READ", 2)
    cache = a_cache(rig)
    cache.open()
    for number in range(5):
        add_member(rig, f"Member {number}", f"18{number:09d}")
    cache.follow()
    assert cache.count == 8
    cache.close()


def test_members_of_this_store_come_before_others(rig: Rig) -> None:
    away = LookUpCache(book=rig.book, path=rig.place.look_up, key=KEY, home_store="elsewhere")
    away.open()
    assert not any(one.home for one in everything(away))
    away.close()
    delete(rig)
    here = a_cache(rig)
    here.open()
    assert all(one.home for one in everything(here))
    here.close()
