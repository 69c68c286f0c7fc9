"""The real window with the real screens beside the sale, on a fake till: keys, scans and taps.

`office_stage(...)` opens at the sign-in with the manager signed in; an actor plays the sale.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from posloyalty.wording import Words
from tests.fakes.back_desks import fake_desks
from tests.fakes.back_office import HUANG, NOW, FakeTill
from tests.fakes.lanes import FakeSounds, FakeTimer, LanesAtOnce
from tests.ui.stage import PARTS, Clock, Stage
from ui.appearance import Appearance, layout_of
from ui.appearance.fonts import load_faces
from ui.main_window import MainWindow
from ui.presenters.desks import Desks
from ui.presenters.ports import Screen, Sheet
from ui.presenters.session import Session
from ui.presenters.strip import StripPresenter
from ui.screens import PLACES, Place

PLAYED: tuple[Place, ...] = (Screen.SALE, Screen.PAY, Screen.DONE, *Sheet)
SHOP = ShopDetails(
    name="晨光便利",
    store_code="S01",
    store_name="人民路店",
    till_code="T01",
    address="上海市黄浦区人民路 100 号",
    tax_number="91310000MA1FL0XX0X",
    phone="021-6355 0100",
    receipt_footer="七日内凭小票退换，谢谢光临",
    printer=PrinterSetup(kind=PrinterKind.NETWORK, address="192.168.1.50:9100"),
)


@dataclass
class OfficeStage(Stage):
    """The stage with the fakes behind it."""

    till: FakeTill = field(default_factory=FakeTill)
    desks: Desks = field(default_factory=fake_desks)

    def show(self, screen: Screen, **arguments: object) -> None:
        """Bring a screen to the front and let its first 300 ms pass."""
        self.window.navigator.show(screen, **arguments)
        self.rest()
        self.settle()

    def presenter(self, screen: Screen) -> object:
        """The presenter of a screen."""
        return self.window.navigator.presenter(screen)

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

    def rest(self) -> None:
        """Let another look come to its end, layouts settle and thrown-away widgets go."""
        self.window.change_at_once()
        for _ in range(3):
            QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()


def office_stage(
    *,
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
    operator: Operator | None = HUANG,
) -> OfficeStage:
    """Open the window; the caller closes it with `end_stage`."""
    load_faces()
    clock, stamps = Clock(), Clock()
    sounds, timer = FakeSounds(), FakeTimer()
    words = Words(language)
    window = MainWindow(
        Appearance(language=language, layout=layout_of(*size, scale)).with_(look=look, scale=scale),
        words,
        now_ms=clock,
        places={**PLACES, **dict.fromkeys(PLAYED, PARTS)},
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
    )
    till, desks = FakeTill(), fake_desks()
    session.desks = desks
    session.attach(till, SHOP)  # type: ignore[arg-type]
    session.sign_in(operator)
    window.begin(session)
    window.listen(StripPresenter(session, lambda: NOW))
    window.resize(*size)
    window.navigator.show(Screen.SIGN_IN)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    stage = OfficeStage(window, session, clock, sounds, timer, stamps, till, desks)
    stage.settle()
    return stage
