"""A sale from the empty basket to the committed book, on a real book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

import resources
from posloyalty.domain.ledger.transfer import Account, AccountKind, TransferCode
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.tender import Tender, TenderKind, take_exact
from posloyalty.services.ports import PrintState
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.check_out import CheckOut
from posloyalty.sync.events import MemberEdit
from tests.fakes.book import add_member
from tests.fakes.time import SHANGHAI
from tests.services.counter import OPERATOR, Counter, goods, opened, paid

LEDGER = "dawn-club/points"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with opened(tmp_path) as made:
        yield made


def balance(counter: Counter, member_id: bytes) -> int:
    with counter.rig.book.read() as reader:
        taken, given = reader.ledger.balance(Account(LEDGER, AccountKind.MEMBER, member_id))
    return given - taken


def events(counter: Counter) -> list[str]:
    with counter.rig.book.read() as reader:
        return [event.kind for event in reader.journal.events()]


def for_member(counter: Counter, *numbers: int, proof: str = "card") -> Basket:
    """A basket with some articles for a new member."""
    member_id = add_member(counter.rig)
    return filled(counter, *numbers).for_member(member_id, proof=proof)


def filled(counter: Counter, *numbers: int) -> Basket:
    basket = counter.check_out.open_basket()
    for number in numbers:
        basket = basket.add(goods(number))
    return basket


def test_a_sale_is_quoted_paid_and_stored_with_everything_that_was_quoted(
    counter: Counter,
) -> None:
    basket = for_member(counter, 1, 2)
    quote = counter.check_out.quote(basket)
    sale = counter.check_out.complete(basket, quote, paid(quote, given_minor=5000), OPERATOR)
    assert sale.payable_minor == quote.payable_minor == 3800  # the welcome offer, 5 % of 40.00
    assert sale.change_minor == 1200
    assert [(p.wallet, p.earned, p.balance_after) for p in sale.points] == [("points", 38, 38)]
    assert sum(line.net_minor for line in sale.lines) == sale.payable_minor
    assert sale.number.startswith("S01-T02-1-")
    with counter.rig.book.read() as reader:
        stored = reader.sales.by_id(basket.sale_id)
        assert stored is not None
        assert stored.sale == sale
        assert stored.printed is PrintState.WAITING
    assert basket.member_id is not None
    assert balance(counter, basket.member_id) == 38


def test_a_guest_buys_without_points(counter: Counter) -> None:
    sale = counter.ring(filled(counter, 1))
    assert (sale.member_id, sale.points, sale.payable_minor) == (None, (), 2000)


def test_the_second_purchase_no_longer_gets_the_welcome_offer(counter: Counter) -> None:
    first = for_member(counter, 1, 2)
    assert [offer.offer_id for offer in counter.ring(first).offers] == ["welcome"]
    again = filled(counter, 1, 2).for_member(first.member_id, proof="card")
    assert counter.ring(again).offers == ()


def test_points_earned_are_spent_with_the_card_and_the_lots_follow(counter: Counter) -> None:
    first = for_member(counter, 12)
    counter.ring(first)
    before = balance(counter, first.member_id or b"")
    basket = filled(counter, 1).for_member(first.member_id, proof="card")
    basket = basket.redeeming(Redemption(wallet="points", points=100), wallet="points")
    sale = counter.ring(basket)
    assert (sale.redeemed_minor, sale.payable_minor) == (100, 1900)
    assert sale.lines[0].redeemed == (("points", 100, 100),)
    assert balance(counter, first.member_id or b"") == before - 100 + 19
    with counter.rig.book.read() as reader:
        posted = [t.code for t in reader.ledger.done_by(sale.id).transfers]
    assert posted == [TransferCode.REDEEM, TransferCode.EARN]


def test_a_member_found_by_phone_earns_but_does_not_spend(counter: Counter) -> None:
    first = for_member(counter, 12)
    counter.ring(first)
    basket = filled(counter, 1).for_member(first.member_id, proof="phone")
    basket = basket.redeeming(Redemption(wallet="points", points=100), wallet="points")
    quote = counter.check_out.quote(basket)
    assert quote.redemptions == ()
    assert [reason.code for reason in quote.usable[0].reasons] == ["NEEDS_CARD"]
    assert quote.earnings[0].points == 20


def test_the_same_sale_id_twice_books_once_and_answers_alike(counter: Counter) -> None:
    basket = for_member(counter, 1)
    quote = counter.check_out.quote(basket)
    first = counter.check_out.complete(basket, quote, paid(quote), OPERATOR)
    again = counter.check_out.complete(basket, quote, paid(quote), OPERATOR)
    assert again == first
    assert events(counter).count("sale") == 1
    assert balance(counter, basket.member_id or b"") == first.points[0].earned


def test_an_empty_basket_is_not_sold(counter: Counter) -> None:
    basket = counter.check_out.open_basket()
    quote = counter.check_out.quote(basket)
    with pytest.raises(ServiceRefusal) as refused:
        counter.check_out.complete(basket, quote, (), OPERATOR)
    assert refused.value.reason == "EMPTY"


@pytest.mark.parametrize(
    ("amount", "reason", "fact"),
    [(1999, "UNPAID", {"due_minor": 1}), (2001, "OVERPAID", {"over_minor": 1})],
)
def test_what_is_not_paid_exactly_is_refused(
    counter: Counter, amount: int, reason: str, fact: dict[str, int]
) -> None:
    basket = filled(counter, 1)
    tender = Tender(number=1, kind=TenderKind.CARD, amount_minor=amount, given_minor=amount)
    with pytest.raises(ServiceRefusal) as refused:
        counter.check_out.complete(basket, counter.check_out.quote(basket), (tender,), OPERATOR)
    assert (refused.value.reason, refused.value.facts) == (reason, fact)
    assert "sale" not in events(counter)


def test_a_quote_is_stale_when_the_members_lots_changed_meanwhile(counter: Counter) -> None:
    basket = for_member(counter, 1)
    quote = counter.check_out.quote(basket)
    counter.ring(filled(counter, 2).for_member(basket.member_id, proof="card"))
    refused_as_stale(counter, basket, quote)


def test_a_quote_is_stale_when_the_programme_changed(counter: Counter) -> None:
    basket = filled(counter, 1)
    quote = counter.check_out.quote(basket)
    counter.rig.clock.pass_time(timedelta(seconds=1))
    text = resources.read("programmes/dawn-club.toml").decode()
    counter.programmes.install(text.replace("version = 1", "version = 2", 1).encode())
    refused_as_stale(counter, basket, quote)
    assert quote.programme.version == 1
    assert counter.check_out.quote(basket).programme.version == 2


def test_a_quote_is_stale_when_the_basket_is_another(counter: Counter) -> None:
    basket = filled(counter, 1)
    refused_as_stale(counter, basket.add(goods(2)), counter.check_out.quote(basket))


def test_a_quote_is_stale_when_something_else_is_taken_off_by_hand(counter: Counter) -> None:
    basket = for_member(counter, 0, 1)
    quote = counter.check_out.quote(basket)
    refused_as_stale(counter, basket.discounting(0, DiscountByHand(hundredths=100)), quote)


def test_a_quote_is_stale_after_the_business_day(counter: Counter) -> None:
    basket = filled(counter, 1)
    quote = counter.check_out.quote(basket)
    counter.rig.clock.pass_time(timedelta(days=1))
    refused_as_stale(counter, basket, quote)


def test_a_quote_is_stale_when_the_member_was_frozen(counter: Counter) -> None:
    basket = for_member(counter, 1)
    quote = counter.check_out.quote(basket)
    member_id = basket.member_id or b""
    with counter.rig.book.write() as unit:
        stamp = unit.journal.stamp()
        edit = MemberEdit(
            id=counter.rig.ids.new_id().hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            member=member_id.hex(),
            fields=("status",),
        )
        appended = unit.journal.append(edit)
        unit.members.set_status(member_id, MemberStatus.FROZEN, appended=appended)
        unit.commit()
    refused_as_stale(counter, basket, quote)
    sale = counter.ring(basket)
    assert (sale.points[0].earned, sale.payable_minor) == (0, 2000)


def refused_as_stale(counter: Counter, basket: Basket, quote: object) -> None:
    with pytest.raises(ServiceRefusal) as refused:
        counter.check_out.complete(basket, quote, paid(quote), OPERATOR)  # type: ignore[arg-type]
    assert refused.value.reason == "QUOTE_STALE"


def test_a_later_hour_of_the_same_day_honours_what_was_shown(counter: Counter) -> None:
    basket = for_member(counter, 1)
    quote = counter.check_out.quote(basket)
    counter.rig.clock.pass_time(timedelta(hours=5))
    sale = counter.check_out.complete(basket, quote, paid(quote), OPERATOR)
    assert sale.payable_minor == quote.payable_minor


def test_what_ran_out_is_booked_as_expired_in_the_next_sale(counter: Counter) -> None:
    first = for_member(counter, 12)
    earned = counter.ring(first).points[0].earned
    counter.rig.clock.pass_time(timedelta(days=366))
    sale = counter.ring(filled(counter, 1).for_member(first.member_id, proof="card"))
    assert sale.points[0].balance_after == 20
    with counter.rig.book.read() as reader:
        posted = [(t.code, t.amount) for t in reader.ledger.done_by(sale.id).transfers]
    assert posted == [(TransferCode.EXPIRE, earned), (TransferCode.EARN, 20)]


def test_a_sale_that_reaches_a_level_stores_it_with_its_last_day(counter: Counter) -> None:
    basket = for_member(counter, 12, 12, 12, 12, 12)
    counter.ring(basket)
    with counter.rig.book.read() as reader:
        (held,) = reader.ledger.holdings(basket.member_id or b"")
    assert (held.level, held.met_on, held.through) == (
        "silver",
        date(2026, 11, 22),
        date(2027, 11, 22),
    )


def test_a_sale_before_the_cut_off_belongs_to_the_day_before(counter: Counter) -> None:
    at = datetime(2026, 11, 23, 3, 59, tzinfo=SHANGHAI)
    basket = filled(counter, 1)
    quote = counter.check_out.quote(basket, at=at)
    sale = counter.check_out.complete(basket, quote, paid(quote), OPERATOR, at=at)
    assert (sale.day, sale.at) == (date(2026, 11, 22), at)


def test_an_old_sale_is_rung_at_its_own_instant(counter: Counter, tmp_path: Path) -> None:
    with opened(tmp_path / "replay", programme=None) as made:
        made.programmes.install(
            resources.read("programmes/dawn-club.toml"),
            effective_from=datetime(1997, 1, 1, tzinfo=SHANGHAI),
        )
        member_id = add_member(made.rig)
        at = datetime(1997, 1, 5, 12, tzinfo=SHANGHAI)
        basket = filled(made, 1).for_member(member_id, proof="card")
        quote = made.check_out.quote(basket, at=at)
        sale = made.check_out.complete(basket, quote, paid(quote), OPERATOR, at=at)
        assert sale.at == at
        assert quote.earnings[0].last_day == date(1998, 1, 5)


def test_a_till_without_a_programme_sells_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path, programme=None) as made:
        sale = made.ring(for_member(made, 1))
    assert (sale.programme_id, sale.programme_version, sale.points) == ("none", 0, ())


def test_a_programme_in_another_currency_does_not_stop_the_till(tmp_path: Path) -> None:
    with opened(tmp_path, programme="cdnow") as made:
        sale = made.ring(for_member(made, 1))
    assert (sale.programme_id, sale.payable_minor) == ("none", 2000)


def test_an_unknown_member_is_refused_at_the_quote(counter: Counter) -> None:
    basket = filled(counter, 1).for_member(b"nobody-knows-who", proof="card")
    with pytest.raises(ServiceRefusal) as refused:
        counter.check_out.quote(basket)
    assert refused.value.reason == "NO_SUCH_MEMBER"


def test_printing_is_queued_only_when_the_shop_prints(counter: Counter) -> None:
    counter.rules = replace(counter.rules, print_receipts=False)
    sale = counter.ring(filled(counter, 1))
    with counter.rig.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
    assert stored is not None
    assert stored.printed is PrintState.NOT_WANTED


def test_a_sale_wholly_paid_with_points_needs_no_tender(counter: Counter) -> None:
    basket = for_member(counter, *[12] * 20)
    counter.ring(basket)
    free = filled(counter, 1).for_member(basket.member_id, proof="card")
    free = free.redeeming(Redemption(wallet="points", points=2000), wallet="points")
    sale = counter.ring(free)
    assert (sale.payable_minor, sale.tenders, sale.points[0].earned) == (0, (), 0)


def test_changed_tax_classes_are_seen_by_the_next_quote(counter: Counter) -> None:
    from posloyalty.domain.values.ratio import Ratio
    from tests.services.counter import STD13

    basket = filled(counter, 1)
    before = counter.check_out.quote(basket).tax_minor
    with counter.rig.book.write() as unit:
        unit.catalogue.save_tax_class(replace(STD13, rate=Ratio(25, 100)))
        unit.commit()
    assert before == 230
    assert counter.check_out.quote(basket).tax_minor == 400


def test_names_come_in_the_language_that_is_asked_for(counter: Counter) -> None:
    basket = for_member(counter, 1, 2)
    check_out: CheckOut = counter.check_out
    names = [
        check_out.quote(basket, language=code).offers[0].name for code in ("zh_CN", "zh_TW", "en")
    ]
    assert names == ["首单九五折", "首單九五折", "Welcome, 5 % off"]


CARD_RULES = """
language = 2
id = "by-card"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"

