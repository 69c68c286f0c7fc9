"""The same card in two stores closer in time than anybody travels."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.shop.place import Place
from tests.domain.engine.made import MEMBER_ID, NOON, STORE, basket, member, product, quote, rules

TEA = product("TEA", "10.00")


def seen(store: str, at: datetime, name: str = "sale-elsewhere..", **more: object) -> MeterEntry:
    return MeterEntry(
        meter=f"test/seen/{store}",
        owner=MEMBER_ID,
        day=at.date(),
        at=at,
        amount=more.pop("amount", 1),  # type: ignore[arg-type]
        event_id=name.encode()[:16],
        **more,  # type: ignore[arg-type]
    )


def sold(*meters: MeterEntry, store: str = "S1", risk: str = "[risk]") -> Quote:
    state = replace(member(), meters=meters)
    here = replace(STORE, place=Place(store, "T1"))
    return quote(rules(risk), basket(TEA, member=True), state, store=here)


def why(found: Quote) -> list[tuple[str, object]]:
    (earning,) = found.earnings
    return [
        (dict(one.facts)["store"], dict(one.facts)["minutes"])
        for one in earning.reasons
        if one.code == "TWO_STORES"
    ]


@pytest.mark.parametrize(
    ("minutes", "odd"), [(-30, False), (-29, True), (-1, True), (0, True), (29, True), (30, False)]
)
def test_how_close_in_time_is_too_close_in_either_order(minutes: int, odd: bool) -> None:
    at = NOON + timedelta(minutes=minutes)
    assert why(sold(seen("S2", at))) == ([("S2", abs(minutes))] if odd else [])


def test_the_points_wait_and_the_screen_is_told() -> None:
    found = sold(seen("S2", NOON))
    assert found.earnings[0].usable_from is None
    assert [(one.kind, one.of) for one in found.awards] == [("alert", "two_stores")]


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (sold(seen("S1", NOON)), "the same store"),
        (sold(seen("S2", NOON), store=""), "nobody knows where"),
        (sold(seen("S2", NOON), risk="[risk]\ntravel_minutes = 0"), "the check is let go"),
        (sold(seen("S2", NOON), risk=""), "the programme says nothing of risk"),
        (
            sold(
                seen("S2", NOON),
                seen("S2", NOON, "the-void-of-it..", amount=-1, undoes=b"sale-elsewhere.."),
            ),
            "it was voided",
        ),
    ],
)
def test_nothing_is_odd(found: Quote, name: str) -> None:
    assert why(found) == [], name


def test_of_several_the_last_one_is_told() -> None:
    earlier, later = NOON - timedelta(minutes=20), NOON - timedelta(minutes=5)
    assert why(sold(seen("S3", later, "later..........."), seen("S2", earlier))) == [("S3", 5)]
