"""Points of a sale: `earned`, `redeemed`, `redeemable`, and why so many were earned.

`earned = 80` where there is one wallet, `earned = { points = 80, stamps = 1 }` where there are
several; a wallet that is not stated must have none. `redeemable` is the most that is of use.
`earned_reasons = [{ reason = "CAPPED", lost = 15 }]` are to be found among those of the quote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, points_check, thing_check
from posloyalty.scenario.seen import Check, Difference
from posloyalty.scenario.wanted_reason import read_reasons

FIGURES: dict[str, Callable[[Quote], dict[str, int]]] = {
    "earned": lambda quote: {one.wallet: one.points for one in quote.earnings},
    "redeemed": lambda quote: {one.wallet: one.points for one in quote.redemptions},
    "redeemable": lambda quote: {one.wallet: one.most_points for one in quote.usable},
}


def _figure(name: str, got: Callable[[Quote], dict[str, int]]) -> None:
    @expects(name, of=Quote)
    def read(block: Block, key: str) -> Check:
        return points_check(block, key, Quote, got)


for _name, _got in FIGURES.items():
    _figure(_name, _got)


@expects("earned_reasons", of=Quote)
def read_earned_reasons(block: Block, key: str) -> Check:
    """Read the reasons; each must be among those of the earnings."""
    wanted = read_reasons(block, key)

    def differences(quote: Quote) -> Iterator[Difference]:
        reasons = [reason for earning in quote.earnings for reason in earning.reasons]
        for one in wanted:
            yield from one.among(reasons)

    return thing_check(Quote, differences)
