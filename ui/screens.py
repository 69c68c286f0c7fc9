"""Which presenter and which view make a screen or a sheet; imported when it is first shown.

A row is two names "module:Class". The presenter is called with the `Session`, once; the view with
(presenter, ViewContext), again whenever language, look, scale or layout change. A test imports
every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from ui.presenters.ports import Screen, Sheet

Place = Screen | Sheet


@dataclass(frozen=True, slots=True)
class Parts:
    """The two halves of a screen, by name."""

    presenter: str
    view: str

    def presenter_class(self) -> Callable[..., Any]:
        """Import and give the presenter's class."""
        return _named(self.presenter)

    def view_class(self) -> Callable[..., Any]:
        """Import and give the view's class."""
        return _named(self.view)


PLACES: Final[dict[Place, Parts]] = {
    Screen.WIZARD: Parts("ui.presenters.assembled:wizard", "ui.views.wizard:WizardView"),
    Screen.SIGN_IN: Parts("ui.presenters.sign_in:SignInPresenter", "ui.views.sign_in:SignInView"),
    Screen.SALE: Parts("ui.presenters.sale:SalePresenter", "ui.views.sale:SaleView"),
    Screen.MEMBER: Parts("ui.presenters.assembled:member", "ui.views.member:MemberView"),
    Screen.PAY: Parts("ui.presenters.pay:PayPresenter", "ui.views.pay:PayView"),
    Screen.DONE: Parts("ui.presenters.done:DonePresenter", "ui.views.done:DoneView"),
    Screen.RETURN: Parts(
        "ui.presenters.returning.screen:ReturnPresenter", "ui.views.returning:ReturnView"
    ),
    Screen.RECEIPT: Parts("ui.presenters.assembled:receipt", "ui.views.receipt:ReceiptView"),
    Screen.HISTORY: Parts("ui.presenters.assembled:history", "ui.views.history:HistoryView"),
    Screen.SHIFT: Parts("ui.presenters.assembled:shift", "ui.views.shift:ShiftView"),
    Screen.CASH: Parts("ui.presenters.assembled:cash", "ui.views.cash:CashView"),
    Screen.SETTINGS: Parts("ui.presenters.assembled:settings", "ui.views.settings:SettingsView"),
    Screen.RECOVERY: Parts("ui.presenters.assembled:recovery", "ui.views.recovery:RecoveryView"),
    Screen.AUDIT: Parts("ui.presenters.assembled:audit", "ui.views.audit:AuditView"),
    Screen.KEY_IN: Parts("ui.presenters.key_in.screen:KeyInPresenter", "ui.views.key_in:KeyInView"),
    Sheet.FIND: Parts("ui.presenters.find_item:FindPresenter", "ui.views.find_item:FindView"),
    Sheet.REDEEM: Parts("ui.presenters.redeem:RedeemPresenter", "ui.views.redeem:RedeemView"),
    Sheet.RECALL: Parts("ui.presenters.recall:RecallPresenter", "ui.views.recall:RecallView"),
    Sheet.PAYMENTS: Parts(
        "ui.presenters.open_payments:OpenPaymentsPresenter",
        "ui.views.open_payments:OpenPaymentsView",
    ),
    Sheet.GIFT_CARD: Parts(
        "ui.presenters.gift_card:GiftCardPresenter", "ui.views.gift_card:GiftCardView"
    ),
    Sheet.WHY: Parts("ui.presenters.why:WhyPresenter", "ui.views.why:WhyView"),
    Sheet.DOINGS: Parts(
        "ui.presenters.doings.presenter:DoingsPresenter", "ui.views.doings:DoingsView"
    ),
    Sheet.APPROVE: Parts("ui.presenters.approve:ApprovePresenter", "ui.views.approve:ApproveView"),
}


PREPARED: Final = (
    Screen.SALE,
    Screen.PAY,
    Screen.DONE,
    Screen.SIGN_IN,
    Screen.MEMBER,
    Screen.RECEIPT,
    Screen.HISTORY,
    Screen.RETURN,
    Screen.SHIFT,
    Screen.CASH,
    Screen.SETTINGS,
    Screen.AUDIT,
    Screen.RECOVERY,
    Screen.KEY_IN,
)
"""Screens that are made in idle moments, by how soon they are asked for: all but the wizard."""


def _named(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    made: Callable[..., Any] = getattr(import_module(module), attribute)
    return made
