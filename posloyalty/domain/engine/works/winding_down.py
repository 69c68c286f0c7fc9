"""A programme that ends is told on every member's receipt, with its last days."""

from __future__ import annotations

from typing import Final

from posloyalty.domain.engine.award import REDEEMS_BY
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.winding_down import Left, Phase, WindingDown

AFTERWARDS: Final = {
    Left.EXPIRES: "WINDING_DOWN_EXPIRES",
    Left.PAID_OUT: "WINDING_DOWN_PAID_OUT",
    Left.VOUCHER: "WINDING_DOWN_VOUCHER",
}
"""How a receipt says what becomes of what is left."""


@works(WindingDown, Trigger.SALE, stage=Stage.MESSAGES)
def tell(winding: WindingDown, moment: Moment, awards: Awards) -> None:
    """Tell the last day of earning while there is one, and of redeeming; then that it was."""
    phase = winding.phase(moment.day)
    if moment.active is None or phase is None:
        return
    name = moment.programme.names.in_language(moment.store.language)
    redeems = winding.redeems_through.isoformat()
    if phase is Phase.OVER:
        awards.tell("PROGRAMME_ENDED", name=name, day=redeems)
        return
    if phase is Phase.ANNOUNCED:
        awards.tell("WINDING_DOWN_EARNS", name=name, day=winding.earns_through.isoformat())
    awards.tell(REDEEMS_BY, name=name, day=redeems)
    awards.tell(AFTERWARDS[winding.left])
