"""The program as a whole: what is painted first, the book behind it, refusals, first run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from posloyalty.front_door import unlock
from posloyalty.services.book.book_faults import BookInUse
from posloyalty.services.ports import AuditQuestion
from posloyalty.system import SystemClock
from tests.fakes.lanes import LanesAtOnce, Shell
from ui.__main__ import display
from ui.application import TillApplication, as_left, make_qt_application
from ui.book_door import BookDoor
from ui.options import Options, read_options
from ui.preferences import (
    Preferences,
    language_of_system,
    read_preferences,
    write_preferences,
)
from ui.presenters.desks import WizardAnswers
from ui.presenters.markets import proposals
from ui.presenters.ports import Screen
from ui.print_pump import TURN_MS, PrintPump

Start = Callable[[Options], TillApplication]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    """Start tills; each is closed at the end."""
    make_qt_application()
    started: list[TillApplication] = []

    def begin(options: Options) -> TillApplication:
        assert options.data is not None
        door = BookDoor(options.data, demo=options.demo, clock=SystemClock(UTC))
        till = TillApplication(options, door)
        started.append(till)
        till.start()
        return till

    yield begin
    for till in started:
        till.close()
        till.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo shop's book."""
    folder = tmp_path_factory.mktemp("application") / "book"
    BookDoor(folder, demo=True).make_demo("en", members=20).close()
    return folder


def answers(**changes: object) -> WizardAnswers:
    told: dict[str, object] = {
        "language": "en",
        "country": proposals("SG"),
        "currency": "SGD",
        "timezone": "Asia/Singapore",
        "shop_name": "Corner",
        "store_name": "East",
        "store_code": "S01",
        "till_code": "T01",
        "address": "",
        "tax_number": "",
        "phone": "",
        "manager_name": "Ada",
        "pin": "4711",
        "printer_kind": "none",
        "printer_address": "",
        "receipt_width_mm": 80,
        "demo": False,
    }
    return WizardAnswers(**{**told, **changes})  # type: ignore[arg-type]


def test_a_demo_opens_behind_its_painted_sign_in(start: Start, demo: Path, qtbot: QtBot) -> None:
    till = start(Options(demo=True, data=demo, language="en"))
    assert till.window.navigator.screen is Screen.SIGN_IN
    assert not till.session.till_open
    qtbot.waitUntil(lambda: till.session.till_open, timeout=60_000)
    presenter = till.window.navigator.presenter(Screen.SIGN_IN)
    qtbot.waitUntil(lambda: len(presenter.state.operators) == 3, timeout=20_000)


