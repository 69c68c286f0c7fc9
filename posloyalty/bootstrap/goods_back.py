"""Goods that come back: returns with and without their sale, exchanges, receipts claimed later."""

from __future__ import annotations

from posloyalty.bootstrap.base import Base
from posloyalty.services.members.claims import Claims
from posloyalty.services.office.receipt_signers import signer_of
from posloyalty.services.office.trusted_tills import TrustedTills
from posloyalty.services.returning.elsewhere_rule import ElsewhereRule
from posloyalty.services.returning.exchange_sale import ExchangeSale
from posloyalty.services.returning.refund_history import RefundHistory
from posloyalty.services.returning.refund_sale import RefundSale
from posloyalty.services.returning.refund_unknown import RefundUnknown
from posloyalty.services.till import GoodsBack, Till


def goods_back(base: Base, till: Till) -> GoodsBack:
    """Make the area."""
    ground, desk = base.ground, base.desk
    refunds = RefundSale(ground, cash=desk.cash, authority=desk.authority, lending=till.lending)
    rule = ElsewhereRule(shops=desk.elsewhere, policy=lambda: till.lending.policy)
    unknown = RefundUnknown(
        ground,
        cash=desk.cash,
        signer_of=signer_of,
        elsewhere=rule.now,
        authority=desk.authority,
        lending=till.lending,
    )
    return GoodsBack(
        refunds=refunds,
        refunds_unknown=unknown,
        refund_history=RefundHistory(till.book),
        exchange=ExchangeSale(
            book=till.book,
            clock=till.clock,
            refunds=refunds,
            check_out=till.check_out,
            cash=desk.cash,
            way=ground.way,
        ),
        claims=Claims(ground, receipts=unknown, lending=till.lending),
        elsewhere=rule,
        tills=TrustedTills(book=till.book, ids=till.ids, details=till.shop.details),
    )
