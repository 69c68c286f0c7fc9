"""A full journey at the counter: ten items, a member, an offer, a redemption, mixed payment, paper.

PRODUCT's figure: at most 18 key presses beyond the scans.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.workshop import Workshop
from posloyalty.services.ports import PrintState
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup
from tests.journeys.cashier import a_cashier
from ui.presenters.ports import Screen

KEYS_MOST = 18
SHOP = tomllib.loads(Path(__file__).with_name("day_shop.toml").read_text(encoding="utf-8"))
TEN = ("MILK", "BREAD", "TEA", "EGGS", "MILK", "BREAD", "BREAD", "TEA", "EGGS", "MILK")


def test_ten_items_a_member_an_offer_a_redemption_two_payments_and_a_receipt_in_18_keys(
    workshop: Workshop, qtbot: QtBot, tmp_path: Path
) -> None:
    with a_cashier(SHOP, workshop, operator="lin") as cashier:
        printer = PrinterSetup(kind=PrinterKind.RECORDING, address=str(tmp_path / "paper"))
        details = replace(cashier.till.shop.details(), printer=printer)
        cashier.till.shop.save(details, cashier.placed.manager)
        cashier.stage.session.shop_changed(details)
        cashier.scan(cashier.cards["wang"])
        cashier.scan_goods(*TEN)
        assert cashier.keys == 0
        # 3 × 49.90 + 3 × 9.80 + 2 × 21.50 + 2 × 11.90 = 245.90, the offer takes 2.00 off.
        assert cashier.figure("To pay ¥") == "243.90"
        cashier.press("F5", "Enter")
        assert cashier.figure("To pay ¥") == "219.90"
        cashier.press("F12")
        cashier.press("2", "0", "0", "Enter")
        assert cashier.figure("Still due ¥") == "19.90"
        cashier.press("Ctrl+2", *"4711", "Enter")
        assert cashier.front is Screen.DONE
        assert cashier.keys == 13 <= KEYS_MOST
        # The print lane takes the receipt by itself; nobody presses anything for it.
        cashier.till.receipts.run_next()
        stored = cashier.till.history.sale(cashier.newest())
        assert stored is not None
        assert [(one.kind, one.amount_minor) for one in stored.sale.tenders] == [
            (TenderKind.CASH, 20_000),
            (TenderKind.CARD, 1_990),
        ]
        assert stored.printed is PrintState.PRINTED
        drawer, receipt = sorted((tmp_path / "paper").iterdir())
        assert drawer.stat().st_size < 100 < receipt.stat().st_size
        # 2,400 points paid 24.00; 219.90 earn 219.
        assert cashier.shows("points −2,400 +219, balance 219")
        paper = cashier.paper()
        for text in ("219.90", "Earned +219", "Balance 219", "Card", "4711"):
            assert any(text in line for line in paper), text
