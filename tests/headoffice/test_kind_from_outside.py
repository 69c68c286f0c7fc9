"""A kind from outside in a chain: two files at the tills and at head office, and it travels.

What is stamped at one till is used at another, filed in head office's ledger, and judged by the
kind's own rules: no line of sync or head office names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from posloyalty.domain.engine.happening import activity
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.services.lending.lent_rights import Reach, held_back
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.sync import events
from tests.fakes.passport import PASSPORT, PASSPORTS, passport_kind
from tests.headoffice.a_chain import MEMBER, Chain, Placed, findings, in_reach, out_of_reach
from tests.headoffice.a_published_chain import published
from tests.headoffice.a_till import ATill
from tests.headoffice.judged import journal_of, judged, send
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import paid

STAMPED = "passport/tea"


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with passport_kind():
        yield


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    with published(tmp_path, database_url, PASSPORT) as found:
        yield found


def stamps(till: Placed, times: int) -> None:
    for _ in range(times):
        till.shop.till.acts.record(activity(MEMBER, STAMPED), till.shop.manager)


def with_passport(till: Placed) -> Basket:
    """An article for the member, and the full passport with it where there is one."""
    basket = till.counter.basket()
    for one in till.counter.quote(basket).proposals:
        if one.choice.kind == "passport":
            basket = basket.choosing(one.choice)
    return basket


def test_stamps_of_two_tills_fill_one_passport_that_is_used_once(chain: Chain) -> None:
    one, other = chain.tills
    stamps(other, 2)
    chain.talk()
    assert not with_passport(one).chosen
    stamps(one, 1)
    chain.talk()
    assert with_passport(one).chosen
    basket = with_passport(other)
    assert other.reserve(basket).lent == 1
    sale = other.counter.book(basket)
    (used,) = sale.offers
    assert (used.source, used.amount_minor, used.owned) == ("passport", 500, True)
    chain.talk()
    assert not with_passport(one).chosen
    found = judged(chain.office)
    assert (found.sales, found.variances, found.waiting) == (1, {}, {})


def test_goods_that_come_back_bring_the_passport_back(chain: Chain) -> None:
    one, other = chain.tills
    stamps(one, 3)
    sale = one.counter.book(with_passport(one))
    voids(one, sale)
    chain.talk()
    assert with_passport(other).chosen


@pytest.fixture
def dear(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """A full passport that takes off 8.00, more than a till risks; both tills know of it."""
    more = PASSPORT.replace('"5.00"', '"8.00"')
    with published(tmp_path, database_url, more) as found:
        stamps(found.tills[0], 3)
        found.talk()
        yield found


def test_out_of_reach_a_passport_is_used_where_it_was_lent_and_nowhere_else(dear: Chain) -> None:
    one, other = dear.tills
    baskets = with_passport(one), with_passport(other)
    assert one.reserve(baskets[0]).lent == 1
    for till in dear.tills:
        out_of_reach(till)
    (refused,) = other.counter.quote(baskets[1]).refused
    assert [reason.code for reason in refused.reasons] == ["RIGHT_NOT_LENT"]
    assert one.counter.book(baskets[0]).payable_minor == 1_200
    assert other.counter.book(baskets[1]).payable_minor == 2_000
    in_reach(dear)
    assert (passports_used(dear), findings(dear)) == ([1, 1], [])


@pytest.mark.parametrize(("paid_minor", "face"), [(0, 800), (300, 800), (900, 900)])
def test_what_it_takes_off_is_risked_however_little_was_paid_for_it(
    dear: Chain, paid_minor: int, face: int
) -> None:
    """A passport that takes off 8.00 and was sold for 3.00 costs the shop 8.00 if used twice."""
    services = dear.tills[1].shop.till
    now = services.clock.now()
    with services.book.read() as reader:
        programme = services.programmes.at(reader, now)
        assert programme is not None
        (right,) = (one for one in reader.ledger.rights_of(MEMBER) if one.kind == "passport")
        sold = structs.replace(right, paid_minor=paid_minor)

        def held(face_minor: int) -> list[str]:
            reach = Reach(
                online=False, denied=frozenset(), reached=now, sent=2**53, face_minor=face_minor
            )
            found = held_back(reader, programme, [sold], reach, now.date())
            return [why.code for why in found.values()]

        assert (held(face - 1), held(face)) == (["RIGHT_NOT_LENT"], [])


def test_in_reach_one_till_has_it_and_the_other_hears_so(dear: Chain) -> None:
    one, other = dear.tills
    baskets = with_passport(one), with_passport(other)
    with pytest.raises(ServiceRefusal, match="RIGHT_HELD"):
        other.counter.book(baskets[1])  # nobody asked head office
    assert one.reserve(baskets[0]).lent == 1
    (short,) = other.reserve(baskets[1]).short
    assert short.missing == 1
    assert other.counter.quote(baskets[1]).payable_minor == 2_000
    assert one.counter.book(baskets[0]).payable_minor == 1_200


def test_out_of_reach_one_of_little_worth_is_the_merchants_risk_and_named(chain: Chain) -> None:
    stamps(chain.tills[0], 3)
    chain.talk()
    baskets = [with_passport(till) for till in chain.tills]
    for till in chain.tills:
        out_of_reach(till)
    for till, basket in zip(chain.tills, baskets, strict=True):
        assert till.counter.book(basket).payable_minor == 1_500  # 5.00 off
    in_reach(chain)
    assert (passports_used(chain), findings(chain)) == ([1, 1], ["right_used_twice"])


def passports_used(chain: Chain) -> list[int]:
    """How often the member's passport was used, as each till knows."""
    found = []
    for till in chain.tills:
        with till.shop.till.book.read() as reader:
            rights = reader.ledger.rights_of(MEMBER)
        found += [one.used for one in rights if one.kind == "passport"]
    return found


