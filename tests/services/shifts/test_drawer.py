"""The drawer opens by the printer it hangs on, and only for cash."""

from __future__ import annotations

import pytest

from posloyalty.devices.printers.no_printer import NoPrinter
from posloyalty.devices.printers.recording import RecordingPrinter
from posloyalty.documents.receipt_escpos import drawer_kick, drawer_kick_at_once
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.papers.receipt_printer import Outcome, PrinterState
from posloyalty.services.shifts.drawer import Drawer, takes_cash
from tests.fakes.sold import a_sale


def kick() -> tuple[bytes, bytes]:
    return drawer_kick(), drawer_kick_at_once()


def test_the_command_goes_to_the_printer_that_is_set_up_now() -> None:
    printer = RecordingPrinter()
    assert Drawer(lambda: printer, kick).open().outcome is Outcome.PRINTED
    assert list(printer.jobs) == [drawer_kick()]


def test_a_printer_that_is_off_opens_nothing_and_says_so() -> None:
    printer = RecordingPrinter()
    printer.set(PrinterState.OFF)
    result = Drawer(lambda: printer, kick).open()
    assert (result.outcome, result.condition.state) == (Outcome.NOT_SENT, PrinterState.OFF)
    assert not printer.jobs


@pytest.mark.parametrize(
    ("state", "detail"), [(PrinterState.PAPER_OUT, ""), (PrinterState.OFF, "cover_open")]
)
def test_without_paper_it_opens_by_the_command_that_needs_no_turn(
    state: PrinterState, detail: str
) -> None:
    printer = RecordingPrinter()
    printer.set(state, detail)
    result = Drawer(lambda: printer, kick).open()
    assert (result.outcome, result.condition.state) == (Outcome.UNKNOWN, state)
    assert list(printer.jobs) == [drawer_kick_at_once()]


def test_where_there_is_no_printer_there_is_no_drawer() -> None:
    result = Drawer(NoPrinter, kick).open()
    assert (result.outcome, result.condition.state) == (Outcome.NOT_SENT, PrinterState.NONE)


@pytest.mark.parametrize("cash", [True, False])
def test_only_cash_opens_it(cash: bool) -> None:
    sale = a_sale(cash=cash)
    assert any(one.kind is TenderKind.CASH for one in sale.tenders) is cash
    assert takes_cash(sale) is cash
