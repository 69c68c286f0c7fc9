"""Which goods of an earlier sale come back, as `return`, `void` and `exchange` say it alike.

Shape: a `ComingBack` names the step that rang the sale and gives the sale with a wish for its
goods. Without lines all that is left of it comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.engine.refund_quote import RefundWish, Waiver
from posloyalty.domain.shop.pay_out import Document
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender_back import TenderOrder
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine, read_lines
from posloyalty.services.refusal import ServiceRefusal

CAUSE: Final = "changed their mind"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingBack:
    """Which goods of which sale, and how; no lines are all that is left.

    `approver` is the name of who stands by, "" for nobody; `seen` the document that was shown.
    """

    of: str
    member: str
    lines: tuple[SoldLine, ...]
    kind: RefundKind
    cause: str
    faulty: bool
    waived: frozenset[Waiver]
    order: TenderOrder | None
    approver: str
    seen: str

    def wish(self, scene: Scene) -> tuple[Sale, RefundWish]:
        """The sale, and what is wanted of it. Refuses NO_SUCH_SALE and UNKNOWN_PRODUCT."""
        sale = scene.sale(self.of)
        refunds = scene.till.refunds
        left = refunds.find(sale.id).left
        wish = replace(
            refunds.wish(*_wanted(sale, left, self.lines), kind=self.kind),
            cause=self.cause,
            faulty=self.faulty,
            waived=self.waived,
            order=self.order,
            seen=self.seen,
        )
        return sale, wish


def read_coming_back(block: Block, kind: RefundKind, *, lines: str = "lines") -> ComingBack:
    """Read it; `lines` is the key of the goods."""
    of, member = block.step_before("of")
    goods = read_lines(block, lines) if lines in block else ()
    return _read(block, kind, of=of, member=member, lines=goods)


def read_goods_alone(block: Block) -> ComingBack:
    """Read goods of which no sale is known: `of` stays empty."""
    return _read(block, RefundKind.RETURN, of="", member="", lines=read_lines(block))


def _read(
    block: Block, kind: RefundKind, *, of: str, member: str, lines: tuple[SoldLine, ...]
) -> ComingBack:
    waive = block.words("waive") if "waive" in block else ()
    known = {one.value for one in Waiver}
    for word in waive:
        if word not in known:
            block.found("waive", "NOT_CHOICE", given=word, known=", ".join(sorted(known)))
    return ComingBack(
        of=of,
        member=member,
        lines=lines,
        kind=kind,
        cause=block.text("cause", CAUSE),
        faulty=block.flag("faulty", default=False),
        waived=frozenset(Waiver(word) for word in waive if word in known),
        order=block.choice("order", TenderOrder) if "order" in block else None,
        approver=block.refer("approved_by", "operator", ""),
        seen=block.choice("seen", Document).value if "seen" in block else "",
    )


def _wanted(
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
