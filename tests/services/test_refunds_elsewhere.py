"""Goods that another till of the shop sold come back here by its signed receipt, offline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from posloyalty.domain.shop.elsewhere import ElsewherePolicy
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import ProvenSale
from posloyalty.services.selling.scanned import ScannedReceipt
from posloyalty.services.till import Till
from posloyalty.sync import events
from tests.services.another_till import MADE, AnotherTill
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import (
    CASHIER,
    PLAIN,
    balance,
    basket,
    member,
    refused,
    sell,
)
from tests.services.returning.test_refund_unknown import book, goods

OTHER = AnotherTill()
STRANGER = AnotherTill(till_id=b"stranger" * 2, seed=b"x" * 32)


@pytest.fixture
def till(shop: Shop) -> Iterator[Till]:
    """A till that trusts another one, and takes its goods back up to 20.00 for a receipt."""
    shop.till.programmes.install(PLAIN.encode())
    shop.till.tills.trust(OTHER.file, shop.manager)
    choose(shop.till, ElsewherePolicy.SUPERVISED, 2_000)
    yield shop.till
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first


def choose(till: Till, policy: ElsewherePolicy, most_minor: int | None) -> None:
    details = replace(till.shop.details(), elsewhere=policy, elsewhere_most_minor=most_minor)
    till.shop.save(details, manager(till))


def manager(till: Till) -> Operator:
    return till.people.all()[0]


def today(till: Till) -> date:
    return till.clock.now().date()


def proven(till: Till, *, payable: int = 10_000, earned: int = 0) -> ProvenSale:
    text = OTHER.receipt(today(till), payable=payable, earned=earned)
    return till.refunds_unknown.prove_returnable(text)


def test_a_receipt_of_a_trusted_till_brings_goods_back_under_its_own_number(till: Till) -> None:
    receipt = proven(till)
    assert (receipt.till, receipt.number, receipt.sale_id) == ("S01-T03", "S01-T03-1-0042", None)
    wish = till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty")
    done = book(till, wish)
    assert (done.total_minor, done.of_number) == (450, "S01-T03-1-0042")


def test_the_journal_keeps_the_signed_code_by_which_head_office_finds_the_sale(
    till: Till,
) -> None:
    receipt = proven(till)
    done = book(till, till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty"))
    with till.book.read() as reader:
        stored = reader.journal.by_event_id(done.id)
    assert stored is not None
    event = events.decode(stored.body)
    assert isinstance(event, events.Refund)
    assert event.receipt == OTHER.receipt(today(till), payable=10_000)
    assert till.refund_history.refund(done.id).refund == done  # type: ignore[union-attr]


def test_a_refund_of_a_sale_of_this_book_carries_no_code(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    wish = replace(till.refunds.wish((1, 1000)), cause="faulty")
    done = till.refunds.complete(sale.id, wish, till.refunds.quote(sale.id, wish), manager(till))
    assert done.receipt == ""


def test_an_article_comes_back_once_with_a_receipt_and_others_still_do(till: Till) -> None:
    receipt = proven(till)
    book(till, till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty"))
    with refused("BACK_ALREADY"):
        till.refunds_unknown.quote(
            till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty")
        )
    other = till.refunds_unknown.wish(goods(till, 1), receipt=receipt, cause="faulty")
    assert book(till, other).total_minor == 550


def test_of_two_screens_that_quoted_the_same_goods_only_one_books(till: Till) -> None:
    receipt = proven(till)
    first = till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty")
    second = till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty")
    quote = till.refunds_unknown.quote(second)
    book(till, first)
    with refused("BACK_ALREADY"):
        till.refunds_unknown.complete(second, quote, manager(till))
    assert len(till.refund_history.page()) == 1


@pytest.mark.parametrize(("pieces", "left"), [(4, 200), (5, None)])
def test_the_shops_limit_is_for_the_receipt_over_all_its_returns(
    till: Till, pieces: int, left: int | None
) -> None:
    receipt = proven(till)
    wish = till.refunds_unknown.wish(goods(till, 0, pieces), receipt=receipt, cause="faulty")
    if left is None:
        with pytest.raises(ServiceRefusal) as fault:
            till.refunds_unknown.quote(wish)
        assert fault.value.reason == "ELSEWHERE_ABOVE"
        assert fault.value.facts == {"most_minor": 2_000, "till": "S01-T03"}
        return
    book(till, wish)
    more = till.refunds_unknown.wish(goods(till, 1), receipt=receipt, cause="faulty")
    with pytest.raises(ServiceRefusal) as fault:
        till.refunds_unknown.quote(more)
    assert fault.value.facts == {"most_minor": left, "till": "S01-T03"}


def test_without_a_limit_the_receipt_itself_bounds_it(till: Till) -> None:
    choose(till, ElsewherePolicy.SUPERVISED, None)
    receipt = proven(till, payable=3_000)
    wish = till.refunds_unknown.wish(goods(till, 0, 6), receipt=receipt, cause="faulty")
    assert till.refunds_unknown.quote(wish).total_minor == 2_700
    with refused("ABOVE_RECEIPT"):
        till.refunds_unknown.quote(replace(wish, goods=(goods(till, 0, 7),)))


def test_a_shop_that_takes_nothing_of_other_tills_back_says_so_at_the_scan(till: Till) -> None:
    receipt = proven(till)
    choose(till, ElsewherePolicy.REFUSED, 2_000)
    with pytest.raises(ServiceRefusal) as fault:
        proven(till)
    assert fault.value.reason == "ELSEWHERE_REFUSED"
    assert fault.value.facts == {"till": "S01-T03", "number": "S01-T03-1-0042"}
    with refused("ELSEWHERE_REFUSED"):
        till.refunds_unknown.quote(
            till.refunds_unknown.wish(goods(till), receipt=receipt, cause="faulty")
        )


def test_a_supervisor_stands_by_it(till: Till) -> None:
    wish = till.refunds_unknown.wish(goods(till), receipt=proven(till), cause="faulty")
    quote = till.refunds_unknown.quote(wish)
    with refused("NOT_ALLOWED"):
        till.refunds_unknown.complete(wish, quote, CASHIER)
    done = till.refunds_unknown.complete(wish, quote, CASHIER, approver=manager(till))
    assert done.approved_by == manager(till).id


def test_a_members_points_go_back_at_the_base_rate_up_to_what_the_receipt_earned(
    till: Till,
) -> None:
    sell(till, basket(till, 20, member_id=member(till)))
    before = balance(till)
    receipt = proven(till, payable=1_000, earned=5)
    with refused("MEMBER_NEEDED"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(goods(till), receipt=receipt))
    wish = till.refunds_unknown.wish(
        goods(till, 1), receipt=receipt, member_id=member(till), cause="unwanted"
    )
    done = book(till, wish)
    assert (done.total_minor, done.points[0].earned) == (550, 3)
    assert balance(till) == before - 3


def test_what_does_not_prove_itself_is_refused_with_its_own_reason(till: Till) -> None:
    day = today(till)
    good = OTHER.receipt(day, payable=1_000)
    forged = good[:-1] + ("A" if good[-1] != "A" else "E")
    later = OTHER.receipt(MADE.date() - timedelta(days=2), payable=1_000)
    cases = {
        "RECEIPT_NOT_OURS": "LR1:NONSENSE",
        "RECEIPT_FORGED": forged,
        "RECEIPT_TILL_UNKNOWN": STRANGER.receipt(day, payable=1_000),
        "RECEIPT_EXPIRED": later,
        "RECEIPT_TRAINING": OTHER.receipt(day, payable=1_000, training=True),
    }
    for reason, text in cases.items():
        with refused(reason):
            till.refunds_unknown.prove_returnable(text)


def test_a_till_that_was_revoked_proves_nothing_any_more_whatever_the_day(till: Till) -> None:
    old = OTHER.receipt(today(till) - timedelta(days=30), payable=1_000)
    assert till.refunds_unknown.prove_returnable(old).elsewhere
    till.tills.revoke(OTHER.till_id, manager(till))
    with refused("RECEIPT_TILL_REVOKED"):
        till.refunds_unknown.prove_returnable(old)
    forged = old[:-1] + ("A" if old[-1] != "A" else "E")
    with refused("RECEIPT_FORGED"):
        till.refunds_unknown.prove_returnable(forged)


def test_the_receipt_of_the_refund_names_the_sale_at_the_other_till(till: Till) -> None:
    done = book(till, till.refunds_unknown.wish(goods(till), receipt=proven(till), cause="faulty"))
    assert "S01-T03-1-0042" in repr(till.receipts.receipt(done.id, copy=False))


def test_at_the_sale_a_receipt_of_another_till_is_a_receipt_whoever_signed_it(till: Till) -> None:
    for other in (OTHER, STRANGER):
        text = other.receipt(today(till), payable=1_000)
        assert till.scan.recognise(text, screen=ScanScreen.SALE) == ScannedReceipt(None, text)
