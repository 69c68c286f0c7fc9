"""Tills for scenarios are the same bytes whoever asked for one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.scenario.frame import DEFAULT_STORE
from posloyalty.scenario.machine import WallClock, WorldClock
from posloyalty.scenario.workshop import Workshop
from posloyalty.services.shop.shop_settings import ShopDetails

AT = datetime(2026, 3, 1, tzinfo=UTC)
LATE_SHOP = replace(DEFAULT_STORE, cutoff="04:00", elsewhere=ElsewherePolicy.SUPERVISED)
OTHER_STORE = replace(DEFAULT_STORE, store_code="S2", store_name="S2", name="S2")


def test_a_till_of_a_shop_is_the_same_after_one_of_another_shop(tmp_path: Path) -> None:
    alone = made(tmp_path / "alone", DEFAULT_STORE)
    assert alone
    after_another = made(tmp_path / "after", LATE_SHOP, OTHER_STORE, DEFAULT_STORE)
    assert after_another == alone


def test_a_till_whose_shop_says_more_is_the_same_whether_it_comes_first(tmp_path: Path) -> None:
    alone = made(tmp_path / "alone", LATE_SHOP)
    assert made(tmp_path / "after", DEFAULT_STORE, LATE_SHOP) == alone
    assert alone != made(tmp_path / "other", DEFAULT_STORE)


def made(folder: Path, *shops: ShopDetails) -> list[tuple[bytes, bytes]]:
    """Ids and hashes of the journal of the last of some shops' tills, made in this order."""
    folder.mkdir()
    workshop = Workshop(folder)
    found: list[tuple[bytes, bytes]] = []
    for shop in shops:
        till = workshop.till(shop, number=1, clock=WallClock(WorldClock(AT), UTC)).till
        with till.book.read() as unit:
            found = [(one.event_id, one.hash) for one in unit.journal.events()]
        till.close()
    return found
