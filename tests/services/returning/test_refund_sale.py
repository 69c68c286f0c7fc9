"""Refunds at a real till: booked once, journalled, proved, printed; nothing comes back twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from posloyalty.domain.engine.refund_quote import Waiver
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind, take_cash
from posloyalty.services.ground import Ground
from posloyalty.services.papers.receipt import Phrases, Receipt, Row, Rows
from posloyalty.services.ports import PrintState
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_sale import RefundSale
from posloyalty.services.till import Till
from posloyalty.sync.events import Refund as RefundEvent
from posloyalty.sync.events import decode
from tests.faults.shop import MEMBER_PHONE
from tests.services.conftest import Shop

CASHIER = Operator(id=b"O" * 16, name="Lin", role=Role.CASHIER)
PLAIN = """
language = 1
id = "plain"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
[[wallet]]
id = "points"
expiry = { kind = "rolling_months", months = 12 }
[wallet.spend]
points = 100
money = "1.00"
[[earn]]
id = "base"
per_spend = { points = 1, money = "1.00" }
[[offer]]
id = "first"
scope = "order"
when = { first_purchase = true }
amount = "1.00"
"""


@pytest.fixture
def till(shop: Shop) -> Iterator[Till]:
    """The shop's till under a programme that a person can reckon."""
    shop.till.programmes.install(PLAIN.encode())
    yield shop.till
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first


def member(till: Till) -> bytes:
    found = till.members.by_phone(MEMBER_PHONE)
    assert found is not None
    return found


def basket(till: Till, *counts: int, member_id: bytes | None = None, redeem: int = 0) -> Basket:
    """So many pieces of the first articles: 4.50, 5.50, 6.50, ..."""
    made = till.check_out.open_basket()
    if member_id is not None:
        made = made.for_member(member_id, proof="card")
    for product, count in zip(till.catalogue.search(""), counts, strict=False):
        if count:
            made = made.add(product, quantity_milli=count * 1000)
    if redeem:
        made = made.redeeming(Redemption(wallet="points", points=redeem), wallet="points")
    return made


def sell(till: Till, made: Basket, *, card: int = 0) -> Sale:
    quote = till.check_out.quote(made)
    tenders: tuple[Tender, ...] = ()
    if card:
        tenders = (
            Tender(
                number=1,
                kind=TenderKind.CARD,
                amount_minor=card,
                given_minor=card,
                reference="T-1",
            ),
        )
    left = quote.payable_minor - card
    if left:
        cash = take_cash(
            quote.payable_minor, tenders, given_minor=left, rounding=till.shop.details().cash
        )
        tenders = (*tenders, cash)
    return till.check_out.complete(made, quote, tenders, CASHIER)


def refund(till: Till, sale: Sale, *back: tuple[int, int], **wish: object) -> Refund:
    made = replace(till.refunds.wish(*back), cause="too_small", **wish)  # type: ignore[arg-type]
    quote = till.refunds.quote(sale.id, made)
    return till.refunds.complete(sale.id, made, quote, till.people.all()[0])


def balance(till: Till) -> int:
    return till.members.panel(member(till)).wallets[0].balance


def refused(reason: str) -> pytest.RaisesExc[ServiceRefusal]:
    return pytest.raises(ServiceRefusal, check=lambda fault: fault.reason == reason)


def test_a_part_of_a_members_sale_comes_back_and_the_book_proves_it(till: Till) -> None:
    sell(till, basket(till, 20, 20, member_id=member(till)))  # earns 199
    sale = sell(till, basket(till, 2, 2, member_id=member(till), redeem=100))
    before = balance(till)
    done = refund(till, sale, (2, 1000))
    assert (done.number, done.of_number) == ("S01-T02-1-0020", sale.number)
    (line,) = done.lines
    assert (line.number, line.quantity_milli, line.gross_minor) == (2, 1000, 550)
    (_, restored, paid), (_, earned) = line.redeemed[0], line.earned[0]
    assert done.total_minor == line.net_minor == 550 - paid
    assert balance(till) == before + restored - earned
    found = till.refunds.find(sale.number)
    assert found.left == {1: 2000, 2: 1000}
    assert [row.number for row in found.refunds] == [done.number]