def voids(till: Placed, sale: Sale) -> None:
    """Take the whole sale back, and the money with it."""
    refunds = till.shop.till.refunds
    lines = ((line.number, line.quantity_milli) for line in sale.lines)
    wish = replace(refunds.wish(*lines, kind=RefundKind.VOID), cause="mistake")
    refunds.complete(sale.id, wish, refunds.quote(sale.id, wish), till.shop.manager)


def goods_of(shop: Shop) -> Product:
    form = ProductForm(sku="SCARF", name="Scarf", price_minor=10_000, tax_class=tax_of(shop))
    return shop.till.catalogue.save_product(form, shop.manager)


def tax_of(shop: Shop) -> str:
    return shop.till.catalogue.tax_classes()[0].code


def rung(shop: Shop) -> events.Sale:
    """Three stamps, and a sale that a full passport lowers by 5.00."""
    till = shop.till
    form = EnrolForm(phone="13900000001", consents=(("terms", "", True),))
    member = till.enrol.enrol(form, shop.manager).member.id
    for _ in range(3):
        till.acts.record(activity(member, STAMPED), shop.manager)
    basket = till.check_out.open_basket().add(goods_of(shop))
    basket = basket.for_member(member, proof="card")
    (proposed,) = till.check_out.quote(basket).proposals
    basket = basket.choosing(proposed.choice)
    quote = till.check_out.quote(basket)
    till.check_out.complete(basket, quote, paid(quote), shop.manager)
    *_, sale = (events.decode(one.body) for one in journal_of(shop) if b'"t":"sale"' in one.body)
    assert isinstance(sale, events.Sale)
    return sale


def twice_as_much(sale: events.Sale) -> events.Sale:
    """The same, but the passport took off 10.00."""
    (line,) = sale.lines
    lowered = tuple((of, 2 * share) for of, share in line.offers)
    return structs.replace(sale, lines=(structs.replace(line, offers=lowered),))


@pytest.mark.parametrize("honest", [True, False])
def test_a_sale_that_used_one_is_judged_by_the_rules_of_the_kind(
    tmp_path: Path, office: OpenOffice, till: ATill, honest: bool
) -> None:
    office.publishing.keep(PASSPORTS.encode(), by="Ann")
    with new_shop(tmp_path / "shop") as shop:
        shop.till.programmes.install(PASSPORTS.encode())
        sale = rung(shop)
        send(till, office, journal_of(shop, tells=False), None if honest else twice_as_much)
    found = judged(office)
    assert found.sales == 1
    expected = {} if honest else {(sale.no, "differs"): [["offer", "tea", 1, 1000, 500]]}
    assert found.variances == expected
