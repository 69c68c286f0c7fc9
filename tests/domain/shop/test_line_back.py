"""A line given back in pieces: every figure sums to the line's, and no piece contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.line_back import goods_minor, line_between, line_so_far
from posloyalty.domain.shop.product import TaxMode, Unit
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.shop.tender_shares import with_tender_shares
from posloyalty.domain.values.ratio import Ratio

PIECES_MOST = 12


def line(
    quantity: int = 1000,
    *,
    gross: int,
    offers: tuple[int, ...] = (),
    redeemed: tuple[tuple[int, int], ...] = (),
    tax: int = 0,
    mode: TaxMode = TaxMode.INCLUSIVE,
    earned: int = 0,
    paid: tuple[tuple[int, int], ...] = (),
    number: int = 1,
    costs: tuple[int, ...] = (),
) -> SaleLine:
    """A line whose goods are what offers and points leave of the gross."""
    goods = gross - sum(offers) - sum(money for _, money in redeemed)
    return SaleLine(
        number=number,
        product_id=bytes([number]) * 16,
        sku=f"SKU{number}",
        name="Milk",
        unit=Unit.EACH if quantity % 1000 == 0 else Unit.KILOGRAM,
        quantity_milli=quantity,
        unit_price_minor=gross * 1000 // quantity,
        gross_minor=gross,
        offers=tuple((f"offer-{n}", share) for n, share in enumerate(offers)),
        redeemed=tuple((f"w{n}", points, money) for n, (points, money) in enumerate(redeemed)),
        net_minor=goods + (tax if mode is TaxMode.EXCLUSIVE else 0),
        tax_class="std13",
        tax_rate=Ratio(13, 100),
        tax_mode=mode,
        tax_minor=tax,
        earned=(("points", earned),) if earned else (),
        paid=paid,
        shop_cost=tuple((f"offer-{n}", cost) for n, cost in enumerate(costs)),
    )


def pieces(sold: SaleLine, *quantities: int) -> list[SaleLine]:
    done: list[SaleLine] = []
    for quantity in quantities:
        done.append(line_between(sold, done, quantity))
    return done


def test_a_whole_line_gives_back_all_of_itself() -> None:
    sold = line(gross=6000, redeemed=((300, 300),), tax=650, earned=57)
    assert pieces(sold, 1000) == [sold]


def test_pieces_of_equal_price_give_back_their_price() -> None:
    sold = line(3000, gross=999, offers=(100,), earned=8)
    assert [one.gross_minor for one in pieces(sold, 1000, 1000, 1000)] == [333, 333, 333]
    assert [dict(one.offers)["offer-0"] for one in pieces(sold, 1000, 1000, 1000)] == [33, 34, 33]
    assert [dict(one.earned).get("points", 0) for one in pieces(sold, 1000, 1000, 1000)] == [
        3,
        2,
        3,
    ]


def test_case_46_twenty_pieces_that_earned_95_give_back_95_whatever_the_parts() -> None:
    sold = line(20_000, gross=9500, earned=95)
    for parts in ((7, 6, 7), (1,) * 20, (19, 1), (3, 17)):
        given_back = pieces(sold, *(part * 1000 for part in parts))
        assert sum(dict(one.earned).get("points", 0) for one in given_back) == 95
        assert sum(one.net_minor for one in given_back) == 9500


def test_a_piece_takes_its_part_of_what_gifts_on_the_line_cost_the_shop() -> None:
    sold = line(3000, gross=8400, offers=(5600,), costs=(3601,))
    assert [one.shop_cost for one in pieces(sold, 1000, 2000)] == [
        (("offer-0", 1200),),
        (("offer-0", 2401),),
    ]


def test_goods_that_were_free_give_back_no_money_in_any_piece() -> None:
    sold = line(3000, gross=30, offers=(16, 14))
    assert [one.net_minor for one in pieces(sold, 1000, 1000, 1000)] == [0, 0, 0]


def test_points_go_back_with_the_money_that_they_paid() -> None:
    sold = line(2000, gross=600, redeemed=((500, 5),))
    assert [one.redeemed for one in pieces(sold, 1000, 1000)] == [
        (("w0", 200, 2),),
        (("w0", 300, 3),),
    ]


@st.composite
def lines(draw: st.DrawFn) -> SaleLine:
    quantity = draw(st.one_of(st.integers(1, 9).map(lambda n: n * 1000), st.integers(1, 5000)))
    gross = draw(st.integers(0, 100_000))
    left, offers = gross, []
    for _ in range(draw(st.integers(0, 3))):
        offers.append(draw(st.integers(0, left)))
        left -= offers[-1]
    redeemed = []
    for _ in range(draw(st.integers(0, 2))):
        money = draw(st.integers(0, left))
        redeemed.append((draw(st.integers(0, 10_000)) if money else 0, money))
        left -= money
    mode = draw(st.sampled_from(list(TaxMode)))
    tax = draw(st.integers(0, left))
    net = left + (tax if mode is TaxMode.EXCLUSIVE else 0)
    card = draw(st.integers(0, net))
    return line(
        quantity,
        gross=gross,
        offers=tuple(offers),
        redeemed=tuple(redeemed),
        tax=tax,
        mode=mode,
        earned=draw(st.integers(0, 5000)),
        paid=draw(st.sampled_from([(), ((1, card), (2, net - card))])),
        costs=tuple(draw(st.lists(st.integers(1, 50_000), max_size=2))),
    )


@given(lines(), st.data())
def test_pieces_in_any_number_sum_exactly_to_the_line(sold: SaleLine, data: st.DataObject) -> None:
    left, done = sold.quantity_milli, []
    while left:
        # A thousand pieces of a gram prove no more than a dozen, and take a hundred times as long.
        piece = data.draw(st.integers(1, left)) if len(done) < PIECES_MOST else left
        done.append(line_between(sold, done, piece))
        left -= piece
    for field in ("quantity_milli", "gross_minor", "net_minor", "tax_minor"):
        assert sum(getattr(one, field) for one in done) == getattr(sold, field)
    for field in ("offers", "earned", "paid", "shop_cost"):
        sums: dict[object, int] = {}
        for one in done:
            for name, share in getattr(one, field):
                assert share > 0
                sums[name] = sums.get(name, 0) + share
        assert sums == {name: share for name, share in getattr(sold, field) if share}
    for wallet, points, money in sold.redeemed:
        gone = [trio for one in done for trio in one.redeemed if trio[0] == wallet]
        assert (sum(p for _, p, _ in gone), sum(m for _, _, m in gone)) == (points, money)


@given(lines(), st.data())
def test_every_piece_adds_up_in_itself_and_is_never_negative(
    sold: SaleLine, data: st.DataObject
) -> None:
    before = data.draw(st.integers(0, sold.quantity_milli - 1))
    first = [line_between(sold, [], before)] if before else []
    piece = line_between(sold, first, data.draw(st.integers(1, sold.quantity_milli - before)))
    off = sum(share for _, share in piece.offers)
    red = sum(money for _, _, money in piece.redeemed)
    assert piece.gross_minor == goods_minor(piece) + off + red
    figures = (piece.gross_minor, piece.net_minor, piece.tax_minor, goods_minor(piece))
    assert min(figures) >= 0
    assert all(points >= 0 and money >= 0 for _, points, money in piece.redeemed)
    if piece.paid:
        assert sum(share for _, share in piece.paid) == piece.net_minor


@given(lines(), st.data())
def test_one_piece_is_the_same_as_two_in_its_place(sold: SaleLine, data: st.DataObject) -> None:
    together = data.draw(st.integers(1, sold.quantity_milli))
    first = data.draw(st.integers(0, together - 1))
    parts = pieces(sold, *(q for q in (first, together - first) if q))
    whole = line_so_far(sold, together)
    assert sum(one.net_minor for one in parts) == whole.net_minor
    assert sum(dict(one.earned).get("points", 0) for one in parts) == sum(
        points for _, points in whole.earned
    )


def tender(number: int, amount: int) -> Tender:
    return Tender(number=number, kind=TenderKind.CARD, amount_minor=amount, given_minor=amount)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8), st.data())
def test_tender_shares_add_up_by_line_and_by_tender_in_any_order_of_scanning(
    nets: list[int], data: st.DataObject
) -> None:
    sold = [line(gross=net, number=n) for n, net in enumerate(nets, start=1)]
    first = data.draw(st.integers(0, sum(nets)))
    tenders = (tender(1, first), tender(2, sum(nets) - first))
    shared = with_tender_shares(sold, tenders)
    for one in shared:
        assert sum(share for _, share in one.paid) == one.net_minor
    for one in tenders:
        paid = sum(dict(line.paid).get(one.number, 0) for line in shared)
        assert paid == one.amount_minor
    shuffled = data.draw(st.permutations(sold))
    assert {one.number: one for one in with_tender_shares(shuffled, tenders)} == {
        one.number: one for one in shared
    }


@pytest.mark.parametrize("count", [0, 1])
def test_one_tender_paid_everything_and_needs_no_shares(count: int) -> None:
    sold = (line(gross=500),)
    assert with_tender_shares(sold, (tender(1, 500),) * count) == sold


def test_shares_that_a_sale_already_says_stay() -> None:
    sold = (replace(line(gross=500), paid=((2, 500),)),)
    assert with_tender_shares(sold, (tender(1, 300), tender(2, 200))) == sold
