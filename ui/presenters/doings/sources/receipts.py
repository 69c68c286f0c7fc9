"""A receipt of nobody's that the member brought: what it would give them, and claiming it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from posloyalty.domain.engine.at_counter import NOTHING_ASKED, Answers, Place, said
from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.programme.kinds.claim import CLAIM, Claim
from ui.presenters.doings.doing import RECEIPT, Doing, Look, Person, source

if TYPE_CHECKING:
    from posloyalty.services.doings.programme_acts import Acted
    from posloyalty.services.members.claims import ClaimView


@source(heading=said("doings.of_receipts"), place=Place.BROUGHT, kinds=(Claim,))
def receipts(look: Look) -> Iterator[Doing]:
    """The receipt that was scanned, if one waits."""
    code, claims = look.receipt, look.till.claims
    if not code:
        return

    def preview(_answers: Answers) -> Acted:
        return _given(claims.preview(code, look.member_id))

    def act(_answers: Answers, by: Person) -> Acted:
        return _given(claims.claim(code, look.member_id, by.operator))

    words = look.figures.words
    yield Doing(
        id=RECEIPT,
        icon="receipt",
        title=words("doings.receipt"),
        sub=words("doings.receipt_sub"),
        verb=words("doings.claim"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        asks=lambda: look.till.reserve_use.of_claim(code, look.member_id),
    )


def _given(view: ClaimView) -> Acted:
    """The points of the purchase stand among what the claim gives."""
    points = tuple(
        Award(kind=POINTS, of=wallet, name=view.number, amount=amount, rule_id=CLAIM)
        for wallet, amount in view.points.items()
        if amount
    )
    return replace(view.acted, awards=(*points, *view.acted.awards))
