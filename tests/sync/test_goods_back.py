"""The right to return: where a sale stands, what of it is left, what came back too often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync import events
from posloyalty.sync.fold import fold_member
from posloyalty.sync.found import Anomaly
from posloyalty.sync.goods_back import (
    SoldPlace,
    came_back_to,
    left_to_return,
    quantities,
    return_of,
    sold_at,
)
from posloyalty.sync.journals import Filed, moving
from posloyalty.sync.leases import Asset, AssetKind
from tests.sync.examples import EXAMPLES

TILL = b"t" * 16
PLACE = SoldPlace(b"t" * 8, 3, 214)
NUMBER = "S01-T02-3-0214"
ARTICLE = b"a" * 16
SALE = EXAMPLES["sale"]
REFUND = EXAMPLES["refund"]
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def line(quantity: int) -> events.Line:
    assert isinstance(SALE, events.Sale)
    return msgspec.structs.replace(SALE.lines[0], product=ARTICLE.hex(), name="Tea", qty=quantity)


def sale(quantity: int) -> Filed:
    return filed(msgspec.structs.replace(SALE, no=NUMBER, lines=(line(quantity),)), 0)


def back(quantity: int, minute: int = 1) -> Filed:
    made = msgspec.structs.replace(
        REFUND,
        id=f"{minute:032x}",
        of=NUMBER,
        receipt=msgspec.UNSET,
        lines=(line(quantity),),
    )
    return filed(made, minute)


def filed(event: events.Event, minute: int) -> Filed:
    return Filed(
        till_id=TILL,
        store="S1",
        epoch=3,
        seq=214 + minute,
        event_id=bytes.fromhex(event.id),
        at=AT + timedelta(minutes=minute),
        event=event,
        does=moving(event),
    )


def test_a_sale_and_what_came_back_of_it_name_the_same_place() -> None:
    assert sold_at(sale(1)) == PLACE == came_back_to(back(1))
    assert PLACE.is_of(NUMBER)
    assert not PLACE.is_of("S01-T02-4-0214")


def test_an_article_of_a_sale_is_read_back_from_its_asset() -> None:
    assert return_of(PLACE.asset_of(ARTICLE)) == (PLACE, ARTICLE)


@pytest.mark.parametrize(
    "key", ["", "nonsense", f"{'74' * 8}-3-214", f"{'74' * 8}-3-214/", f"{'74' * 8}-4-214/aa"]
)
def test_a_right_to_return_that_nobody_can_have_is_none(key: str) -> None:
    assert return_of(Asset(AssetKind.RETURN, key, PLACE.owner)) is None


@given(st.integers(1, 5_000), st.lists(st.integers(1, 3_000), max_size=5))
def test_what_is_left_and_what_was_too_much_add_up(sold: int, came: list[int]) -> None:
    returns = [back(quantity, minute) for minute, quantity in enumerate(came, 1)]
    event = sale(sold).event
    assert isinstance(event, events.Sale)
    assert left_to_return(event, returns, ARTICLE) == max(0, sold - sum(came))
    fold = fold_member(PLACE.owner, [*reversed(returns), sale(sold)])
    named = [one for one in fold.anomalies if one.anomaly is Anomaly.OVER_RETURNED]
    assert sum(one.amount for one in named) == max(0, sum(came) - sold)
    assert all(one.what == f"{NUMBER}/Tea" for one in named)


def test_nothing_is_named_while_the_sale_itself_is_not_there() -> None:
    assert fold_member(PLACE.owner, [back(1_000), back(1_000, 2)]).anomalies == ()


def test_nobody_else_hears_of_goods_that_came_back_twice() -> None:
    everything = [sale(1_000), back(1_000), back(1_000, 2)]
    found = fold_member(b"x" * 16, everything).anomalies
    assert [one for one in found if one.anomaly is Anomaly.OVER_RETURNED] == []


def test_lines_of_one_article_are_one_quantity() -> None:
    event = msgspec.structs.replace(SALE, lines=(line(1_000), line(500)))
    assert isinstance(event, events.Sale)
    assert quantities(event) == {ARTICLE.hex(): 1_500}
