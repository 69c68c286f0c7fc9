"""What is left on a gift card, paid out on a real book: once, proved, and with nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from posloyalty.domain.engine.stored_value import CardState
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.pay_out import Document, PaidOut, PayOutWay
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.services.papers.receipt import Footer, Receipt, Rows
from posloyalty.services.ports import AuditQuestion, PrintState
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup
from posloyalty.wording import LANGUAGES
from tests.services.conftest import Shop
from tests.services.selling.test_gift_cards import CODE, PROGRAMME, loaded, ring

__all__ = ["loaded"]
CASHIER = Operator(id=b"C" * 16, name="Lin", role=Role.CASHIER)
CASH, ACCOUNT = PayOutWay.CASH, PayOutWay.ACCOUNT


def pay_out(shop: Shop, way: PayOutWay = CASH, **how: object) -> PaidOut:
    """100.00 with a bonus of 20.00 are on the card."""
    given = {"seen": "id_card", **how}
    pay_out_id = given.pop("pay_out_id", None) or shop.till.pay_outs.new_id()
    by = given.pop("by", shop.manager)
    return shop.till.pay_outs.complete(pay_out_id, CODE, way, by, **given)  # type: ignore[arg-type]


def written(shop: Shop) -> int:
    with shop.till.book.read() as reader:
        return len(tuple(reader.journal.events()))


def refused(act: Callable[[], object]) -> ServiceRefusal:
    with pytest.raises(ServiceRefusal) as why:
        act()
    return why.value


def test_the_whole_of_what_was_paid_for_goes_and_the_bonus_is_void(loaded: Shop) -> None:
    offer = loaded.till.pay_outs.offer(CODE)
    assert (offer.amount_minor, offer.cash_minor, offer.bonus_minor) == (10_000, 10_000, 2_000)
    assert (offer.cash_refused, offer.terms.same_name) == (None, True)
    paid = pay_out(loaded)
    assert paid == PaidOut(way=CASH, amount_minor=10_000, given_minor=10_000, seen=Document.ID_CARD)
    view = loaded.till.gift_cards.look_up(CODE)
    assert (view.state, view.principal_minor, view.bonus_minor) == (CardState.CLOSED, 0, 0)
    assert refused(lambda: pay_out(loaded)).reason == "CARD_CLOSED"
    assert loaded.till.verify.verify().holds


def test_the_same_pay_out_again_books_nothing(loaded: Shop) -> None:
    pay_out_id = loaded.till.pay_outs.new_id()
    first = pay_out(loaded, pay_out_id=pay_out_id)
    before = written(loaded)
    assert pay_out(loaded, pay_out_id=pay_out_id) == first
    assert written(loaded) == before


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"by": CASHIER}, "NOT_ALLOWED"),
        ({"by": CASHIER, "approver": replace(CASHIER, id=b"D" * 16)}, "NOT_ALLOWED"),
        ({"seen": ""}, "DOCUMENT_NEEDED"),
        ({"seen": "320102199001011234"}, "DOCUMENT_NEEDED"),
        ({"amount_minor": 9_999}, "QUOTE_STALE"),
    ],
)
def test_nothing_goes_unless_all_that_is_asked_is_there(
    loaded: Shop, how: dict[str, object], reason: str
) -> None:
    assert refused(lambda: pay_out(loaded, **how)).reason == reason
    assert loaded.till.gift_cards.look_up(CODE).balance_minor == 12_000


def test_more_than_the_limit_goes_to_an_account_alone(loaded: Shop) -> None:
    ring(
        loaded,
        loaded.till.check_out.open_basket().add(a_card(loaded), unit_price_minor=1, card=CODE),
    )
    why = refused(lambda: pay_out(loaded))
    assert (why.reason, why.facts) == (
        "CARD_CASH_NAMED",
        {"most_minor": 10_000, "left_minor": 10_001},
    )
    assert pay_out(loaded, ACCOUNT).given_minor == 10_001


def a_card(shop: Shop) -> Product:
    return next(one for one in shop.till.catalogue.search("GIFT") if one.gift_card)


def test_a_frozen_card_and_one_that_nobody_knows_pay_nothing_out(loaded: Shop) -> None:
    loaded.till.gift_cards.freeze(CODE, CASHIER)
    assert refused(lambda: pay_out(loaded)).reason == "CARD_FROZEN"
    assert refused(lambda: loaded.till.pay_outs.offer("2002")).reason == "NO_SUCH_CARD"


def test_a_card_whose_tax_was_paid_with_it_comes_back_with_its_sale_alone(loaded: Shop) -> None:
    taxed = PROGRAMME.replace("version = 1", "version = 2").replace(
        'id = "gift"\n', 'id = "gift"\nvat = "single_purpose"\n'
    )
    loaded.till.programmes.install(taxed.encode("utf-8"))
    assert refused(lambda: loaded.till.pay_outs.offer(CODE)).reason == "CARD_TAXED"


def test_where_the_market_asks_nothing_all_of_it_goes_in_cash_without_papers(
    loaded: Shop,
) -> None:
    details = loaded.till.shop.details()
    loaded.till.shop.save(replace(details, country="IE"), loaded.manager)
    ring(
        loaded,
        loaded.till.check_out.open_basket().add(a_card(loaded), unit_price_minor=90_000, card=CODE),
    )
    paid = pay_out(loaded, seen="")
    assert (paid.given_minor, paid.seen) == (100_000, None)


def test_drawer_and_z_say_what_went_by_which_way(loaded: Shop) -> None:
    till = loaded.till
    till.shifts.open(50_000, loaded.manager)
    ring(
        loaded,
        till.check_out.open_basket().add(a_card(loaded), unit_price_minor=7_007, card="2002"),
    )
    till.pay_outs.complete(
        till.pay_outs.new_id(), "2002", CASH, CASHIER, seen="passport", approver=loaded.manager
    )
    pay_out(loaded, ACCOUNT)
    report = till.shifts.report()
    out = report.sums.of(SumKind.CARD_PAID_OUT)
    coins = till.shop.details().cash.payable(7_007)
    assert {way: (line.count, line.amount) for way, line in out.items()} == {
        "cash": (1, coins),
        "account": (1, 10_000),
    }
    assert report.sums.of(SumKind.CARD_ISSUED)["gift"].amount == 7_007
    taken = report.sums.of(SumKind.TENDER)["cash"].amount
    assert (
        report.sums.total(SumKind.SALES).amount
        == taken - report.sums.total(SumKind.ROUNDING).amount
    )
    assert report.sums.total(SumKind.CARD_OUT_ROUNDING).amount == coins - 7_007
    assert report.due_minor == 50_000 + taken - coins
    till.shifts.count(((1, report.due_minor),), loaded.manager)
    close = till.shifts.close(loaded.manager)
    texts = rows(till.receipts.receipt(close.close.id, copy=False))
    assert ("退卡付现金 × 1", f"−{coins / 100:.2f}") in texts
    assert ("退卡转账 × 1", "−100.00") in texts
    assert till.verify.verify().holds


def rows(paper: Receipt) -> list[tuple[str, str]]:
    blocks = (block for block in paper.blocks if isinstance(block, Rows))
    return [(row.left, row.right) for block in blocks for row in block.rows]


def test_the_slip_waits_for_the_printer_and_has_room_for_what_the_till_does_not_keep(
    loaded: Shop,
) -> None:
    till = loaded.till
    printer = PrinterSetup(kind=PrinterKind.FILE, address=str(loaded.folder))
    till.shop.save(replace(till.shop.details(), printer=printer), loaded.manager)
    pay_out_id = till.pay_outs.new_id()
    pay_out(loaded, ACCOUNT, pay_out_id=pay_out_id)
    with till.book.write() as unit:
        # The sale of the card waits before it.
        while (job := unit.printing.next_waiting()) is not None and job.sale_id is not None:
            unit.printing.mark(job.id, PrintState.PRINTED)
    assert job is not None
    assert (job.act_id, job.sale_id, job.state) == (pay_out_id, None, PrintState.WAITING)
    for language in LANGUAGES:
        till.shop.save(replace(till.shop.details(), language=language), loaded.manager)
        slip = till.receipts.receipt(pay_out_id, copy=False)
        lines = [line for block in slip.blocks if isinstance(block, Footer) for line in block.lines]
        assert len(lines) == 5
        assert "____" in lines[0]
        assert any(right == "¥100.00" for _, right in rows(slip))


def test_the_audit_lists_it_with_the_document_and_nobodys_name(loaded: Shop) -> None:
    pay_out(loaded)
    day = loaded.clock.now().date()
    question = AuditQuestion(first=day, last=day, kinds=("act_pay_out",))
    (line,) = loaded.till.audit.find(question)
    entry = line.row.entry
    assert (entry.reason, entry.about, entry.amount_minor) == ("id_card", "•7777", 10_000)
    with loaded.till.book.read() as reader:
        assert not any(b"SECRET" in one.body for one in reader.journal.events())
