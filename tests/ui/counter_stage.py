"""The real window with the counter's real screens on a fake till: keys, scans and taps.

`counter_stage(...)` opens on the sale screen; the other screens of the product are not imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posloyalty.domain.shop.operator import Operator
from posloyalty.wording import Words
from tests.fakes.lanes import FakeSounds, FakeTimer, LanesAtOnce
from tests.fakes.small_shop import CARD, CASHIER, NOW, SHOP
from tests.fakes.till_services import FakeTill
from tests.ui.stage import PARTS, Clock, Stage
from ui.appearance import Appearance, layout_of
from ui.appearance.fonts import load_faces
from ui.main_window import MainWindow
from ui.presenters.pay import PayPresenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.sale import SalePresenter
from ui.presenters.session import Session
from ui.presenters.strip import StripPresenter
from ui.screens import PLACES, Place

OURS: frozenset[Place] = frozenset({Screen.SALE, Screen.PAY, Screen.DONE, *Sheet})
BESIDE: tuple[Place, ...] = tuple(place for place in PLACES if place not in OURS)


@dataclass
class CounterStage(Stage):
    """The stage with the counter's presenters at hand."""

    till: FakeTill = field(default_factory=FakeTill)

    @property
    def sale(self) -> SalePresenter:
        """The sale's presenter."""
        presenter = self.window.navigator.presenter(Screen.SALE)
        assert isinstance(presenter, SalePresenter)
        return presenter

    @property
    def pay(self) -> PayPresenter:
        """The pay screen's presenter."""
        presenter = self.window.navigator.presenter(Screen.PAY)
        assert isinstance(presenter, PayPresenter)
        return presenter

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

    def fill(self) -> None:
        """Wang's basket of 138.76, scanned through the presenter."""
        self.sale.scanned("101")
        for key in "6*":
            self.sale.typed(key)
        for code in ("102", "label:", "104", "105", "105", "106", CARD):
            self.sale.scanned(code)
        self.rest()

    def rest(self) -> None:
        """Let another look come to its end, layouts settle and thrown-away widgets go."""
        self.window.change_at_once()
        for _ in range(3):
            QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def counter_stage(
    *,
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
    operator: Operator = CASHIER,
    services: object | None = None,
    practice: bool = False,
) -> CounterStage:
    """Open the window on an empty sale, in training with `practice`; `end_stage` closes it.

    With `services` a real till stands behind it in place of the fake one.
    """
    load_faces()
    clock, stamps = Clock(), Clock()
    sounds, timer = FakeSounds(), FakeTimer()
    words = Words(language)
    layout = layout_of(*size, scale)
    window = MainWindow(
        Appearance(language=language, layout=layout).with_(look=look, scale=scale),
        words,
        now_ms=clock,
        places={**PLACES, **dict.fromkeys(BESIDE, PARTS)},
        key_stamp=lambda _event: stamps.now,
    )
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
    till = FakeTill()
    session.attach(services or till, SHOP)  # type: ignore[arg-type]
    session.sign_in(operator)
    window.begin(session)
    window.listen(StripPresenter(session, lambda: NOW))
    window.resize(*size)
    window.navigator.show(Screen.SALE)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    stage = CounterStage(window, session, clock, sounds, timer, stamps, till)
    stage.settle()
    return stage
