"""The whole counter without a window: its presenters, a navigator that opens them, keys by name.

`desk()` gives a `Desk` on the sale screen of a small shop. `press("F12", "2", "0", "0", "Enter")`
looks each key up in the action table, for the open sheet and then the screen, and types what the
table does not know; so the keys that a task costs are the length of the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.lanes import FakeNavigator, LanesAtOnce, LanesByStep
from tests.fakes.small_shop import CARD, CASHIER
from tests.fakes.till_services import Counting, FakeTill
from ui.actions import By, Place, action_for
from ui.presenters.approve import ApprovePresenter
from ui.presenters.base import Presenter
from ui.presenters.done import DonePresenter
from ui.presenters.find_item import FindPresenter
from ui.presenters.gift_card import GiftCardPresenter
from ui.presenters.open_payments import OpenPaymentsPresenter
from ui.presenters.pay import PayPresenter
from ui.presenters.ports import Screen, Sheet
from ui.presenters.recall import RecallPresenter
from ui.presenters.redeem import RedeemPresenter
from ui.presenters.returning.screen import ReturnPresenter
from ui.presenters.sale import SalePresenter
from ui.presenters.why import WhyPresenter


@dataclass
class LiveNavigator(FakeNavigator):
    """Remembers, and opens and closes the presenters that the desk has."""

    presenters: dict[Place, Presenter[object]] = field(default_factory=dict)
    front: Screen = Screen.SALE

    def show(self, screen: Screen, **arguments: object) -> None:
        super().show(screen, **arguments)
        self.close_sheet()
        leaving = self.presenters.get(self.front)
        if leaving is not None and screen is not self.front:
            leaving.closed()
        self.front = screen
        if screen in self.presenters:
            self.presenters[screen].opened(**arguments)

    def open_sheet(self, sheet: Sheet, **arguments: object) -> None:
        self.close_sheet()
        super().open_sheet(sheet, **arguments)
        self.presenters[sheet].opened(**arguments)

    def close_sheet(self) -> None:
        closing = self.open
        super().close_sheet()
        if closing is not None:
            self.presenters[closing].closed()


class Desk:
    """Everything at hand: `desk.sale.state`, `desk.press("F5", "Enter")`, `desk.scan("101")`."""

    def __init__(self, shell: Counting) -> None:
        self.shell = shell
        self.till: FakeTill = shell.till
        session = shell.session
        self.sale = SalePresenter(session)
        self.pay = PayPresenter(session)
        self.done = DonePresenter(session)
        self.find = FindPresenter(session)
        self.redeem = RedeemPresenter(session)
        self.why = WhyPresenter(session)
        self.recall = RecallPresenter(session)
        self.returning = ReturnPresenter(session)
        self.approve = ApprovePresenter(session)
        self.payments = OpenPaymentsPresenter(session)
        self.gift_card = GiftCardPresenter(session)
        navigator = shell.navigator
        assert isinstance(navigator, LiveNavigator)
        self.navigator = navigator
        navigator.presenters = {  # type: ignore[assignment]
            Screen.SALE: self.sale,
            Screen.PAY: self.pay,
            Screen.DONE: self.done,
            Screen.RETURN: self.returning,
            Sheet.FIND: self.find,
            Sheet.REDEEM: self.redeem,
            Sheet.WHY: self.why,
            Sheet.RECALL: self.recall,
            Sheet.APPROVE: self.approve,
            Sheet.PAYMENTS: self.payments,
            Sheet.GIFT_CARD: self.gift_card,
        }
        self.sale.opened()

    @property
    def front(self) -> Screen:
        """The screen in front."""
        return self.navigator.front

    @property
    def basket(self) -> list[tuple[str, str, str]]:
        """Quantity, name and amount of each line."""
        return [(row.quantity, row.name, row.amount) for row in self.sale.state.rows]

    @property
    def said(self) -> str:
        """The last message."""
        return self.shell.toasts.said[-1][0] if self.shell.toasts.said else ""

    def scan(self, *codes: str) -> None:
        """Scan on the screen in front."""
        for code in codes:
            self.navigator.presenters[self.front].scanned(code)

    def press(self, *keys: str) -> None:
        """Press keys one by one."""
        for key in keys:
            self._press(key)

    def _press(self, key: str) -> None:
        places = [self.navigator.open] if self.navigator.open is not None else []
        for place in (*places, self.front):
            action = action_for(key, place)
            if action is None:
                continue
            if action.by is By.SHELL:
                self.navigator.close_sheet()
            else:
                intent = getattr(self.navigator.presenters[place], action.intent)
                intent(*action.arguments)
            return
        self.navigator.presenters[(*places, self.front)[0]].typed(key)


def desk(language: str = "en", *, by_step: bool = False, **more: object) -> Desk:
    """A counter with an empty basket."""
    lanes = LanesByStep() if by_step else LanesAtOnce()
    given = {"operator": CASHIER, "till": FakeTill(), **more}
    shell = Counting(language=language, lanes=lanes, navigator=LiveNavigator(), **given)  # type: ignore[arg-type]
    return Desk(shell)


def full_desk(language: str = "en", **more: object) -> Desk:
    """A counter with Wang's basket of 138.76: six lines, offers, points to spend."""
    made = desk(language, **more)
    made.scan("101")
    made.press("6", "*")
    made.scan("102", "label:", "104", "105", "105", "106", CARD)
    return made
