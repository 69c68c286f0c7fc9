"""Training touches nothing of the shop: another book, till, journal and keys, marked on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.bootstrap import create_till, open_till
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.shop.shift import CashCause
from posloyalty.services.papers.receipt import Bar
from posloyalty.services.papers.write_receipt import ReceiptShop
from posloyalty.services.papers.write_slip import card_slip
from posloyalty.services.people.people import OperatorForm
from posloyalty.services.people.sign_in import SignedIn
from posloyalty.services.shop.practice import furnish, is_practice, practice_answers, shop_copy
from posloyalty.services.till import Till
from posloyalty.sync.receipt_digest import decode
from posloyalty.wording import Words
from tests.fakes.time import SeededChance
from tests.faults.shop import PIN
from tests.services.a_shop import quick_hasher
from tests.services.conftest import Shop
from tests.services.counter import paid


@pytest.fixture
def training(shop: Shop, tmp_path: Path) -> Iterator[Till]:
    """The shop's training till, as the door makes it."""
    folder = tmp_path / "practice"
    with_tools = {"ids": shop.till.ids, "chance": SeededChance(7), "keyring": None}
    made, created = create_till(
        folder,
        practice_answers(shop.till.shop.details(), shop.till.chance),
        clock=shop.clock,
        hasher=quick_hasher,
        **with_tools,  # type: ignore[arg-type]
    )
    with made.book.write() as unit:
        furnish(unit, shop_copy(shop.till.book, shop.till.clock.now()), created.manager)
        unit.commit()
    made.close()
    till = open_till(folder, clock=shop.clock, hasher=quick_hasher, **with_tools)  # type: ignore[arg-type]
    yield till
    till.close()


def cashier(shop: Shop) -> Operator:
    form = OperatorForm(id=None, name="Li", role=Role.CASHIER, new_pin="1111")
    return shop.till.people.save(form, shop.manager)


def ring(till: Till, operator: Operator) -> Sale:
    basket: Basket = till.check_out.open_basket()
    basket = basket.add(till.catalogue.search("")[0])
    quote = till.check_out.quote(basket)
    return till.check_out.complete(basket, quote, paid(quote), operator)


def test_everybody_signs_in_with_their_own_pin_and_nobody_else(shop: Shop, training: Till) -> None:
    assert training.sign_in.operators() == shop.till.sign_in.operators()
    assert training.sign_in.sign_in(shop.manager.id, PIN) == SignedIn(shop.manager)


def test_it_is_the_same_shop_on_another_till(shop: Shop, training: Till) -> None:
    real, copied = shop.till.shop.details(), training.shop.details()
    assert (copied.name, copied.store_code) == (real.name, real.store_code)
    assert copied.till_code == f"P{real.till_code}"
    assert training.facts.till_id != shop.till.facts.till_id
    assert training.catalogue.search("") == shop.till.catalogue.search("")


def test_the_book_says_that_it_is_for_training_and_the_shop_s_does_not(
    shop: Shop, training: Till
) -> None:
    for till, so in ((training, True), (shop.till, False)):
        with till.book.read() as reader:
            assert is_practice(reader.settings) is so


def test_nothing_that_is_rung_up_reaches_the_shop_s_book(shop: Shop, training: Till) -> None:
    with shop.till.book.read() as reader:
        before = reader.journal.head()
    sale = ring(training, shop.manager)
    assert sale.number.split("-")[1].startswith("P")
    with shop.till.book.read() as reader:
        assert reader.journal.head() == before
        assert reader.sales.by_id(sale.id) is None
    assert training.verify.verify().holds
    assert shop.till.verify.verify().holds


def test_receipts_of_training_say_so_on_both_ends_and_in_their_code(
    shop: Shop, training: Till
) -> None:
    receipt = training.receipts.receipt(ring(training, shop.manager).id, copy=False)
    assert receipt.training
    assert receipt.blocks[0] == receipt.blocks[-1]
    (code,) = [one.text for one in receipt.blocks if type(one).__name__ == "SaleCode"]
    digest, _message, _signature = decode(code)
    assert digest.training


def test_a_receipt_of_training_is_no_receipt_of_the_shop(shop: Shop, training: Till) -> None:
    receipt = training.receipts.receipt(ring(training, shop.manager).id, copy=False)
    (code,) = [one.text for one in receipt.blocks if type(one).__name__ == "SaleCode"]
    found = shop.till.scan.recognise(code, screen=ScanScreen.SALE)
    assert getattr(found, "sale_number", None) is None


def test_every_paper_of_training_says_so_at_both_ends(shop: Shop, training: Till) -> None:
    sale, other = ring(training, shop.manager), ring(training, shop.manager)
    back = replace(training.refunds.wish((1, 1000)), cause="unwanted")
    quote = training.refunds.quote(sale.id, back)
    refund = training.refunds.complete(sale.id, back, quote, shop.manager)
    undone = replace(training.refunds.wish(kind=RefundKind.VOID), cause="mistake")
    quote = training.refunds.quote(other.id, undone)
    void = training.refunds.complete(other.id, undone, quote, shop.manager)
    training.shifts.open(0, shop.manager)
    report = training.shifts.report()
    receipts = training.receipts
    slip = card_slip(
        ReceiptShop(name="晨光"), Words("en"), token_text="LP1:AB", short_code="M1-2345"
    )
    papers = {
        "sale": receipts.receipt(sale.id, copy=False),
        "copy": receipts.receipt(sale.id, copy=True),
        "refund": receipts.receipt(refund.id, copy=False),
        "void": receipts.receipt(void.id, copy=False),
        "x": receipts.x_paper(report.shift, report.sums, report.at),
        "slip": receipts.marked(slip),
    }
    for kind, paper in papers.items():
        assert paper.training, kind
        bars = [block for block in paper.blocks if isinstance(block, Bar)]
        assert bars[0] == paper.blocks[0], kind
        assert isinstance(paper.blocks[-1], Bar), kind
    assert shop.till.receipts.marked(slip) == slip


def test_a_day_of_training_moves_nothing_of_the_shop(shop: Shop, training: Till) -> None:
    """Neither journal nor ledger, taxes, drawer or stock of cards: the shop's book is the same."""

    def everything() -> dict[str, list[object]]:
        with shop.till.book.read() as reader:
            ask = reader.connection.exec_driver_sql  # type: ignore[attr-defined]
            names = [row[0] for row in ask("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: list(ask(f"SELECT * FROM {name}")) for name in names}

    before = everything()
    training.shifts.open(10_000, shop.manager)
    sale = ring(training, shop.manager)
    back = replace(training.refunds.wish((1, 1000)), cause="faulty", faulty=True)
    training.refunds.complete(sale.id, back, training.refunds.quote(sale.id, back), shop.manager)
    training.shifts.move_cash(
        training.shifts.new_move_id(), -1_000, CashCause.SAFE.value, shop.manager
    )
    training.shifts.count(((1, training.shifts.report().due_minor),), shop.manager)
    training.shifts.close(shop.manager)
    assert everything() == before
    assert training.verify.verify().holds
