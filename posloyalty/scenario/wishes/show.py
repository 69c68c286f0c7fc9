"""`show = ["SPRING20", { of = "gift", owner = "wang" }]`: vouchers whose codes are scanned.

A code as it is typed or scanned, or the code of a voucher that somebody was given: by the id that
the programme declares and its `owner`; without one, it is a code for whoever has it.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.scanned import ScannedVoucher, ScanRefused


@dataclass(frozen=True, slots=True)
class Shown:
    """A code, or whose voucher of which kind it is on."""

    code: str = ""
    of: str = ""
    owner: str = ""

    def text(self, scene: Scene) -> str:
        """What the scanner types."""
        if self.code:
            return self.code
        if not self.owner:
            return _handed_out(self.of, scene)
        with scene.till.book.read() as reader:
            rights = reader.ledger.rights_of(scene.member_id(self.owner))
        codes = [right.code for right in rights if right.of == self.of and right.code]
        if not codes:
            raise ServiceRefusal("NOTHING_OWNED", what=self.of)
        return codes[0]


@wishes("show")
def read_show(block: Block, key: str) -> Wish:
    """Read the codes."""
    value = block.value(key)
    listed = isinstance(value, list) and all(isinstance(one, dict) for one in value)
    shown = (
        tuple(_shown(table) for table in block.sections(key))
        if listed
        else tuple(Shown(code=word) for word in block.words(key))
    )

    def wish(basket: Basket, scene: Scene) -> Basket:
        for one in shown:
            found = scene.till.scan.recognise(one.text(scene), screen=ScanScreen.SALE)
            if isinstance(found, ScanRefused):
                refusal = ServiceRefusal(found.reason)
                refusal.facts = dict(found.facts)
                raise refusal
            if not isinstance(found, ScannedVoucher):
                raise ServiceRefusal("voucher_unknown")
            basket = basket.choosing(found.chosen)
        return basket

    return wish


def _handed_out(of: str, scene: Scene) -> str:
    """The first code that a step with an id handed out; this till need not have heard of it."""
    for seen in scene.world.seen.values():
        acted = seen.of(Acted)
        for change in () if acted is None else acted.does.rights:
            right = change.opens
            if right is not None and right.of == of and right.bearer:
                return right.code
    raise ServiceRefusal("NOTHING_OWNED", what=of)


def _shown(table: Block) -> Shown:
    owner = table.refer("owner", "member", "")
    shown = Shown(of=table.text("of"), owner=owner)
    table.close(("owner",))
    return shown