[[wallet]]
id = "points"

[[earn]]
id = "cash"
when = { tender = "cash" }
per_spend = { points = 1, money = "1.00" }

[[offer]]
id = "five"
scope = "order"
amount = "5.00"
when = { tender = "card" }
"""


def by_card(amount_minor: int) -> tuple[Tender, ...]:
    kind = TenderKind.CARD
    return (take_exact(amount_minor, (), kind=kind, amount_minor=amount_minor, reference="47"),)


def test_the_sale_is_booked_as_it_was_paid(counter: Counter) -> None:
    counter.programmes.install(CARD_RULES.encode())
    basket = filled(counter, 1).paid_by([TenderKind.CARD])
    quote = counter.check_out.quote(basket)
    sale = counter.check_out.complete(basket, quote, by_card(quote.payable_minor), OPERATOR)
    assert [(one.offer_id, one.amount_minor) for one in sale.offers] == [("five", 500)]
    assert sale.paid_by == {TenderKind.CARD}


def test_what_payments_only_earn_is_reckoned_by_those_that_came(counter: Counter) -> None:
    """Nobody said how they pay, and the price does not hang on it: cash earns its points."""
    counter.programmes.install(CARD_RULES.encode())
    basket = for_member(counter, 1)
    quote = counter.check_out.quote(basket)
    assert quote.earnings == () or quote.earnings[0].points == 0
    sale = counter.check_out.complete(basket, quote, paid(quote), OPERATOR)
    assert sale.points[0].earned == quote.payable_minor // 100


def test_a_price_that_hangs_on_the_payment_is_quoted_again_before_it_is_paid(
    counter: Counter,
) -> None:
    counter.programmes.install(CARD_RULES.encode())
    basket = filled(counter, 1)
    for said, tenders in (
        ([], by_card(2000)),
        ([TenderKind.CARD], paid(counter.check_out.quote(basket.paid_by([TenderKind.CARD])))),
    ):
        quote = counter.check_out.quote(basket.paid_by(said))
        with pytest.raises(ServiceRefusal, match="QUOTE_STALE"):
            counter.check_out.complete(basket.paid_by(said), quote, tenders, OPERATOR)


def test_a_quote_for_another_way_of_paying_is_stale(counter: Counter) -> None:
    basket = filled(counter, 1)
    quote = counter.check_out.quote(basket.paid_by([TenderKind.CARD]))
    with pytest.raises(ServiceRefusal, match="QUOTE_STALE"):
        counter.check_out.complete(basket, quote, paid(quote), OPERATOR)