def test_a_second_till_on_the_same_book_is_refused_in_the_window_and_on_the_console(
    start: Start, demo: Path, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    first = start(Options(demo=True, data=demo, language="en"))
    qtbot.waitUntil(lambda: first.session.till_open, timeout=60_000)
    second = start(Options(demo=True, data=demo, language="en"))
    qtbot.waitUntil(lambda: bool(second.fault), timeout=60_000)
    assert not second.session.till_open
    assert second.fault in capsys.readouterr().err
    assert first.session.till.history.page(limit=1)


def test_a_till_that_is_closed_at_its_names_gives_the_book_back(
    start: Start, demo: Path, qtbot: QtBot
) -> None:
    till = start(Options(demo=True, data=demo))
    # Closed before its answer is heard: whatever the lane has done by then is undone.
    qtbot.waitUntil(lambda: till.session.front is not None or till.session.till_open)
    till.close()
    unlock(demo, None).lock.release()


def test_a_book_that_was_knocked_at_and_left_is_free(demo: Path) -> None:
    door = BookDoor(demo, demo=True)
    door.knock()
    with pytest.raises(BookInUse):
        unlock(demo, None)
    door.leave()
    door.leave()
    unlock(demo, None).lock.release()


def test_a_book_that_is_knocked_at_twice_opens_once_and_is_free_afterwards(demo: Path) -> None:
    door = BookDoor(demo, demo=True)
    names = door.knock().operators()
    assert door.knock().operators() == names
    till = door.open()
    assert till.sign_in.operators() == names
    door.leave()
    with pytest.raises(BookInUse):
        unlock(demo, None)
    till.close()
    unlock(demo, None).lock.release()


def test_without_a_book_the_wizard_asks(start: Start, tmp_path: Path) -> None:
    till = start(Options(data=tmp_path / "book", language="en"))
    assert till.window.navigator.screen is Screen.WIZARD


def test_the_wizards_answers_become_a_book_that_signs_in(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    till = start(Options(data=tmp_path / "book", language="en"))
    made = till.make(answers(), silent)
    assert made.recovery_code
    till.open()
    assert till.window.navigator.screen is Screen.SIGN_IN
    shop = till.session.till.shop.details()
    assert (shop.name, shop.currency, shop.cash_step_minor) == ("Corner", "SGD", 5)
    manager = till.session.till.sign_in.operators()[0]
    assert till.session.till.sign_in.sign_in(manager.id, "4711").operator == manager  # type: ignore[union-attr]
    names = {one.code: one.name for one in till.session.till.catalogue.tax_classes()}
    assert names == {"std": "GST 9 %", "free": "0 %"}


def test_a_demo_shop_that_found_no_room_is_made_whole_at_the_next_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posloyalty.services.shop.demo_shop.MEMBERS", 40)
    door = BookDoor(tmp_path / "book", demo=False, clock=SystemClock(UTC))
    asked = replace(answers(), demo=True)

    def full(joined: int, members: int) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        door.make(asked, full)
    assert not door.there
    told: list[tuple[int, int]] = []
    till, created = door.make(asked, lambda *at: told.append(at))
    assert till.verify.verify().first is None
    till.settle()
    assert till.members.search("", limit=1).total_on_till == 40
    till.close()
    assert told[-1] == (40, 40)
    assert Path(created.key_place.name) == tmp_path / "book" / "till.key"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["book"]


def silent(_done: int, _total: int) -> None:
    """Nobody looks how far it is."""


def test_the_recovery_code_sets_a_new_pin_on_the_open_book(start: Start, tmp_path: Path) -> None:
    till = start(Options(data=tmp_path / "book", language="en"))
    made = till.make(answers(), silent)
    till.open_with_code(made.recovery_code, "8642")
    till.opened()
    manager = till.session.till.sign_in.operators()[0]
    assert till.session.till.sign_in.sign_in(manager.id, "8642").operator == manager  # type: ignore[union-attr]


def test_nothing_of_the_database_or_the_printers_is_imported_before_the_first_paint(
    demo: Path,
) -> None:
    code = (
        "import sys, ui.__main__ as main\n"
        f"sys.argv = ['till', '--demo', '--data', {str(demo)!r}, '--quit-after-first-paint']\n"
        "assert main.main() == 0\n"
        "heavy = {'sqlalchemy', 'sqlcipher3', 'reportlab', 'qrcode', 'escpos', 'argon2',\n"
        "         'openpyxl', 'PySide6.QtMultimedia', 'alembic'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_lane_that_works_hard_gives_the_screen_its_turn_within_a_millisecond(demo: Path) -> None:
    code = (
        "import sys, ui.__main__ as main\n"
        f"sys.argv = ['till', '--demo', '--data', {str(demo)!r}, '--quit-after-first-paint']\n"
        "assert main.main() == 0\n"
        "print(sys.getswitchinterval())\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) <= 0.001


def test_the_services_that_no_sale_needs_are_made_behind_it(
    start: Start, demo: Path, qtbot: QtBot
) -> None:
    till = start(Options(demo=True, data=demo))
    qtbot.waitUntil(lambda: till.session.till_open, timeout=60_000)
    services = vars(till.session.till)
    assert "check_out" in services
    qtbot.waitUntil(lambda: {"verify", "sending", "refunds"} <= services.keys(), timeout=60_000)


def test_look_and_language_are_remembered_on_this_till(
    start: Start, demo: Path, qtbot: QtBot
) -> None:
    till = start(Options(demo=True, data=demo))
    qtbot.waitUntil(lambda: till.session.till_open, timeout=60_000)
    till.session.speak("zh_TW")
    till.session.look_changed(look="dark", scale=150)
    wanted = Preferences("zh_TW", "dark", 150)
    qtbot.waitUntil(lambda: read_preferences(demo) == wanted, timeout=20_000)
    till.close()
    again = start(Options(demo=True, data=demo))
    assert (again.session.words.language, again.session.look, again.session.scale) == (
        "zh_TW",
        "dark",
        150,
    )


@pytest.mark.parametrize(
    "damaged", ["", "{", "[]", json.dumps({"language": "fr", "look": "light", "scale": 100})]
)
def test_damaged_preferences_are_as_good_as_none(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "screen.json").write_text(damaged)
    assert read_preferences(tmp_path) is None
    write_preferences(tmp_path, Preferences("en"))
    assert read_preferences(tmp_path) == Preferences("en", "light", 100)


@pytest.mark.parametrize(
    ("names", "language"),
    [
        (("zh-Hant-TW", "zh"), "zh_TW"),
        (("zh_HK",), "zh_TW"),
        (("zh-Hans-CN",), "zh_CN"),
        (("zh",), "zh_CN"),
        (("de-DE", "en-US"), "en"),
        (("de-DE", "zh-CN"), "zh_CN"),
        ((), "en"),
    ],
)
def test_the_systems_language_chooses_the_nearest_of_ours(
    names: tuple[str, ...], language: str
) -> None:
    assert language_of_system(names) == language


def test_the_command_line_is_read_and_nonsense_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = read_options(["--demo", "--look", "contrast", "--scale", "150", "--size", "1024x768"])
    assert (told.demo, told.look, told.scale, told.size) == (True, "contrast", 150, (1024, 768))
    for wrong in (["--size", "12x8"], ["--size", "wide"], ["--look", "pink"], ["--scale", "90"]):
        with pytest.raises(SystemExit):
            read_options(wrong)
    assert "640x480" in capsys.readouterr().err


def test_a_display_is_looked_for_where_linux_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert display({})
    monkeypatch.setattr(sys, "platform", "linux")
    assert not display({})
    assert display({"DISPLAY": ":0"})
    assert display({"WAYLAND_DISPLAY": "wayland-0"})
    assert display({"QT_QPA_PLATFORM": "offscreen"})


class _Queue:
    """A print queue with so many receipts in it."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.broken = False

    def run_next(self) -> str | None:
        if self.broken:
            raise OSError("no printer")
        if not self.waiting:
            return None
        self.waiting -= 1
        return "printed"


def test_the_print_pump_works_the_queue_off_and_goes_on_after_a_fault() -> None:
    from types import SimpleNamespace
    from typing import Any

    shell, queue, told = Shell(lanes=LanesAtOnce()), _Queue(3), []
    pump = PrintPump(shell.session, lambda: told.append(1))
    till: Any = SimpleNamespace(receipts=queue)
    shop: Any = SimpleNamespace()
    shell.session.attach(till, shop)
    assert queue.waiting == 0
    queue.broken, queue.waiting = True, 2
    shell.timer.pass_ms(TURN_MS)
    assert queue.waiting == 2
    queue.broken = False
    shell.timer.pass_ms(TURN_MS)
    assert queue.waiting == 0
    pump.stop()
    queue.waiting = 1
    shell.timer.pass_ms(5 * TURN_MS)
    assert queue.waiting == 1
    assert len(told) >= 5


def test_training_is_a_book_of_its_own_and_every_screen_shows_it(
    start: Start, demo: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "book"
    shutil.copytree(demo, folder)
    left: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: left.append(True))
    options = Options(demo=True, data=folder, language="en")
    real = start(options)
    qtbot.waitUntil(lambda: real.session.till_open, timeout=60_000)
    real.begin_practice()
    assert not left  # nobody is signed in
    real.session.sign_in(real.session.till.sign_in.operators()[0])
    real.begin_practice()
    qtbot.waitUntil(lambda: bool(left), timeout=60_000)
    assert real.turned
    assert real.window.head.band is None
    day = real.session.till.clock.now().date()
    noted = real.session.till.audit.find(
        AuditQuestion(first=day, last=day, kinds=("training_begun",))
    )
    assert len(noted) == 1

    door = BookDoor(folder, demo=True, clock=SystemClock(UTC)).practice()
    assert door.there
    training = TillApplication(as_left(real, options), door, practice=True)
    try:
        training.start()
        qtbot.waitUntil(lambda: training.session.till_open, timeout=60_000)
        band = training.window.head.band
        assert band is not None
        assert band.accessibleName() == "TRAINING · nothing is booked"
        training.session.speak("zh_CN")
        qtbot.waitUntil(
            lambda: (
                training.window.head.band is not None
                and training.window.head.band.accessibleName() == "训练模式 · 不入账"
            ),
            timeout=20_000,
        )
        training.begin_practice()
        assert not training.turned
        training.end_practice()
        assert training.turned
    finally:
        training.close()
        training.window.deleteLater()
