"""`day = 2026-03-01`: the business day to which a sale, or a shift, belongs."""

from __future__ import annotations

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Check, compared
from posloyalty.scenario.shift_seen import ShiftSeen


def _of(shape: type[Sale | Refund | ShiftSeen]) -> None:
    @expects("day", of=shape)
    def read(block: Block, key: str) -> Check:
        path, wanted = (*block.path, key), block.day(key)
        return thing_check(shape, lambda seen: compared(path, str(wanted), str(seen.day)))


for _shape in (Sale, Refund, ShiftSeen):
    _of(_shape)
