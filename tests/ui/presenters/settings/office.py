"""The settings screen with everything around it, for tests: `Office("products")`."""

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop.shop_settings import ShopDetails
from tests.fakes.back_desks import fake_desks
from tests.fakes.back_office import HUANG, FakeTill
from tests.fakes.lanes import LanesByStep, Shell
from ui.presenters.assembled import settings
from ui.presenters.settings.section import Section

SHOP = ShopDetails(
    name="晨光便利",
    store_code="S01",
    store_name="人民路店",
    till_code="T01",
    address="人民路 100 号",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Office:
    """The settings screen with everything around it, and a manager before it."""

    def __init__(
        self, section: str, operator: Operator = HUANG, lanes: LanesByStep | None = None
    ) -> None:
        self.shell = Shell() if lanes is None else Shell(lanes=lanes)
        self.till = FakeTill()
        self.desks = fake_desks()
        self.shell.session.desks = self.desks
        self.till.shop.known = SHOP
        self.shell.session.attach(self.till, SHOP)
        self.shell.session.sign_in(operator)
        self.screen = settings(self.shell.session)
        self.screen.opened(section=section)

    @property
    def section(self) -> Section:
        return self.screen.section

    @property
    def state(self):
        return self.section.state

    @property
    def said(self) -> str:
        return self.shell.toasts.said[-1][0]

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.section.change(name, value)

    def findings(self) -> dict[str, str]:
        return {f.name: f.finding for f in self.state.form.fields if f.finding}