def test_it_is_one_event_that_reads_back_whole(till: Till) -> None:
    sale = sell(till, basket(till, 2, member_id=member(till)))
    done = refund(till, sale, (1, 1000))
    stored = till.refund_history.refund(done.number)
    assert stored is not None
    assert stored.refund == done
    assert till.refund_history.refund(done.id) == stored
    with till.book.read() as reader:
        event = reader.journal.by_event_id(done.id)
        assert event is not None
        assert isinstance(decode(event.body), RefundEvent)
        assert reader.ledger.done_by(done.id) == stored.does


def test_the_same_refund_again_books_nothing(till: Till) -> None:
    sale = sell(till, basket(till, 2))
    made = replace(till.refunds.wish((1, 1000)), cause="too_small")
    quote = till.refunds.quote(sale.id, made)
    first = till.refunds.complete(sale.id, made, quote, CASHIER)
    assert till.refunds.complete(sale.id, made, quote, CASHIER) == first
    assert till.refunds.find(sale.id).left == {1: 1000}


def test_nothing_comes_back_twice_also_when_two_services_are_asked_at_once(
    till: Till, shop: Shop
) -> None:
    """Both have quoted before either books: what is left is read inside the transaction."""
    sale = sell(till, basket(till, 1))
    services = [till.refunds, another(shop)]
    wishes = [replace(one.wish((1, 1000)), cause="too_small") for one in services]
    quotes = [one.quote(sale.id, wish) for one, wish in zip(services, wishes, strict=True)]

    def book(place: int) -> str:
        try:
            done = services[place].complete(sale.id, wishes[place], quotes[place], CASHIER)
        except ServiceRefusal as fault:
            return fault.reason
        return done.kind.value

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(book, (0, 1))) == ["NOTHING_LEFT", "return"]
    assert till.refunds.find(sale.id).left == {1: 0}


def another(shop: Shop) -> RefundSale:
    """A second service on the same book."""
    ours = shop.till.refunds
    ground = Ground(
        book=shop.till.book,
        clock=shop.till.clock,
        ids=shop.till.ids,
        chance=shop.till.chance,
        programmes=shop.till.programmes,
        rules=ours._rules,
    )
    return RefundSale(ground, cash=ours._cash)


def test_a_quote_that_no_longer_holds_is_refused(till: Till) -> None:
    sale = sell(till, basket(till, 3, member_id=member(till)))
    made = replace(till.refunds.wish((1, 1000)), cause="too_small")
    quote = till.refunds.quote(sale.id, made)
    refund(till, sale, (1, 1000))  # another piece came back meanwhile, with other shares
    with refused("QUOTE_STALE"):
        till.refunds.complete(sale.id, made, quote, CASHIER)


