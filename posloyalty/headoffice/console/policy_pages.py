"""What tills may hand out by themselves: the policy that holds, and another one by two people.

Every figure of the policy is one row of `FIGURES`: how it is read out of a form and shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from posloyalty.domain.values.fixed_point import BadNumber, format_fixed, parse_fixed
from posloyalty.domain.values.money import (
    BadAmount,
    Currency,
    format_amount,
    parse_amount,
)
from posloyalty.headoffice.console.amounts import money_of
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.programmes.policies import Policies
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.refusal import Finding, ServiceRefusal
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.wording import Words

MONEY, HOURS, POINTS, YES = "money", "hours", "points", "yes"
MONEY_OR_SHOP: Final = "money_or_shop"
"""An amount, or nothing, which leaves it to each shop."""
FIGURES: Final[Mapping[str, str]] = {
    "lease_minor": MONEY,
    "floor_minor": MONEY,
    "till_day_minor": MONEY,
    "store_day_minor": MONEY,
    "override_minor": MONEY,
    "override_day_minor": MONEY,
    "voucher_face_minor": MONEY,
    "returns_minor": MONEY_OR_SHOP,
    "stale_after": HOURS,
    "card_offline": YES,
    "member_debt": YES,
    "lends_budgets": YES,
    "sale_points": POINTS,
    "till_day_points": POINTS,
}
"""The policy's figures in the order of the page, and of what kind each is."""
HOURS_MOST: Final = 24 * 365
WRONG: Final[Mapping[str, str]] = {
    MONEY: "FIGURE_NO_MONEY",
    MONEY_OR_SHOP: "FIGURE_NO_MONEY",
    HOURS: "FIGURE_NO_HOURS",
    POINTS: "FIGURE_NO_POINTS",
}
"""What is said at a figure that cannot be used."""
EMPTY: Final = "FIGURE_EMPTY"
_POLICY: Final = "/console/policy"
_AMOUNTS: Final = frozenset({MONEY, MONEY_OR_SHOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureShown:
    """A figure on the page: its key, kind, and the text of its value."""

    key: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PolicyPages:
    """What there is of policies."""

    policies: Policies
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        publish, back = Right.PUBLISH, self.all
        return (
            Page.shows(_POLICY, self.all, Right.SEE),
            Page.changes(_POLICY, self.propose, publish, back=back),
            Page.changes(f"{_POLICY}/approve", self.approve, Right.APPROVE, back=back),
            Page.changes(f"{_POLICY}/withdraw", self.withdraw, publish, back=back),
        )

    def all(self, asking: Asking) -> Told:
        """The policy, the proposals with what each changes, and the form."""
        money, current = money_of(self.publishing), self.policies.current()
        facts = {
            "version": current.version,
            "money": money.code,
            "figures": shown(current, money, asking.words),
            "typed": {
                key: asking.form.get(key, text) for key, text in _typed(current, money).items()
            },
            "wrong": asking.wrong,
            "sent": bool(asking.form),
            "form": asking.form,
            "proposals": [
                (row, changes(current, row.policy, money, asking.words))
                for row in self.policies.proposals()
            ],
        }
        return Shown(template="policy.html", facts=facts)

    def propose(self, asking: Asking) -> Told:
        """Another policy, for somebody else to approve; refuses FIGURES_WRONG, with what is wrong
        at each of them, and POLICY_SAME.
        """
        money = money_of(self.publishing)
        read: dict[str, Any] = {}
        wrong = []
        for key, kind in FIGURES.items():
            typed = asking.told(key)
            if kind == MONEY_OR_SHOP and not typed.strip():
                read[key] = None
                continue
            value = _read(typed, kind, money)
            if value is None:
                facts = (("given", typed[:40]), ("most", HOURS_MOST))
                reason = WRONG[kind] if typed.strip() else EMPTY
                wrong.append(Finding(place=key, reason=reason, facts=facts))
            read[key] = value
        if wrong:
            raise ServiceRefusal("FIGURES_WRONG", findings=tuple(wrong))
        self.policies.propose(replace(self.policies.current(), **read), by=asking.who)
        return Moved(path=_POLICY, said="policy_proposed")

    def approve(self, asking: Asking) -> Told:
        """What somebody else proposed holds from now on."""
        self.policies.approve(asking.number("number"), by=asking.who)
        return Moved(path=_POLICY, said="policy_approved")

    def withdraw(self, asking: Asking) -> Told:
        """Take a proposal back."""
        self.policies.withdraw(asking.number("number"), by=asking.who)
        return Moved(path=_POLICY, said="policy_withdrawn")


def shown(policy: RiskPolicy, money: Currency, words: Words) -> list[FigureShown]:
    """Every figure as it is read."""
    return [
        FigureShown(key=key, kind=kind, text=_text(getattr(policy, key), kind, money, words))
        for key, kind in FIGURES.items()
    ]


def changes(
    before: RiskPolicy, after: RiskPolicy, money: Currency, words: Words
) -> list[tuple[str, str, str]]:
    """(key, before, after) of the figures in which two differ."""
    pairs = zip(shown(before, money, words), shown(after, money, words), strict=True)
    return [(one.key, one.text, other.text) for one, other in pairs if one.text != other.text]


def _text(value: Any, kind: str, money: Currency, words: Words) -> str:
    if value is None:
        return words("policy.each_shop")
    if kind in _AMOUNTS:
        return f"{format_amount(value, money)} {money.code}"
    if kind == HOURS:
        return words("policy.hours", hours=value // timedelta(hours=1))
    if kind == YES:
        return words("policy.is_so" if value else "policy.is_not")
    return format_fixed(value, decimals=0, grouping=True)


def _typed(policy: RiskPolicy, money: Currency) -> dict[str, str]:
    """Each figure as somebody would type it."""
    found = {}
    for key, kind in FIGURES.items():
        value = getattr(policy, key)
        if value is None:
            found[key] = ""
        elif kind in _AMOUNTS:
            found[key] = format_amount(value, money)
        elif kind == HOURS:
            found[key] = str(value // timedelta(hours=1))
        else:
            found[key] = "1" if value is True else "" if value is False else str(value)
    return found


def _read(text: str, kind: str, money: Currency) -> Any:
    """The value of what was typed; None for what is none."""
    if kind == YES:
        return text == "1"
    try:
        value = parse_amount(text, money) if kind in _AMOUNTS else parse_fixed(text, decimals=0)
    except (BadAmount, BadNumber):
        return None
    if value < 0 or (kind == HOURS and value > HOURS_MOST):
        return None
    return timedelta(hours=value) if kind == HOURS else value
