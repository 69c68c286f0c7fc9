"""The risk dial as a page: lost redemptions against the merchant's loss, for each setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    currency,
    format_amount,
    parse_amount,
)
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.headoffice.console.amounts import money_of
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.dials import (
    MEMBERS_MAX,
    POSITIONS_MAX,
    DialRow,
    Dials,
    Position,
    Question,
)
from posloyalty.headoffice.programmes.policies import Policies
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.insight.risk_settings import LEASES_USUAL, usual_floors
from posloyalty.services.refusal import ServiceRefusal

_RISK: Final = "/console/risk"
_MINUTES_MOST: Final = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """A position as it is read; `holds` says that its floor is the policy's."""

    lease: int
    floor: str
    leased: str
    risked: str
    refused: int
    refused_worth: str
    served: int
    lost: str
    exposed: str
    holds: bool


@dataclass(frozen=True, slots=True)
class DialPages:
    """What there is of the dial."""

    dials: Dials
    policies: Policies
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        right = Right.TRY_OUT
        return (
            Page.shows(_RISK, self.all, right),
            Page.changes(_RISK, self.ask, right, back=self.all),
        )

    def all(self, asking: Asking) -> Told:
        """The form and what the newest run found."""
        money, policy = money_of(self.publishing), self.policies.current()
        floors = (format_amount(one, money) for one in usual_floors(policy))
        usual = {
            "leases": "; ".join(f"{one}%" for one in LEASES_USUAL),
            "floors": "; ".join(floors),
            "outages": "10%",
            "together": "1%",
            "minutes": "120",
            "again": "1%",
        }
        row = self.dials.newest()
        facts = {
            "typed": {key: asking.form.get(key, text) for key, text in usual.items()},
            "money": money.code,
            "row": row,
            "positions": () if row is None else _shown(row, policy.floor_minor),
            "members_most": MEMBERS_MAX,
            "positions_most": POSITIONS_MAX,
        }
        return Shown(template="risk.html", facts=facts)

    def ask(self, asking: Asking) -> Told:
        """Begin a run; refuses BAD_AMOUNT, BAD_SHARE and what `Dials.ask` does."""
        money, minutes = money_of(self.publishing), asking.number("minutes")
        if not 0 < minutes <= _MINUTES_MOST:
            raise ServiceRefusal("BAD_AMOUNT", given=asking.told("minutes")[:40])
        question = Question(
            leases=tuple(_per_mille(one) // 10 for one in _several(asking.told("leases"))),
            floors=tuple(_amount(one, money) for one in _several(asking.told("floors"))),
            store_per_mille=_per_mille(asking.told("outages")),
            chain_per_mille=_per_mille(asking.told("together")),
            minutes=minutes,
            again_per_mille=_per_mille(asking.told("again")),
        )
        self.dials.ask(question, by=asking.who)
        return Moved(path=_RISK, said="dial_asked")


def _shown(row: DialRow, floor_minor: int) -> list[PositionShown]:
    if not row.report.currency:
        return []
    money = currency(row.report.currency)
    return [_position(one, money, floor_minor) for one in row.report.positions]


def _position(one: Position, money: Currency, floor_minor: int) -> PositionShown:
    return PositionShown(
        lease=one.lease_percent,
        floor=format_amount(one.floor_minor, money),
        leased=_share(one.leased, one.wanted),
        risked=_share(one.risked, one.wanted),
        refused=one.refused,
        refused_worth=format_amount(one.refused_minor, money),
        served=one.staged_served,
        lost=format_amount(one.lost_minor, money),
        exposed=format_amount(one.exposed_minor, money),
        holds=one.floor_minor == floor_minor,
    )


def _share(part: int, whole: int) -> str:
    """A share with one decimal."""
    if not whole:
        return "–"
    tenths = Ratio(part, whole).apply(1000, Rounding.HALF_UP)
    return f"{format_fixed(tenths, decimals=1, grouping=False)} %"


def _several(text: str) -> list[str]:
    return [one.strip() for one in text.replace("；", ";").split(";") if one.strip()]


def _amount(text: str, money: Currency) -> int:
    try:
        minor = parse_amount(text, money)
    except BadAmount:
        minor = -1
    if minor < 0:
        raise ServiceRefusal("BAD_AMOUNT", given=text[:40])
    return minor


def _per_mille(text: str) -> int:
    """A share such as 0.5% in thousandths; refuses BAD_SHARE."""
    try:
        share = Ratio.parse(text)
    except BadRatio:
        share = Ratio(-1)
    if not 0 <= share <= 1:
        raise ServiceRefusal("BAD_SHARE", given=text[:40])
    return share.apply(1000, Rounding.HALF_UP)
