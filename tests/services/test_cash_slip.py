"""The slip of cash in and out: queued with the movement, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.shop.shift import CashMove
from posloyalty.services.papers.receipt import Bar, Footer, Receipt, Row, Rows, Weight
from posloyalty.services.ports import PrintState
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup
from posloyalty.wording import LANGUAGES
from tests.services.a_shop import Shop, new_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path) as made:
        printer = PrinterSetup(kind=PrinterKind.FILE, address=str(tmp_path / "paper"))
        details = replace(made.till.shop.details(), printer=printer)
        made.till.shop.save(details, made.manager)
        made.till.shifts.open(50_000, made.manager)
        yield made


def moved(shop: Shop, amount_minor: int, cause: str, *, approved: bool = False) -> CashMove:
    shifts = shop.till.shifts
    approver = shop.manager if approved else None
    move_id = shifts.new_move_id()
    return shifts.move_cash(move_id, amount_minor, cause, shop.manager, approver=approver)


def rows(paper: Receipt) -> dict[str, Row]:
    found = [row for block in paper.blocks if isinstance(block, Rows) for row in block.rows]
    return {row.left: row for row in found}


def test_cash_out_prints_a_slip_with_amount_reason_and_names(shop: Shop, tmp_path: Path) -> None:
    move = moved(shop, -30_000, "safe", approved=True)
    assert shop.till.receipts.run_next() is PrintState.PRINTED
    assert len(list((tmp_path / "paper").glob("*.escpos"))) == 1
    told = rows(shop.till.receipts.receipt(move.id, copy=False))
    assert (told["Cash out"].right, told["Cash out"].weight) == ("¥300.00", Weight.LARGE)
    assert told["Reason"].right == "Safe"
    assert told["Cashier"].right == told["Approved by"].right == shop.manager.name


def test_cash_in_says_so_and_leaves_room_for_a_signature(shop: Shop) -> None:
    paper = shop.till.receipts.receipt(moved(shop, 5_000, "change").id, copy=False)
    assert rows(paper)["Cash in"].right == "¥50.00"
    assert "Approved by" not in rows(paper)
    assert Footer(("Signed ________________",)) in paper.blocks


def test_the_same_movement_again_prints_no_second_slip(shop: Shop) -> None:
    shifts, move_id = shop.till.shifts, shop.till.shifts.new_move_id()
    for _ in range(2):
        shifts.move_cash(move_id, -100, "safe", shop.manager)
    assert shop.till.receipts.status().waiting == 1


def test_a_copy_is_marked_and_named_in_the_journal(shop: Shop) -> None:
    move = moved(shop, -100, "safe")
    shop.till.receipts.queue(move.id, copy=True, operator=shop.manager)
    assert shop.till.receipts.status().waiting == 2
    paper = shop.till.receipts.receipt(move.id, copy=True)
    assert isinstance(paper.blocks[0], Bar)
    assert paper.copy


def test_where_the_shop_prints_nothing_there_is_no_slip(shop: Shop) -> None:
    details = shop.till.shop.details()
    none = PrinterSetup(kind=PrinterKind.NONE)
    shop.till.shop.save(replace(details, printer=none), shop.manager)
    moved(shop, -100, "safe")
    assert shop.till.receipts.status().waiting == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_worded_in_every_language(shop: Shop, language: str) -> None:
    move = moved(shop, -100, "bank")
    shop.till.shop.save(replace(shop.till.shop.details(), language=language), shop.manager)
    assert len(rows(shop.till.receipts.receipt(move.id, copy=False))) == 4
