"""Pieces that cost nothing, because a voucher or the like paid for them: they earn no stamp."""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.quote import AppliedOffer
from posloyalty.domain.engine.uses import Uses
from posloyalty.domain.programme.terms import FreePiece
from posloyalty.domain.values.quantity import ONE_MILLI


def free_milli(context: Context, applied: Iterable[AppliedOffer]) -> tuple[int, ...]:
    """How much of each line, in canonical order and thousandths, was given for nothing; empty
    where nothing was.

    A piece that was paid up to a bound counts as given: whoever pays the excess of a dearer one
    has had their reward on it.
    """
    given: dict[int, int] = {}
    for one in applied:
        if one.uses is not None and _is_piece(context, one.uses):
            for number, _ in one.shares:
                given[number] = given.get(number, 0) + ONE_MILLI
    if not given:
        return ()
    lines = context.goods.lines
    return tuple(min(given.get(line.number, 0), line.quantity_milli) for line in lines)


def _is_piece(context: Context, uses: Uses) -> bool:
    known = context.programme.owned_terms(uses.kind)
    terms = next((terms for item, terms in known if item.id == uses.of), None)
    return terms is not None and isinstance(terms.effect, FreePiece)
