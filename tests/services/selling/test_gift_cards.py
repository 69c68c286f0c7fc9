"""Gift cards on a real book: what the screen is told, and what the journal is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.engine.stored_value import CardState, card_id
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import TenderRefusal
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.wording import LANGUAGES, Words
from tests.services.conftest import Shop
from tests.services.counter import paid
from ui.presenters.amounts import Figures
from ui.presenters.blocked_lines import blocked_sentence

PROGRAMME = """
language = 2
id = "cards"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
[[gift_card]]
id = "gift"
name = { en = "Gift card", zh_CN = "礼品卡" }
bonus = [{ from = "100.00", gets = "20.00" }]
"""
CODE = "LG1:SECRET7777"


@pytest.fixture
def loaded(shop: Shop) -> Shop:
    till = shop.till
    till.programmes.install(PROGRAMME.encode("utf-8"))
    any_product = till.catalogue.search("")[0]
    card = Product(
        id=b"gift-card-number",
        sku="GIFT",
        name="Gift card",
        price_minor=None,
        tax_class=any_product.tax_class,
        gift_card=True,
    )
    with till.book.write() as unit:
        unit.catalogue.save_product(card, initials="")
        unit.commit()
    ring(shop, till.check_out.open_basket().add(card, unit_price_minor=10_000, card=CODE))
    return shop


def ring(shop: Shop, basket: Basket) -> None:
    quote = shop.till.check_out.quote(basket)
    shop.till.check_out.complete(basket, quote, paid(quote), shop.manager)


def test_a_card_is_shown_with_what_was_paid_for_and_its_bonus(loaded: Shop) -> None:
    view = loaded.till.gift_cards.look_up(CODE.lower(), "en")
    assert (view.card, view.name, view.state) == ("•7777", "Gift card", CardState.ACTIVE)
    assert (view.balance_minor, view.principal_minor, view.bonus_minor) == (12_000, 10_000, 2_000)
    assert (view.last_day, view.owner) == (None, None)
    assert view.as_of == loaded.till.clock.now()


def test_a_card_is_named_in_the_language_of_who_asks(loaded: Shop) -> None:
    cards = loaded.till.gift_cards
    assert cards.look_up(CODE).name == "礼品卡"  # the shop's papers
    assert cards.look_up(CODE, "en").name == "Gift card"
    moved = cards.replace(CODE, "LG1:ANOTHER222", loaded.manager, language="en")
    assert moved.name == "Gift card"


def test_the_code_is_nowhere_in_the_journal(loaded: Shop) -> None:
    tender = loaded.till.gift_cards.tender(CODE, 5_000, ())
    assert (tender.reference, tender.account_id) == ("•7777", card_id(CODE))
    with loaded.till.book.read() as reader:
        bodies = [one.body for one in reader.journal.events()]
    assert any(isinstance(events.decode(body), events.Sale) for body in bodies)
    assert not any(b"SECRET" in body for body in bodies)


def test_a_tender_takes_what_is_due_or_what_is_there_and_the_same_card_no_more(
    loaded: Shop,
) -> None:
    cards = loaded.till.gift_cards
    first = cards.tender(CODE, 20_000, (), amount_minor=4_000)
    rest = cards.tender(CODE, 20_000, (first,))
    assert (first.amount_minor, rest.amount_minor, rest.number) == (4_000, 8_000, 2)
    with pytest.raises(ServiceRefusal) as refused:
        cards.tender(CODE, 20_000, (first, rest))
    assert (refused.value.reason, refused.value.facts["balance_minor"]) == (
        "CARD_TOO_LITTLE",
        12_000,
    )
    with pytest.raises(TenderRefusal) as more:
        cards.tender(CODE, 3_000, (), amount_minor=3_001)
    assert more.value.reason == "MORE_THAN_DUE"


def test_a_frozen_card_stays_so_until_somebody_with_authority_thaws_it(loaded: Shop) -> None:
    cards = loaded.till.gift_cards
    cashier = Operator(id=b"C" * 16, name="Lin", role=Role.CASHIER)
    cards.freeze(CODE, cashier)
    cards.freeze(CODE, cashier)
    assert cards.look_up(CODE).state is CardState.FROZEN
    for act in (
        lambda: cards.unfreeze(CODE, cashier),
        lambda: cards.replace(CODE, "2002", cashier),
    ):
        with pytest.raises(ServiceRefusal) as refused:
            act()
        assert refused.value.reason == "NOT_ALLOWED"
    cards.unfreeze(CODE, loaded.manager)
    assert cards.look_up(CODE).state is CardState.ACTIVE
    assert loaded.till.verify.verify().holds


def test_a_new_card_gets_everything_and_only_a_new_one(loaded: Shop) -> None:
    cards = loaded.till.gift_cards
    with pytest.raises(ServiceRefusal) as used:
        cards.replace(CODE, CODE, loaded.manager)
    moved = cards.replace(CODE, "2002", loaded.manager)
    assert (moved.principal_minor, moved.bonus_minor) == (10_000, 2_000)
    assert cards.look_up(CODE).state is CardState.FROZEN
    with pytest.raises(ServiceRefusal) as empty:
        cards.replace(CODE, "3003", loaded.manager)
    with pytest.raises(ServiceRefusal) as unknown:
        cards.look_up("4711")
    reasons = [one.value.reason for one in (used, empty, unknown)]
    assert reasons == ["CARD_IN_USE", "CARD_EMPTY", "NO_SUCH_CARD"]
    assert loaded.till.verify.verify().holds


def test_for_a_cashier_somebody_answers_for_moving_a_card(loaded: Shop) -> None:
    cashier = Operator(id=b"C" * 16, name="Lin", role=Role.CASHIER)
    cards = loaded.till.gift_cards
    moved = cards.replace(CODE, "2002", cashier, approved_by=loaded.manager)
    assert moved.principal_minor == 10_000
    with loaded.till.book.read() as reader:
        last = events.decode(list(reader.journal.events())[-1].body)
    assert isinstance(last, events.Act)
    assert (last.actor, last.ok) == (cashier.id.hex(), loaded.manager.id.hex())


@pytest.mark.parametrize(
    ("amount", "cards", "told"),
    [
        (90_000, (CODE,), []),
        (90_001, (CODE,), [(1, "CARD_ABOVE_MOST")]),
        (1_000, ("",), [(1, "CARD_CODE_NEEDED")]),
        (1_000, (CODE, CODE), [(2, "CARD_TWICE")]),
        (100_001, ("2002", CODE), [(1, "CARD_ABOVE_MOST"), (2, "CARD_ABOVE_MOST")]),
    ],
)
def test_what_a_card_may_not_hold_is_said_at_its_line_before_anybody_pays(
    loaded: Shop, amount: int, cards: tuple[str, ...], told: list[tuple[int, str]]
) -> None:
    till = loaded.till
    product = next(one for one in till.catalogue.search("GIFT") if one.gift_card)
    basket = till.check_out.open_basket()
    for code in cards:
        basket = basket.add(product, unit_price_minor=amount, card=code)
    blocked = till.check_out.quote(basket).blocked
    assert [(one.number, one.reasons[0].code) for one in blocked] == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_these_reasons_has_words(loaded: Shop, language: str) -> None:
    till = loaded.till
    product = next(one for one in till.catalogue.search("GIFT") if one.gift_card)
    basket = till.check_out.open_basket().add(product, unit_price_minor=90_001, card=CODE)
    (one,) = till.check_out.quote(basket).blocked
    figures = Figures(words=Words(language), currency=basket.currency)
    said = blocked_sentence(one, figures)
    assert "1,000.00" in said
    assert "100.00" in said


def test_the_market_bounds_a_card_that_the_programme_does_not(loaded: Shop) -> None:
    till = loaded.till
    card = next(one for one in till.catalogue.search("GIFT") if one.gift_card)
    assert till.shop.details().country == "CN"
    with pytest.raises(ServiceRefusal) as above:
        ring(loaded, till.check_out.open_basket().add(card, unit_price_minor=90_001, card=CODE))
    assert above.value.reason == "CARD_ABOVE_MOST"
    assert above.value.facts == {"most_minor": 100_000, "held_minor": 10_000}
    elsewhere = replace(till.shop.details(), country="HK")
    till.shop.save(elsewhere, loaded.manager)
    ring(loaded, till.check_out.open_basket().add(card, unit_price_minor=90_001, card=CODE))
    assert till.gift_cards.look_up(CODE).principal_minor == 100_001
