"""Amounts as head office tells them: of which wallet, of the chain's money, of pieces, of days.

What an amount is of is decided here once; a page shows it (`as_shown`), an export writes it as a
spreadsheet reads it (`export_cells`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency, currency
from posloyalty.headoffice.cases.findings import FindingRow
from posloyalty.headoffice.judging.variances import VarianceRow
from posloyalty.headoffice.members.members import LeaseRow
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.sync.found import Anomaly
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.office.deciding import budget_asset
from posloyalty.sync.office.judging import Difference
from posloyalty.wording import Words

POINTS_DIFFER: Final = ("earned", "paid_points", "wallet")
"""The parts of a sale whose figures are a wallet's points."""
_MONEY_DIFFERS: Final = ("offer", "payable")
_MONEY_LENT: Final = (AssetKind.CARD, AssetKind.BUDGET, AssetKind.COST)
_THOUSANDTHS: Final = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """So many minor units, of which 10 to the power of `decimals` are one, in the money of
    `code` if it is money. Of `pieces` zeros at the end say nothing.
    """

    minor: int
    decimals: int
    code: str = ""
    pieces: bool = False


def as_shown(cell: Figure | str) -> str:
    """A figure as a page shows it; a day as it is, a dash where there is none."""
    if isinstance(cell, str):
        return cell or "–"
    text = format_fixed(cell.minor, decimals=cell.decimals, grouping=True)
    if cell.pieces:
        return text.rstrip("0").rstrip(".")
    return f"{text} {cell.code}" if cell.code else text


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletShown:
    """How amounts of a wallet are written; bare minor units where no programme names it."""

    names: Mapping[str, tuple[str, int]]

    def name(self, ledger: str) -> str:
        """The wallet's name."""
        return self.names[ledger][0] if ledger in self.names else ledger

    def ledger(self, wallet: str) -> str:
        """The ledger of a wallet that is known by its id alone; the id where no programme has one
        of this id, or several have.
        """
        found = [one for one in self.names if one.partition("/")[2] == wallet]
        return found[0] if len(found) == 1 else wallet

    def amount(self, ledger: str, minor: int) -> str:
        """So much of it."""
        return format_fixed(minor, decimals=self.decimals(ledger), grouping=True)

    def decimals(self, ledger: str) -> int:
        """How many decimals its amounts have."""
        return self.names[ledger][1] if ledger in self.names else 0

    def listed(self, amounts: Iterable[tuple[str, int]]) -> str:
        """Amounts with their wallets' names, one after the other."""
        return " · ".join(f"{self.amount(one, minor)} {self.name(one)}" for one, minor in amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What amounts are of: `money` is the chain's, `budgets` the ledger by the key under which a
    campaign's budget in points is lent.
    """

    wallets: WalletShown
    money: Currency
    budgets: Mapping[str, str]

    def of_wallet(self, ledger: str, minor: int) -> Figure:
        """Points of a wallet."""
        return Figure(minor, self.wallets.decimals(ledger))

    def lent(self, row: LeaseRow, minor: int) -> Figure:
        """An amount of a lease."""
        match AssetKind(row.kind):
            case AssetKind.POINTS:
                return self.of_wallet(row.key, minor)
            case AssetKind.BONUS:
                return self.of_wallet(self.budgets.get(row.key, ""), minor)
            case AssetKind.RETURN:
                return _pieces(minor)
            case kind if kind in _MONEY_LENT:
                return money_figure(minor, self.money)
        return Figure(minor, 0)

    def found(self, row: FindingRow) -> Figure:
        """The amount of a finding."""
        match Anomaly(row.anomaly):
            case Anomaly.OVERSPENT:
                return self.of_wallet(row.what, row.amount)
            case Anomaly.OVERRIDDEN | Anomaly.OVER_REPAID:
                return money_figure(row.amount, self.money)
            case Anomaly.OVER_RETURNED:
                return _pieces(row.amount)
        return Figure(row.amount, 0)


def amounts_in(publishing: Publishing, words: Words) -> Amounts:
    """What is known of amounts by the programmes that are kept, in a language."""
    return Amounts(
        wallets=wallets_shown(publishing, words),
        money=money_of(publishing),
        budgets={
            budget_asset(programme.id, one).key: programme.ledger(one.wallet)
            for programme in publishing.of_each()
            for one in programme.of(Campaign)
            if one.wallet
        },
    )


def differing(row: VarianceRow, part: Difference, minor: int, wallets: WalletShown) -> Figure | str:
    """A figure of a sale that was judged again; a level's as its last day, nothing for none."""
    if part.what in _MONEY_DIFFERS:
        return money_figure(minor, currency(row.currency))
    if part.what in POINTS_DIFFER:
        return Figure(minor, wallets.decimals(ledger_of(row, part)))
    if part.what == "tier":
        day = str(minor)
        return f"{day[:4]}-{day[4:6]}-{day[6:]}" if minor else ""
    return Figure(minor, 0)


def ledger_of(row: VarianceRow, part: Difference) -> str:
    """The ledger of a part that is of `POINTS_DIFFER`."""
    return part.of if part.what == "wallet" else f"{row.programme.rpartition(' ')[0]}/{part.of}"


def wallets_shown(publishing: Publishing, words: Words) -> WalletShown:
    """The wallets of every programme that is kept, in a language."""
    return WalletShown(
        names={
            programme.ledger(one.id): (one.names.in_language(words.language), one.scale)
            for programme in publishing.of_each()
            for one in programme.wallets
        }
    )


def money_of(publishing: Publishing) -> Currency:
    """The money of the programme in effect; yuan where nothing is published."""
    running = publishing.running()
    return currency("CNY") if running is None else read_programme(running).currency


def money_figure(minor: int, money: Currency) -> Figure:
    """So much money."""
    return Figure(minor, money.exponent, money.code)


def _pieces(thousandths: int) -> Figure:
    return Figure(thousandths, _THOUSANDTHS, pieces=True)
