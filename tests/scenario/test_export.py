"""A quote written as a scenario runs and passes, whatever it was made from, and names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resources
from posloyalty.domain.engine.quote import ProgrammeRef, Quote
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load as load_rules
from posloyalty.domain.programme.without import without_programme
from posloyalty.domain.shop.basket import Basket, Chosen, Redemption
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.scenario.export import scenario_of
from posloyalty.scenario.load import load
from posloyalty.scenario.run import run
from posloyalty.scenario.scenario import Scenario
from posloyalty.scenario.telling import finding_sentence
from posloyalty.scenario.workshop import Workshop
from posloyalty.scenario.world import World
from posloyalty.services.members.enrol_member import EnrolForm
from posloyalty.services.selling.counter_facts import counter_store
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.wording import Words
from tests.scenario.played import whole
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import paid

DAWN = resources.read("programmes/dawn-club.toml")
PHONE = "13800000042"
GOODS = {
    "COF1": ("28.00", ("coffee",)),
    "CAKE1": ("15.50", ("cake",)),
    "MILK1": ("12.90", ("milk",)),
    "GRN1": ("5.00", ("green",)),
    "COAT": ("199.90", ()),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Dawn Club with goods, taxes of both kinds, and a member."""
    with new_shop(Path(tmp_path_factory.mktemp("export"))) as made:
        till = made.till
        added = TaxClass("added10", "10 %", Ratio(1, 10), TaxMode.EXCLUSIVE)
        till.catalogue.save_tax_class(added, made.manager)
        for place, (sku, (price, tags)) in enumerate(GOODS.items()):
            tax = "std13" if place % 2 else "added10"
            form = ProductForm(
                sku=sku,
                name=sku,
                price_minor=int(price.replace(".", "")),
                tax_class=tax,
                tags=tags,
            )
            till.catalogue.save_product(form, made.manager)
        loose = ProductForm(sku="OPEN", name="Loose", price_minor=None, tax_class="std13")
        till.catalogue.save_product(loose, made.manager)
        till.enrol.enrol(
            EnrolForm(
                phone=PHONE,
                name="Ann Maria Lopez",
                birthday=Birthday(11, 25, 1990),
                consents=(("terms", "", True),),
            ),
            made.manager,
        )
        yield made


def text_of(shop: Shop, basket: Basket, quote: Quote, *, programme: bytes = DAWN) -> str:
    rules = shop.till.check_out._rules()
    made_with = load_rules(programme) if programme else None
    if not isinstance(made_with, Programme):
        made_with = without_programme(rules.currency, rules.zone)
    with shop.till.book.read() as reader:
        store = counter_store(reader, made_with, quote.at, rules)
    return scenario_of(quote, basket, programme=programme, store=store, name="Why")


def made_by(programme: bytes, quote: Quote) -> Quote:
    """The quote as if another file had made it."""
    return replace(quote, programme=ProgrammeRef("dawn-club", 1, sha256(programme).digest()))


def played(text: str, workshop: Workshop) -> list[str]:
    """What is wrong with a text, or differs from it."""
    scenario = load(text.encode("utf-8"))
    if isinstance(scenario, list):
        return [finding_sentence(one, file="why", words=Words("en")) for one in scenario]
    return [repr(d) for one in run(scenario, workshop) for d in one.differences]


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    goods=st.lists(
        st.tuples(st.sampled_from([*GOODS, "OPEN"]), st.integers(1, 4)), min_size=1, max_size=5
    ),
    points=st.sampled_from([0, 100, 300]),
    days=st.integers(1, 60),
    proof=st.sampled_from(["card", "phone"]),
    declined=st.booleans(),
)
def test_a_quote_becomes_a_scenario_that_passes(
    shop: Shop,
    workshop: Workshop,
    goods: list[tuple[str, int]],
    points: int,
    days: int,
    proof: str,
    declined: bool,
) -> None:
    till = shop.till
    shop.clock.pass_time(timedelta(days=days, hours=days % 24))
    basket = till.check_out.open_basket()
    for sku, count in goods:
        (product,) = till.catalogue.search(sku, 1)
        price = 1234 if product.price_minor is None else None
        basket = basket.add(product, quantity_milli=1000 * count, unit_price_minor=price)
    basket = basket.for_member(till.members.by_phone(PHONE), proof=proof)
    basket = basket.redeeming(Redemption(wallet="points", points=points), wallet="points")
    basket = basket.declining("five-off", declined=declined)
    quote = till.check_out.quote(basket)
    assert played(text_of(shop, basket, quote), workshop) == []
    till.check_out.complete(basket, quote, paid(quote), shop.manager)


