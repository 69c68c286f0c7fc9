"""Many returns to gift cards: a cashier is told which one of the day it is, and asks somebody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.programme.reason import reason
from posloyalty.services.returning import refund_sale
from tests.ui.presenters.returning.conftest import Desk
from ui.presenters.approval import Asked
from ui.presenters.ports import Sheet


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every return is the fourth of the day that puts money on a gift card."""
    usual = refund_sale.quote_refund

    def quoted(*args: object, **more: object) -> RefundQuote:
        found = usual(*args, **more)  # type: ignore[arg-type]
        return replace(found, watched=(reason("TOO_MANY_CARD_REFUNDS", refunds=3),))

    monkeypatch.setattr(refund_sale, "quote_refund", quoted)


@pytest.mark.usefixtures("watched")
def test_the_cashier_asks_somebody_and_the_sheet_says_which_one_it_is(desk: Desk) -> None:
    sale = desk.sold(1)
    desk.cashier()
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" 2")
    desk.screen.main_action()
    sheet, arguments = desk.navigator.sheets[-1]
    assert sheet is Sheet.APPROVE
    asked = arguments["asked"]
    assert isinstance(asked, Asked)
    assert asked.what() == "Refund ¥4.50: number 4 to a gift card today"


def test_without_it_a_cashier_gives_the_money_back_alone(desk: Desk) -> None:
    sale = desk.sold(1)
    desk.cashier()
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" 2")
    desk.screen.main_action()
    assert desk.refund.sale_id == sale.id
