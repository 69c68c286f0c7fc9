"""Goods of a sale that this book does not hold: by a receipt that proves itself, or without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.refund import Refund
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.papers.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import UnknownReturn
from posloyalty.services.till import Till
from posloyalty.sync.receipt_digest import ReceiptDigest, encode
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

FLOOR = PLAIN + '\n[returns]\nfloor = "30.00"\n'


@pytest.fixture
def till(shop: Shop) -> Iterator[Till]:
    shop.till.programmes.install(FLOOR.encode())
    yield shop.till
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first


def goods(till: Till, place: int = 0, pieces: int = 1) -> UnknownGoods:
    article = till.catalogue.search("")[place]
    assert article.price_minor is not None
    return UnknownGoods(
        product=article, quantity_milli=pieces * 1000, amount_minor=pieces * article.price_minor
    )


def code(till: Till, *, payable: int, earned: int = 0, **more: object) -> str:
    """A receipt of this till for a sale that its book has lost."""
    with till.book.read() as reader:
        (*_, key) = reader.tokens.keys()
        digest = ReceiptDigest(
            till=reader.facts.till_id[:8],
            epoch=1,
            seq=900,
            day=till.clock.now().date(),
            payable_minor=payable,
            earned=earned,
            body=b"B" * 16,
            member=bool(earned),
            **more,  # type: ignore[arg-type]
        )
    return encode(digest, SigningKey.generate(key.seed).sign)


def book(till: Till, wish: UnknownReturn) -> Refund:
    return till.refunds_unknown.complete(
        wish, till.refunds_unknown.quote(wish), till.people.all()[0]
    )


def test_a_lost_sale_comes_back_by_its_receipt_up_to_what_it_says_was_paid(till: Till) -> None:
    proof = till.refunds_unknown.prove(code(till, payable=1000))
    assert (proof.sale_id, proof.number) == (None, "S01-T02-1-0900")
    first = till.refunds_unknown.wish(goods(till), receipt=proof, cause="faulty")
    done = book(till, first)
    assert (done.total_minor, done.of_number) == (450, "S01-T02-1-0900")
    with refused("ABOVE_RECEIPT"):
        till.refunds_unknown.quote(
            till.refunds_unknown.wish(goods(till, 1, 2), receipt=proof, cause="faulty")
        )
    rest = till.refunds_unknown.wish(goods(till, 1), receipt=proof, cause="faulty")
    assert book(till, rest).total_minor == 550
    with pytest.raises(ServiceRefusal) as fault:
        till.refunds_unknown.quote(
            till.refunds_unknown.wish(goods(till), receipt=proof, cause="faulty")
        )
    assert fault.value.facts == {"most_minor": 0}


def test_points_go_at_the_base_rate_and_never_beyond_what_the_receipt_says(till: Till) -> None:
    sell(till, basket(till, 20, member_id=member(till)))
    before = balance(till)
    proof = till.refunds_unknown.prove(code(till, payable=1000, earned=5))
    wish = till.refunds_unknown.wish(
        goods(till, 1), receipt=proof, member_id=member(till), cause="too_small"
    )
    done = book(till, wish)
    assert (done.total_minor, done.points[0].earned) == (550, 3)  # 5.50 earn 5, half of 5 is left
    assert balance(till) == before - 3


def test_a_members_receipt_asks_for_the_member_unless_the_goods_are_faulty(till: Till) -> None:
    proof = till.refunds_unknown.prove(code(till, payable=1000, earned=5))
    with refused("MEMBER_NEEDED"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(goods(till), receipt=proof))
    faulty = till.refunds_unknown.wish(goods(till), receipt=proof, faulty=True)
    assert till.refunds_unknown.quote(faulty).total_minor == 450


def test_a_receipt_whose_sale_is_here_leads_to_its_own_lines(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    stored = till.history.sale(sale.number)
    assert stored is not None
    with till.book.read() as reader:
        text = receipt_code(reader, stored)
    assert text is not None
    proof = till.refunds_unknown.prove(text)
    assert (proof.sale_id, proof.number) == (sale.id, sale.number)
    with refused("SALE_IS_HERE"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(goods(till), receipt=proof))


def test_a_receipt_of_the_same_place_in_a_restored_journal_is_another_sale(till: Till) -> None:
    sale = sell(till, basket(till, 1))
    with till.book.read() as reader:
        seq = reader.journal.head().seq
        (*_, key) = reader.tokens.keys()
        digest = ReceiptDigest(
            till=reader.facts.till_id[:8], epoch=1, seq=seq, day=sale.day,
            payable_minor=450, earned=0, body=b"?" * 16,
        )  # fmt: skip
    proof = till.refunds_unknown.prove(encode(digest, SigningKey.generate(key.seed).sign))
    assert (proof.number, proof.sale_id) == (sale.number, None)


def test_codes_that_prove_nothing_are_refused(till: Till) -> None:
    forged = code(till, payable=100_000)
    with refused("RECEIPT_FORGED"):
        till.refunds_unknown.prove(forged[:-1] + ("A" if forged[-1] != "A" else "E"))
    with refused("RECEIPT_NOT_OURS"):
        till.refunds_unknown.prove("LR1:NONSENSE")
    with refused("RECEIPT_TRAINING"):
        till.refunds_unknown.prove(code(till, payable=100, training=True))


def test_without_a_receipt_the_floor_bounds_what_goes_back(till: Till) -> None:
    wish = till.refunds_unknown.wish(goods(till, 0, 2), member_id=member(till), cause="too_small")
    done = book(till, wish)
    assert (done.total_minor, done.of_number, done.points[0].earned) == (900, "", 9)
    assert balance(till) == -9
    with refused("ABOVE_FLOOR"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(goods(till, 0, 7), cause="too_small"))
    receipt = till.receipts.receipt(done.id, copy=False)
    assert "无小票退货" in repr(receipt)


def test_without_a_floor_nothing_goes_back_without_a_receipt(shop: Shop) -> None:
    shop.till.programmes.install(PLAIN.encode())
    unknown = shop.till.refunds_unknown
    with refused("RECEIPT_NEEDED"):
        unknown.quote(unknown.wish(goods(shop.till), cause="too_small"))


def test_it_needs_somebody_who_may_waive_and_a_cause(till: Till) -> None:
    wish = till.refunds_unknown.wish(goods(till), cause="too_small")
    quote = till.refunds_unknown.quote(wish)
    with refused("NOT_ALLOWED"):
        till.refunds_unknown.complete(wish, quote, CASHIER)
    silent = till.refunds_unknown.wish(goods(till))
    with refused("CAUSE_NEEDED"):
        till.refunds_unknown.complete(silent, quote, till.people.all()[0])


def test_what_is_no_longer_so_is_refused(till: Till) -> None:
    with refused("NO_SUCH_MEMBER"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(goods(till), member_id=b"?" * 16))
    with refused("NOTHING_CHOSEN"):
        till.refunds_unknown.quote(till.refunds_unknown.wish(cause="too_small"))
    card = replace(goods(till).product, gift_card=True)
    with refused("VALUE_UNKNOWN"):
        till.refunds_unknown.quote(
            till.refunds_unknown.wish(replace(goods(till), product=card), cause="too_small")
        )
    wish = till.refunds_unknown.wish(goods(till), cause="too_small")
    other = till.refunds_unknown.quote(
        till.refunds_unknown.wish(goods(till, 0, 2), cause="too_small")
    )
    with refused("QUOTE_STALE"):
        till.refunds_unknown.complete(wish, other, till.people.all()[0])


def test_a_receipt_that_earned_nothing_takes_no_points(till: Till) -> None:
    proof = till.refunds_unknown.prove(code(till, payable=1000))
    wish = till.refunds_unknown.wish(
        goods(till), receipt=proof, member_id=member(till), cause="too_small"
    )
    assert book(till, wish).points[0].earned == 0


def test_the_same_return_again_books_nothing(till: Till) -> None:
    wish = till.refunds_unknown.wish(goods(till), cause="too_small")
    first = book(till, wish)
    assert book(till, wish) == first
    assert len(till.refund_history.page()) == 1
