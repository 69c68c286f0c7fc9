"""One wallet that pays and fills a card by itself: both are lent together, the payment first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.tender import CashRounding, Tender, take_cash
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.services.lending.held_leases import leases_of, left_in
from posloyalty.services.lending.reserve_for_sale import Reservation
from posloyalty.services.lending.reserve_use import ReserveUse
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.time import SeededChance
from tests.headoffice.a_chain import MEMBER, Chain, Placed
from tests.headoffice.a_kept_chain import chain_after
from tests.headoffice.a_network import ground_of
from tests.headoffice.a_published_chain import publish
from tests.headoffice.judged import judged
from tests.headoffice.policies import adopt_policy
from tests.headoffice.test_lent_uses import in_reach, named, out_of_reach
from tests.services.counter import goods, paid

BEANS = Asset(AssetKind.POINTS, "chain/beans", MEMBER)
HAS, FULL = 9, 10
PAYS, PIECES = 4, 6
"""9 beans less 4 that pay and 6 that the sale gives fill a card of 10, which takes 4 old ones."""
WALLETS = {
    "discount": 'unit = "points"\n[wallet.spend]\npoints = 1\nmoney = "1.00"',
    "tender": 'unit = "money"\nscale = 0\n'
    '[wallet.spend]\npoints = 1\nmoney = "1.00"\nas = "tender"',
}
MORE = f"""
[[earn]]
id = "bean"
name = {{ en = "Bean" }}
wallet = "beans"
per_piece = {{ points = 1 }}

[[rule]]
id = "card-full"
trigger = "wallet"
wallet = "beans"
reaches = {FULL}
takes = {FULL}
gives = {{ voucher = "drink" }}

[[wallet]]
id = "miles"

[[conversion]]
id = "to-miles"
from = "beans"
to = "miles"
gives = 1
gets = 1

