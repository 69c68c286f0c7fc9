"""Missing points by receipt: the form, and what became of each claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.headoffice.console.amounts import wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.members.receipt_claims import (
    GIVEN,
    WAITS_DAYS,
    ClaimRow,
    ReceiptClaims,
)
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.wording import MissingWording, Words

RECEIPT_MOST: Final = 200
_CLAIMS: Final = "/console/claims"


@dataclass(frozen=True, slots=True)
class ClaimPages:
    """What there is of claims."""

    claims: ReceiptClaims
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        return (
            Page.shows(_CLAIMS, self.all, Right.SEE_MEMBERS),
            Page.changes(_CLAIMS, self.claim, Right.CLAIM, back=self.all),
        )

    def all(self, asking: Asking) -> Told:
        """The form and the newest claims."""
        facts = {
            "claims": [(one, why_told(one, asking.words)) for one in self.claims.newest()],
            "wallet": wallets_shown(self.publishing, asking.words),
            "receipt": asking.form.get("receipt", ""),
            "member": asking.form.get("member", "") or asking.told("member"),
            "most": RECEIPT_MOST,
            "days": WAITS_DAYS,
        }
        return Shown(template="claims.html", facts=facts)

    def claim(self, asking: Asking) -> Told:
        """Give the points of a receipt, or let it wait for its sale."""
        receipt = asking.told("receipt")[:RECEIPT_MOST]
        row = self.claims.claim(receipt, asking.told("member"), by=asking.who)
        said = "claim_given" if row.state == GIVEN else "claim_waits"
        return Moved(path=_CLAIMS, said=said)


def why_told(row: ClaimRow, words: Words) -> str:
    """Why a claim was refused that had waited; empty for any other."""
    if not row.why:
        return ""
    facts = {"number": row.receipt, "member": "…", "day": "…", "version": "…"}
    try:
        return words(f"refusal.{row.why}", **facts)
    except (MissingWording, KeyError):
        return row.why
