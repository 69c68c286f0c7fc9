"""What it would bring to pay by another kind, where a programme asks how a sale is paid.

How a sale is paid is known last, after its price; so an offer that hangs on it is proposed, "pay by
card: 5.00 less", and applies in the quote that is made once the customer has said.
Each kind is tried by the whole evaluation: what it would bring is exact, and none of it is a
special case of the search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from posloyalty.domain.engine.award import POINTS
from posloyalty.domain.engine.later import Later
from posloyalty.domain.engine.quote import Quote, TenderGain
from posloyalty.domain.shop.tender import TenderKind

# Everybody has these; a card of stored value or a wallet is offered where there is one.
TRIED: Final = (TenderKind.CASH, TenderKind.CARD, TenderKind.QR_WALLET)


def tender_gains(quote: Quote, paid_by: Callable[[TenderKind], Quote]) -> Sequence[TenderGain]:
    """The kinds that bring something against the quote as it stands, the most saving first.

    `paid_by` is the quote of the same basket paid by one kind; asked when somebody reads.
    """

    def gains() -> tuple[TenderGain, ...]:
        others = [kind for kind in TRIED if quote.tenders != {kind}]
        found = [_gain(quote, kind, paid_by(kind)) for kind in others]
        good = [one for one in found if one.saves_minor > 0 or (one.earns and not one.saves_minor)]
        return tuple(sorted(good, key=lambda one: (-one.saves_minor, one.kind)))

    return Later(gains)


def _gain(quote: Quote, kind: TenderKind, other: Quote) -> TenderGain:
    now = _earned(quote)
    more = {wallet: points - now.get(wallet, 0) for wallet, points in _earned(other).items()}
    return TenderGain(
        kind=kind,
        saves_minor=quote.payable_minor - other.payable_minor,
        earns=tuple((wallet, points) for wallet, points in sorted(more.items()) if points > 0),
    )


def _earned(quote: Quote) -> dict[str, int]:
    """What the sale earns, by wallet: points of the goods and what rules give beside them."""
    sums: dict[str, int] = {}
    for one in quote.earnings:
        sums[one.wallet] = sums.get(one.wallet, 0) + one.points
    for award in quote.awards:
        if award.kind == POINTS:
            sums[award.of] = sums.get(award.of, 0) + award.amount
    return sums
