"""The journey that `make run` rings where there is no display, and that it can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

import ui.journey
import ui.keyboard
from tests.services.a_shop import of_few_members
from ui.journey import Journey, ring
from ui.options import Options


@pytest.fixture(autouse=True)
def _messages_as_before(qapp: QApplication) -> Iterator[None]:
    yield
    qInstallMessageHandler(None)
    QApplication.sendPostedEvents(None, 52)


@pytest.mark.parametrize("language", ["en"])
def test_a_cashier_gets_through_the_day_on_the_demo_shop(
    tmp_path: Path,
    language: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of_few_members(monkeypatch)
    assert ring(Options(language=language), tmp_path) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert str(tmp_path / "receipt.pdf") in told.out
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "book" / "till.book").stat().st_size > 100_000
    pictures = sorted((tmp_path / "screens").glob("*.png"))
    assert len(pictures) >= 18
    assert all(QImage(str(picture)).width() == 1366 for picture in pictures)


@pytest.mark.parametrize(
    ("out", "data"), [("shops", "shops/mine"), ("out", "shops/mine"), ("shops", None)]
)
def test_a_journey_neither_removes_nor_sells_in_a_book_that_it_has_not_made(
    tmp_path: Path, out: str, data: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / (data or f"{out}/book") / "till.book"
    book.parent.mkdir(parents=True)
    book.write_bytes(b"sales")
    options = Options(language="en", data=None if data is None else tmp_path / data)
    assert ring(options, tmp_path / out) == 1
    assert book.read_bytes() == b"sales"
    assert list(book.parent.iterdir()) == [book]
    assert "There is a book in" in capsys.readouterr().err


def test_a_step_that_does_not_hold_ends_the_journey_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of_few_members(monkeypatch)
    monkeypatch.setattr(ui.journey, "CASHIER_PIN", "9876")
    before = Journey._wrong_pin

    def then_impatient(journey: Journey) -> None:
        before(journey)
        monkeypatch.setattr(ui.keyboard, "WAIT_MS", 1_000)

    monkeypatch.setattr(Journey, "_wrong_pin", then_impatient)
    assert ring(Options(language="en"), tmp_path) == 1
    assert "Step 3 did not hold" in capsys.readouterr().err
    assert (tmp_path / "screens" / "99-failed.png").exists()
