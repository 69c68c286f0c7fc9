"""Lost receipts on which something was spent, sold on a card or taken off: keyed in as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from posloyalty.domain.ledger.right import RightState
from posloyalty.domain.shop.basket import Redemption
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.key_in import Checked
from posloyalty.services.selling.key_in_rows import Slip, SlipLine
from posloyalty.services.selling.lost_papers import LostPaper
from posloyalty.services.shop.practice import PRACTICE_SETTING
from tests.fakes.time import SetClock
from tests.headoffice.a_chain import CARD, GIFT_CARDS, MEMBER, Counter, made_till
from tests.services.a_shop import Shop
from tests.services.another_till import AnotherTill

CODE = "1001"
BOOK = ("till.book", "till.book-wal", "till.book-shm")


@dataclass
class Lossy:
    """A till that loses what it did since its copy, and has the paper of it."""

    shop: Shop
    copy: Path

    @property
    def counter(self) -> Counter:
        return Counter(self.shop.till, self.shop.manager)

    def keep(self) -> None:
        """From here on everything will be lost."""
        self.shop.till.close()
        shutil.copy(self.shop.folder / "till.book", self.copy)
        self.shop.reopen()
        self.shop.clock.pass_time(timedelta(minutes=5))

    def lose(self, act: Callable[[Counter], Sale]) -> tuple[Sale, LostPaper]:
        """Do something, lose it, and read its paper a day later."""
        self.keep()
        sale = act(self.counter)
        with self.shop.till.book.read() as reader:
            stored = reader.sales.by_id(sale.id)
            assert stored is not None
            code = receipt_code(reader, stored)
        assert code is not None
        self.shop.till.close()
        for name in BOOK:
            (self.shop.folder / name).unlink(missing_ok=True)
        shutil.copy(self.copy, self.shop.folder / "till.book")
        self.shop.reopen()
        self.shop.clock.pass_time(timedelta(days=1))
        return sale, self.shop.till.key_in.read(code, self.shop.manager)

    def book(self, paper: LostPaper, slip: Slip) -> Sale:
        return self.shop.till.key_in.book(paper, slip, self.shop.manager)

    def check(self, paper: LostPaper, slip: Slip) -> Checked:
        return self.shop.till.key_in.check(paper, slip)

    def apart(self, paper: LostPaper, slip: Slip) -> list[str]:
        return [one.reason for one in self.check(paper, slip).apart]

    def on_card(self) -> int:
        return self.shop.till.gift_cards.look_up(CODE).balance_minor


def slip_of(sale: Sale, **more: object) -> Slip:
    """The paper as somebody types it."""
    said: dict[str, object] = {
        "receipt": sale.number,
        "day": sale.at.date(),
        "time": sale.at.time().replace(microsecond=0),
        "total_minor": sale.payable_minor,
        "member_id": sale.member_id,
        "lines": tuple(SlipLine(code=line.sku) for line in sale.lines),
    }
    return Slip(**said | more)  # type: ignore[arg-type]


@pytest.fixture
def lossy(tmp_path: Path) -> Iterator[Lossy]:
    with made_till(tmp_path / "till", 1, SetClock(), GIFT_CARDS) as shop:
        made = Lossy(shop, tmp_path / "copy")
        made.counter.sell()  # 2,000 points and the voucher of a first purchase
        yield made
        proof = shop.till.verify.verify()
        assert [one for one in proof.differences if one.what != "witness"] == []


def with_voucher(counter: Counter) -> Sale:
    basket = counter.basket(article=2)
    (proposal,) = counter.quote(basket).proposals
    return counter.book(basket.choosing(proposal.choice))


def voucher_state(lossy: Lossy) -> RightState:
    with lossy.shop.till.book.read() as reader:
        (right,) = [one for one in reader.ledger.rights_of(MEMBER) if one.kind == "voucher"]
    return right.state(lossy.shop.clock.now().date())


def test_a_voucher_that_the_paper_names_is_used_up(lossy: Lossy) -> None:
    sale, paper = lossy.lose(with_voucher)
    assert (sale.payable_minor, voucher_state(lossy)) == (1200, RightState.GOOD)
    assert lossy.apart(paper, slip_of(sale)) == ["TOTAL_DIFFERS"]
    keyed = lossy.book(paper, slip_of(sale, used=("welcome",)))
    assert (keyed.payable_minor, keyed.offers_minor) == (1200, 800)
    assert voucher_state(lossy) is RightState.USED


def test_a_voucher_that_nobody_has_is_named_and_its_worth_keyed_in_as_a_discount(
    lossy: Lossy,
) -> None:
    sale, paper = lossy.lose(with_voucher)
    with pytest.raises(ServiceRefusal) as refused:
        lossy.check(paper, slip_of(sale, used=("Spring",)))
    assert refused.value.reason == "USED_UNKNOWN"
    keyed = lossy.book(paper, slip_of(sale, off_minor=800))
    assert [(one.name, one.amount_minor) for one in keyed.offers] == [(paper.number, 800)]
    assert (keyed.payable_minor, keyed.points[0].earned) == (1200, sale.points[0].earned)


def test_what_was_taken_off_by_hand_is_taken_off_again(lossy: Lossy) -> None:
    def sell(counter: Counter) -> Sale:
        basket = counter.basket(article=2)
        return counter.book(basket.discounting(0, DiscountByHand(amount_minor=500, name="Box")))

    sale, paper = lossy.lose(sell)
    assert lossy.book(paper, slip_of(sale, off_minor=500)).payable_minor == 1500


def test_points_that_were_spent_are_spent_and_nothing_else_is(lossy: Lossy) -> None:
    sale, paper = lossy.lose(lambda counter: counter.sell(article=2, points=700))
    assert lossy.apart(paper, slip_of(sale)) == ["TOTAL_DIFFERS"]
    assert lossy.apart(paper, slip_of(sale, spent=750)) == ["SPENT_DIFFERS"]
    keyed = lossy.book(paper, slip_of(sale, spent=700))
    assert (keyed.payable_minor, keyed.points[0].redeemed) == (1300, 700)
    assert keyed.points[0].balance_after == 2000 - 700 + 1300 == lossy.counter.points()


def sold_card(counter: Counter) -> Sale:
    basket = counter.till.check_out.open_basket().add(CARD, unit_price_minor=5_000, card=CODE)
    return counter.book(basket)


def test_a_gift_card_that_was_sold_holds_its_money_again(lossy: Lossy) -> None:
    sale, paper = lossy.lose(sold_card)
    with pytest.raises(ServiceRefusal) as refused:
        lossy.check(paper, slip_of(sale, lines=(SlipLine(code="GIFT", price_minor=5_000),)))
    assert refused.value.reason == "CARD_CODE_NEEDED"
    line = SlipLine(code="GIFT", price_minor=5_000, card=CODE)
    lossy.book(paper, slip_of(sale, lines=(line,)))
    assert lossy.on_card() == 5_000


def by_card(counter: Counter) -> Sale:
    basket = counter.basket(article=2)
    quote = counter.quote(basket)
    tender = counter.till.gift_cards.tender(CODE, quote.payable_minor, ())
    return counter.pay(basket, quote, (tender,))


def test_a_gift_card_that_paid_has_so_much_less(lossy: Lossy) -> None:
    sold_card(lossy.counter)
    sale, paper = lossy.lose(by_card)
    assert (lossy.on_card(), sale.payable_minor) == (5_000, 2_000)
    keyed = lossy.book(paper, slip_of(sale, cards=((CODE, 2_000),)))
    assert [one.kind for one in keyed.tenders] == [TenderKind.GIFT_CARD]
    assert lossy.on_card() == 3_000


def test_the_points_that_the_code_promises_are_given_whatever_the_rules_come_to(
    lossy: Lossy,
) -> None:
    sale, paper = lossy.lose(lambda counter: counter.sell(article=2))
    assert paper.digest is not None
    for promised in (0, 1234, 2500):
        proven = replace(paper, digest=replace(paper.digest, earned=promised))
        quote = lossy.check(proven, slip_of(sale)).quote
        assert sum(one.points for one in quote.earnings) == promised
        assert sum(points for line in quote.lines for _, points in line.earned) == promised
    proven = replace(paper, digest=replace(paper.digest, earned=2500))
    before = lossy.counter.points()
    keyed = lossy.book(proven, slip_of(sale))
    assert (keyed.points[0].earned, keyed.lines[0].earned) == (2500, (("points", 2500),))
    assert lossy.counter.points() == before + 2500 == keyed.points[0].balance_after


def test_the_open_shift_counts_it_and_its_drawer_does_not(lossy: Lossy) -> None:
    sold_card(lossy.counter)
    sale, paper = lossy.lose(by_card)
    shifts = lossy.shop.till.shifts
    shift = shifts.open(10_000, lossy.shop.manager)
    lossy.book(paper, slip_of(sale, cards=((CODE, 500),)))
    report = shifts.report()
    assert report.due_minor == 10_000
    assert report.sums.total(SumKind.SALES).amount == 2_000
    keyed = {of: line.amount for of, line in report.sums.of(SumKind.KEYED_IN).items()}
    assert keyed == {"cash": 1_500, "gift_card": 500}
    assert report.sums.of(SumKind.TENDER) == {}
    (row,) = lossy.shop.till.history.page(limit=1)
    assert (row.at.date(), sale.day) == (sale.at.date(), shift.day - timedelta(days=1))
    shifts.count(((10_000, 1),), lossy.shop.manager)
    shifts.close(lossy.shop.manager)


def test_a_business_day_that_lasted_past_midnight_is_the_papers(lossy: Lossy) -> None:
    lossy.shop.clock.pass_time(timedelta(hours=8))
    opened: list[object] = []

    def sell(counter: Counter) -> Sale:
        opened.append(counter.till.shifts.open(0, counter.manager))
        lossy.shop.clock.pass_time(timedelta(hours=4))
        return counter.sell(article=2)

    sale, paper = lossy.lose(sell)
    assert sale.at.date() == sale.day + timedelta(days=1)
    assert lossy.book(paper, slip_of(sale)).day == sale.day
    late = slip_of(sale, day=sale.day + timedelta(days=2))
    assert late.day > sale.day


def test_a_cashier_keys_in_with_somebody_who_may(lossy: Lossy) -> None:
    sale, paper = lossy.lose(lambda counter: counter.sell(article=2))
    cashier = replace(lossy.shop.manager, id=b"c" * 16, role=Role.CASHIER)
    till = lossy.shop.till
    with pytest.raises(ServiceRefusal) as refused:
        till.key_in.read(paper.code, cashier)
    assert refused.value.reason == "NOT_ALLOWED"
    till.key_in.read(paper.code, cashier, approver=lossy.shop.manager)
    keyed = till.key_in.book(paper, slip_of(sale), cashier, approver=lossy.shop.manager)
    assert (keyed.operator_id, keyed.approved_by) == (cashier.id, lossy.shop.manager.id)


def test_a_shop_without_head_office_keys_in_for_a_till_that_its_manager_says_is_gone(
    lossy: Lossy,
) -> None:
    till, manager, other = lossy.shop.till, lossy.shop.manager, AnotherTill()
    day = lossy.shop.clock.now().date()
    code = other.receipt(day, payable=2000)

    def refusal(text: str) -> str:
        with pytest.raises(ServiceRefusal) as refused:
            till.key_in.read(text, manager)
        return refused.value.reason

    assert refusal(code) == "RECEIPT_TILL_UNKNOWN"
    till.tills.trust(other.file, manager)
    assert refusal(code) == "RECEIPT_TILL_ALIVE"
    till.tills.say_gone(other.till_id, manager)
    assert [one.gone for one in till.tills.known()] == [True]
    paper = till.key_in.read(code, manager)
    assert (paper.number, paper.till) == ("S01-T03-1-0042", "S01-T03")
    slip = Slip(
        receipt=code,
        day=day,
        time=time(9),
        total_minor=2000,
        lines=(SlipLine(code="ART002"),),
    )
    keyed = till.key_in.book(paper, slip, manager)
    assert (keyed.again, keyed.again_till) == ("S01-T03-1-0042", other.till_id[:8])
    assert till.refunds_unknown.prove(code).sale_id == keyed.id
    till.tills.revoke(other.till_id, manager)
    assert refusal(other.receipt(day, payable=2000, seq=43)) == "RECEIPT_TILL_REVOKED"


def test_training_keys_nothing_in(lossy: Lossy) -> None:
    with lossy.shop.till.book.write() as unit:
        unit.settings.put({PRACTICE_SETTING: "1"})
        unit.commit()
    with pytest.raises(ServiceRefusal) as refused:
        lossy.shop.till.key_in.read("S1-T1-1-0001", lossy.shop.manager)
    assert refused.value.reason == "TILL_IN_TRAINING"


FREELY = """
[[wallet]]
id = "free"
name = { en = "Free" }
unit = "points"

[wallet.spend]
points = 100
money = "1.00"
auto_use = "always"

[[earn]]
id = "free"
name = { en = "Free" }
wallet = "free"
per_spend = { points = 50, money = "1.00" }
"""


def test_points_that_are_used_without_asking_are_not_where_the_paper_has_none(
    tmp_path: Path,
) -> None:
    with made_till(tmp_path / "till", 1, SetClock(), FREELY) as shop:
        lossy = Lossy(shop, tmp_path / "copy")

        def sell(counter: Counter) -> Sale:
            none = Redemption(wallet="free", points=0)
            basket = counter.basket(article=2, points=100)
            return counter.book(basket.redeeming(none, wallet="free"))

        lossy.counter.sell()
        sale, paper = lossy.lose(sell)
        assert sale.payable_minor == 1_900
        with_them = lossy.counter.quote(lossy.counter.basket(article=2))
        assert with_them.payable_minor == 1_000
        spent = slip_of(sale, spent=100, spent_of="points")
        assert lossy.book(paper, spent).payable_minor == 1_900
