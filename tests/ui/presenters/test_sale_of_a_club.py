"""What the programme holds against a sale stands on the sale screen at once: goods, receipts, risk.

Real services behind the sale's presenter; the shell is faked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.clubs import club
from posloyalty.domain.engine.works.risk import putting_right
from posloyalty.domain.shop.product import Product
from posloyalty.services.members.adjust_points import adjust_points
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.shop.catalogue import ProductForm
from tests.ui.presenters.doings.a_desk import DoingsDesk, doings_desk
from ui.presenters.chips import ChipIs
from ui.presenters.counter import counter_of
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.sale import SalePresenter
from ui.presenters.why import WhyIs, WhyPresenter

PROGRAMME = """
language = 2
id = "club"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
name = "Points"
[[earn]]
id = "base"
per_sale = { points = 10 }
[[club]]
id = "runners"
name = "Runners"
[[restricted]]
id = "club-shoe"
on = { tag = ["club"] }
when = { club = "runners" }
prompt = "Join the runners, it is free"
[claim]
[risk]
idle_days = 180
"""


@dataclass
class Selling:
    """The sale screen's presenter over the desk's till."""

    desk: DoingsDesk
    sale: SalePresenter

    @property
    def said(self) -> tuple[str, ToastKind]:
        """The last message."""
        return self.desk.shell.toasts.said[-1]

    def article(self, sku: str, *, tags: tuple[str, ...] = ()) -> Product:
        """A new article at 100.00, scanned by its stock number."""
        till = self.desk.shop.till
        tax = till.catalogue.tax_classes()[0].code
        form = ProductForm(sku=sku, name=sku, price_minor=10_000, tax_class=tax, tags=tags)
        return till.catalogue.save_product(form, self.desk.shop.manager)

    def attach(self, proof: str = "card") -> None:
        """Put the member into the sale."""
        counter_of(self.desk.shell.session).attach_member(self.desk.member, proof)


@pytest.fixture
def selling(tmp_path: Path) -> Iterator[Selling]:
    with doings_desk(tmp_path, programme=PROGRAMME) as desk:
        sale = SalePresenter(desk.shell.session)
        sale.opened()
        yield Selling(desk, sale)


TWO_WALLETS = """
language = 2
id = "two"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
name = { en = "Points", zh_CN = "积分", zh_TW = "點數" }
[[wallet]]
id = "stamps"
unit = "stamps"
[[tier_scheme]]
id = "level"
wallet = "points"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "gold", name = "Gold", from = 500 }]
"""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "500 Points to Gold"),
        ("zh_CN", "再有 500 积分，即升 Gold"),
        ("zh_TW", "再有 500 點數，即升 Gold"),
    ],
)
def test_of_two_wallets_the_way_to_a_level_names_its_own_once(
    tmp_path: Path, language: str, words: str
) -> None:
    with doings_desk(tmp_path, programme=TWO_WALLETS, language=language) as desk:
        sale = SalePresenter(desk.shell.session)
        sale.opened()
        counter_of(desk.shell.session).attach_member(desk.member, "card")
        assert sale.state.member is not None
        assert sale.state.member.progress_words == words


def test_a_club_article_says_at_its_line_how_to_join_and_cannot_be_paid(selling: Selling) -> None:
    selling.article("SHOE", tags=("club",))
    selling.article("SOCKS")
    selling.sale.scanned("SHOE")
    assert selling.said == ("SHOE: Join the runners, it is free", ToastKind.REFUSED)
    selling.sale.scanned("SOCKS")
    shoe, socks = selling.sale.state.rows
    assert (shoe.blocked, socks.blocked) == ("Join the runners, it is free", "")
    assert shoe.spoken.endswith("Join the runners, it is free")
    said = len(selling.desk.shell.toasts.said)
    selling.sale.main_action()
    assert len(selling.desk.shell.toasts.said) == said + 1
    assert Screen.PAY not in [screen for screen, _ in selling.desk.shell.navigator.shown]


def test_it_is_said_once_and_goes_when_the_member_joins(selling: Selling) -> None:
    selling.article("SHOE", tags=("club",))
    selling.sale.scanned("SHOE")
    selling.attach()
    heard = selling.desk.shell.sounds.heard.count(Sound.REFUSED)
    assert heard == 1
    till = selling.desk.shop.till
    till.acts.record(club(selling.desk.member, "runners"), selling.desk.shop.manager)
    counter_of(selling.desk.shell.session).sale.member_changed()
    assert selling.sale.state.rows[0].blocked == ""
    selling.sale.main_action()
    assert selling.desk.shell.navigator.shown[-1][0] is Screen.PAY


def test_why_says_what_stands_against_selling_it(selling: Selling) -> None:
    selling.article("SHOE", tags=("club",))
    selling.sale.scanned("SHOE")
    why = WhyPresenter(selling.desk.shell.session)
    why.opened(about="line:1")
    reason, prompt, *_ = why.state.rows
    assert reason.kind is WhyIs.FAILED
    assert (prompt.kind, prompt.text) == (WhyIs.WORDS, "Join the runners, it is free")


def code_of(desk: DoingsDesk, *, member: bool = False) -> str:
    """The code on the receipt of a sale of just now."""
    sale = desk.sell("TEA", member=member)
    with desk.shop.till.book.read() as reader:
        stored = reader.sales.by_id(sale.id)
        assert stored is not None
        code = receipt_code(reader, stored)
    assert code is not None
    return code


def test_a_receipt_of_nobodys_is_offered_to_the_member_in_the_sale(selling: Selling) -> None:
    code = code_of(selling.desk)
    selling.attach()
    selling.sale.scanned(code)
    sheet, arguments = selling.desk.shell.navigator.sheets[-1]
    assert (sheet, arguments) == (Sheet.DOINGS, {"receipt": code, "wanted": "receipt"})


def test_a_receipt_that_was_scanned_first_waits_for_whoever_joins(selling: Selling) -> None:
    code = code_of(selling.desk)
    selling.sale.scanned(code)
    assert selling.desk.shell.navigator.sheets == []
    selling.sale.closed()  # on the member screen
    selling.attach("phone")
    assert selling.desk.shell.navigator.sheets == []
    selling.sale.opened()
    assert selling.desk.shell.navigator.sheets[-1][0] is Sheet.DOINGS
    selling.sale.opened()
    assert len(selling.desk.shell.navigator.sheets) == 1


def test_a_receipt_that_waits_is_forgotten_with_its_sale(selling: Selling) -> None:
    selling.sale.scanned(code_of(selling.desk))
    counter = counter_of(selling.desk.shell.session)
    counter.sale.completed()
    selling.attach()
    assert selling.desk.shell.navigator.sheets == []


def test_what_stands_against_a_claim_is_said_in_words(selling: Selling) -> None:
    code, till = code_of(selling.desk), selling.desk.shop.till
    till.claims.claim(code, selling.desk.member, selling.desk.shop.manager)
    selling.attach()
    selling.sale.scanned(code)
    messages = [message for message, _ in selling.desk.shell.toasts.said]
    assert any(message.endswith("was claimed already.") for message in messages)
    assert selling.desk.shell.navigator.sheets == []


def test_a_members_own_receipt_is_one_to_return_goods_by(selling: Selling) -> None:
    code = code_of(selling.desk, member=True)
    selling.attach()
    selling.sale.scanned(code)
    assert selling.desk.shell.navigator.sheets == []
    assert selling.desk.shell.navigator.shown[-1][0] is Screen.RETURN


def test_who_was_not_here_for_long_is_warned_of_at_the_card_until_they_prove_it(
    selling: Selling,
) -> None:
    desk = selling.desk
    desk.shop.clock.pass_time(timedelta(days=200))
    selling.attach("phone")
    member = selling.sale.state.member
    assert member is not None
    assert member.warning
    assert member.note.startswith("Not here for 180 days and found by phone")
    desk.shop.till.acts.record(putting_right(desk.member, "verify"), desk.shop.manager)
    counter_of(desk.shell.session).sale.member_changed()
    member = selling.sale.state.member
    assert member is not None
    assert (member.warning, member.note) == (False, "")


def test_whose_own_card_it_is_the_card_says(selling: Selling) -> None:
    desk = selling.desk
    evidence = (("act", "staff"), ("operator", desk.shop.manager.id.hex()))
    staff = Happening(
        trigger=Trigger.ACTIVITY,
        recorded=Recorded(what="risk", evidence=evidence),
        member_id=desk.member,
    )
    desk.shop.till.acts.record(staff, desk.shop.manager)
    selling.article("SOCKS")
    selling.sale.scanned("SOCKS")
    selling.attach()
    member = selling.sale.state.member
    assert member is not None
    assert (member.warning, member.note) == (True, "The cashier's own card earns nothing")


BY_ITSELF = """
language = 2
id = "auto"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
name = "Points"
[wallet.spend]
points = 100
money = "1.00"
auto_use = "always"
"""


def test_points_that_are_spent_by_themselves_are_taken_back_by_one_press(tmp_path: Path) -> None:
    with doings_desk(tmp_path, programme=BY_ITSELF) as desk:
        adjust_points(
            desk.shop.till.acts, desk.member, "points", 500, "goodwill", desk.shop.manager
        )
        sale = SalePresenter(desk.shell.session)
        sale.opened()
        selling = Selling(desk, sale)
        selling.article("TEA")
        sale.scanned("TEA")
        selling.attach()
        (spent,) = [one for one in sale.state.chips if one.id == "points:points"]
        assert (spent.kind, spent.amount) == (ChipIs.APPLIED, "−5.00")
        assert sale.state.total.total_minor == 9500
        sale.press_chip("points:points")
        (back,) = [one for one in sale.state.chips if one.id == "points:points"]
        assert back.kind is ChipIs.USABLE
        assert sale.state.total.total_minor == 10_000
        sale.undo()
        assert sale.state.total.total_minor == 9500
