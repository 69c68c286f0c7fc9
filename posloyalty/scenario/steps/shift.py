"""A shift: `open_shift`, `move_cash`, `x_report`, `count` and `close_shift`.

step = "open_shift"
float = "200.00"

step = "move_cash"
amount = "-150.00"            # out of the drawer; into it without the minus
cause = "safe"

step = "count"
pieces = { "100.00" = 2, "0.50" = 3 }

step = "close_shift"
cause = "unknown"             # where there is a difference that nobody may let pass
approved_by = "boss"
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from posloyalty.domain.shop.shift import CashCause, DifferenceCause, Pieces
from posloyalty.domain.values.money import BadAmount, parse_amount
from posloyalty.scenario.block import Block
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.shift_seen import CountSeen, ShiftSeen, people_of
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The cash with which it begins."""

    float_minor: int
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Open it, and look at the figures of its first moment."""
        scene.till.shifts.open(self.float_minor, scene.operator)
        return _report(scene)


@dataclass(frozen=True, slots=True)
class MoveCash:
    """How much goes in, or out below zero, and why."""

    amount_minor: int
    cause: CashCause
    approver: str
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Book it."""
        shifts = scene.till.shifts
        shifts.move_cash(
            shifts.new_move_id(),
            self.amount_minor,
            self.cause,
            scene.operator,
            approver=scene.somebody(self.approver),
        )
        return NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class XReport:
    """What the open shift comes to so far."""

    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Look."""
        return _report(scene)


@dataclass(frozen=True, slots=True)
class Count:
    """The pieces that somebody found in the drawer."""

    pieces: Pieces
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Keep the count, and hear whether it is near enough."""
        shifts = scene.till.shifts
        count = shifts.count(self.pieces, scene.operator)
        now = shifts.current()
        assert now is not None  # it was just counted
        return Outcome((CountSeen(within=count.within, stage=now.stage.value),))


@dataclass(frozen=True, slots=True)
class CloseShift:
    """Why there is a difference, and who lets it pass."""

    cause: DifferenceCause | None
    approver: str
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Close it; its Z is looked at as it was kept."""
        stored = scene.till.shifts.close(
            scene.operator, cause=self.cause or "", approver=scene.somebody(self.approver)
        )
        close = stored.close
        seen = ShiftSeen(
            day=close.day,
            number=close.number,
            sums=stored.sums,
            drawer_minor=close.due_minor,
            counted_minor=close.counted_minor,
            people=people_of(scene.placed),
        )
        return Outcome((seen, Printed(partial(scene.till.receipts.receipt, close.id, copy=False))))


def _report(scene: Scene) -> Outcome:
    report = scene.till.shifts.report()
    seen = ShiftSeen(
        day=report.shift.day,
        number=report.shift.number,
        sums=report.sums,
        drawer_minor=report.due_minor,
        counted_minor=report.counted_minor,
        people=people_of(scene.placed),
    )
    paper = partial(scene.till.receipts.x_paper, report.shift, report.sums, report.at)
    return Outcome((seen, Printed(paper)))


@step("open_shift", gives=(ShiftSeen, Printed))
def read_open(block: Block) -> OpenShift:
    """Read the float."""
    return OpenShift(block.money("float", least=0))


@step("move_cash")
def read_move(block: Block) -> MoveCash:
    """Read the amount and the cause."""
    return MoveCash(
        block.amount("amount"),
        block.choice("cause", CashCause),
        block.refer("approved_by", "operator", ""),
    )


@step("x_report", gives=(ShiftSeen, Printed))
def read_x(_block: Block) -> XReport:
    """Nothing more is said of it."""
    return XReport()


@step("count", gives=(CountSeen,))
def read_count(block: Block) -> Count:
    """Read the pieces: how many of each denomination."""
    table = block.section("pieces")
    return Count(() if table is None else tuple(_piece(table, worth) for worth in table.untaken))


@step("close_shift", gives=(ShiftSeen, Printed))
def read_close(block: Block) -> CloseShift:
    """Read what is said of a difference."""
    return CloseShift(
        block.choice("cause", DifferenceCause) if "cause" in block else None,
        block.refer("approved_by", "operator", ""),
    )


def _piece(table: Block, worth: str) -> tuple[int, int]:
    currency = table.reading.currency
    try:
        minor = parse_amount(worth, currency)
    except BadAmount:
        minor = 0
    if minor <= 0:
        table.found(worth, "NOT_MONEY", given=worth, currency=currency.code)
    return minor, table.whole(worth)