[[voucher]]
id = "drink"
name = {{ en = "A free drink" }}
amount = "9.00"
"""


@dataclass
class Beans:
    """The chain, and how its beans pay: as a discount or as a tender."""

    chain: Chain
    way: str

    @property
    def tills(self) -> list[Placed]:
        return self.chain.tills

    def rung(self, till: Placed, pays: int = PAYS, pieces: int = PIECES) -> Sale:
        """A sale that is not booked yet."""
        basket = till.shop.till.check_out.open_basket().for_member(MEMBER, proof=CARD_PROOF)
        for _ in range(pieces):
            basket = basket.add(goods(1))
        if not pays:
            return Sale(till, basket, ())
        if self.way == "discount":
            wish = Redemption(wallet="beans", points=pays)
            return Sale(till, basket.redeeming(wish, wallet="beans"), ())
        quote = till.counter.quote(basket)
        of_wallet = till.shop.till.check_out.pay_from_wallet
        tender = of_wallet(basket, quote, (), wallet_id="beans", amount_minor=100 * pays)
        return Sale(till, basket, (tender,))


@dataclass
class Sale:
    """A sale that pays with beans at a till."""

    till: Placed
    basket: Basket
    tenders: tuple[Tender, ...]

    def asks(self) -> Reservation:
        return self.till.reserve(self.basket, self.tenders)

    def books(self, shown: Quote | None = None) -> int:
        """Book it, by the quote that was shown or a new one; returns how many drinks it gave."""
        before = drinks(self.till)
        quote = self.till.counter.quote(self.basket) if shown is None else shown
        if self.tenders:
            due, taken = quote.payable_minor, sum(one.amount_minor for one in self.tenders)
            cash = take_cash(due, self.tenders, given_minor=due - taken, rounding=CashRounding())
            self.till.counter.pay(self.basket, quote, (*self.tenders, cash))
        else:
            self.till.counter.pay(self.basket, quote, paid(quote))
        return drinks(self.till) - before


@pytest.fixture(params=["discount", "tender"])
def beans(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> Iterator[Beans]:
    """The member has nine beans, which every till knows of and none was lent; in the end head
    office verifies, and found nothing odd about any sale.
    """
    head = '[[wallet]]\nid = "beans"\nname = { en = "Beans" }\n'
    more = f"\n{head}{WALLETS[request.param]}\n{MORE}"
    with chain_after(has_beans, tmp_path, url=database_url, more=more) as chain:
        found = Beans(chain, request.param)
        assert [(beans_at(till), held(till)) for till in found.tills] == [(HAS, 0), (HAS, 0)]
        yield found
        while chain.office.follow():
            pass
        proof = verify_office(chain.office.database, chain.office.office, lambda *_: None)
        assert proof.holds, proof.first
        assert judged(chain.office).variances == {}
        assert named(chain) == []


def has_beans(chain: Chain, more: str) -> None:
    chain.talk()
    # Nothing is lent ahead, so that the figures are those of the sales.
    adopt_policy(chain.office.administration, replace(RiskPolicy(), lease_minor=0))
    publish(chain, more)
    found = Beans(chain, way="")
    for till, pieces in zip(found.tills, (HAS // 2, HAS - HAS // 2), strict=True):
        assert found.rung(till, 0, pieces).books() == 0
    quiet(chain)


def quiet(chain: Chain) -> None:
    """Everybody hears of everything, and what lies at a till for later comes back."""
    chain.talk()
    chain.clock.pass_time(timedelta(minutes=11))
    chain.talk()


def drinks(till: Placed) -> int:
    with till.shop.till.book.read() as reader:
        return sum(right.of == "drink" for right in reader.ledger.rights_of(MEMBER))


def beans_at(till: Placed) -> int:
    wallets = till.counter.quote(till.counter.basket()).wallets
    return next(one.balance for one in wallets if one.wallet == "beans")


def held(till: Placed) -> int:
    """How many beans a till was lent."""
    with till.shop.till.book.read() as reader:
        return left_in(leases_of(reader, BEANS, till.shop.till.clock.now().date()))


def test_in_reach_a_sale_is_lent_what_it_pays_and_what_its_card_takes(beans: Beans) -> None:
    one = beans.tills[0]
    sale = beans.rung(one)
    found = sale.asks()
    assert (found.lent, found.gives_more, found.short) == (PAYS + FULL - PIECES, True, ())
    assert held(one) == 8
    assert sale.books() == 1
    assert held(one) == 0  # 4 paid and 4 went into the card with the sale's own 6
    beans.chain.talk()
    assert [(beans_at(till), drinks(till)) for till in beans.tills] == [(1, 1), (1, 1)]


@pytest.mark.long(beside="test_in_reach_a_sale_is_lent_what_it_pays_and_what_its_card_takes")
def test_asking_again_for_the_same_sale_asks_for_nothing_more(beans: Beans) -> None:
    sale = beans.rung(beans.tills[0])
    assert [sale.asks().lent for _ in range(2)] == [8, 0]
    assert sale.books() == 1
    beans.chain.talk()


@pytest.mark.long(sample=1)
def test_where_a_part_is_lent_the_payment_has_it_and_the_card_stays_full(beans: Beans) -> None:
    one, other = beans.tills
    first, second = beans.rung(other, 3, 1), beans.rung(one)
    assert first.asks().lent == 3
    found = second.asks()
    assert (found.lent, found.gives_more, found.short) == (6, True, ())  # 2 more were wanted
    assert second.books() == 0
    assert first.books() == 0
    beans.chain.talk()
    # 9 + 6 - 4 and 1 - 3 are 9; nothing was spent twice
    assert [(beans_at(till), drinks(till)) for till in beans.tills] == [(9, 0), (9, 0)]


@pytest.mark.long(sample=1)
def test_where_less_is_lent_than_pays_only_what_pays_is_short(beans: Beans) -> None:
    one, other = beans.tills
    first, second = beans.rung(other, 7, 1), beans.rung(one)
    assert first.asks().lent == 7
    shown = one.counter.quote(second.basket)
    found = second.asks()
    assert (found.lent, found.gives_more) == (2, False)
    (short,) = found.short
    assert (short.wallet, short.missing, short.worth_minor) == ("beans", 2, 200)
    assert [one.n for one in short.elsewhere] == [7]
    with pytest.raises(ServiceRefusal, match="LEASE_SHORT"):
        second.books(shown)
    assert one.counter.quote(second.basket).redemptions == ()  # it is shown from now on
    fewer = beans.rung(one, 2)
    assert fewer.asks().short == ()
    assert (fewer.books(), first.books()) == (0, 0)
    beans.chain.talk()
    assert [beans_at(till) for till in beans.tills] == [7, 7]


@pytest.mark.long(
    beside="tests/headoffice/test_lent_takes.py::test_two_tills_in_reach_do_not_both_give_for_the_same_card"
)
def test_two_tills_in_reach_do_not_both_fill_the_card(beans: Beans) -> None:
    one, other = beans.tills
    first, second = beans.rung(one), beans.rung(other, 1)
    assert first.asks().lent == 8
    assert second.asks().short == ()  # the one bean that is left pays
    assert (first.books(), second.books()) == (1, 0)
    beans.chain.talk()
    assert [(beans_at(till), drinks(till)) for till in beans.tills] == [(6, 1), (6, 1)]


@pytest.mark.long(sample=1)
def test_what_was_lent_before_the_line_broke_pays_and_fills_the_card(beans: Beans) -> None:
    one, other = beans.tills
    sale = beans.rung(one)
    sale.asks()
    out_of_reach(one)
    out_of_reach(other)
    at_risk = beans.rung(other, 1)
    assert sale.books() == 1
    assert at_risk.books() == 0  # 1.00 is within what the merchant risks; no card is
    in_reach(beans.chain)
    spent = PAYS + FULL + 1
    assert [beans_at(till) for till in beans.tills] == [HAS + 2 * PIECES - spent] * 2


@pytest.mark.long(sample=1)
def test_out_of_reach_what_is_lent_for_the_payment_fills_no_card(beans: Beans) -> None:
    one = beans.tills[0]
    beans.rung(one, pieces=1).asks()
    assert held(one) == PAYS
    out_of_reach(one)
    assert beans.rung(one).books() == 0
    assert held(one) == 0
    in_reach(beans.chain)


@pytest.mark.long(sample=1)
def test_a_sale_whose_gift_fills_the_card_asks_for_the_payment_alone(beans: Beans) -> None:
    one = beans.tills[0]
    sale = beans.rung(one, pays=1, pieces=FULL)
    assert sale.asks().lent == 1
    assert sale.books() == 1
    beans.chain.talk()


@pytest.mark.long(sample=1)
def test_a_payment_that_is_chosen_after_the_goods_asks_for_the_rest(beans: Beans) -> None:
    one = beans.tills[0]
    sale = beans.rung(one)
    assert replace(sale, basket=beans.rung(one, 0).basket, tenders=()).asks().lent == 4
    quote = one.counter.quote(sale.basket)
    assert sale.asks().lent == 4  # 8 in all
    assert sale.books(quote) == 1  # by the quote that was shown
    beans.chain.talk()
    assert [(beans_at(till), drinks(till)) for till in beans.tills] == [(1, 1), (1, 1)]


@pytest.mark.long(sample=1)
def test_what_a_till_holds_pays_before_it_fills_a_card(beans: Beans) -> None:
    one, other = beans.tills
    assert beans.rung(other, 3, 1).asks().lent == 3
    assert beans.rung(one).asks().lent == 6
    more = beans.rung(one, 7, 8)
    found = more.asks()  # 7 that pay and 2 for the card; 6 are here
    assert (found.lent, [(short.wallet, short.missing) for short in found.short]) == (
        0,
        [("beans", 1)],
    )


def test_an_act_is_not_refused_for_want_of_what_a_card_takes(beans: Beans) -> None:
    one = beans.tills[0]
    till = one.shop.till
    assert beans.rung(one, 0).books() == 0  # 15 here, of which head office knows 9
    use = ReserveUse(
        ground_of(till, SeededChance(5)),
        reserving=one.way.reserving,
        acts=till.acts,
        claims=till.claims,
    )
    recorded = Recorded(what="to-miles", quantity=2)
    act = Happening(trigger=Trigger.ACTIVITY, recorded=recorded, member_id=MEMBER)
    found = use.of(act)
    assert (found.lent, found.short) == (9, ())  # 2 are turned into miles, 10 would fill a card
    till.acts.record(act, one.shop.manager)
    assert (beans_at(one), drinks(one), held(one)) == (13, 0, 7)
