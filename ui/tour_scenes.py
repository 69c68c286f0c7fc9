"""Scenes of the tour that need more of the shop than its own till: another till, lists, training.

Shape: each scene is a function of the tour. `another_till` makes a real second till of the shop
beside the book, or opens it: its file is trusted, its goods come back by its signed receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.shop.tender import CashRounding, TenderKind, take_cash, take_exact
from posloyalty.domain.values.portion import first_units
from posloyalty.services.papers.receipt import SaleCode
from posloyalty.services.shop.catalogue import ProductForm
from posloyalty.services.shop.demo_shop import CLUB, demo_answers
from ui.keyboard import NotReached, wait
from ui.presenters.ports import Screen, Sheet

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.services.till import Till
    from ui.tour import Tour

OTHER_TILL: Final = "T02"
# What another till sold, and the most of one receipt that comes back here.
ELSEWHERE: Final = "DAI056"
ELSEWHERE_MINOR: Final = 1_280
PIECES: Final = 2
RULE_MINOR: Final = 20_000
DEAR, CHEAP = "DAI055", "BRE002"
ENTRIES: Final = 30_000
DRAW: Final = "draw:winter-draw"
VOICES: Final = """
[[story]]
id = "my-morning"
name = { en = "My morning", zh_CN = "我的早晨", zh_TW = "我的早晨" }
licence = "2026-1"
role = "supervisor"
gives = { points = 30 }

[[draw]]
id = "winter-draw"
name = { en = "Winter draw", zh_CN = "冬季抽奖", zh_TW = "冬季抽獎" }
within = { from = 2026-11-01, through = 2026-12-31 }
each_spend = "10.00"
odds = { en = "Three winners in all", zh_CN = "共抽三名", zh_TW = "共抽三名" }
terms = "https://example.org/draw"
market = "cn"
prize = [{ id = "mug", name = "Mug", value = "20.00", count = 3 }]
"""


def pay_wallet(tour: Tour) -> None:
    """A QR wallet whose code nobody scanned: which one it is stands to be chosen from."""
    tour.press("Ctrl+3")
    wait(lambda: tour.state(Screen.PAY).notes, "no wallet is offered")


def pay_out(tour: Tour) -> None:
    """What is left on the card is to be paid out: the ways, and what the market says of cash."""
    tour.press("F9")
    wait(lambda: tour.state(Sheet.GIFT_CARD).ways, "nothing can be paid out")


def document(tour: Tour) -> None:
    """Which document somebody showed who wants it."""
    tour.press("2")
    wait(lambda: tour.state(Sheet.APPROVE).choosing, "no document is asked for")


def price_list(tour: Tour) -> None:
    """What members pay, with the prices that the list names."""
    tour.till.window.navigator.show(Screen.SETTINGS, section="prices")
    section = tour.section("prices")
    wait(lambda: section.state.entries, "no price list is kept")
    lists = tour.till.session.till.price_lists.all()
    section.choose(next(one.id.hex() for one in lists if one.code == CLUB))
    wait(lambda: section.state.notices, "the list names no price")


def trust(tour: Tour) -> None:
    """Another till's file was read: its check code stands there to be compared."""
    other = another_till(tour)
    try:
        file, data = other.tills.own()
        path = tour.till.door.folder.parent / f"{file.label}.till"
        path.write_bytes(data)
    finally:
        other.close()
    tour.till.window.navigator.show(Screen.SETTINGS, section="tills")
    section = tour.section("tills")
    section.new()
    section.act("pick", str(path))
    wait(lambda: section.state.can_save, "the file was not read")


def elsewhere(tour: Tour) -> None:
    """Goods that the other till sold come back by its signed receipt."""
    section = tour.section("tills")
    section.save()
    till, operator = tour.till.session.till, tour.operator
    wait(till.tills.known, "the till is not trusted")
    details = replace(
        till.shop.details(),
        elsewhere=ElsewherePolicy.SUPERVISED,
        elsewhere_most_minor=RULE_MINOR,
    )
    tour.till.session.shop_changed(till.shop.save(details, operator))
    other = another_till(tour)
    try:
        code = _sold_by(other)
    finally:
        other.close()
    tour.till.window.navigator.show(Screen.RETURN, scan=code)
    article = tour.article(ELSEWHERE).codes[0][-13:]
    wait(lambda: not tour.state(Screen.RETURN).reading, "the receipt was not looked up")
    tour.keyboard.scan(article)
    wait(lambda: tour.state(Screen.RETURN).lines, "the goods did not arrive")
    tour.keyboard.press("1")
    wait(lambda: tour.state(Screen.RETURN).ready, "the return was not reckoned")


