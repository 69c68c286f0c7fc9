"""How far a programme is wound down, in words and figures, for the console and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.kinds.winding_down import Left, Phase, WindingDown
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import format_amount
from posloyalty.headoffice.programmes.winding_down import Stands
from posloyalty.wording import Words

FULL: Final = 1000
"""The length of a bar that shows as much as there was on the first day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HaveShown:
    """What members had of a wallet on a day, its worth or "", and its bar, of `FULL`."""

    day: str
    wallet: str
    points: str
    worth: str
    bar: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BecameShown:
    """What became of a wallet's points so far, as texts; "" where nothing became that."""

    wallet: str
    owners: int
    expired: str
    worth_points: str
    worth: str
    vouchers: int


def state_told(stands: Stands, words: Words) -> str:
    """One sentence: where it is, and the day on which that changes."""
    winding = stands.winding
    if winding is None:
        return words("winding.state_none")
    key = "planned" if stands.phase is None else stands.phase.value
    day = {
        None: winding.announced,
        Phase.ANNOUNCED: winding.earns_through,
        Phase.REDEEMING: winding.redeems_through,
        Phase.OVER: winding.redeems_through,
    }[stands.phase]
    return words(f"winding.state_{key}", day=day.isoformat())


def end_told(winding: WindingDown | None, programme: Programme, words: Words) -> str:
    """An end in one line: its days, the days of notice, and what becomes of what is left."""
    if winding is None:
        return words("winding.goes_on")
    return words(
        "winding.days",
        announced=winding.announced.isoformat(),
        earns=winding.earns_through.isoformat(),
        redeems=winding.redeems_through.isoformat(),
        notice=winding.notice_days,
        left=left_told(winding, programme, words),
    )


def left_told(winding: WindingDown, programme: Programme, words: Words) -> str:
    """What becomes of what is left."""
    if winding.left is not Left.VOUCHER:
        return words(f"winding.left_{winding.left.value}")
    wallet = _wallets(programme).get(programme.ledger(winding.wallet))
    vouchers = dict(named(programme.of(Voucher), words))
    return words(
        "winding.left_voucher_of",
        voucher=vouchers.get(winding.voucher, winding.voucher),
        points=_points(wallet, winding.points),
        wallet=winding.wallet if wallet is None else wallet.names.in_language(words.language),
    )


def named(items: Sequence[Voucher] | Sequence[Wallet], words: Words) -> list[tuple[str, str]]:
    """The id and the name of each, in order; a name that two have says its id too."""
    every = [(one.id, one.names.in_language(words.language)) for one in items]
    names = [name for _, name in every]
    return [(key, name if names.count(name) == 1 else f"{name} ({key})") for key, name in every]


def run_down(stands: Stands, words: Words) -> list[HaveShown]:
    """What members had, by day, the newest first."""
    wallets = _wallets(stands.programme)
    first: dict[str, int] = {}
    for _, ledger, points in stands.run_down:
        first[ledger] = max(first.get(ledger, 0), points)
    return [
        HaveShown(
            day=day.isoformat(),
            wallet=_name(wallets, ledger, words),
            points=_points(wallets.get(ledger), points),
            worth=_worth(stands.programme, wallets.get(ledger), points),
            bar=points * FULL // first[ledger] if first[ledger] else 0,
        )
        for day, ledger, points in stands.run_down[::-1]
    ]


def became(stands: Stands, words: Words) -> list[BecameShown]:
    """What became of what was left, so far."""
    wallets = _wallets(stands.programme)
    return [
        BecameShown(
            wallet=_name(wallets, one.ledger, words),
            owners=one.owners,
            expired=_points(wallets.get(one.ledger), one.expired) if one.expired else "",
            worth_points=_points(wallets.get(one.ledger), one.worth_points)
            if one.worth_points
            else "",
            worth=_money(stands.programme, one.worth_minor) if one.worth_minor else "",
            vouchers=one.vouchers,
        )
        for one in stands.became
    ]


def _wallets(programme: Programme) -> Mapping[str, Wallet]:
    return {programme.ledger(one.id): one for one in programme.wallets}


def _name(wallets: Mapping[str, Wallet], ledger: str, words: Words) -> str:
    wallet = wallets.get(ledger)
    return ledger if wallet is None else wallet.names.in_language(words.language)


def _points(wallet: Wallet | None, minor: int) -> str:
    return format_fixed(minor, decimals=0 if wallet is None else wallet.scale, grouping=True)


def _worth(programme: Programme, wallet: Wallet | None, points: int) -> str:
    """What points would pay at most."""
    if wallet is None or wallet.spend is None:
        return ""
    return _money(programme, wallet.spend.worth_minor(points))


def _money(programme: Programme, minor: int) -> str:
    return f"{format_amount(minor, programme.currency)} {programme.currency.code}"


def day_of(text: str) -> date | None:
    """A day as a form or a person writes it; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
