"""A customer doubts a price: one press in "why?" leaves a scenario that runs, and names nobody."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from posloyalty.scenario.files import run_file
from posloyalty.scenario.workshop import Workshop
from posloyalty.wording import Words
from tests.journeys.cashier import Cashier, a_cashier, case_file
from ui.papers import PaperFiles

CASE, VARIANT = "cases/51-voucher-not-burned", "19.9 %"


def test_one_press_leaves_the_sale_as_a_scenario(
    workshop: Workshop, qtbot: QtBot, tmp_path: Path
) -> None:
    with a_cashier(case_file(CASE), workshop, variant=VARIANT) as cashier:
        session = cashier.stage.session
        assert session.desks is not None
        session.desks = replace(session.desks, papers=PaperFiles(session, tmp_path))
        cashier.scan(cashier.cards["wang"])
        cashier.scan_goods("BASKET")
        cashier.press("Ctrl+I")
        _press_button(cashier, session.words("why.save"))
        payable = cashier.figure("To pay")
    (file,) = (tmp_path / "papers").iterdir()
    data = file.read_bytes()
    scenario = tomllib.loads(data.decode("utf-8"))
    (step,) = scenario["when"]
    assert step["expect"]["payable"] == payable == "80.18"
    assert "wang" not in data.decode("utf-8")
    done = run_file(file, data, workshop)
    assert list(done.sentences(Words("en"))) == []
    wrong = data.replace(b'payable = "80.18"', b'payable = "80.19"')
    assert not run_file(file, wrong, workshop).passed


def _press_button(cashier: Cashier, text: str) -> None:
    (button,) = (
        one
        for one in cashier.stage.window.findChildren(QAbstractButton)
        if one.isVisible() and one.text() == text
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    cashier.press()
    cashier.stage.rest()
    cashier.stage.settle()
