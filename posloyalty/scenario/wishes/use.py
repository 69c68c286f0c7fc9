"""`use = ["welcome", { of = "drink", line = 2 }]`: what the customer says yes to of what they own.

By the id that the programme declares. Of several the one that the till would propose first is
taken, else one that cannot be used, so that its refusal can be looked at. The same twice are two;
`line` is the line as scanned, 1 for the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes
from posloyalty.services.refusal import ServiceRefusal

LINE_MOST = 500


@dataclass(frozen=True, slots=True)
class Use:
    """The id of a voucher or reward, and the line that it is for; None for any."""

    of: str
    line: int | None


@wishes("use")
def read_use(block: Block, key: str) -> Wish:
    """Read the ids."""
    uses = tuple(_read(block, key))

    def wish(basket: Basket, scene: Scene) -> Basket:
        for use in uses:
            basket = basket.choosing(_choice(use, basket, scene))
        return basket

    return wish


def _read(block: Block, key: str) -> list[Use]:
    value = block.value(key)
    tables = iter(block.sections(key)) if _are_tables(value) else None
    if tables is not None:
        return [_table(table) for table in tables]
    return [Use(word, None) for word in block.words(key)]


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _table(table: Block) -> Use:
    line = table.whole("line", least=1, most=LINE_MOST) if "line" in table else None
    use = Use(table.text("of"), line)
    table.close(("line",))
    return use


def _choice(use: Use, basket: Basket, scene: Scene) -> Chosen:
    quote = scene.till.check_out.quote(basket)
    found = [one.choice for one in quote.proposals if one.choice.of == use.of]
    if not found and basket.member_id is not None:
        with scene.till.book.read() as reader:
            rights = reader.ledger.rights_of(basket.member_id)
        found = [
            Chosen(kind=right.kind, of=right.of, right_id=right.id)
            for right in rights
            if right.of == use.of
        ]
    if not found:
        raise ServiceRefusal("NOTHING_OWNED", what=use.of)
    return replace(found[0], line=use.line)
