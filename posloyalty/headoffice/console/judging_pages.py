"""Sales judged again: how far it is, which differ and by how much, and what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.headoffice.console.amounts import (
    POINTS_DIFFER,
    WalletShown,
    as_shown,
    differing,
    ledger_of,
    wallets_shown,
)
from posloyalty.headoffice.console.asking import Asking, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.judging.judging import DIFFERS, OLD, STOPPED
from posloyalty.headoffice.judging.variances import VarianceRow, Variances
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.wording import Words

KINDS: Final = ("", DIFFERS, OLD, STOPPED)


@dataclass(frozen=True, slots=True)
class JudgingPages:
    """What judging came to."""

    variances: Variances
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        return (Page.shows("/console/judging", self.all, Right.SEE),)

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
    return [
        words(
            f"judging.part_{part.what}" + ("_line" if part.line else ""),
            of=wallets.name(ledger_of(row, part)) if part.what in POINTS_DIFFER else part.of,
            line=part.line,
            sold=as_shown(differing(row, part, part.sold, wallets)),
            due=as_shown(differing(row, part, part.due, wallets)),
        )
        for part in row.parts
    ]
