"""What is read behind the first paint, so that nobody who pays waits for a file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from posloyalty.domain.values.money import currency
from posloyalty.services.shop.markets import Markets, shipped_markets
from ui import warm_up
from ui.presenters import notes_offered


def test_what_people_hand_over_is_read_before_the_first_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def counted() -> Markets:
        asked.append("profiles")
        return shipped_markets()

    monkeypatch.setattr(notes_offered, "shipped_markets", counted)
    notes_offered._pieces.cache_clear()
    warm_up.know_money("CNY")
    assert asked == ["profiles"]
    assert notes_offered.notes_offered(10740, currency("CNY")) == (11000, 15000, 20000)
    assert asked == ["profiles"]


def test_the_first_receipt_imports_nothing_more_and_reads_no_file() -> None:
    asked = (
        "import sys; from ui import warm_up; from tests.fakes.sold import a_receipt; "
        "receipt = a_receipt('zh_CN', 80); warm_up.know_paper(); opened = []; "
        "sys.addaudithook(lambda event, told: event == 'open' and opened.append(str(told[0]))); "
        "from posloyalty.documents.receipt_escpos import receipt_escpos; "
        "receipt_escpos(receipt); print(opened)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]", ran.stdout
