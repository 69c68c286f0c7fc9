"""`step = "return"`: goods of an earlier sale come back. `step = "void"`: all of it is undone.

`of` names the step that rang the sale. Without `lines` everything that is left of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.refund_quote import RefundQuote, Waiver
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender_back import TenderOrder
from posloyalty.scenario.block import Block
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine, read_lines
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.refusal import ServiceRefusal

CAUSE = "changed their mind"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """Which goods of which sale, and how; no lines are all that is left."""

    of: str
    member: str
    lines: tuple[SoldLine, ...]
    kind: RefundKind
    cause: str
    faulty: bool
    waived: frozenset[Waiver]
    order: TenderOrder | None

    def run(self, scene: Scene) -> Outcome:
        """Find the sale, quote what comes back, and complete it."""
        sale = scene.sale(self.of)
        refunds = scene.till.refunds
        left = refunds.find(sale.id).left
        wish = replace(
            refunds.wish(*wanted_back(sale, left, self.lines), kind=self.kind),
            cause=self.cause,
            faulty=self.faulty,
            waived=self.waived,
            order=self.order,
        )
        quote = refunds.quote(sale.id, wish)
        refund = refunds.complete(sale.id, wish, quote, scene.operator)
        with scene.till.book.read() as reader:
            does = reader.ledger.done_by(refund.id)
        printed = Printed(partial(scene.till.receipts.receipt, refund.id, copy=False))
        return Outcome((quote, refund, does, printed))


def wanted_back(
    sale: Sale, left: dict[int, int], lines: Iterable[SoldLine]
) -> tuple[tuple[int, int], ...]:
    """(line, thousandths), the sale's first lines first. Refuses UNKNOWN_PRODUCT for goods that
    the sale never had; asking for too many is left for the service to refuse.
    """
    if not lines:
        return tuple((number, milli) for number, milli in left.items() if milli)
    room, wanted = dict(left), dict[int, int]()
    for line in lines:
        own = [one.number for one in sale.lines if one.sku == line.sku]
        if not own:
            raise ServiceRefusal("UNKNOWN_PRODUCT")
        due = line.quantity_milli
        for number in own:
            part = due if number == own[-1] else min(due, room[number])
            if part:
                wanted[number] = wanted.get(number, 0) + part
            room[number] -= part
            due -= part
    return tuple(wanted.items())


def _read(block: Block, kind: RefundKind) -> GiveBack:
    of, member = block.step_before("of")
    waive = block.words("waive") if "waive" in block else ()
    known = {one.value for one in Waiver}
    for word in waive:
        if word not in known:
            block.found("waive", "NOT_CHOICE", given=word, known=", ".join(sorted(known)))
    return GiveBack(
        of=of,
        member=member,
        lines=read_lines(block) if "lines" in block else (),
        kind=kind,
        cause=block.text("cause", CAUSE),
        faulty=block.flag("faulty", default=False),
        waived=frozenset(Waiver(word) for word in waive if word in known),
        order=block.choice("order", TenderOrder) if "order" in block else None,
    )


@step("return", gives=(RefundQuote, Refund, Consequences, Printed))
def read_return(block: Block) -> GiveBack:
    """Read which goods come back."""
    return _read(block, RefundKind.RETURN)


@step("void", gives=(RefundQuote, Refund, Consequences, Printed))
def read_void(block: Block) -> GiveBack:
    """Read which sale should never have been."""
    return _read(block, RefundKind.VOID)
