"""The counter's presenters over the services of a real till on disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.services.till import Till
from tests.fakes.lanes import Shell
from tests.services.conftest import Shop, _made_shop, shop  # noqa: F401
from tests.services.returning.test_refund_sale import PLAIN, basket, sell
from ui.presenters.ports import Screen
from ui.presenters.returning.screen import ReturnPresenter
from ui.presenters.returning.state import ReturnLine, ReturnState

FLOOR = PLAIN + '\n[returns]\nfloor = "30.00"\n'


@dataclass
class Desk(Shell):
    """A real till, its manager at the counter, and the return screen in front."""

    till: Till | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        till = self.real
        self.session.attach(till, till.shop.details())
        self.session.sign_in(till.people.all()[0])
        self.screen = ReturnPresenter(self.session)

    @property
    def real(self) -> Till:
        assert self.till is not None
        return self.till

    @property
    def state(self) -> ReturnState:
        return self.screen.state

    @property
    def told(self) -> str:
        """What was said last."""
        return self.toasts.said[-1][0] if self.toasts.said else ""

    @property
    def refund(self) -> Refund:
        """The refund that the done screen was shown."""
        screen, arguments = self.navigator.shown[-1]
        assert screen is Screen.DONE
        refund = arguments["refund"]
        assert isinstance(refund, Refund)
        return refund

    def sold(self, *counts: int, card: int = 0, **more: object) -> Sale:
        """A sale of so many pieces of the first articles: 4.50, 5.50, 6.50, ..."""
        return sell(self.real, basket(self.real, *counts, **more), card=card)  # type: ignore[arg-type]

    def line(self, number: int) -> ReturnLine:
        return next(line for line in self.state.lines if line.number == number)

    def keys(self, text: str) -> None:
        """Characters typed by a person, with + − for counting."""
        for character in text:
            steps = {"+": self.screen.more, "-": self.screen.fewer}
            if character in steps:
                steps[character]()
            else:
                self.screen.typed(character)

    def cashier(self) -> Operator:
        """A cashier signs in, who may neither void nor let anything go."""
        operator = Operator(id=b"O" * 16, name="Lin", role=Role.CASHIER)
        self.session.sign_in(operator)
        return operator


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:  # noqa: F811
    """The desk under a programme that a person can reckon; its book proves itself afterwards."""
    shop.till.programmes.install(FLOOR.encode())
    yield Desk(till=shop.till)
    proof = shop.till.verify.verify()
    assert proof.holds, proof.first
