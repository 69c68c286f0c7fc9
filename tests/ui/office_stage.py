"""The real window with the real screens beside the sale, on a fake till: keys, scans and taps.

`office_stage(...)` opens at the sign-in with the manager signed in; an actor plays the sale.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop.shop_settings import PrinterKind, PrinterSetup, ShopDetails
from tests.fakes.back_desks import fake_desks
from tests.fakes.back_office import HUANG, NOW, FakeTill
from tests.ui.stage import PARTS, Stage, made_stage
from ui.presenters.desks import Desks
from ui.presenters.ports import Screen, Sheet
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


def office_stage(
    *,
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
    operator: Operator | None = HUANG,
) -> OfficeStage:
    """Open the window; the caller closes it with `end_stage`."""
    stage = made_stage(
        OfficeStage,
        places={**PLACES, **dict.fromkeys(PLAYED, PARTS)},
        size=size,
        look=look,
        scale=scale,
        language=language,
    )
    stage.session.desks = stage.desks
    stage.till.shop.known = SHOP
    stage.session.attach(stage.till, SHOP)  # type: ignore[arg-type]
    stage.session.sign_in(operator)
    stage.begin(Screen.SIGN_IN, NOW)
    return stage
