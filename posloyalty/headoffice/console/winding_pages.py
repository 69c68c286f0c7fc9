"""Winding a programme down: propose an end, let it be approved, see it run down, or call it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.programme.kinds.winding_down import Left, Phase
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.winding_words import (
    FULL,
    became,
    day_of,
    end_told,
    left_told,
    named,
    run_down,
    state_told,
)
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.programmes.winding_down import Stands, WindingDowns
from posloyalty.services.programmes.programmes import ProgrammeRefused, finding_sentences
from posloyalty.services.refusal import ServiceRefusal

_WINDING: Final = "/console/winding-down"
USUAL: Final = {"announced": 7, "earns_through": 67, "redeems_through": 247}
"""The days that the form begins with, from today: a week to decide, two months to earn on, and half
a year to redeem in.
"""


@dataclass(frozen=True, slots=True)
class WindingPages:
    """What there is of a programme's end."""

    winding_downs: WindingDowns
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        publish, back = Right.PUBLISH, self.all
        forms = (
            (_WINDING, self.propose, publish),
            (f"{_WINDING}/cancel", self.cancel, publish),
            (f"{_WINDING}/approve", self.approve, Right.APPROVE),
            (f"{_WINDING}/withdraw", self.withdraw, publish),
        )
        return (
            Page.shows(_WINDING, self.all, Right.SEE),
            *(Page.changes(path, act, right, back=back) for path, act, right in forms),
        )

    def all(self, asking: Asking) -> Told:
        """How far it is, proposals, and the forms."""
        return self._shown(asking, ())

    def _shown(self, asking: Asking, findings: Sequence[str]) -> Shown:
        stands = self.winding_downs.stands()
        if stands is None:
            return Shown(template="winding_down.html", facts={"stands": None, "findings": ()})
        words, programme = asking.words, stands.programme
        facts = {
            "stands": stands,
            "findings": findings,
            "name": programme.names.in_language(words.language),
            "state": state_told(stands, words),
            "left": "" if stands.winding is None else left_told(stands.winding, programme, words),
            "proposals": [
                (one, end_told(one.winding, programme, words)) for one in stands.proposals
            ],
            "have": run_down(stands, words),
            "full": FULL,
            "became": became(stands, words),
            "vouchers": named([one for one in programme.of(Voucher) if not one.code], words),
            "wallets": named(programme.wallets, words),
            "lefts": [one.value for one in Left],
            "typed": _typed(asking, stands),
            "may_cancel": stands.winding is not None and stands.phase in (None, Phase.ANNOUNCED),
        }
        status = 422 if findings else 200
        return Shown(template="winding_down.html", facts=facts, status=status)

    def propose(self, asking: Asking) -> Told:
        """An end, for somebody else to approve; refuses NO_SUCH_TIME and as the service does, and
        shows what is wrong with the file that it would make.
        """
        days = {key: _day(asking, key) for key in USUAL}
        try:
            self.winding_downs.propose_end(
                **days,
                left=_left(asking.told("left")),
                voucher=asking.told("voucher"),
                wallet=asking.told("wallet"),
                points=asking.told("points"),
                by=asking.who,
            )
        except ProgrammeRefused as refused:
            found = finding_sentences(refused.programme_findings, asking.words)
            return self._shown(asking, found)
        return Moved(path=_WINDING, said="end_proposed")

    def cancel(self, asking: Asking) -> Told:
        """That it goes on, for somebody else to approve."""
        self.winding_downs.cancel(by=asking.who)
        return Moved(path=_WINDING, said="end_proposed")

    def approve(self, asking: Asking) -> Told:
        """What somebody else proposed is published."""
        self.publishing.approve(asking.number("number"), by=asking.who)
        return Moved(path=_WINDING, said="published")

    def withdraw(self, asking: Asking) -> Told:
        """Take a proposal back."""
        self.publishing.withdraw(asking.number("number"), by=asking.who)
        return Moved(path=_WINDING, said="withdrawn")


def _typed(asking: Asking, stands: Stands) -> dict[str, str]:
    """What the form holds: what was sent, the end that there is, or the usual days."""
    winding = stands.winding
    if winding is None:
        found = {key: (stands.day + timedelta(days=n)).isoformat() for key, n in USUAL.items()}
        found |= {"left": Left.EXPIRES.value, "voucher": "", "wallet": "", "points": ""}
    else:
        found = {key: getattr(winding, key).isoformat() for key in USUAL}
        points = str(winding.points) if winding.points else ""
        found |= {
            "left": winding.left.value,
            "voucher": winding.voucher,
            "wallet": winding.wallet,
            "points": points,
        }
    return {key: asking.form.get(key, text) for key, text in found.items()}


def _day(asking: Asking, name: str) -> date:
    found = day_of(asking.told(name))
    if found is None:
        raise ServiceRefusal("NO_SUCH_TIME", given=asking.told(name)[:40])
    return found


def _left(text: str) -> Left:
    return next((one for one in Left if one.value == text), Left.EXPIRES)
