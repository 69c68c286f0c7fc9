"""`{ kind = "cash", given = "50.00" }`: coins and notes; without `given`, to the coin."""

from __future__ import annotations

from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Payment, cash, pays


@pays("cash")
def read_cash(block: Block) -> Payment:
    """Read what is given."""
    given = block.money("given", least=0) if "given" in block else None
    return lambda payable, tenders, scene: cash(payable, tenders, scene, given)
