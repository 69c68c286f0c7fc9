"""`{ kind = "card", amount = "30.00" }`, and `qr_wallet` alike: paid elsewhere, with a reference.

Without `amount`, all that is still due. `taken = "asked"` is a payment that the terminal was asked
for by an earlier step: it pays what it took. A QR wallet may say which, as the market's table of
payment codes calls it: `scheme = "wechat"`.
"""

from __future__ import annotations

from dataclasses import replace

from posloyalty.domain.shop.tender import Tender, TenderKind, still_due, take_exact
from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Payment, pays
from posloyalty.scenario.scene import Scene
from posloyalty.services.refusal import ServiceRefusal

REFERENCE = "0001"


def _reader(kind: TenderKind) -> None:
    @pays(kind.value)
    def read(block: Block) -> Payment:
        """A payment of this kind: by the terminal of an earlier step, or exactly what is named."""
        if "taken" in block:
            return _by_terminal(block.step_before("taken")[0])
        amount = block.money("amount") if "amount" in block else None
        reference = block.text("reference", REFERENCE)
        named = kind is TenderKind.QR_WALLET and "scheme" in block
        scheme = block.text("scheme") if named else ""
        return lambda payable, tenders, _scene: replace(
            take_exact(
                payable,
                tenders,
                kind=kind,
                amount_minor=still_due(payable, tenders) if amount is None else amount,
                reference=reference,
            ),
            scheme=scheme,
        )


def _by_terminal(step_id: str) -> Payment:
    def pay(_payable: int, tenders: tuple[Tender, ...], scene: Scene) -> Tender:
        payment = scene.payment(step_id)
        if not payment.taken:
            raise ServiceRefusal("PAYMENT_OPEN", amount_minor=payment.amount_minor)
        return payment.tender(len(tenders) + 1)

    return pay


for _kind in (TenderKind.CARD, TenderKind.QR_WALLET):
    _reader(_kind)
