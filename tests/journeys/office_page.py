"""The page of head office at the real window of a real till, and what stands behind its line.

`OfficePage(till, manager)` is a till with its own clock and chance; `page(language)` opens the
window with the section in front. `press` and `take` are a person's, by keys or by a finger.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from posloyalty.bootstrap import open_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.till import Till
from posloyalty.sync.events import ErrorNote
from posloyalty.system import SystemChance, SystemClock
from tests.fakes.time import CountedIds
from tests.services.a_shop import new_shop, quick_hasher
from tests.ui.counter_stage import CounterStage, counter_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen
from ui.views.settings import SettingsView
from ui.views.settings.section import SectionView

TABS_MOST = 60


@contextmanager
def a_till(folder: Path) -> Iterator[tuple[Till, Operator]]:
    """A small shop's till by the system's own clock, and its manager."""
    with new_shop(folder) as shop:
        book, manager = shop.folder, shop.manager
    till = open_till(
        book,
        clock=SystemClock(UTC),
        ids=CountedIds(2),
        chance=SystemChance(),
        keyring=None,
        hasher=quick_hasher,
    )
    try:
        till.settle()
        yield till, manager
    finally:
        till.sending.close()
        till.close()


@dataclass
class OfficePage:
    """A till, and its page of head office."""

    till: Till
    manager: Operator

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


def take(stage: CounterStage, typed: str, by: str, *, entry: str = "address") -> None:
    """Type into an entry, over what is there, which is chosen whole, and press the main button."""
    page_of(stage).form.focus(entry)
    stage.type(typed)
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