def story(tour: Tour) -> None:
    """A story is handed in, with its licence."""
    _doings(tour)
    presenter = tour.presenter(Sheet.DOINGS)
    presenter.open_row("story:my-morning")
    presenter.change("agrees", "yes")
    presenter.change("sheet", "A-17")
    wait(lambda: tour.state(Sheet.DOINGS).page.gives, "nothing is told of what it gives")


def draw(tour: Tour) -> None:
    """The entries that the member has, among what else can be done."""
    presenter = tour.presenter(Sheet.DOINGS)
    presenter.back()
    wait(lambda: tour.state(Sheet.DOINGS).page is None, "the list did not come back")
    rows = [row.id for row in tour.state(Sheet.DOINGS).rows]
    if DRAW not in rows:
        raise NotReached("the member is in no draw")
    for _ in rows[tour.state(Sheet.DOINGS).chosen : rows.index(DRAW)]:
        tour.keyboard.press("Down")


def exchange_declined(tour: Tour) -> None:
    """Dear goods of a card become cheap ones, and the terminal declines what is left over."""
    if tour.till.window.navigator.sheet is not None:
        tour.press("Esc")
    till, operator = tour.till.session.till, tour.operator
    for one in till.payments.unsettled():
        till.payments.settle(one.id, operator, took=False)
    sale_id = _sold_by_card(tour, till, operator)
    tour.till.window.navigator.show(Screen.RETURN, sale_id=sale_id)
    wait(lambda: tour.state(Screen.RETURN).lines, "the receipt brought no goods")
    tour.press(" ")
    tour.press("3")
    wait(lambda: tour.state(Screen.RETURN).ready, "the return was not reckoned")
    tour.press("F9")
    wait(lambda: tour.front is Screen.SALE, "the exchange did not begin")
    tour.press("Ctrl+Backspace")
    tour.keyboard.scan(tour.article(CHEAP).codes[0][-13:])
    wait(lambda: tour.state(Screen.SALE).can_pay, "the scan did not arrive")
    tour.go_and_pay()
    tour.press("F12")
    # The screen is ready before the terminal was asked, too: only the row says that it answered.
    wait(lambda: tour.state(Screen.PAY).pending_rows, "the terminal did not decline")


def void(tour: Tour) -> None:
    """A cashier, who may not alone, voids the newest sale: the money to take back, and why."""
    till = tour.till.session.till
    cashier = next(one for one in till.people.all() if one.role is Role.CASHIER)
    tour.till.session.sign_in(cashier)
    sale_id = till.history.page(limit=1)[0].sale_id
    tour.till.window.navigator.show(Screen.RETURN, sale_id=sale_id, void=True)
    wait(lambda: tour.state(Screen.RETURN).lines, "the receipt brought no goods")
    tour.press("3")
    wait(lambda: tour.state(Screen.RETURN).ready, "the void was not reckoned")


def approve(tour: Tour) -> None:
    """Somebody with the authority is asked for."""
    tour.press("F12")
    wait(lambda: tour.till.window.navigator.sheet is Sheet.APPROVE, "nobody was asked to approve")
    wait(lambda: tour.state(Sheet.APPROVE).names, "nobody may approve")
    tour.keyboard.type("23")


def approve_reasons(tour: Tour) -> None:
    """The drawer is opened without a sale: first the reason."""
    tour.press("Esc")
    tour.till.window.navigator.show(Screen.SALE)
    tour.press("Ctrl+O")
    wait(lambda: tour.till.window.navigator.sheet is Sheet.APPROVE, "no reason was asked for")


def training(tour: Tour) -> None:
    """The sale of a till for training, its band below; the tour's till is one."""
    if tour.front is Screen.SIGN_IN:
        tour.sign_in_as(Role.MANAGER)
    for sku in (DEAR, CHEAP):
        tour.keyboard.scan(tour.article(sku).codes[0][-13:])
    wait(lambda: len(tour.state(Screen.SALE).rows) == 2, "not every scan arrived")


def training_pay(tour: Tour) -> None:
    """It is paid like any other."""
    tour.go_and_pay()


def training_receipt(tour: Tour) -> None:
    """And its receipt says that nothing was sold."""
    tour.press("Ctrl+0")
    wait(lambda: tour.front is Screen.DONE, "the sale was not completed")
    paper = tour.till.session.till.history.page(limit=1)[0].sale_id
    tour.till.window.navigator.show(Screen.RECEIPT, paper_id=paper)
    wait(lambda: tour.state(Screen.RECEIPT).page is not None, "no receipt is shown")