def test_the_member_is_nobody(shop: Shop, workshop: Workshop) -> None:
    till = shop.till
    member_id = till.members.by_phone(PHONE)
    assert member_id is not None
    basket = till.check_out.open_basket().add(till.catalogue.search("COAT", 1)[0])
    basket = basket.for_member(member_id, proof="card")
    text = text_of(shop, basket, till.check_out.quote(basket))
    for personal in ("Ann", "Lopez", PHONE, PHONE[-4:], "1990", member_id.hex()):
        assert personal not in text
    assert 'birthday = "11-25"' in text
    without = DAWN.replace(b"birthday", b"anniversary")
    quote = made_by(without, till.check_out.quote(basket))
    assert "11-25" not in text_of(shop, basket, quote, programme=without)


def test_a_quote_is_never_written_down_with_another_programme(shop: Shop) -> None:
    basket = shop.till.check_out.open_basket().add(shop.till.catalogue.search("COAT", 1)[0])
    quote = shop.till.check_out.quote(basket)
    with pytest.raises(ValueError, match="another programme"):
        text_of(shop, basket, quote, programme=DAWN + b"\n")


OWNING = b"""
language = 2
id = "owning"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[rule]]
id = "joined"
trigger = "sign_up"
gives = [{ voucher = "five" }, { points = 300 }]
[[voucher]]
id = "five"
codes = "each"
amount = "5.00"
[[voucher]]
id = "spring"
code = "SPRING"
percent = "10%"
[[reward]]
id = "tea"
cost = 100
free = { up_to = "10.00" }
"""


def test_what_was_chosen_is_chosen_again(workshop: Workshop, tmp_path: Path) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        till = shop.till
        till.programmes.install(OWNING)
        form = ProductForm(sku="TEA", name="Tea", price_minor=1200, tax_class="std13")
        tea = till.catalogue.save_product(form, shop.manager)
        joining = EnrolForm(phone=PHONE, consents=(("terms", "", True),))
        joined = till.enrol.enrol(joining, shop.manager).member
        basket = till.check_out.open_basket().add(tea).add(tea, unit_price_minor=2000)
        basket = basket.for_member(joined.id, proof="card")
        five, reward = (
            next(one.choice for one in till.check_out.quote(basket).proposals if one.uses.of == of)
            for of in ("five", "tea")
        )
        spring = Chosen(kind="voucher", of="spring", code="SPRING")
        for one in (five, replace(reward, line=1), spring):
            basket = basket.choosing(one)
        quote = till.check_out.quote(basket)
        assert {one.offer_id for one in quote.offers} == {"five", "spring", "tea"}
        text = text_of(shop, basket, quote, programme=OWNING)
    assert "LV1:" not in text
    assert played(text, workshop) == []


def test_a_quote_without_a_programme_is_written_down_without_one(
    workshop: Workshop, tmp_path: Path
) -> None:
    with new_shop(tmp_path, programme=None) as shop:
        form = ProductForm(sku="TEA", name="Tea", price_minor=1200, tax_class="std13")
        tea = shop.till.catalogue.save_product(form, shop.manager)
        basket = shop.till.check_out.open_basket().add(tea)
        text = text_of(shop, basket, shop.till.check_out.quote(basket), programme=b"")
    assert "[programme]" not in text
    assert played(text, workshop) == []


def test_a_wrong_quote_is_found_when_it_runs(shop: Shop, workshop: Workshop) -> None:
    till = shop.till
    basket = till.check_out.open_basket().add(till.catalogue.search("COAT", 1)[0])
    text = text_of(shop, basket, till.check_out.quote(basket))
    assert played(text, workshop) == []
    assert played(text.replace('net = "', 'net = "1'), workshop) != []


