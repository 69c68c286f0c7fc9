"""Money that went back beyond what a sale took: at which return, how much, and named once."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.donation import UNTAXED
from posloyalty.sync import events
from posloyalty.sync.fold import fold_member
from posloyalty.sync.goods_back import paid_for
from posloyalty.sync.journals import Filed
from tests.sync.test_goods_back import NUMBER, PLACE, REFUND, SALE, filed

ONE = 1_000
"""A piece, in thousandths."""
Lines = tuple[tuple[str, int, int], ...]
"""(article, thousandths, minor units paid for them)."""


def lines_of(lines: Lines) -> tuple[events.Line, ...]:
    assert isinstance(SALE, events.Sale)
    first = SALE.lines[0]
    return tuple(
        msgspec.structs.replace(
            first, n=n, product=name.encode().hex(), sku=name, name=name, qty=qty, net=net
        )
        for n, (name, qty, net) in enumerate(lines, 1)
    )


def sold(*lines: tuple[str, int, int]) -> Filed:
    total = sum(net for *_, net in lines)
    made = msgspec.structs.replace(SALE, no=NUMBER, lines=lines_of(lines), total=total)
    return filed(made, 0)


def back(minute: int, *lines: tuple[str, int, int], kept: int = 0) -> Filed:
    """A return in this minute; `kept` of its money was not given back."""
    made = msgspec.structs.replace(
        REFUND, id=f"{minute:032x}", of=NUMBER, receipt=msgspec.UNSET,
        lines=lines_of(lines), total=sum(net for *_, net in lines) - kept,
    )  # fmt: skip
    return filed(made, minute)


def named(*journal: Filed) -> list[tuple[str, str, int, int]]:
    """(anomaly, what, amount, minute of the return)."""
    found = fold_member(PLACE.owner, journal).anomalies
    return [
        (one.anomaly.value, one.what, one.amount, int.from_bytes(one.event_id)) for one in found
    ]


BOX = sold(("Tea", ONE, 1_100), ("Cup", ONE, 1_100))
"""Two articles of 20.00 each for 22.00: what was taken off is spread over both."""


def test_22_00_were_paid_and_31_00_went_back_so_9_00_are_too_much() -> None:
    first, second = back(1, ("Tea", ONE, 2_000)), back(2, ("Cup", ONE, 1_100))
    assert named(BOX, first, second) == [("over_repaid", NUMBER, 900, 2)]
    assert named(second, first, BOX) == [("over_repaid", NUMBER, 900, 2)]


def test_each_return_that_goes_beyond_is_named_with_its_own_part() -> None:
    assert named(BOX, back(1, ("Tea", ONE, 2_500)), back(2, ("Cup", ONE, 400))) == [
        ("over_repaid", NUMBER, 300, 1),
        ("over_repaid", NUMBER, 400, 2),
    ]


def test_what_was_paid_goes_back_whole_and_nothing_is_named() -> None:
    assert named(BOX, back(1, ("Tea", ONE, 1_100)), back(2, ("Cup", ONE, 1_100))) == []


def test_one_article_above_its_share_is_nothing_while_the_sale_bears_it() -> None:
    assert named(BOX, back(1, ("Tea", ONE, 2_000))) == []


def test_goods_that_came_back_twice_are_one_case_and_their_money_no_second() -> None:
    whole = (("Tea", ONE, 1_100), ("Cup", ONE, 1_100))
    twice = [("over_returned", f"{NUMBER}/{name}", ONE, 2) for name in ("Tea", "Cup")]
    assert named(BOX, back(1, *whole), back(2, *whole)) == twice


def test_of_pieces_of_which_some_came_back_twice_the_others_count() -> None:
    three = sold(("Tea", 3 * ONE, 3_000))
    assert named(three, back(1, ("Tea", 2 * ONE, 2_000)), back(2, ("Tea", 2 * ONE, 2_400))) == [
        ("over_returned", f"{NUMBER}/Tea", ONE, 2),
        ("over_repaid", NUMBER, 200, 2),
    ]


def test_where_points_had_paid_a_part_the_shelf_price_is_too_much_money() -> None:
    half_by_points = sold(("Tea", ONE, 1_000))
    assert named(half_by_points, back(1, ("Tea", ONE, 1_000))) == []
    assert named(half_by_points, back(1, ("Tea", ONE, 2_000))) == [
        ("over_repaid", NUMBER, 1_000, 1)
    ]


def test_an_exchange_gives_back_what_the_goods_cost_whatever_is_taken_for_it() -> None:
    exchanged = back(1, ("Tea", ONE, 1_100))
    other = msgspec.structs.replace(SALE, id="ee" * 16, no="S01-T02-3-0300", total=9_900)
    assert named(BOX, exchanged, filed(other, 1), back(2, ("Cup", ONE, 1_100))) == []
    assert named(BOX, exchanged, filed(other, 1), back(2, ("Cup", ONE, 2_000))) == [
        ("over_repaid", NUMBER, 900, 2)
    ]


def test_money_that_was_kept_back_did_not_go_back() -> None:
    assert named(BOX, back(1, ("Tea", ONE, 2_000), kept=900), back(2, ("Cup", ONE, 1_100))) == []


@pytest.mark.parametrize("given_too", [0, 500])
def test_what_was_given_to_a_cause_is_of_no_goods(given_too: int) -> None:
    assert isinstance(BOX.event, events.Sale)
    cause = msgspec.structs.replace(
        BOX.event.lines[0],
        n=3,
        sku="cause/trees",
        tc=UNTAXED,
        product="ca" * 16,
        qty=ONE,
        net=given_too,
    )
    made = msgspec.structs.replace(
        BOX.event, lines=(*BOX.event.lines, cause), total=2_200 + given_too
    )
    assert named(filed(made, 0), back(1, ("Tea", ONE, 2_000)), back(2, ("Cup", ONE, 1_100))) == [
        ("over_repaid", NUMBER, 900, 2)
    ]


# What head office says beforehand, where it is asked


def lent(*journal: Filed, article: str = "Tea", quantity: int = ONE, others: int = 0) -> int:
    """The money that goes with so much of an article, while other returns hold some of it."""
    first, *back_before = journal
    assert isinstance(first.event, events.Sale)
    return paid_for(first.event, back_before, article.encode(), quantity=quantity, lent=others)


def test_with_an_article_goes_what_was_paid_for_it() -> None:
    assert lent(BOX) == 1_100
    assert lent(BOX, article="Cup") == 1_100
    assert lent(BOX, article="Pan") == 0


def test_pieces_that_several_tills_hold_come_to_what_was_paid_to_the_cent() -> None:
    three = sold(("Tea", 3 * ONE, 1_000))
    assert [lent(three, others=n * ONE) for n in range(3)] == [333, 334, 333]
    one_gone = back(1, ("Tea", ONE, 333))
    assert [lent(three, one_gone, others=n * ONE) for n in range(2)] == [334, 333]
    assert lent(three, one_gone, quantity=2 * ONE) == 667


def test_no_more_goes_with_it_than_is_left_of_the_article_and_of_the_sale() -> None:
    two = sold(("Tea", 2 * ONE, 2_000), ("Cup", ONE, 500))
    assert lent(two, back(1, ("Tea", ONE, 1_700))) == 300
    assert lent(two, back(1, ("Tea", ONE, 2_200)), article="Cup") == 300
    assert lent(two, back(1, ("Tea", ONE, 3_000)), article="Cup") == 0


RETURNS = st.lists(st.tuples(st.sampled_from(["Tea", "Cup"]), st.integers(0, 3_000)), max_size=5)


@given(RETURNS)
def test_no_more_is_named_than_went_out_and_all_where_no_article_came_twice(
    came: list[tuple[str, int]],
) -> None:
    returns = [back(n, (name, ONE, minor)) for n, (name, minor) in enumerate(came, 1)]
    found = named(BOX, *returns)
    too_much = sum(amount for kind, _, amount, _ in found if kind == "over_repaid")
    beyond = max(0, sum(minor for _, minor in came) - 2_200)
    if len({name for name, _ in came}) == len(came):
        assert too_much == beyond
    else:
        assert too_much <= beyond
