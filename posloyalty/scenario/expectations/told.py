"""`told = [{ reason = "STAMPS", stamps = 2 }]`: what the receipt tells the member, by code.

Codes of the wording area "told", each with facts to be found in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.sale import Told
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Check, Difference
from posloyalty.scenario.wanted_reason import read_reasons
from posloyalty.services.doings.programme_acts import Acted


@expects("told", of=Quote)
def read_quoted(block: Block, key: str) -> Check:
    """Read what a sale tells."""
    differences = _differences(block, key)
    return thing_check(Quote, lambda quote: differences(quote.told))


@expects("told", of=Acted)
def read_acted(block: Block, key: str) -> Check:
    """Read what an act tells."""
    differences = _differences(block, key)
    return thing_check(Acted, lambda acted: differences(acted.told))


def _differences(block: Block, key: str) -> Callable[[Iterable[Told]], Iterator[Difference]]:
    wanted = read_reasons(block, key)

    def differences(told: Iterable[Told]) -> Iterator[Difference]:
        reasons = [Reason(one.code, one.facts) for one in told]
        for one in wanted:
            yield from one.among(reasons)

    return differences
