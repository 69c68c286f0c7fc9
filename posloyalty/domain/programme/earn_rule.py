"""Earning: rules that give points, and multipliers that raise what per-spend rules give.

A rule has one kind out of `earning/` (such as `per_spend`), goods that it is about (`on`) and
conditions (`when`). A multiplier raises the per-spend points of the lines that its `on` matches; a
tier level's own multiplier works on the whole sale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.values.ratio import Ratio

MULTIPLIER_MAX = Ratio(1000)


class EarnLines(NamedTuple):
    """The lines as earning sees them: the share of each in the earn base, and the quantity of each
    that was paid for. Both run alike.
    """

    bases: tuple[int, ...]
    quantities: tuple[int, ...]


class Earning(Protocol):
    """How points come about. `multiplied` says whether multipliers raise them, `even` whether one
    base gives the same on whatever lines it is.
    """

    @property
    def multiplied(self) -> bool:
        """Whether multipliers apply."""
        ...

    @property
    def even(self) -> bool:
        """Whether it matters only what all goods of the rule come to."""
        ...

    def rate(self) -> Ratio:
        """Points (wallet minor units) per unit of a line's weight."""
        ...

    def weights(self, lines: EarnLines) -> tuple[int, ...]:
        """What each line counts; its points are weight times rate, exactly."""
        ...


EarningReader = Callable[[Section, str, int], Earning]
EARNINGS: dict[str, EarningReader] = {}


def earning(key: str) -> Callable[[EarningReader], EarningReader]:
    """Register a kind of earning under the key that files use; readers get the wallet's scale."""

    def register(reader: EarningReader) -> EarningReader:
        EARNINGS[key] = reader
        return reader

    return register


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnRule:
    """A rule that gives points in one wallet."""

    id: str
    names: Names
    wallet: str
    earning: Earning
    goods: LineFilter
    when: AllOf
    by_business_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """A bonus such as double points on coffee."""

    id: str
    names: Names
    wallet: str
    times: Ratio
    goods: LineFilter
    when: AllOf
    by_business_day: bool


def read_earn_rule(section: Section, wallets: dict[str, Wallet]) -> EarnRule | None:
    """One `[[earn]]`."""
    rule_id = section.text("id")
    wallet = read_wallet_id(section, wallets)
    scale = wallets[wallet].scale if wallet in wallets else 0
    readers = {key: _with_scale(reader, scale) for key, reader in EARNINGS.items()}
    kind = section.one_of(readers)
    names, goods = section.names("name", rule_id), read_filter(section)
    when = read_when(section, campaign=True)
    by_business_day = read_clock(section)
    section.close(("on", "when", *EARNINGS))
    if kind is None:
        return None
    return EarnRule(
        id=rule_id,
        names=names,
        wallet=wallet,
        earning=kind,
        goods=goods,
        when=when,
        by_business_day=by_business_day,
    )


def read_multiplier(section: Section, wallets: dict[str, Wallet]) -> Multiplier:
    """One `[[multiplier]]`."""
    rule_id = section.text("id")
    read = Multiplier(
        id=rule_id,
        names=section.names("name", rule_id),
        wallet=read_wallet_id(section, wallets),
        times=section.ratio("times", most=MULTIPLIER_MAX),
        goods=read_filter(section),
        when=read_when(section, campaign=True),
        by_business_day=read_clock(section),
    )
    section.close(("on", "when"))
    return read


def read_wallet_id(section: Section, wallets: dict[str, Wallet]) -> str:
    """The wallet that a rule is about; the only one needs no name."""
    wallet = section.text("wallet", next(iter(wallets)) if len(wallets) == 1 else None)
    if wallet and wallet not in wallets:
        section.found("wallet", "NOT_DECLARED", given=wallet, known=", ".join(wallets))
    return wallet


def read_clock(section: Section) -> bool:
    """Whether days are business days: `clock = "business_day"`; the default is the calendar."""
    clock = section.text("clock", "calendar")
    if clock not in ("calendar", "business_day"):
        section.found("clock", "NOT_CHOICE", given=clock, known="calendar, business_day")
    return clock == "business_day"


def _with_scale(reader: EarningReader, scale: int) -> Callable[[Section, str], Earning]:
    return lambda section, key: reader(section, key, scale)
