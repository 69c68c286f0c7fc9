"""The shift screen's state: which step it is at, and what that step shows.

Shape: `ShiftState` of texts. `Step.COUNT` never holds what the drawer should contain: it is not
even asked for until the count is locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from posloyalty.domain.shop.shift import Shift
from posloyalty.domain.shop.shift_sums import SumKind, SumLine, Sums
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from ui.presenters.amounts import Figures, signed
from ui.presenters.receipt import ReceiptState

Figure = tuple[str, str, str]
"""Label, amount and tone."""


class Step(Enum):
    """What the screen is at: reading, no shift, counting, comparing, or a paper to look at."""

    READING = auto()
    OPEN = auto()
    COUNT = auto()
    COMPARE = auto()
    PAPER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceState:
    """One denomination: "100 × 14 = 1,400.00"; `typed` is empty before anything was."""

    worth: str
    typed: str
    amount: str
    chosen: bool
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """One of the three steps at the head."""

    words: str
    now: bool
    done: bool


NO_PAPER: Final = ReceiptState()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftState:
    """The whole screen. `found` says how the count compares; its tone is success or warn."""

    step: Step = Step.READING
    steps: tuple[StepState, ...] = ()
    about: str = ""
    note: str = ""
    looks: bool = False
    box_label: str = ""
    box: str = ""
    fresh: bool = False
    whole: bool = False
    pieces: tuple[PieceState, ...] = ()
    counted: Figure = ("", "", "ink")
    due: Figure = ("", "", "ink")
    found: str = ""
    found_even: bool = False
    takings: tuple[Figure, ...] = ()
    loyalty: tuple[Figure, ...] = ()
    paper: ReceiptState = NO_PAPER
    paper_is: str = ""
    paper_late: bool = False
    can_print: bool = False
    last: str = ""
    last_sub: str = ""
    main: str = ""
    main_icon: str = ""
    ready: bool = False
    busy: bool = False


TENDERS: Final = tuple(TenderKind)


def takings(sums: Sums, shift: Shift, figures: Figures) -> tuple[Figure, ...]:
    """Sales, returns and what was paid how; the cash beside them."""
    words = figures.words
    made = sums.total(SumKind.SALES)
    rows = [(words.counted("shift.sales", made.count), figures.money(made.amount), "ink")]
    back = SumLine()
    for kind in (SumKind.RETURNS, SumKind.VOIDS):
        line = sums.total(kind)
        back = SumLine(back.count + line.count, back.amount + line.amount)
    if back.count:
        amount = signed(figures.money(back.amount), -1)
        rows.append((words.counted("shift.returns", back.count), amount, "ink"))
    paid, given = sums.of(SumKind.TENDER), sums.of(SumKind.TENDER_BACK)
    for tender in TENDERS:
        if tender in paid or tender in given:
            net = paid.get(tender, SumLine()).amount - given.get(tender, SumLine()).amount
            rows.append((words(f"receipt.{tender.value}"), _money(figures, net), "ink"))
    keyed = sums.total(SumKind.KEYED_IN)
    if keyed.count:
        rows.append((words("shift.keyed_in"), figures.money(keyed.amount), "ink"))
    rows.append((words("shift.float"), figures.money(shift.float_minor), "ink"))
    for kind, way, sign in ((SumKind.CASH_IN, "in", 1), (SumKind.CASH_OUT, "out", -1)):
        for cause, line in sums.of(kind).items():
            name = words(f"shift.{way}_of", cause=words(f"shift.cause_{cause}"))
            rows.append((name, _money(figures, sign * line.amount), "ink"))
    return tuple(rows)


def loyalty(sums: Sums, figures: Figures) -> tuple[Figure, ...]:
    """What the programme did: members, points, what was taken back, approvals."""
    words = figures.words
    made, known = sums.total(SumKind.SALES).count, sums.total(SumKind.MEMBER_SALES).count
    rows: list[Figure] = []
    if made:
        share = Ratio(known, made).apply(100, Rounding.HALF_UP)
        told = words("shift_report.of_sales", n=known, sales=made, percent=share)
        rows.append((words("shift.recognised"), told, "ink"))
    joined = sums.total(SumKind.JOINED).count
    if joined:
        rows.append((words("shift_report.joined"), f"{joined:,}", "ink"))
    for kind, code in (
        (SumKind.EARNED, "earned"),
        (SumKind.SPENT, "spent"),
        (SumKind.TAKEN_BACK, "taken_back"),
        (SumKind.GIVEN_BACK, "given_back"),
    ):
        for wallet, line in sums.of(kind).items():
            name, scale = line.name or wallet, line.scale
            text = format_fixed(line.amount, decimals=scale, grouping=True)
            worth = sums.of(SumKind.SPENT_WORTH).get(wallet)
            if kind is SumKind.SPENT and worth is not None:
                text = f"{text} · {signed(figures.money(worth.amount), -1)}"
            rows.append((words(f"shift_report.{code}", wallet=name), text, "ink"))
    approved = sums.total(SumKind.OVERRIDE).count
    if approved:
        rows.append((words("shift_report.overrides"), f"{approved:,}", "ink"))
    return tuple(rows)


def _money(figures: Figures, minor: int) -> str:
    return signed(figures.money(-minor), -1) if minor < 0 else figures.money(minor)
