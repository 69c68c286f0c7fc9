"""A refund's receipt: its steps add up, and it says what was kept back and what is the member's."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.refund import RefundKind, Withheld
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.papers.receipt import (
    Bar,
    Items,
    Phrases,
    Receipt,
    Row,
    Rows,
    SaleCode,
    Weight,
)
from posloyalty.wording import LANGUAGES, Words
from tests.fakes.refunded import a_refund, a_refund_receipt
from tests.services.papers.test_receipt import minor

CODES = (
    "POINTS_SPENT",
    "THRESHOLD_MISSED",
    "THRESHOLD_MISSED_RELEASED",
    "GIFT_KEPT",
    "GIFT_KEPT_RELEASED",
    "VALUE_USED",
    "THRESHOLD_MISSED_WAIVED",
    "GIFT_KEPT_WAIVED",
)


def rows(receipt: Receipt) -> list[Row]:
    return [row for block in receipt.blocks if isinstance(block, Rows) for row in block.rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_items_and_steps_add_up_to_what_is_refunded_and_the_tenders_to_the_coins(
    language: str,
) -> None:
    receipt = a_refund_receipt(language)
    (items,) = (block for block in receipt.blocks if isinstance(block, Items))
    found = rows(receipt)[3:]
    place = next(n for n, row in enumerate(found) if row.weight is Weight.LARGE)
    subtotal, *steps = (minor(row.right) for row in found[:place])
    assert subtotal == sum(minor(item.amount) for item in items.rows)
    total = minor(found[place].right)
    assert subtotal + sum(steps) == total == a_refund().total_minor
    rounding, cash = (minor(row.right) for row in found[place + 1 : place + 3])
    assert cash == total + rounding


def test_of_an_exchange_each_tender_says_what_stays_and_what_goes_back() -> None:
    receipt = a_refund_receipt(
        points=(),
        taxes=(),
        offers=(),
        tenders=(
            Tender(
                number=1, kind=TenderKind.CASH, amount_minor=103, given_minor=100, stays_minor=100
            ),
            Tender(
                number=2,
                kind=TenderKind.CARD,
                amount_minor=750,
                given_minor=750,
                reference="R-9",
                stays_minor=450,
            ),
        ),
    )
    assert [(row.left, row.right) for row in rows(receipt)][-3:] == [
        ("Cash, for the new goods", "1.00"),
        ("Card, for the new goods", "4.50"),
        ("Card R-9", "3.00"),
    ]


def test_it_names_the_sale_that_it_undoes() -> None:
    assert "Return of S01-T02-1-0214" in [row.left for row in rows(a_refund_receipt())]
    void = a_refund_receipt(kind=RefundKind.VOID)
    assert "Void of S01-T02-1-0214" in [row.left for row in rows(void)]
    assert "Return without receipt" in [row.left for row in rows(a_refund_receipt(of_number=""))]


def test_points_given_and_taken_back_stand_apart_from_the_money() -> None:
    phrases = [p for b in a_refund_receipt().blocks if isinstance(b, Phrases) for p in b.parts]
    assert "Given back +897" in phrases
    assert "Taken back −55" in phrases
    assert "Balance 1,091" in phrases


def test_what_is_kept_back_says_why_and_about_what() -> None:
    held = (
        Withheld("POINTS_SPENT", 90, "points"),
        Withheld("GIFT_KEPT", 1800, "Mug"),
        Withheld("GIFT_KEPT", -500, "Cup"),
    )
    found = {row.left: row.right for row in rows(a_refund_receipt(withheld=held))}
    assert found["Already spent: points"] == "−0.90"
    assert found["Gift kept: Mug"] == "−18.00"
    assert found["Gift came back: Cup"] == "5.00"


def test_a_voucher_that_is_the_members_again_is_named() -> None:
    assert "Yours again: 6 bottles for 10" in [row.left for row in rows(a_refund_receipt())]


def test_a_member_is_masked_and_nobody_else_is_there() -> None:
    assert "Anna Maria Lopez" not in repr(a_refund_receipt())


def test_a_copy_says_so_and_no_refund_carries_a_sales_code() -> None:
    copy = a_refund_receipt(copy=True)
    assert isinstance(copy.blocks[0], Bar)
    assert isinstance(copy.blocks[-1], Bar)
    assert copy.blocks[1:-1] == a_refund_receipt().blocks
    assert not any(isinstance(block, SaleCode) for block in copy.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_reason_for_keeping_money_back_is_worded(code: str, language: str) -> None:
    assert Words(language).has(f"withheld.{code}")
