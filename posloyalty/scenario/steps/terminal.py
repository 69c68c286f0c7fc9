"""Payments that a connected terminal takes: `ask_terminal`, `ask_again` and `settle`.

step = "ask_terminal"
of = "aside"                  # the step that put the goods aside
kind = "card"                 # or "qr_wallet"
amount = "12.03"

step = "settle"               # somebody looked at the terminal
of = "asked"
took = true                   # or false; or `back = true`, when it was given back
approved_by = "boss"

The store's `terminal = "simulator"` answers by the last two digits of the amount.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.selling.take_payments import BY_TERMINAL


@dataclass(frozen=True, slots=True)
class AskTerminal:
    """How much of what the goods come to, and how."""

    of: str
    member: str
    kind: TenderKind
    amount_minor: int

    def run(self, scene: Scene) -> Outcome:
        """Ask, and keep the answer."""
        payments, operator = scene.till.payments, scene.operator
        currency = scene.placed.currency.code
        asked = payments.begin(
            scene.held(self.of), self.kind, self.amount_minor, currency, operator
        )
        return Outcome((payments.note(asked, payments.take(asked), operator),))


@dataclass(frozen=True, slots=True)
class AskAgain:
    """A payment whose outcome nobody knows."""

    of: str
    member: str

    def run(self, scene: Scene) -> Outcome:
        """Ask the terminal what became of it."""
        payments, payment = scene.till.payments, scene.payment(self.of)
        return Outcome((payments.note(payment, payments.ask(payment), scene.operator),))


@dataclass(frozen=True, slots=True)
class Settle:
    """What somebody saw at the terminal."""

    of: str
    member: str
    took: bool
    back: bool
    approver: str

    def run(self, scene: Scene) -> Outcome:
        """Note it, where the operator may or somebody answers for it."""
        payments, payment = scene.till.payments, scene.payment(self.of)
        approver = scene.somebody(self.approver)
        if self.back:
            after = payments.returned(payment.id, scene.operator, approved_by=approver)
        else:
            after = payments.settle(
                payment.id, scene.operator, took=self.took, approved_by=approver
            )
        return Outcome((after,))


@step("ask_terminal", gives=(Payment,))
def read_ask(block: Block) -> AskTerminal:
    """Read the goods, the kind and the amount."""
    of, member = block.step_before("of")
    kind = block.choice("kind", TenderKind)
    if kind not in BY_TERMINAL:
        known = ", ".join(sorted(BY_TERMINAL))
        block.found("kind", "NOT_CHOICE", given=kind.value, known=known)
    return AskTerminal(of, member, kind, block.money("amount"))


@step("ask_again", gives=(Payment,))
def read_again(block: Block) -> AskAgain:
    """Read which payment."""
    return AskAgain(*block.step_before("of"))


@step("settle", gives=(Payment,))
def read_settle(block: Block) -> Settle:
    """Read which payment, and what became of it."""
    of, member = block.step_before("of")
    return Settle(
        of,
        member,
        block.flag("took", default=False),
        block.flag("back", default=False),
        block.refer("approved_by", "operator", ""),
    )