def test_voiding_and_waiving_need_authority_and_every_refund_a_cause(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    void = replace(till.refunds.wish(kind=RefundKind.VOID), cause="mistake")
    quote = till.refunds.quote(sale.id, void)
    with refused("NOT_ALLOWED"):
        till.refunds.complete(sale.id, void, quote, CASHIER)
    silent = replace(void, cause=" ")
    with refused("CAUSE_NEEDED"):
        till.refunds.complete(sale.id, silent, quote, till.people.all()[0])
    done = till.refunds.complete(sale.id, void, quote, till.people.all()[0])
    assert (done.kind, done.total_minor) == (RefundKind.VOID, sale.payable_minor)


def test_letting_go_what_would_be_kept_back_needs_authority(till: Till) -> None:
    sale = sell(till, basket(till, 1, member_id=member(till)))
    made = replace(
        till.refunds.wish((1, 1000)), cause="too_small", waived=frozenset({Waiver.POINTS})
    )
    quote = till.refunds.quote(sale.id, made)
    with refused("NOT_ALLOWED"):
        till.refunds.complete(sale.id, made, quote, CASHIER)
    till.refunds.complete(sale.id, made, quote, till.people.all()[0])


def test_case_37_a_first_purchase_that_was_voided_leaves_the_next_one_the_first(till: Till) -> None:
    sale = sell(till, basket(till, 1, member_id=member(till)))
    assert [offer.offer_id for offer in sale.offers] == ["first"]
    again = till.check_out.quote(basket(till, 1, member_id=member(till)))
    assert again.offers == ()
    refund(till, sale, kind=RefundKind.VOID)
    fresh = till.check_out.quote(basket(till, 1, member_id=member(till)))
    assert [offer.offer_id for offer in fresh.offers] == ["first"]
    assert balance(till) == 0


def test_the_pinned_version_rules_whatever_is_in_effect_by_now(till: Till) -> None:
    sale = sell(till, basket(till, 3, member_id=member(till)))
    changed = PLAIN.replace("version = 1", "version = 2") + '\n[returns]\nthreshold = "reprice"\n'
    till.programmes.install(changed.encode())
    done = refund(till, sale, (1, 1000))
    assert (done.programme_version, done.programme_hash) == (1, sale.programme_hash)


def test_a_sale_rung_up_without_a_programme_comes_back_too(shop: Shop) -> None:
    till = shop.till
    with till.book.write() as unit:
        unit.connection.exec_driver_sql("DELETE FROM programme")  # type: ignore[attr-defined]
        unit.commit()
    sale = sell(till, basket(till, 2))
    assert refund(till, sale, (1, 1000)).total_minor == 450
    assert till.verify.verify().holds


def test_several_tenders_get_their_shares_by_line_and_in_all(till: Till) -> None:
    sale = sell(till, basket(till, 2, 2), card=700)
    assert all(sum(s for _, s in line.paid) == line.net_minor for line in sale.lines)
    parts = [
        refund(till, sale, (1, 2000)),
        refund(till, sale, (2, 1000)),
        refund(till, sale, (2, 1000)),
    ]
    by_card = sum(t.amount_minor for one in parts for t in one.tenders if t.kind == "card")
    assert by_card == 700
    assert sum(one.total_minor for one in parts) == sale.payable_minor
    assert {t.reference for one in parts for t in one.tenders if t.kind == "card"} == {"T-1"}


def test_china_hands_back_the_very_coins(shop: Shop, till: Till) -> None:
    details = till.shop.details()
    till.shop.save(replace(details, cash_step_minor=100, cash_rounding="down"), shop.manager)
    sale = sell(till, basket(till, 1))
    assert sale.tenders[0].rounding_minor == -50
    done = refund(till, sale, (1, 1000))
    assert (done.total_minor, done.rounding_minor, done.tenders[0].given_minor) == (450, -50, 400)


def test_a_refund_prints_its_own_receipt_and_a_copy_is_noted(till: Till) -> None:
    sale = sell(till, basket(till, 2, member_id=member(till)))
    done = refund(till, sale, (1, 1000))
    assert till.receipts.run_next() is PrintState.PRINTED  # the sale's
    assert till.receipts.run_next() is PrintState.PRINTED
    stored = till.refund_history.refund(done.id)
    assert stored is not None
    assert stored.printed is PrintState.PRINTED
    receipt = till.receipts.receipt(done.id, copy=False)
    assert receipt.number == done.number
    assert any(row.right == sale.number or sale.number in row.left for row in rows(receipt))
    till.receipts.queue(done.id, copy=True, operator=CASHIER)
    assert till.receipts.run_next() is PrintState.PRINTED
    with till.book.read() as reader:
        kinds = [event.kind for event in reader.journal.events()]
    assert kinds[-1] == "receipt_copy"


def rows(receipt: Receipt) -> list[Row]:
    return [row for block in receipt.blocks if isinstance(block, Rows) for row in block.rows]


def test_refunds_are_listed_newest_first(till: Till, shop: Shop) -> None:
    sale = sell(till, basket(till, 3, member_id=member(till)))
    first = refund(till, sale, (1, 1000))
    shop.clock.pass_time(timedelta(minutes=5))
    second = refund(till, sale, (1, 1000), faulty=True)
    page = till.refund_history.page(limit=10)
    assert [row.number for row in page] == [second.number, first.number]
    assert page[0].operator_name == "林店长"
    assert page[0].member_name == "王小雨"
    assert (page[1].of_number, page[1].total_minor) == (sale.number, first.total_minor)
    assert till.refund_history.of_sale(sale.id) == page
    assert len(till.refunds.find(sale.id).refunds) == 2
    older = till.refund_history.page(before_seq=page[0].seq, limit=10)
    assert [row.number for row in older] == [first.number]


def test_without_a_receipt_the_newest_sale_of_the_article_is_found(till: Till) -> None:
    article = till.catalogue.search("")[0]
    old = sell(till, basket(till, 2, member_id=member(till)))
    new = sell(till, basket(till, 1, member_id=member(till)))
    sell(till, basket(till, 5))  # nobody's
    found = till.refunds.bought(member(till), article.id)
    assert [(one.number, one.line) for one in found] == [(new.number, 1), (old.number, 1)]
    refund(till, new, (1, 1000))
    refund(till, old, (1, 1000))
    found = till.refunds.bought(member(till), article.id)
    assert [(one.sale_id, one.returned_milli) for one in found] == [(old.id, 1000)]


def test_an_unknown_number_is_refused(till: Till) -> None:
    with refused("NO_SUCH_SALE"):
        till.refunds.find("S01-T02-1-9999")
    with refused("NO_SUCH_SALE"):
        till.refunds.quote(b"?" * 16, till.refunds.wish((1, 1000)))


def test_what_the_engine_refuses_comes_out_with_its_facts(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    with pytest.raises(ServiceRefusal) as fault:
        till.refunds.quote(sale.id, till.refunds.wish((1, 2000)))
    assert (fault.value.reason, fault.value.facts["left_milli"]) == ("MORE_THAN_LEFT", 1000)


def test_a_refund_survives_a_restart(till: Till, shop: Shop) -> None:
    sale = sell(till, basket(till, 2, member_id=member(till)))
    done = refund(till, sale, (1, 1000))
    again = shop.restart()
    assert again.refunds.find(sale.number).left == {1: 1000}
    stored = again.refund_history.refund(done.number)
    assert stored is not None
    assert stored.refund == done


def test_points_and_money_of_a_refund_stand_on_its_receipt(till: Till) -> None:
    sell(till, basket(till, 20, 20, member_id=member(till)))
    sale = sell(till, basket(till, 2, 2, member_id=member(till), redeem=100))
    done = refund(till, sale, (2, 2000))
    receipt = till.receipts.receipt(done.id, copy=False)
    phrases = [p for b in receipt.blocks if isinstance(b, Phrases) for p in b.parts]
    (points,) = done.points
    assert f"退还 +{points.redeemed}" in phrases
    assert f"收回 −{points.earned}" in phrases
    assert any(row.right.endswith(f"{done.total_minor / 100:.2f}") for row in rows(receipt))


def test_a_cashier_gives_back_up_to_a_limit_and_voids_nothing_alone(till: Till) -> None:
    sale = sell(till, basket(till, 120))
    manager = till.people.all()[0]
    made = replace(till.refunds.wish((1, 120_000)), cause="too_small")
    quote = till.refunds.quote(sale.id, made)
    assert quote.total_minor == 54_000
    with refused("NOT_ALLOWED"):
        till.refunds.complete(sale.id, made, quote, CASHIER)
    with refused("NOT_ALLOWED"):
        till.refunds.complete(sale.id, made, quote, CASHIER, approver=CASHIER)
    done = till.refunds.complete(sale.id, made, quote, CASHIER, approver=manager)
    assert (done.operator_id, done.approved_by) == (CASHIER.id, manager.id)
    small = sell(till, basket(till, 1))
    void = replace(till.refunds.wish(kind=RefundKind.VOID), cause="mistake")
    voided = till.refunds.quote(small.id, void)
    with refused("NOT_ALLOWED"):
        till.refunds.complete(small.id, void, voided, CASHIER)
    alone = till.refunds.complete(small.id, void, voided, manager, approver=manager)
    assert alone.approved_by is None


def test_a_preview_says_what_becomes_of_the_points_and_a_used_card_is_refused_before(
    till: Till,
) -> None:
    sell(till, basket(till, 20, 20, member_id=member(till)))
    sale = sell(till, basket(till, 2, 2, member_id=member(till), redeem=100))
    wish = replace(till.refunds.wish((1, 2000)), cause="too_small")
    shown = till.refunds.preview(sale.id, wish)
    done = till.refunds.complete(sale.id, wish, shown.quote, till.people.all()[0])
    assert done.points == shown.points
    assert shown.given_minor == sum(tender.given_minor for tender in done.tenders)
    assert till.refunds.refused_lines(till.refunds.find(sale.id)) == {}
