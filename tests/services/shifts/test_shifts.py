"""A shift at a real till: opened, counted blind, closed; its Z follows from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.shift import CountStage, Pieces
from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.domain.shop.tender import CashRounding, TenderKind, take_cash, take_exact
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.papers.receipt import Bar, Phrases, Receipt, Rows
from posloyalty.services.ports import PrintState
from posloyalty.services.till import Till
from posloyalty.sync import events
from posloyalty.wording import Words
from tests.services.conftest import Shop
from tests.services.returning.test_refund_sale import (
    CASHIER,
    PLAIN,
    basket,
    member,
    refund,
    refused,
    sell,
)
from tests.services.test_verify_refunds import Told, tamper

SUPERVISOR = Operator(id=b"S" * 16, name="Chen", role=Role.SUPERVISOR)
FLOAT = 50_000


@pytest.fixture
def till(shop: Shop) -> Iterator[Till]:
    """A till with a shift of 500.00 under a programme that a person can reckon."""
    shop.till.programmes.install(PLAIN.encode())
    shop.till.shifts.open(FLOAT, CASHIER)
    yield shop.till
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first


def pieces(minor: int) -> Pieces:
    """An amount in coins of one."""
    return ((1, minor),)


def close(till: Till, **how: object) -> None:
    """Count exactly what is due, and close."""
    till.shifts.count(pieces(till.shifts.report().due_minor), CASHIER)
    till.shifts.close(CASHIER, **how)  # type: ignore[arg-type]


def test_what_the_drawer_should_hold_is_the_float_and_what_moved_cash(till: Till) -> None:
    sell(till, basket(till, 2))  # 9.00
    sell(till, basket(till, 0, 2), card=1100)
    mixed = sell(till, basket(till, 0, 0, 2), card=300)  # 13.00, of which 10.00 in cash
    till.shifts.move_cash(till.shifts.new_move_id(), -30_000, "safe", CASHIER)
    till.shifts.move_cash(till.shifts.new_move_id(), 5_000, "change", CASHIER)
    assert mixed.payable_minor == 1300
    assert till.shifts.report().due_minor == FLOAT + 900 + 1000 - 30_000 + 5_000


def test_a_void_takes_its_cash_out_of_the_drawer_again(till: Till) -> None:
    sale = sell(till, basket(till, 2))
    refund(till, sale, kind=RefundKind.VOID)
    report = till.shifts.report()
    assert report.due_minor == FLOAT
    assert report.sums.total(SumKind.VOIDS).amount == 900


def test_what_each_qr_wallet_took_and_gave_back_has_its_own_sum(till: Till) -> None:
    for scheme, pieces_sold in (("wechat", 2), ("alipay", 1), ("", 1)):
        made = basket(till, pieces_sold)
        quote = till.check_out.quote(made)
        wallet = take_exact(
            quote.payable_minor,
            (),
            kind=TenderKind.QR_WALLET,
            amount_minor=quote.payable_minor,
            reference="4711",
        )
        sale = till.check_out.complete(made, quote, (replace(wallet, scheme=scheme),), CASHIER)
        if scheme == "wechat":
            refund(till, sale, (1, 1000))
    sums = till.shifts.report().sums
    assert {of: line.amount for of, line in sums.of(SumKind.TENDER).items()} == {"qr_wallet": 1_800}
    took = {of: (line.count, line.amount) for of, line in sums.of(SumKind.BY_SCHEME).items()}
    assert took == {"wechat": (1, 900), "alipay": (1, 450)}
    gave = {of: line.amount for of, line in sums.of(SumKind.BY_SCHEME_BACK).items()}
    assert gave == {"wechat": 450}
    close(till)


def test_cash_of_less_than_a_coin_is_no_payment_on_the_z(till: Till) -> None:
    made = basket(till, 1)
    due = till.check_out.quote(made).payable_minor
    card = take_exact(due, (), kind=TenderKind.CARD, amount_minor=due - 4, reference="4711")
    jiao = CashRounding(10, Rounding.FLOOR)
    nothing = take_cash(due, (card,), given_minor=0, rounding=jiao)
    assert (nothing.given_minor, nothing.rounding_minor) == (0, -4)
    sale = till.check_out.complete(made, till.check_out.quote(made), (card, nothing), CASHIER)
    refund(till, sale, kind=RefundKind.VOID)
    sums = till.shifts.report().sums
    assert set(sums.of(SumKind.TENDER)) == {"card"}
    assert set(sums.of(SumKind.TENDER_BACK)) == {"card"}
    assert sums.total(SumKind.ROUNDING).count == 2
    close(till)


def test_everything_belongs_to_the_day_of_the_shift_also_after_midnight(
    till: Till, shop: Shop
) -> None:
    opened = till.shifts.current()
    assert opened is not None
    shop.clock.pass_time(timedelta(days=1, hours=2))
    late = sell(till, basket(till, 1))
    back = refund(till, late, (1, 1000))
    assert late.day == back.day == opened.shift.day == date(2026, 11, 22)
    close(till)
    assert sell(till, basket(till, 1)).day == opened.shift.day + timedelta(days=1)


def test_a_quote_of_the_day_before_is_stale_when_the_shift_was_closed_meanwhile(
    till: Till, shop: Shop
) -> None:
    shop.clock.pass_time(timedelta(days=1))
    made = basket(till, 1)
    quote = till.check_out.quote(made)
    due = quote.payable_minor
    cash = take_cash(due, (), given_minor=due, rounding=till.shop.details().cash)
    close(till)
    with refused("QUOTE_STALE"):
        till.check_out.complete(made, quote, (cash,), CASHIER)


def test_one_shift_is_open_at_a_time_and_their_numbers_go_on(till: Till) -> None:
    with refused("SHIFT_IS_OPEN"):
        till.shifts.open(0, CASHIER)
    close(till)
    assert till.shifts.current() is None
    assert till.shifts.last_float() == FLOAT
    assert till.shifts.open(100, CASHIER).number == 2


def test_a_count_that_is_near_enough_is_locked_at_once(till: Till) -> None:
    count = till.shifts.count(pieces(FLOAT - 1_000), CASHIER)
    assert count.within
    with refused("COUNT_LOCKED"):
        till.shifts.count(pieces(FLOAT), CASHIER)
    assert till.shifts.close(CASHIER).close.difference_minor == -1_000


def test_a_count_that_is_not_is_made_once_more_and_both_are_kept(till: Till, shop: Shop) -> None:
    first = till.shifts.count(pieces(FLOAT - 1_001), CASHIER)
    assert not first.within
    till = shop.restart()
    open_still = till.shifts.current()
    assert open_still is not None
    assert open_still.stage is CountStage.RECOUNT
    with refused("NOT_COUNTED"):
        till.shifts.close(CASHIER)
    second = till.shifts.count(pieces(FLOAT - 2_000), CASHIER)
    assert second.turn == 2
    with refused("COUNT_LOCKED"):
        till.shifts.count(pieces(FLOAT), CASHIER)
    report = till.shifts.report()
    assert [one.total_minor for one in report.counts] == [FLOAT - 1_001, FLOAT - 2_000]
    assert report.counted_minor == FLOAT - 2_000
    till.shifts.close(CASHIER, cause="unknown", approver=SUPERVISOR)


def test_a_difference_beyond_the_limit_needs_a_reason_and_somebody_who_may(till: Till) -> None:
    for _ in range(2):
        till.shifts.count(pieces(FLOAT - 5_000), CASHIER)
    with refused("REASON_NEEDED"):
        till.shifts.close(CASHIER)
    with refused("REASON_NEEDED"):
        till.shifts.close(CASHIER, cause="because", approver=SUPERVISOR)
    with refused("NOT_ALLOWED"):
        till.shifts.close(CASHIER, cause="unknown")
    with refused("NOT_ALLOWED"):
        till.shifts.close(CASHIER, cause="unknown", approver=replace(CASHIER, id=b"X" * 16))
    closed = till.shifts.close(CASHIER, cause="unknown", approver=SUPERVISOR).close
    assert (closed.difference_minor, closed.cause) == (-5_000, "unknown")
    assert (closed.operator_id, closed.approved_by) == (CASHIER.id, SUPERVISOR.id)


def test_a_sale_after_the_count_changes_both_sides_and_never_the_difference(till: Till) -> None:
    till.shifts.count(pieces(FLOAT + 500), CASHIER)
    sell(till, basket(till, 2))
    closed = till.shifts.close(CASHIER).close
    assert (closed.due_minor, closed.counted_minor) == (FLOAT + 900, FLOAT + 1_400)


WRONG_MOVES = [
    (0, "safe", "AMOUNT_RANGE"),
    (10**13, "change", "AMOUNT_RANGE"),
    (100, "", "REASON_NEEDED"),
    (100, "expense", "REASON_NEEDED"),
    (-100, "change", "REASON_NEEDED"),
]


@pytest.mark.parametrize(("amount", "cause", "reason"), WRONG_MOVES)
def test_a_movement_without_an_amount_or_a_reason_is_refused(
    till: Till, amount: int, cause: str, reason: str
) -> None:
    with refused(reason):
        till.shifts.move_cash(till.shifts.new_move_id(), amount, cause, CASHIER)


def test_a_movement_that_is_asked_for_twice_happens_once(till: Till) -> None:
    move_id = till.shifts.new_move_id()
    first = till.shifts.move_cash(move_id, -100, "safe", CASHIER)
    assert till.shifts.move_cash(move_id, -100, "safe", CASHIER) == first
    assert till.shifts.report().due_minor == FLOAT - 100


def test_without_a_shift_the_till_sells_on_and_nothing_is_counted(shop: Shop) -> None:
    till = shop.till
    assert sell(till, basket(till, 1)).day == date(2026, 11, 22)
    for act in (
        till.shifts.report,
        lambda: till.shifts.count(pieces(1), CASHIER),
        lambda: till.shifts.close(CASHIER),
        lambda: till.shifts.move_cash(b"M" * 16, 1, "change", CASHIER),
    ):
        with refused("NO_SHIFT"):
            act()


# --- what X and Z say ---


def test_a_z_says_sales_returns_tenders_taxes_points_and_who(till: Till) -> None:
    whose = member(till)
    sell(till, basket(till, 20, 20, member_id=whose), card=10_000)  # 200.00, 1.00 off the first
    spent = sell(till, basket(till, 2, 2, member_id=whose, redeem=100))
    refund(till, spent, (2, 1000))
    sell(till, basket(till, 1))
    till.shifts.move_cash(till.shifts.new_move_id(), -3_000, "safe", CASHIER)
    close(till)
    (stored,) = till.shifts.closes()
    sums = stored.sums
    sales = sums.total(SumKind.SALES)
    assert (sales.count, sums.total(SumKind.MEMBER_SALES).count) == (3, 2)
    assert sums.of(SumKind.OFFER)["first"].amount == 100
    assert sums.total(SumKind.TAX_BASE).amount + sums.total(SumKind.TAX).amount == (
        sales.amount - sums.total(SumKind.RETURNS).amount
    )
    assert sums.of(SumKind.SPENT)["points"].amount == 100
    assert sums.of(SumKind.GIVEN_BACK)["points"].amount > 0
    assert sums.of(SumKind.CASH_OUT)["safe"].amount == 3_000
    paper = till.receipts.receipt(stored.close.id, copy=False)
    text = "\n".join(lines(paper))
    for said in ("Z", "2026-11-22", "× 3", "222.50", "−5.23", "30.00", "first"):
        assert said in text, text


def lines(paper: Receipt) -> list[str]:
    """The words of a paper, row by row."""
    found = []
    for block in paper.blocks:
        if isinstance(block, Rows):
            found += [f"{row.left} {row.right}" for row in block.rows]
        elif isinstance(block, Phrases):
            found.append(" ".join(block.parts))
        elif isinstance(block, Bar):
            found.append(block.text)
    return found


def test_a_z_prints_with_the_closing_and_a_copy_says_the_same(till: Till) -> None:
    sell(till, basket(till, 1))
    close(till)
    (stored,) = till.shifts.closes()
    assert stored.printed is PrintState.WAITING
    till.receipts.run_next()
    while till.receipts.run_next() is not None:
        pass
    assert till.shifts.closed(stored.close.id).printed is PrintState.PRINTED
    till.receipts.queue(stored.close.id, copy=True, operator=CASHIER)
    with till.book.read() as reader:
        (last,) = reader.journal.events(after_seq=reader.journal.head().seq - 1)
    copied = events.decode(last.body)
    assert isinstance(copied, events.ReceiptCopy)
    assert (copied.sale, copied.no) == (stored.close.id.hex(), "Z-1")
    original = till.receipts.receipt(stored.close.id, copy=False)
    copy = till.receipts.receipt(stored.close.id, copy=True)
    assert copy.blocks[1:-1] == original.blocks


def test_an_x_says_that_the_shift_goes_on_and_nothing_of_a_count(till: Till) -> None:
    till.shifts.count(pieces(FLOAT), CASHIER)
    report = till.shifts.report()
    paper = till.receipts.x_paper(report.shift, report.sums, report.at)
    assert isinstance(paper.blocks[0], Bar)
    assert paper.number == "X-1"
    rows = [row for block in paper.blocks if isinstance(block, Rows) for row in block.rows]
    words = Words(till.shop.details().language)
    assert any(row.left == words("shift_report.due") for row in rows)
    assert not any(row.left == words("shift_report.counted") for row in rows)


# --- proof ---

TAMPERED = [
    ("UPDATE shift SET float_minor = 0", "shift"),
    ("UPDATE shift SET day = '2026-11-23'", "shift"),
    ("UPDATE cash_move SET amount_minor = -1", "cash_move"),
    ("DELETE FROM cash_move", "cash_move"),
    ("UPDATE cash_count SET total_minor = due_minor", "cash_count"),
    ("UPDATE shift_close SET counted_minor = 0", "shift_close"),
    ("UPDATE shift_close SET approved_by = NULL", "shift_close"),
]


@pytest.mark.parametrize(("statement", "what"), TAMPERED)
def test_a_changed_row_of_a_shift_is_named(shop: Shop, statement: str, what: str) -> None:
    till = shop.till
    till.shifts.open(FLOAT, CASHIER)
    till.shifts.move_cash(till.shifts.new_move_id(), -100, "safe", CASHIER)
    for _ in range(2):
        till.shifts.count(pieces(1), CASHIER)
    till.shifts.close(CASHIER, cause="unknown", approver=replace(SUPERVISOR, role=Role.MANAGER))
    assert till.verify.verify().holds
    tamper(Told(till, shop.folder, 0, 0), statement)
    found = till.verify.verify().first
    assert found is not None
    assert found.what == what
