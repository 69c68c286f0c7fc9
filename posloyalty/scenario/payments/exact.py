"""`{ kind = "card", amount = "30.00" }`, and `qr_wallet` alike: paid elsewhere, with a reference.

Without `amount`, all that is still due.
"""

from __future__ import annotations

from posloyalty.domain.shop.tender import TenderKind, still_due, take_exact
from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Payment, pays

REFERENCE = "0001"


def _reader(kind: TenderKind) -> None:
    @pays(kind.value)
    def read(block: Block) -> Payment:
        amount = block.money("amount") if "amount" in block else None
        reference = block.text("reference", REFERENCE)
        return lambda payable, tenders, _scene: take_exact(
            payable,
            tenders,
            kind=kind,
            amount_minor=still_due(payable, tenders) if amount is None else amount,
            reference=reference,
        )


for _kind in (TenderKind.CARD, TenderKind.QR_WALLET):
    _reader(_kind)
