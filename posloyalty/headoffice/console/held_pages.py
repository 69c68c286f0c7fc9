"""Points that are held back, and what each decision about them does."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.headoffice.console.amounts import wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.judging.holds import DECISIONS, NOTE_MOST, HoldRow, Holds
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.ports import Clock

_HELD = "/console/held"


@dataclass(frozen=True, slots=True)
class HeldPages:
    """What is held back."""

    holds: Holds
    publishing: Publishing
    clock: Clock

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        return (
            Page.shows(_HELD, self.all, Right.SEE),
            Page.changes(_HELD, self.decide, Right.DECIDE, back=self.all),
        )

    def all(self, asking: Asking) -> Told:
        """What waits, with the exact consequence of each decision, and what was decided."""
        facts = {
            "holds": self.holds.open_holds(),
            "decided": self.holds.decided(),
            "decisions": DECISIONS,
            "most": NOTE_MOST,
            "wallet": wallets_shown(self.publishing, asking.words),
            "points": points,
            "today": self.clock.now().astimezone(self.publishing.zone()).date().isoformat(),
        }
        return Shown(template="held.html", facts=facts)

    def decide(self, asking: Asking) -> Told:
        """Release or refuse."""
        self.holds.decide(
            asking.told("hold"), asking.told("decision"), asking.told("note"), by=asking.who
        )
        return Moved(path=_HELD, said="hold_decided")


def points(row: HoldRow, minor: int) -> str:
    """An amount of a hold's wallet."""
    return format_fixed(minor, decimals=row.scale, grouping=True)
