"""`awards = [{ of = "points", amount = 50 }]`: what is given beside what a sale earns.

All of it. Each award may state `kind` ("points", or that of a right), `of` (the wallet, or what the
programme declares), `amount`, `rule`, `last` (its last good day) and `reason` (its codes, with a
comma between several). The order does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.quote import Quote
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.listed import Listed, read_listed
from posloyalty.scenario.seen import Check, Difference
from posloyalty.services.doings.programme_acts import Acted


@expects("awards", of=Quote)
def read_quoted(block: Block, key: str) -> Check:
    """Read what a sale gives."""
    differences = _differences(block, key)
    return thing_check(Quote, lambda quote: differences(quote.awards))


@expects("awards", of=Acted)
def read_acted(block: Block, key: str) -> Check:
    """Read what an act gives."""
    differences = _differences(block, key)
    return thing_check(Acted, lambda acted: differences(acted.awards))


def _differences(block: Block, key: str) -> Callable[[Iterable[Award]], Iterator[Difference]]:
    wanted = read_listed(block, key, ("amount", "kind", "last", "of", "reason", "rule"))
    return lambda awards: wanted.differences([_told(award, wanted) for award in awards])


def _told(award: Award, wanted: Listed) -> dict[str, str]:
    points = award.kind == POINTS
    told = {"kind": award.kind, "of": award.of, "rule": award.rule_id}
    told["amount"] = wanted.points_text(award.of, award.amount) if points else str(award.amount)
    told["reason"] = ", ".join(one.code for one in award.reasons)
    if award.last_day is not None:
        told["last"] = award.last_day.isoformat()
    return told
