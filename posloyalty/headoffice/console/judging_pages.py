"""Sales judged again: how far it is, which differ and by how much, and what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.values.money import Currency, currency, format_amount
from posloyalty.headoffice.console.asking import Asking, Page, Shown, Told
from posloyalty.headoffice.console.export_cells import Figure
from posloyalty.headoffice.console.member_pages import WalletShown, wallets_shown
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.judging.judging import DIFFERS, OLD, STOPPED
from posloyalty.headoffice.judging.variances import VarianceRow, Variances
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.sync.office.judging import Difference
from posloyalty.wording import Words

KINDS: Final = ("", DIFFERS, OLD, STOPPED)
_MONEY: Final = ("offer", "payable")
_POINTS: Final = ("earned", "paid_points", "wallet")


@dataclass(frozen=True, slots=True)
class JudgingPages:
    """What judging came to."""

    variances: Variances
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        return (Page(method="GET", path="/console/judging", act=self.all, right=Right.SEE),)

    def all(self, asking: Asking) -> Told:
        """Everything, or the variances of one kind."""
        kind = asking.told("kind")
        kind = kind if kind in KINDS else ""
        wallets = wallets_shown(self.publishing, asking.words)
        rows = self.variances.newest(kind=kind)
        facts = {
            "standing": self.variances.standing(),
            "kinds": KINDS,
            "kind": kind,
            "rows": [(row, parts_told(row, asking.words, wallets)) for row in rows],
            "waiting": self.variances.waiting(),
        }
        return Shown(template="judging.html", facts=facts)


def parts_told(row: VarianceRow, words: Words, wallets: WalletShown) -> list[str]:
    """Each figure that differs as a sentence."""
    money, programme = currency(row.currency), row.programme.rpartition(" ")[0]
    return [
        words(
            f"judging.part_{part.what}" + ("_line" if part.line else ""),
            of=_name(part, programme, wallets),
            line=part.line,
            sold=_amount(part, part.sold, money, programme, wallets),
            due=_amount(part, part.due, money, programme, wallets),
        )
        for part in row.parts
    ]


def figure_of(
    row: VarianceRow, part: Difference, minor: int, wallets: WalletShown
) -> Figure | int | str:
    """A figure of a sale as an export has it: with its decimals, a level's day as a day."""
    if part.what in _MONEY:
        return Figure(minor, currency(row.currency).exponent)
    if part.what in _POINTS:
        return Figure(minor, wallets.decimals(_ledger(part, row.programme.rpartition(" ")[0])))
    return _day(minor) if part.what == "tier" else minor


def _name(part: Difference, programme: str, wallets: WalletShown) -> str:
    return wallets.name(_ledger(part, programme)) if part.what in _POINTS else part.of


def _amount(
    part: Difference, minor: int, money: Currency, programme: str, wallets: WalletShown
) -> str:
    if part.what in _MONEY:
        return f"{format_amount(minor, money)} {money.code}"
    if part.what in _POINTS:
        return wallets.amount(_ledger(part, programme), minor)
    if part.what == "tier":
        return _day(minor) or "–"
    return str(minor)


def _day(number: int) -> str:
    day = str(number)
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if number else ""


def _ledger(part: Difference, programme: str) -> str:
    return part.of if part.what == "wallet" else f"{programme}/{part.of}"
