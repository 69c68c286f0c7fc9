"""Money back by tender: the right instrument, never more than it paid, the very coins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind, take_cash
from posloyalty.domain.shop.tender_back import (
    Paid,
    TenderOrder,
    carry_over,
    hold_back,
    in_coins,
    money_back,
    paid_so_far,
    spread_back,
)
from posloyalty.domain.values.portion import first_units
from posloyalty.domain.values.rounding import Rounding

CHINA = CashRounding(10, Rounding.DOWN)
EXACT = CashRounding()
PROPORTIONAL, STORED_FIRST = TenderOrder.PROPORTIONAL, TenderOrder.STORED_FIRST


def tender(number: int, amount: int, kind: str = "cash", account: bytes | None = None) -> Tender:
    reference = "T-1" if kind == "card" else None
    return Tender(
        number=number,
        kind=TenderKind(kind),
        amount_minor=amount,
        given_minor=amount,
        reference=reference,
        account_id=account,
    )


def back(
    total: int,
    tenders: tuple[Tender, ...],
    *,
    goods: int | None = None,
    earlier: tuple[Tender, ...] = (),
    order: TenderOrder = PROPORTIONAL,
    cash: CashRounding = EXACT,
) -> tuple[Tender, ...]:
    """A refund of `total`; `goods` is what was paid for all that came back so far."""
    before = sum(one.amount_minor for one in earlier)
    came = before + total if goods is None else goods
    amounts = [one.amount_minor for one in tenders]
    shares = first_units(came, amounts)
    returned = {one.number: share for one, share in zip(tenders, shares, strict=True)}
    paid = paid_so_far(tenders, earlier, returned)
    return money_back(spread_back(total, paid, order), paid, cash=cash)


def amounts(tenders: tuple[Tender, ...]) -> dict[int, int]:
    return {one.number: one.amount_minor for one in tenders}


CARD_AND_CASH = (tender(1, 5000, "card", b"G" * 16), tender(2, 3000))


def test_case_21_half_of_a_sale_goes_back_in_proportion_and_then_the_rest() -> None:
    first = back(4000, CARD_AND_CASH)
    assert amounts(first) == {1: 2500, 2: 1500}
    second = back(4000, CARD_AND_CASH, earlier=first)
    assert amounts(second) == {1: 2500, 2: 1500}


def test_case_21_stored_value_first_and_then_the_rest() -> None:
    first = back(4000, CARD_AND_CASH, order=STORED_FIRST)
    assert amounts(first) == {1: 4000}
    second = back(4000, CARD_AND_CASH, earlier=first, order=STORED_FIRST)
    assert amounts(second) == {1: 1000, 2: 3000}


def test_another_order_for_the_rest_still_ends_at_what_each_paid() -> None:
    first = back(4000, CARD_AND_CASH, order=STORED_FIRST)
    second = back(2000, CARD_AND_CASH, earlier=first)
    third = back(2000, CARD_AND_CASH, earlier=(*first, *second))
    assert amounts((*first,)) == {1: 4000}
    assert sum(one.amount_minor for one in (*first, *second, *third) if one.number == 1) == 5000


def test_what_is_kept_back_lowers_every_tender_in_proportion() -> None:
    assert amounts(back(3000, CARD_AND_CASH, goods=4000)) == {1: 1875, 2: 1125}


def test_money_held_for_points_is_held_from_cash_first_and_from_stored_value_never() -> None:
    tenders = (*CARD_AND_CASH, tender(3, 2000, "card"))
    paid = paid_so_far(tenders, (), {1: 5000, 2: 3000, 3: 2000})
    assert hold_back((5000, 3000, 2000), paid, 90) == (5000, 2910, 2000)
    assert hold_back((5000, 3000, 2000), paid, 3500) == (5000, 0, 1500)
    with pytest.raises(ValueError, match="held back"):
        hold_back((5000, 3000, 2000), paid, 5001)


def test_a_card_keeps_its_reference_until_the_terminal_gives_a_new_one() -> None:
    paid = paid_so_far((tender(1, 500, "card"),), (), {1: 500})
    (kept,) = money_back((500,), paid, cash=EXACT)
    (given_anew,) = money_back((500,), paid, cash=EXACT, references={1: "R-9"})
    assert (kept.reference, given_anew.reference) == ("T-1", "R-9")


def test_stored_value_goes_back_to_its_account() -> None:
    first = back(4000, CARD_AND_CASH, order=STORED_FIRST)
    assert first[0].account_id == b"G" * 16


@pytest.mark.parametrize(
    ("payable", "rounding", "now"),
    [
        (750, CashRounding(100, Rounding.FLOOR), CashRounding(100, Rounding.UP)),  # odoo#96721
        (11276, CHINA, CHINA),
        (11276, CHINA, EXACT),
        (998, CashRounding(5, Rounding.HALF_UP), EXACT),
    ],
)
def test_a_whole_return_gives_back_the_coins_that_were_taken(
    payable: int, rounding: CashRounding, now: CashRounding
) -> None:
    paid = take_cash(payable, (), given_minor=rounding.payable(payable), rounding=rounding)
    (returned,) = back(payable, (paid,), cash=now)
    assert returned.given_minor == paid.given_minor
    assert returned.rounding_minor == paid.rounding_minor


def test_no_rounding_of_today_hands_out_more_coins_than_the_sale_took() -> None:
    paid = take_cash(11276, (), given_minor=11270, rounding=CHINA)
    upward = CashRounding(10, Rounding.UP)
    first = back(11275, (paid,), cash=upward)
    assert first[0].given_minor == 11270
    second = back(1, (paid,), earlier=first, cash=upward)
    assert second[0].given_minor == 0


def test_china_rounds_the_cash_of_a_part_down_and_the_parts_sum_to_the_coins() -> None:
    paid = take_cash(11276, (), given_minor=11270, rounding=CHINA)
    first = back(4558, (paid,), cash=CHINA)
    assert (first[0].amount_minor, first[0].given_minor) == (4558, 4550)
    second = back(6718, (paid,), earlier=first, cash=CHINA)
    assert second[0].given_minor == 11270 - 4550


def test_the_same_price_again_moves_no_coin_and_begins_with_the_coins_that_were_taken() -> None:
    paid = take_cash(11276, (), given_minor=11270, rounding=CHINA)
    whole = back(11276, (paid,), cash=CHINA)
    (kept,), (begins,) = carry_over(whole, 20000, CHINA)
    assert (kept.given_minor, kept.rounding_minor, kept.goes_minor) == (11270, -6, 0)
    assert (begins.kind, begins.amount_minor, begins.given_minor) == ("cash", 11276, 11270)
    assert begins.rounding_minor == -6


def test_what_another_sale_does_not_need_is_handed_back_in_coins() -> None:
    paid = take_cash(11276, (), given_minor=11270, rounding=CHINA)
    (kept,), (begins,) = carry_over(back(11276, (paid,), cash=CHINA), 5003, CHINA)
    # For 50.03 in cash anybody pays 50.00; of the 112.70 that were taken 62.70 go back.
    assert (kept.given_minor, kept.stays_minor, kept.goes_minor) == (11270, 5000, 6270)
    assert (begins.amount_minor, begins.given_minor, begins.rounding_minor) == (5003, 5000, -3)


def test_no_sale_begins_with_more_coins_than_come_back() -> None:
    paid = take_cash(1000, (), given_minor=1000, rounding=CHINA)
    first = back(9, (paid,), cash=CHINA)
    rest = back(11, (paid,), earlier=first, cash=CHINA)
    assert (first[0].given_minor, rest[0].given_minor) == (0, 20)
    (_,), (begins,) = carry_over(first, 500, CHINA)
    assert (begins.amount_minor, begins.given_minor) == (9, 0)


def test_stored_value_goes_back_to_its_card_and_not_into_another_sale() -> None:
    kept, begins = carry_over(back(8000, CARD_AND_CASH), 8000, EXACT)
    assert amounts(kept) == {1: 5000, 2: 3000}
    assert [one.goes_minor for one in kept] == [5000, 0]
    assert [(one.number, one.kind, one.amount_minor) for one in begins] == [(1, "cash", 3000)]


def test_cash_that_an_earlier_release_carried_over_counts_as_it_was() -> None:
    # Of 12.00 that never was in coins, 3.99 went into another sale before.
    paid = Paid(tender=tender(1, 1200), given_minor=399, returned_minor=1200, handed_minor=399)
    (rest,) = money_back((801,), (paid,), cash=CHINA)
    assert (rest.given_minor, rest.rounding_minor) == (801, 0)


def whole(tenders: tuple[Tender, ...]) -> tuple[Paid, ...]:
    """All of it comes back, and nothing came before."""
    return paid_so_far(tenders, (), {one.number: one.amount_minor for one in tenders})


def test_coins_that_are_rounded_up_never_hand_out_more_than_was_taken() -> None:
    upward = CashRounding(100, Rounding.HALF_UP)
    paid = (Paid(tender=tender(1, 760), given_minor=0, returned_minor=750),)
    (told,) = in_coins((tender(1, 750),), paid, upward)
    assert (told.given_minor, told.rounding_minor) == (700, -50)


def test_what_was_paid_in_finer_coins_comes_back_whole_as_it_was_paid() -> None:
    # 1.03 is asked as 1.05, and whoever gives 1.03 is not sent back for it.
    rounding = CashRounding(5, Rounding.HALF_UP)
    paid = take_cash(103, (), given_minor=103, rounding=rounding)
    returned = in_coins(back(103, (paid,), cash=rounding), whole((paid,)), rounding)
    assert [one.given_minor for one in returned] == [103]


def test_all_cash_of_a_refund_is_rounded_once_and_not_tender_by_tender() -> None:
    five = tuple(tender(n, n * 100 + 8) for n in range(1, 6))
    dearer = tuple(tender(n, n * 100 + 9) for n in range(1, 5))
    more = paid_so_far(dearer, (), {one.number: one.amount_minor - 1 for one in dearer})
    assert sum(one.given_minor for one in five) == 1540
    assert in_coins(five, whole(five), CHINA) == five
    odd = in_coins(five[:4], more, CHINA)
    assert sum(one.given_minor for one in five[:4]) == 1032
    assert [one.given_minor for one in odd] == [108, 208, 308, 406]
    assert [one.rounding_minor for one in odd] == [0, 0, 0, -2]


def test_two_payments_in_cash_do_not_lose_a_coin_each_when_a_part_comes_back() -> None:
    two = (tender(1, 500), tender(2, 500))
    for total, coins in ((18, 10), (118, 110), (998, 990)):
        shares = first_units(total, [500, 500])
        paid = paid_so_far(two, (), dict(enumerate(shares, start=1)))
        refund = in_coins(back(total, two, cash=CHINA), paid, CHINA)
        assert sum(one.given_minor for one in refund) == coins


def test_what_is_smaller_than_a_coin_is_spread_over_what_there_is() -> None:
    small = (tender(1, 3), tender(2, 4))
    taken = (tender(1, 300), tender(2, 400))
    paid = paid_so_far(taken, (), {1: 3, 2: 4})
    assert [one.given_minor for one in in_coins(small, paid, CHINA)] == [0, 0]


def test_cash_of_several_tenders_stays_for_another_sale_as_one() -> None:
    tenders = (tender(1, 512), tender(2, 300, "card"), tender(3, 188))
    kept, begins = carry_over(tenders, 1000, CHINA)
    assert [replace(one, stays_minor=0) for one in kept] == list(tenders)
    assert [one.goes_minor for one in kept] == [0, 0, 0]
    assert [(one.number, one.kind, one.amount_minor) for one in begins] == [
        (1, "cash", 700),
        (2, "card", 300),
    ]


def test_a_card_of_which_a_part_stays_gives_back_the_rest_and_keeps_its_reference() -> None:
    (kept,), (begins,) = carry_over((tender(1, 1000, "card"),), 700, CHINA)
    assert (kept.amount_minor, kept.stays_minor, kept.goes_minor) == (1000, 700, 300)
    assert (begins.amount_minor, begins.given_minor, begins.reference) == (700, 700, "T-1")


@dataclass
class Counter:
    """Sales of a counter, each with what it was paid with and what came back of it."""

    rounding: CashRounding
    sales: dict[int, tuple[tuple[Tender, ...], tuple[Tender, ...]]] = field(default_factory=dict)
    drawer: int = 0

    def sell(self, price: int, begins: tuple[Tender, ...] = (), card: int = 0) -> None:
        """A sale, what is due paid by card as far as wanted and then in cash."""
        tenders = begins
        due = price - sum(one.amount_minor for one in tenders)
        if 0 < card <= due:
            paid = replace(tender(len(tenders) + 1, card, "card"), reference=f"T-{len(self.sales)}")
            tenders, due = (*tenders, paid), due - card
        if due:
            asked = self.rounding.payable(due)
            more = take_cash(price, tenders, given_minor=asked, rounding=self.rounding)
            self.drawer += more.given_minor - more.change_minor
            tenders = (*tenders, more)
        self.sales[len(self.sales)] = (tenders, ())

    def left(self, number: int) -> int:
        """What has not come back of a sale."""
        paid, gone = self.sales[number]
        return sum(t.amount_minor for t in paid) - sum(t.amount_minor for t in gone)

    def take_back(self, number: int, total: int, price: int = 0) -> None:
        """So much of a sale comes back, for money or for goods of a price."""
        tenders, earlier = self.sales[number]
        before = sum(one.amount_minor for one in earlier)
        shares = first_units(before + total, [one.amount_minor for one in tenders])
        returned = {one.number: share for one, share in zip(tenders, shares, strict=True)}
        paid = paid_so_far(tenders, earlier, returned)
        raw = money_back(spread_back(total, paid, PROPORTIONAL), paid, cash=self.rounding)
        refund = in_coins(raw, paid, self.rounding)
        kept, begins = carry_over(refund, price, self.rounding)
        coins = coins_of(kept) - coins_of(begins)
        assert coins == sum(t.goes_minor for t in kept if t.kind is TenderKind.CASH) >= 0
        assert coins % self.rounding.step_minor == 0
        self.drawer -= coins
        self.sales[number] = (tenders, (*earlier, *kept))
        if price:
            self.sell(price, begins)


def coins_of(tenders: tuple[Tender, ...]) -> int:
    return sum(t.given_minor - t.change_minor for t in tenders if t.kind is TenderKind.CASH)


ROUNDINGS = (CHINA, EXACT, CashRounding(5, Rounding.HALF_UP), CashRounding(100, Rounding.UP))
CUTS = st.tuples(st.integers(0, 99), st.integers(1, 6_000), st.integers(0, 6_000))


@given(
    st.sampled_from(ROUNDINGS),
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(0, 5_000)), min_size=1, max_size=3),
    st.lists(CUTS, max_size=12),
)
def test_returns_and_exchanges_in_any_order_sum_to_the_coins_that_were_taken(
    rounding: CashRounding, sold: list[tuple[int, int]], cuts: list[tuple[int, int, int]]
) -> None:
    """Pieces of any sale come back for money or other goods; at the end all the rest does."""
    counter = Counter(rounding)
    for price, card in sold:
        counter.sell(price, card=card)
    for which, total, price in cuts:
        number = which % len(counter.sales)
        if counter.left(number):
            counter.take_back(number, min(total, counter.left(number)), price)
    for number in counter.sales:
        if counter.left(number):
            counter.take_back(number, counter.left(number))
        paid, back = counter.sales[number]
        assert coins_of(back) == coins_of(paid)
        for one in paid:
            gone = [each for each in back if each.number == one.number]
            assert sum(each.amount_minor for each in gone) == one.amount_minor
    assert counter.drawer == 0


@st.composite
def sales(draw: st.DrawFn) -> tuple[Tender, ...]:
    kinds = draw(st.lists(st.sampled_from(["cash", "card", "stored"]), min_size=1, max_size=4))
    made = []
    for number, kind in enumerate(kinds, start=1):
        amount = draw(st.integers(1, 5000))
        account = b"G" * 16 if kind == "stored" else None
        made.append(tender(number, amount, "cash" if kind == "cash" else "card", account))
    if kinds[-1] == "cash":
        asked = CHINA.payable(made[-1].amount_minor)
        rounding = asked - made[-1].amount_minor
        made[-1] = replace(made[-1], given_minor=asked, rounding_minor=rounding)
    return tuple(made)


@given(sales(), st.data())
def test_whatever_the_pieces_and_the_order_each_tender_ends_at_what_it_paid(
    tenders: tuple[Tender, ...], data: st.DataObject
) -> None:
    left = sum(one.amount_minor for one in tenders)
    earlier: tuple[Tender, ...] = ()
    while left:
        total = data.draw(st.integers(1, left))
        order = data.draw(st.sampled_from(list(TenderOrder)))
        made = back(total, tenders, earlier=earlier, order=order, cash=CHINA)
        assert sum(one.amount_minor for one in made) == total
        assert all(one.given_minor >= 0 for one in made)
        earlier, left = (*earlier, *made), left - total
        for one in tenders:
            gone = [back for back in earlier if back.number == one.number]
            assert sum(back.amount_minor for back in gone) <= one.amount_minor
            assert sum(back.given_minor for back in gone) <= one.given_minor
    for one in tenders:
        gone = [back for back in earlier if back.number == one.number]
        assert sum(back.amount_minor for back in gone) == one.amount_minor
        assert sum(back.rounding_minor for back in gone) == one.rounding_minor


@given(sales(), st.data())
def test_in_proportion_no_order_of_pieces_changes_what_a_tender_got(
    tenders: tuple[Tender, ...], data: st.DataObject
) -> None:
    whole = sum(one.amount_minor for one in tenders)
    total = data.draw(st.integers(0, whole))
    piece = data.draw(st.integers(0, total))
    first = back(piece, tenders)
    second = back(total - piece, tenders, earlier=first)
    together = back(total, tenders)
    sums: dict[int, int] = {}
    for one in (*first, *second):
        sums[one.number] = sums.get(one.number, 0) + one.amount_minor
    assert sums == amounts(together)


def test_what_a_tender_has_room_for() -> None:
    paid = Paid(tender=tender(1, 500), given_minor=200, returned_minor=200)
    assert (paid.room_minor, paid.stored) == (300, False)
