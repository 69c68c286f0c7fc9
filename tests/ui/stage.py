"""A window with screens of its own for tests of the shell: no services, time by hand.

`stage(qtbot)` gives a shown `Stage`: real window, real widgets, real key events through the window
system; the stamps of keys and the shell's clock are the test's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from posloyalty.wording import Words
from tests.fakes.lanes import FakeSounds, FakeTimer, LanesAtOnce
from ui.appearance import Appearance, Layout, layout_of
from ui.appearance.fonts import load_faces
from ui.main_window import MainWindow
from ui.presenters.base import Presenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.session import Session
from ui.presenters.strip import StripPresenter
from ui.screens import Parts, Place
from ui.widgets.buttons import ActionButton
from ui.widgets.entry_line import EntryLine
from ui.widgets.fields import TextField
from ui.widgets.view import ScreenView, ViewContext


@dataclass(frozen=True, slots=True)
class Played:
    """What a screen of the stage shows: a field's text and how often it was worded anew."""

    text: str = ""
    worded: int = 0


class Actor(Presenter[Played]):
    """Remembers every call, in order: hooks by their name, intents as they are called."""

    def __init__(self, session: Session) -> None:
        super().__init__(Played())
        self.session = session
        self.calls: list[tuple[object, ...]] = []

    def opened(self, **arguments: object) -> None:
        self.calls.append(("opened", arguments))

    def closed(self) -> None:
        self.calls.append(("closed",))

    def reworded(self) -> None:
        self._show(replace(self.state, worded=self.state.worded + 1))

    def scanned(self, text: str) -> None:
        self.calls.append(("scanned", text))

    def typed(self, character: str) -> None:
        self.calls.append(("typed", character))

    def edited(self, text: str) -> None:
        self._show(replace(self.state, text=text))

    def heard(self, name: str) -> list[tuple[object, ...]]:
        """The calls of one name."""
        return [call for call in self.calls if call[0] == name]

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments: self.calls.append((name, *arguments))


class ActorView(ScreenView):
    """A field, a button, an entry line and a place for sheets."""

    def __init__(self, presenter: Actor, context: ViewContext) -> None:
        super().__init__(context)
        look = self.look
        column = QVBoxLayout(self)
        self.entry = EntryLine(look, name="entry", undo_words="undo")
        self.field = TextField(look, "text", ime=True)
        self.field.edited.connect(presenter.edited)
        self.button = ActionButton(look, "press")
        self.button.clicked.connect(lambda: presenter.calls.append(("pressed",)))
        column.addWidget(self.entry)
        column.addWidget(self.field)
        column.addWidget(self.button)
        row = QHBoxLayout()
        row.addStretch(1)
        self.sheet_place = QWidget()
        self.sheet_place.setFixedSize(look.px(300), look.px(300))
        row.addWidget(self.sheet_place)
        column.addLayout(row, 1)
        self.bind(presenter)

    def present(self, state: Played) -> None:
        self.field.present(state.text)


LONG_MS = 60_000
PARTS = Parts("tests.ui.stage:Actor", "tests.ui.stage:ActorView")
STAGE_PLACES: dict[Place, Parts] = dict.fromkeys((*Screen, *Sheet), PARTS)


@dataclass
class Clock:
    """Milliseconds that only the test moves."""

    now: int = 10_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Stage:
    """The window and all around it."""

    window: MainWindow
    session: Session
    clock: Clock
    sounds: FakeSounds
    timer: FakeTimer
    stamps: Clock = field(default_factory=Clock)

    def actor(self, place: Place) -> Actor:
        """The presenter of a place."""
        presenter = self.window.navigator.presenter(place)
        assert isinstance(presenter, Actor)
        return presenter

    def view(self) -> ActorView:
        """The view in front."""
        view = self.window.navigator.view
        assert isinstance(view, ActorView)
        return view

    def press(self, key: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None) -> None:
        """Press and release a key through the window system, at the stamps' present time."""
        handle = self.window.windowHandle()
        held = modifier or Qt.KeyboardModifier.NoModifier
        if isinstance(key, str):
            QTest.keyClick(handle, key, held)
        else:
            QTest.keyClick(handle, key, held)
        QApplication.processEvents()

    def type(self, text: str, *, gap_ms: int = 90) -> None:
        """Type as a person does; each key is understood before the next."""
        for character in text:
            self.stamps.now += gap_ms
            self.press(character)
            self.window.capture.flush()
        QApplication.processEvents()

    def scan(self, text: str, *, gap_ms: int = 9, end: Qt.Key | None = Qt.Key.Key_Return) -> None:
        """Scan as a wedge does: fast keys, then its end key."""
        self.stamps.now += 500
        with self.unhurried():
            for character in text:
                self.stamps.now += gap_ms
                self.press(character)
            if end is not None:
                self.stamps.now += gap_ms
                self.press(end)

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """The stamps alone say how fast keys come: meanwhile the gap that the loop waits for is
        long, so that a machine which is busy with other tests does not tear a scan apart.
        """
        gap = self.window.capture._gap
        usual = gap.interval()
        gap.setInterval(LONG_MS)
        yield
        gap.setInterval(usual)

    def settle(self) -> None:
        """Let the first 300 ms of a screen pass."""
        self.clock.now += 1_000

    def rest(self) -> None:
        """Let another look come to its end, layouts settle and thrown-away widgets go."""
        self.window.change_at_once()
        for _ in range(3):
            QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()

    @property
    def front(self) -> Screen | None:
        """The screen in front."""
        return self.window.navigator.screen

    @property
    def shown(self) -> QWidget:
        """The view in front."""
        view = self.window.navigator.view
        assert view is not None
        return view

    def begin(self, screen: Screen, now: datetime) -> None:
        """Show the window on a screen, the strip with this time."""
        window, session = self.window, self.session
        window.begin(session)
        window.listen(StripPresenter(session, lambda: now))
        window.navigator.show(screen)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        self.settle()


AnyStage = TypeVar("AnyStage", bound=Stage)


def made_stage(
    shape: type[AnyStage],
    *,
    places: Mapping[Place, Parts],
    size: tuple[int, int],
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    layout: Layout | None = None,
    practice: bool = False,
) -> AnyStage:
    """A window with a session on fakes, not yet begun; its layout is that of its size."""
    load_faces()
    clock, stamps = Clock(), Clock()
    sounds, timer = FakeSounds(), FakeTimer()
    words = Words(language)
    window = MainWindow(
        Appearance(language=language, layout=layout or layout_of(*size, scale)).with_(
            look=look, scale=scale
        ),
        words,
        now_ms=clock,
        places=places,
        key_stamp=lambda _event: stamps.now,
    )
    window.resize(*size)
    session = Session(
        words=words,
        lanes=LanesAtOnce(),
        navigator=window.navigator,
        toasts=window.toasts,
        sounds=sounds,
        timer=timer,
        look=look,
        scale=scale,
        practice=practice,
    )
    return shape(window, session, clock, sounds, timer, stamps)


def build_stage(
    *,
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
) -> Stage:
    """Make and show a stage; the caller closes it with `end_stage`."""
    stage = made_stage(
        Stage,
        places=STAGE_PLACES,
        size=size,
        look=look,
        scale=scale,
        language=language,
        layout=Layout.WIDE,
    )
    stage.begin(Screen.SALE, datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    return stage


def end_stage(stage: Stage) -> None:
    """Close the window and let everything be deleted."""
    stage.window.end()
    stage.window.close()
    stage.window.deleteLater()
    QApplication.sendPostedEvents(None, 52)
    QApplication.processEvents()