def _key_in(tour: Tour) -> None:
    """What the other till sold before it was lost is keyed in from its receipt."""
    here = tour.till.session.till
    other = another_till(tour)
    try:
        code, (own, data) = _sold_by(other), other.tills.own()
    finally:
        other.close()
    here.tills.trust(data, tour.operator)
    here.tills.say_gone(own.till_id, tour.operator)
    tour.press("Esc")
    tour.till.window.navigator.show(Screen.KEY_IN)
    tour.settle()
    tour.keyboard.scan(code)
    wait(lambda: tour.state(Screen.KEY_IN).proved, "the receipt was not read")
    article = tour.article(ELSEWHERE)
    tour.keyboard.scan(article.codes[0][-13:])
    wait(lambda: tour.state(Screen.KEY_IN).rows, "the article was not found")
    screen = tour.presenter(Screen.KEY_IN)
    screen.more()
    screen.change("time", "09:12")
    wait(lambda: tour.state(Screen.KEY_IN).figures, "the paper was not reckoned")


def another_till(tour: Tour) -> Till:
    """A second till of the shop, open; whoever asks for it closes it."""
    door = tour.till.door.beside("other")
    if door.there:
        return door.open()
    answers = demo_answers(tour.till.session.words.language)
    return door.make_empty(replace(answers, shop=replace(answers.shop, till_code=OTHER_TILL)))


def _sold_by(other: Till) -> str:
    """The code of a receipt of goods that the other till sells."""
    (manager, *_) = other.people.all()
    known = other.catalogue.search(ELSEWHERE)
    milk = (
        known[0]
        if known
        else other.catalogue.save_product(
            ProductForm(sku=ELSEWHERE, name="Milk", price_minor=ELSEWHERE_MINOR, tax_class="std9"),
            manager,
        )
    )
    basket = other.check_out.open_basket().add(milk, quantity_milli=PIECES * 1000)
    quote = other.check_out.quote(basket)
    paid = take_cash(
        quote.payable_minor, (), given_minor=quote.payable_minor, rounding=CashRounding()
    )
    sale = other.check_out.complete(basket, quote, (paid,), manager)
    blocks = other.receipts.receipt(sale.id, copy=False).blocks
    return next(block.text for block in blocks if isinstance(block, SaleCode))


def _doings(tour: Tour) -> None:
    """The member of the open sale, with a purchase that entered them into the draw."""
    till, operator = tour.till.session.till, tour.operator
    member_id = tour.rich_member()
    basket = till.check_out.open_basket().for_member(member_id, proof="card")
    basket = basket.add(tour.article(DEAR), quantity_milli=ENTRIES)
    quote = till.check_out.quote(basket)
    rounding = till.shop.details().cash
    paid = take_cash(
        quote.payable_minor,
        (),
        given_minor=rounding.payable(quote.payable_minor),
        rounding=rounding,
    )
    till.check_out.complete(basket, quote, (paid,), operator)
    tour.press("Esc")
    tour.till.window.navigator.show(Screen.SALE)
    tour.settle()
    tour.keyboard.scan(till.enrol.card(member_id).token_text)
    wait(lambda: tour.state(Screen.SALE).member is not None, "the card brought no member")
    tour.press("Ctrl+M")
    wait(lambda: tour.state(Sheet.DOINGS).rows, "there is nothing to do")


def _sold_by_card(tour: Tour, till: Till, operator: Operator) -> bytes:
    """A sale of which so much was paid by card that the terminal declines what comes back."""
    basket = till.check_out.open_basket().add(tour.article(DEAR))
    quote = till.check_out.quote(basket)
    cheap = till.check_out.quote(till.check_out.open_basket().add(tour.article(CHEAP)))
    payable, least = quote.payable_minor, cheap.payable_minor
    # What is left over goes back in proportion; the terminal declines sums that end in 01.
    card = next(n for n in range(payable, 0, -1) if (n - _share(least, n, payable)) % 100 == 1)
    by_card = take_exact(
        payable, (), kind=TenderKind.CARD, amount_minor=card, reference="4711 0042"
    )
    tenders = (by_card,)
    if card < payable:
        rounding = till.shop.details().cash
        given = rounding.payable(payable - card)
        tenders = (by_card, take_cash(payable, tenders, given_minor=given, rounding=rounding))
    return till.check_out.complete(basket, quote, tenders, operator).id


def _share(amount: int, part: int, whole: int) -> int:
    return first_units(amount, (part, whole - part))[0]


MORE: Final[dict[str, Callable[[Tour], None]]] = {
    "pay-out": pay_out,
    "pay-out-document": document,
    "story": story,
    "draw": draw,
    "exchange-declined": exchange_declined,
    "price-list": price_list,
    "trust": trust,
    "key-in": _key_in,
    "return-elsewhere": elsewhere,
    "void": void,
    "approve": approve,
    "approve-reasons": approve_reasons,
}
TRAINING: Final[dict[str, Callable[[Tour], None]]] = {
    "training": training,
    "training-pay": training_pay,
    "training-receipt": training_receipt,
}
"""Scenes of a till for training."""
