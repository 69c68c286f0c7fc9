"""`{ kind = "wallet", amount = "15.00" }`: money of the member's wallet pays, as a tender.

Without `amount`, as much as is due and there; `wallet` names one where several pay.
"""

from __future__ import annotations

from posloyalty.domain.shop.tender import Tender
from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Payment, pays
from posloyalty.scenario.scene import Scene


@pays("wallet")
def read_wallet(block: Block) -> Payment:
    """Read the wallet and the amount."""
    wallet = block.text("wallet") if "wallet" in block else None
    amount = block.money("amount") if "amount" in block else None

    def pay(_payable: int, tenders: tuple[Tender, ...], scene: Scene) -> Tender:
        assert scene.rung is not None  # only a sale is paid
        basket, quote = scene.rung
        return scene.till.check_out.pay_from_wallet(
            basket, quote, tenders, wallet_id=wallet, amount_minor=amount
        )

    return pay
