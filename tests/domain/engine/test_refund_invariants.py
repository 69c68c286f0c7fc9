"""Whatever was sold, however it was paid, in whatever pieces and order it comes back: it adds up.

Random baskets with offers of every scope, points as money, several tenders and cash rounding; then
random returns until nothing is left.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.refund_quote import Original, RefundQuote, Waiver
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.domain.shop.tender_back import TenderOrder
from posloyalty.domain.values.rounding import Rounding
from tests.domain.engine.made import WALLET, basket, product, quote, rules
from tests.fakes.returns_story import Story, card

OFFERS = """
[[offer]]
id = "milk"
scope = "line"
on = { tag = ["milk"] }
percent = "15%"

[[offer]]
id = "three-off"
scope = "line"
on = { tag = ["tea"] }
when = { quantity = { at_least = 3, on = { tag = ["tea"] } } }
amount = "0.37"

[[offer]]
id = "spend"
scope = "order"
when = { min_spend = "40.00" }
amount = "7.77"

[[offer]]
id = "member"
scope = "order"
when = { member = true, min_spend = "15.00" }
percent = "3%"
"""
SHELF = (
    product("MILK", "3.33", tags=("milk",)),
    product("TEA", "4.10", tags=("tea",), tax="low9"),
    product("SALT", "0.99", tax="none"),
    product("WINE", "19.90", tax="added10"),
    product("RICE", "27.50", tax="added20"),
    product("BAG", "0.50", fee=True),
)
CHINA = CashRounding(10, Rounding.DOWN)
TAX_CLASSES = 2
NEGATIVE = ("within_balance", "negative", "offset")


@st.composite
def stories(
    draw: st.DrawFn,
    *,
    spare: bool = False,
    redeems: bool = True,
    by_hand: bool = True,
    threshold: str = "",
) -> tuple[Story, Original]:
    """A sale of several lines, by a member or not, paid in one to three ways."""
    threshold = threshold or draw(st.sampled_from(["keep", "reprice"]))
    negative = draw(st.sampled_from(NEGATIVE))
    wallet = WALLET.replace('name = "Points"', f'name = "Points"\nnegative = "{negative}"')
    story = Story(rules(OFFERS, f'[returns]\nthreshold = "{threshold}"', wallet=wallet), cash=CHINA)
    member = draw(st.booleans()) or spare
    if member:
        story.give(draw(st.integers(0, 4000)))
    bought = draw(
        st.lists(
            st.tuples(st.sampled_from(SHELF), st.integers(1, 6)),
            min_size=1,
            max_size=5,
            unique_by=lambda pair: pair[0].sku,
        )
    )
    redeem = draw(st.integers(0, 3000)) if member and redeems else 0
    goods = basket(*((one, str(n)) for one, n in bought), member=member, redeem=redeem)
    off = draw(st.sampled_from([0, 0, 700, 3333])) if by_hand else 0
    if off and any(line.discountable for line in goods.lines):
        goods = goods.discounting(0, DiscountByHand(hundredths=off, name="by hand"))
    tried = story.sell(goods)
    payable = tried.sale.payable_minor
    story.does.pop()
    story.sales -= 1
    return story, story.sell(goods, tenders=draw(tenders(payable)))


@st.composite
def tenders(draw: st.DrawFn, payable: int) -> tuple[Tender, ...]:
    made: list[Tender] = []
    left = payable
    for number in (1, 2):
        amount = draw(st.integers(0, left))
        if amount:
            made.append(card(number, amount))
            left -= amount
    numbered = tuple(
        Tender(number=n, kind=t.kind, amount_minor=t.amount_minor, given_minor=t.given_minor)
        for n, t in enumerate(made, start=1)
    )
    if not left:
        return numbered
    asked = CHINA.payable(left)
    return (*numbered, take_cash(payable, numbered, given_minor=asked, rounding=CHINA))


def return_everything(
    story: Story, sold: Original, data: st.DataObject, *, between: bool = False
) -> tuple[Original, list[RefundQuote]]:
    """Random pieces in a random order until nothing is left."""
    quotes = []
    while True:
        left = {line.number: sold.left_milli(line) // 1000 for line in sold.sale.lines}
        left = {number: pieces for number, pieces in left.items() if pieces}
        if not left:
            return sold, quotes
        chosen = data.draw(st.lists(st.sampled_from(sorted(left)), min_size=1, unique=True))
        back = tuple((n, data.draw(st.integers(1, left[n]))) for n in chosen)
        if between and story.balance() > 0:
            story.spend(data.draw(st.integers(0, story.balance())))
        sold, found = story.refund(
            sold,
            *back,
            faulty=data.draw(st.booleans()),
            waived=data.draw(st.sampled_from([frozenset(), frozenset(Waiver)])),
            order=data.draw(st.sampled_from([None, *TenderOrder])),
        )
        quotes.append(found)


@given(stories(), st.data())
def test_returning_everything_undoes_the_sale(
    sold_as: tuple[Story, Original], data: st.DataObject
) -> None:
    story, sold = sold_as
    before = len(story.does) - 1
    lots = {lot.id: lot.remaining for lot in _lots(story, before)}
    sold, quotes = return_everything(story, sold, data)
    sale = sold.sale
    assert sum(q.total_minor for q in quotes) == sale.payable_minor
    for name in ("gross_minor", "offers_minor", "redeemed_minor", "tax_minor", "rounding_minor"):
        assert sum(getattr(q, name) for q in quotes) == getattr(sale, name)
    assert {lot.id: lot.remaining for lot in _lots(story)} == lots | {
        lot.id: 0 for lot in _lots(story) if lot.id not in lots
    }
    for meter in {entry.meter for entry in sold.did.meters}:
        assert story.meter(meter) == 0
    _each_tender_ends_where_it_began(sale, quotes)


@given(stories(spare=True), st.data())
def test_points_spent_meanwhile_strand_nobody_and_cost_no_more_than_is_stated(
    sold_as: tuple[Story, Original], data: st.DataObject
) -> None:
    story, sold = sold_as
    sold, quotes = return_everything(story, sold, data, between=True)
    sale = sold.sale
    held = sum(k.amount_minor for q in quotes for k in q.withheld if k.code == "POINTS_SPENT")
    other = sum(k.amount_minor for q in quotes for k in q.withheld if k.code != "POINTS_SPENT")
    assert sum(q.total_minor for q in quotes) == sale.payable_minor - held
    assert other == 0
    earned = {p.wallet: p.earned for p in sale.points if p.earned}
    for wallet, points in earned.items():
        moved = [back for q in quotes for back in q.points if back.wallet == wallet]
        assert sum(b.earned for b in moved) == points
        assert sum(b.taken + b.owed + b.lapsed + b.short for b in moved) == points


@given(stories(), st.data())
def test_each_refund_adds_up_in_itself(
    sold_as: tuple[Story, Original], data: st.DataObject
) -> None:
    story, sold = sold_as
    sold, quotes = return_everything(story, sold, data)
    for found in quotes:
        net = sum(line.net_minor for line in found.lines)
        kept = sum(one.amount_minor for one in found.withheld)
        assert found.total_minor == net - kept >= 0
        assert sum(tender.amount_minor for tender in found.tenders) == found.total_minor
        assert sum(tax.tax_minor for tax in found.taxes) == found.tax_minor
        assert sum(offer.amount_minor for offer in found.offers) == found.offers_minor
        assert all(tender.given_minor >= 0 for tender in found.tenders)
    _no_line_gives_back_more_than_it_bore(sold)


@given(stories(redeems=False, by_hand=False, threshold="reprice"), st.data())
def test_repriced_goods_cost_what_they_would_cost_alone_and_never_less_than_was_agreed(
    sold_as: tuple[Story, Original], data: st.DataObject
) -> None:
    """Told by ringing up anew what stays: what the shop keeps is that price, or the stored one."""
    story, sold = sold_as
    kept = sold.sale.payable_minor
    while True:
        left = {line.number: sold.left_milli(line) // 1000 for line in sold.sale.lines}
        left = {number: pieces for number, pieces in left.items() if pieces}
        if not left:
            return
        number = data.draw(st.sampled_from(sorted(left)))
        sold, found = story.refund(sold, (number, data.draw(st.integers(1, left[number]))))
        stays = basket(
            *(
                (story.products[line.product_id], str(sold.left_milli(line) // 1000))
                for line in sold.sale.lines
                if sold.left_milli(line)
            ),
            member=sold.sale.member_id is not None,
        )
        alone = quote(story.programme, stays).payable_minor if stays.lines else 0
        agreed = sold.sale.payable_minor - sum(
            line.net_minor for refund, _ in sold.earlier for line in refund.lines
        )
        # Tax that is added is reckoned on what costs more, and rounds apart: one unit a class.
        assert abs(kept - found.total_minor - min(kept, max(agreed, alone))) <= TAX_CLASSES
        kept -= found.total_minor


def _lots(story: Story, count: int | None = None) -> tuple:
    kept, story.does = story.does, story.does[:count]
    try:
        return story.state().lots
    finally:
        story.does = kept


def _each_tender_ends_where_it_began(sale: Sale, quotes: list[RefundQuote]) -> None:
    for tender in sale.tenders:
        gone = [t for q in quotes for t in q.tenders if t.number == tender.number]
        assert sum(t.amount_minor for t in gone) == tender.amount_minor
        coins = tender.amount_minor + tender.rounding_minor
        assert sum(t.given_minor for t in gone) == coins


def _no_line_gives_back_more_than_it_bore(sold: Original) -> None:
    for line in sold.sale.lines:
        pieces = sold.earlier_lines(line.number)
        for wallet, points in line.earned:
            taken = sum(dict(piece.earned).get(wallet, 0) for piece in pieces)
            assert taken == points  # I7: all of it came back, and never more
        assert sum(piece.net_minor for piece in pieces) == line.net_minor
        assert all(piece.net_minor >= 0 and piece.tax_minor >= 0 for piece in pieces)
