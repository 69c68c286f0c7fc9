"""A head office that has another address, at the real window of a real till: the new address is
typed in the settings, and what was sold meanwhile goes there. Real servers answer at each address.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.bootstrap import open_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.office.join_head_office import keep_facts
from posloyalty.services.office.send_journal import Sending
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.services.till import Till
from posloyalty.sync.events import ErrorNote
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording import Words
from tests.fakes.time import CountedIds
from tests.headoffice.forked import Forked
from tests.headoffice.process import beside, serving
from tests.services.a_shop import new_shop, quick_hasher
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen
from ui.presenters.settings.head_office import MOVE, STAY
from ui.views.settings import SettingsView
from ui.views.settings.section import SectionView

TABS_MOST = 60


@dataclass
class Moving:
    """A till that joined the head office at `old`, which is not there any more; the same one
    answers at `new`, and another one at `other`, and nobody at
    `gone`.
    """

    till: Till
    manager: Operator
    old: str
    new: str
    other: str
    gone: str

    def as_it_was(self) -> OfficeFacts:
        """The till goes by the old address."""
        facts = self.till.joining.joined()
        assert facts is not None
        facts = msgspec.structs.replace(facts, url=self.old)
        with self.till.book.write() as unit:
            keep_facts(unit.settings, facts)
            unit.commit()
        return facts

    def note(self) -> None:
        """Something that head office does not have yet."""
        with self.till.book.write() as unit:
            stamp = unit.journal.stamp()
            event_id = self.till.ids.new_id().hex()
            unit.journal.append(
                ErrorNote(id=event_id, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE")
            )
            unit.commit()

    def waits(self) -> bool:
        with self.till.book.read() as reader:
            return reader.outbox.first_waiting() is not None

    @contextmanager
    def page(self, language: str) -> Iterator[CounterStage]:
        """The window with the page of head office in front."""
        stage = counter_stage(
            services=self.till,
            operator=self.manager,
            language=language,
            whole=True,
            shop=self.till.shop.details(),
        )
        try:
            stage.window.navigator.show(Screen.SETTINGS, section="office")
            stage.rest()
            stage.settle()
            yield stage
        finally:
            end_stage(stage)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    folder = tmp_path_factory.mktemp("moved")
    office, other = folder / "office", folder / "other"
    for data in (office, other):
        with beside(data, "") as administration:
            administration.add_store("S1", "Main Street")
    with new_shop(folder) as shop:
        book, manager = shop.folder, shop.manager
    # Short, since the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ho") as short:
        at = {name: Path(short) / name for name in ("old", "new", "other", "gone")}
        till = open_till(
            book,
            clock=SystemClock(UTC),
            ids=CountedIds(2),
            chance=SystemChance(),
            keyring=None,
            hasher=quick_hasher,
        )
        till.settle()
        with serving(office, "", at["old"], begin=Forked), beside(office, "") as administration:
            till.joining.join(f"unix:{at['old']}", administration.new_code("S1"))
            assert till.sending.send_all().sending is Sending.UP_TO_DATE
        till.sending.close()
        with (
            nobody_at(at["old"], at["gone"]),
            serving(office, "", at["new"], begin=Forked),
            serving(other, "", at["other"], begin=Forked),
        ):
            yield Moving(till, manager, *(f"unix:{place}" for place in at.values()))
            till.sending.close()
        till.close()


@contextmanager
def nobody_at(*places: Path) -> Iterator[None]:
    """Sockets that take a call and hang up: a line that breaks, and no head office."""
    ended = Event()

    def hang_up(listening: socket.socket) -> None:
        while not ended.is_set():
            listening.accept()[0].close()

    with ExitStack() as stack:
        threads = []
        for place in places:
            place.unlink(missing_ok=True)
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(str(place))
            listening.listen()
            threads.append(Thread(target=hang_up, args=(listening,)))
            threads[-1].start()
        try:
            yield
        finally:
            ended.set()
            for place, thread in zip(places, threads, strict=True):
                with socket.socket(socket.AF_UNIX) as last:
                    last.connect(str(place))
                thread.join()


def page_of(stage: CounterStage) -> SectionView:
    view = stage.shown
    assert isinstance(view, SettingsView)
    return view._views["office"]


def tap(widget: QWidget) -> None:
    assert widget.isVisible()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(widget.width() // 2, 20))


def press(stage: CounterStage, name: str, by: str) -> None:
    """Press a button of the page, by Tab and Enter or by a finger."""
    stage.rest()
    button = page_of(stage).acts.buttons[name]
    if by == "finger":
        tap(button)
        return
    for _ in range(TABS_MOST):
        if button.hasFocus():
            break
        stage.press(Qt.Key.Key_Tab)
    assert button.hasFocus()
    stage.press(Qt.Key.Key_Return)


def take(stage: CounterStage, address: str, by: str) -> None:
    """Type an address over the one that is there, which is chosen whole, and use it."""
    page_of(stage).form.focus("address")
    stage.type(address)
    if by == "finger":
        tap(page_of(stage).save)
    else:
        stage.press(Qt.Key.Key_Return)
    stage.rest()
    stage.settle()


def seen(stage: CounterStage) -> str:
    """Everything that can be read on the screen."""
    labels = stage.window.findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


@pytest.mark.parametrize(
    ("language", "by"), [("en", "keys"), ("zh_CN", "finger"), ("zh_TW", "keys")]
)
def test_only_its_own_head_office_is_taken_and_what_waits_goes_there(
    moved: Moving, qtbot: QtBot, language: str, by: str
) -> None:
    words, till = Words(language), moved.till
    had = moved.as_it_was()
    moved.note()
    assert till.sending.send_all().sending is Sending.OFFLINE
    with moved.page(language) as stage:
        assert words("outbox.sending_offline") in seen(stage)
        press(stage, MOVE, by)
        assert words("outbox.move_text") in seen(stage)
        take(stage, moved.other, by)
        assert words("refusal.OTHER_HEAD_OFFICE") in seen(stage)
        take(stage, moved.gone, by)
        assert words("refusal.HEAD_OFFICE_OUT_OF_REACH") in seen(stage)
        assert (till.joining.joined(), moved.waits()) == (had, True)
        press(stage, STAY, by)
        assert words("outbox.move_text") not in seen(stage)
        press(stage, MOVE, by)
        take(stage, moved.new, by)
        assert moved.new in seen(stage)
        assert words("outbox.move_text") not in seen(stage)
    assert till.sending.send_all().sending is Sending.UP_TO_DATE
    assert not moved.waits()
    facts = till.joining.joined()
    assert facts == msgspec.structs.replace(had, url=moved.new, incarnation=facts.incarnation)