def test_whatever_a_member_may_own_survives(workshop: Workshop, tmp_path: Path) -> None:
    piece = """
[[member]]
id = "li"
birthday = "02-29"
joined = 2024-02-29
tier = [{ level = "gold", met = 2025-12-01, through = 2026-12-01 }]
lots = [
    { wallet = "stars", points = "4.92", left = "1.20", earned = 2025-12-05, last = 2026-06-01 },
    { wallet = "stars", points = "5.00", from = 2026-02-01 },
    { wallet = "stars", points = "6.00", pending = true },
    { wallet = "points", points = 1000, last = 2026-03-31 },
]
rights = [
    { kind = "voucher", of = "welcome", last = 2026-03-31, code = "SECRET" },
    { kind = "pass", of = "coffee", uses = 30, used = 7, paid = "360.00" },
    { kind = "reward", of = "mug", held = true },
    { kind = "reward", of = "cap", cancelled = true },
]
meters = [
    { meter = "visits", on = 2025-12-30, amount = 2 },
    { meter = "visits", on = 2026-01-01, amount = 1, at = 2026-01-01T09:58:00 },
    { meter = "spend", on = 2025-12-30, amount = -500 },
]
history = [{ on = 2024-11-03, spend = "45.00" }, { on = 2025-12-03, spend = "9.00" }]

[programme]
text = '''
[[wallet]]
id = "stars"
scale = 2
cap = [{ points = "20.00", per = "day", mode = "trim" }]

[[wallet]]
id = "points"

[wallet.spend]
points = 100
money = "1.00"

[[earn]]
id = "stars"
wallet = "stars"
per_spend = { points = "0.50", money = "1.00" }

[[tier_scheme]]
id = "level"
wallet = "stars"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 3, times = "1.2" }]

[[offer]]
id = "first"
scope = "order"
percent = "10%"
when = { first_purchase = true }
'''

[[when]]
step = "wait"
member = "li"
"""
    scenario = load(whole(piece).encode("utf-8"))
    assert isinstance(scenario, Scenario)
    (case,) = scenario.cases
    world = World(case, workshop)
    try:
        world.pass_to(case.starts)
        (placed,) = world.tills.values()
        till = placed.till
        basket = till.check_out.open_basket().add(till.catalogue.search("COFFEE", 1)[0])
        basket = basket.for_member(world.members["li"], proof="card")
        basket = basket.redeeming(Redemption(wallet="points", points=500), wallet="points")
        quote = till.check_out.quote(basket)
        with till.book.read() as reader:
            stored = reader.programmes.effective(case.starts)
            assert stored is not None
            rules = load_rules(stored.toml)
            assert isinstance(rules, Programme)
            store = counter_store(reader, rules, quote.at, till.check_out._rules())
        text = scenario_of(quote, basket, programme=stored.toml, store=store, name="Li")
    finally:
        world.close()
    assert "SECRET" not in text
    assert played(text, workshop) == []
    again = load(text.encode("utf-8"))
    assert isinstance(again, Scenario)
    other = World(again.cases[0], workshop)
    try:
        (placed,) = other.tills.values()
        state = other.till_books("T1").state("member")
    finally:
        other.close()
    assert state is not None
    assert quote.state is not None
    assert state.purchases == quote.state.purchases
    assert sorted((o.original, o.remaining, o.last_day or o.earned_on) for o in state.lots) == (
        sorted((o.original, o.remaining, o.last_day or o.earned_on) for o in quote.state.lots)
    )
    assert sorted((o.kind, o.of, o.used, o.held) for o in state.rights) == (
        sorted((o.kind, o.of, o.used, o.held) for o in quote.state.rights)
    )
    sums = [
        sum(m.amount for m in one.meters if "visits" in m.meter) for one in (state, quote.state)
    ]
    assert sums == [3, 3]


@pytest.mark.parametrize("text", ["it's", "'''", "back \\ slash \"quoted\" ''' three"])
def test_a_programme_with_any_text_in_it_comes_through(
    text: str, shop: Shop, workshop: Workshop
) -> None:
    till = shop.till
    basket = till.check_out.open_basket().add(till.catalogue.search("COAT", 1)[0])
    programme = DAWN + b"# " + text.encode("utf-8") + b"\n"
    quote = made_by(programme, till.check_out.quote(basket))
    assert played(text_of(shop, basket, quote, programme=programme), workshop) == []
