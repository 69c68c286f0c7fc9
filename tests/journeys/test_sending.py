"""A till that joined head office sends by itself while it runs, and says so on its strip."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posloyalty.system import SystemClock
from tests.headoffice.process import beside, serving
from tests.test_cli import run
from ui.application import TillApplication, make_qt_application
from ui.book_door import BookDoor
from ui.options import Options
from ui.send_pump import FIRST_MS

MEMBERS = 20
WAIT_MS = 60_000


@pytest.fixture
def place() -> Iterator[Path]:
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as folder:
        yield Path(folder) / "s"


def test_what_is_journalled_goes_up_by_itself(tmp_path: Path, place: Path, qtbot: QtBot) -> None:
    book, data = tmp_path / "book", tmp_path / "office"
    BookDoor(book, demo=True).make_demo("en", members=MEMBERS).close()
    with beside(data, "") as administration:
        administration.add_store("S1", "Main Street")
        code = administration.new_code("S1")
    make_qt_application()
    with serving(data, "", place):
        assert run("enrol", f"unix:{place}", "--book", book, "--code", code).code == 0
        door = BookDoor(book, demo=True, clock=SystemClock(UTC))
        till = TillApplication(Options(demo=True, data=book, language="en"), door)
        till.start()
        qtbot.waitUntil(lambda: till.session.till_open, timeout=WAIT_MS)
        assert sync_words(till) == "Saved here"
        qtbot.waitUntil(lambda: sync_words(till) == "Up to date", timeout=WAIT_MS + FIRST_MS)
        with till.session.till.book.read() as reader:
            head, waiting = reader.journal.head(), reader.outbox.first_waiting()
        till.close()
        till.window.deleteLater()
    assert waiting is None
    with beside(data, "") as administration:
        (row,) = administration.tills()
    assert (row.kept, row.anomalies) == (head.seq, 0)


def sync_words(till: TillApplication) -> str:
    """What the strip says of sending."""
    lamps = till.window.strip.state.lamps
    return next((lamp.words for lamp in lamps if lamp.id == "sync"), "")
