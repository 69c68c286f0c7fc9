"""A sale of nobody's made a member's: what it earns then, on the goods that were kept.

Shape: `claim_sale(...)` plans what the sale would have done, had the member been attached: points
with the days of then, counts on the day of the sale, works as at any sale. Offers are not looked at
again: what was paid is what it is. The right of kind CLAIM with the sale's id as its code says that
it is done, for ever. `as_claimed` is the stored sale as refunds are to see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.claim import CLAIM
from posloyalty.domain.shop.basket import Basket, BasketLine
from posloyalty.domain.shop.line_back import line_less
from posloyalty.domain.shop.product import Product, TaxMode
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale, SaleLine
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.money import currency

EARNED = "earned/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a claim does: `earned` by wallet, by line, for the journal."""

    does: Consequences
    awards: tuple[Award, ...]
    quote: Quote

    @property
    def points(self) -> dict[str, int]:
        """What the goods earn, by wallet."""
        return {one.wallet: one.points for one in self.quote.earnings if one.points}

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """What each line earns, as an act's facts hold it."""
        return tuple(
            (f"{EARNED}{one.wallet}", ",".join(f"{n}:{share}" for n, share in one.shares))
            for one in self.quote.earnings
            if one.points
        )


def kept_lines(sale: Sale, refunds: Iterable[Refund]) -> tuple[SaleLine, ...]:
    """What stays of a sale's lines."""
    gone = [line for refund in refunds for line in refund.lines]
    left = (
        line_less(line, [one for one in gone if one.number == line.number]) for line in sale.lines
    )
    return tuple(line for line in left if line.quantity_milli)


def claim_sale(
    programme: Programme,
    sale: Sale,
    lines: Iterable[SaleLine],
    state: MemberState,
    *,
    event_id: bytes,
    products: Mapping[bytes, Product],
    store: StoreContext,
) -> Claimed:
    """What a claim by a member does, on the lines that were kept."""
    bare = replace(programme, offers=())
    basket = _basket(sale, lines, state, products)
    taxes = {one.tax_class: one.taxed_as for one in sale.lines}
    quote = evaluate(bare, basket, state, sale.at, tax_classes=taxes, store=store)
    context = freeze(bare, basket, state, sale.at, store)
    planned = plan_sale(
        context,
        sold_by(quote),
        event_id=event_id,
        at=sale.at,
        redemptions=(),
        earnings=quote.earnings,
    )
    noted = _noted(programme, sale, state, event_id)
    does = replace(planned.does, rights=(*planned.does.rights, *noted))
    return Claimed(does=does, awards=planned.awards, quote=quote)


def as_claimed(sale: Sale, owner: bytes, facts: Iterable[tuple[str, str]]) -> Sale:
    """The sale as if the member had been attached; `facts` are those of the claim's act."""
    earned: dict[int, list[tuple[str, int]]] = {}
    for key, text in facts:
        if key.startswith(EARNED):
            for part in text.split(","):
                number, _, points = part.partition(":")
                earned.setdefault(int(number), []).append((key.removeprefix(EARNED), int(points)))
    return replace(
        sale,
        member_id=owner,
        lines=tuple(
            replace(line, earned=tuple(earned.get(line.number, ()))) for line in sale.lines
        ),
    )


def _basket(
    sale: Sale, lines: Iterable[SaleLine], state: MemberState, products: Mapping[bytes, Product]
) -> Basket:
    return Basket(
        sale_id=sale.id,
        currency=currency(sale.currency),
        member_id=state.member_id,
        tenders=sale.paid_by,
        lines=tuple(
            BasketLine(
                number=line.number,
                product=replace(product_of(line, products), tax_class=line.tax_class),
                quantity_milli=line.quantity_milli,
                unit_price_minor=line.unit_price_minor,
                gross_minor=_paid(line),
                price_fixed=True,
            )
            for line in lines
        ),
    )


def _paid(line: SaleLine) -> int:
    """What was paid for a line, without the tax that was added to it."""
    return line.net_minor - (line.tax_minor if line.tax_mode is TaxMode.EXCLUSIVE else 0)


def _noted(
    programme: Programme, sale: Sale, state: MemberState, event_id: bytes
) -> tuple[RightChange, ...]:
    """That it is claimed: a right that is used at once."""
    right = Right(
        id=derive_id("claim", sale.id),
        kind=CLAIM,
        of=CLAIM,
        owner=state.member_id,
        programme=programme.id,
        code=sale.id.hex(),
        origin=event_id,
    )
    moves = ((RightMove.ISSUE, right), (RightMove.USE, None))
    return tuple(
        RightChange(
            id=derive_id("claim_change", sale.id, move.value),
            right_id=right.id,
            move=move,
            event_id=event_id,
            opens=opens,
        )
        for move, opens in moves
    )
