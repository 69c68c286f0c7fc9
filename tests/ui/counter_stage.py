"""The real window with the counter's real screens on a fake till: keys, scans and taps.

`counter_stage(...)` opens on the sale screen; the other screens of the product are not imported.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop.shop_settings import ShopDetails
from tests.fakes.back_desks import fake_desks
from tests.fakes.small_shop import CARD, CASHIER, NOW, SHOP
from tests.fakes.till_services import FakeTill
from tests.ui.stage import PARTS, Stage, made_stage
from ui.presenters.counter import counter_of
from ui.presenters.pay import PayPresenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.sale import SalePresenter
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

    def fill(self) -> None:
        """Wang's basket of 138.76, scanned through the presenter."""
        self.sale.scanned("101")
        for key in "6*":
            self.sale.typed(key)
        for code in ("102", "label:", "104", "105", "105", "106", CARD):
            self.sale.scanned(code)
        self.rest()


def counter_stage(
    *,
    look: str = "light",
    scale: int = 100,
    language: str = "en",
    size: tuple[int, int] = (1366, 768),
    operator: Operator = CASHIER,
    services: object | None = None,
    shop: ShopDetails = SHOP,
    whole: bool = False,
    practice: bool = False,
) -> CounterStage:
    """Open the window on an empty sale, in training with `practice`; `end_stage` closes it.

    With `services` a real till stands behind it in place of the fake one, of a `shop`; `whole`
    gives the other screens of the product their places too.
    """
    stage = made_stage(
        CounterStage,
        places=PLACES if whole else {**PLACES, **dict.fromkeys(BESIDE, PARTS)},
        size=size,
        look=look,
        scale=scale,
        language=language,
        practice=practice,
    )
    session = stage.session
    if whole:
        session.desks = replace(fake_desks(), sale=counter_of(session))
    session.attach(services or stage.till, shop)  # type: ignore[arg-type]
    session.sign_in(operator)
    stage.begin(Screen.SALE, NOW)
    return stage
