"""The figures of a shift as a fold of its journal events: whatever X and Z say comes from here.

Shape: `fold_event(sums, event, kind_of)` adds what one event of the shift contributes, and nothing
else is ever added. `kind_of` names the kind of a right by its id; rights that only carry other
things, such as a till's leases, are passed over.

A closing says by which fold its sums were added up (`FOLDS`), so that a Z of an earlier release is
proved as it was printed: the first one counted cash of no coin as a payment, the second one put the
cash of a sale that was keyed in again into the drawer that never saw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import UNSET, UnsetType

from posloyalty.domain.engine.meters import SHOP_COST
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.shop.donation import cause_of
from posloyalty.domain.shop.refund import WAIVED, RefundKind
from posloyalty.domain.shop.sale import BY_HAND, PUBLIC
from posloyalty.domain.shop.shift_sums import SumKey, SumKind, Sums, read_sum
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.sync import events
from posloyalty.sync.keyed_in import is_keyed_in
from posloyalty.sync.leases import LEASE, RISK_OVERRIDE

KindOf = Callable[[bytes], str]
"""The kind of a right; empty for one that is not known."""

FIRST_FOLD: Final = 1
DRAWER_FOLD: Final = 2
FOLD: Final = 3
FOLDS: Final = (FIRST_FOLD, DRAWER_FOLD, FOLD)

_MOVES: Final = {
    RightMove.ISSUE.value: (SumKind.RIGHT_GIVEN, 1),
    RightMove.USE.value: (SumKind.RIGHT_USED, 1),
    RightMove.CANCEL.value: (SumKind.RIGHT_TAKEN_BACK, 1),
    RightMove.REVIVE.value: (SumKind.RIGHT_TAKEN_BACK, -1),
    RightMove.GIVE_BACK.value: (SumKind.RIGHT_GIVEN_BACK, 1),
}
_FILLS: Final = frozenset(
    {TransferCode.ISSUE.value, TransferCode.RELOAD.value, TransferCode.BONUS.value}
)
_GAINS: Final = frozenset({TransferCode.EARN.value, TransferCode.BONUS.value})
_HIDDEN: Final = frozenset({LEASE, ""})


def fold_event(
    sums: Sums, event: events.Event | events.Opaque, kind_of: KindOf, *, fold: int = FOLD
) -> None:
    """Add what an event contributes to the shift in which it happened."""
    if isinstance(event, events.Opaque):
        return
    who = "" if event.actor is UNSET else event.actor
    if event.ok is not UNSET:
        sums.add(SumKey(who, SumKind.OVERRIDE, events.kind(event)))
    match event:
        case events.Sale():
            _sale(sums, who, event, fold)
        case events.Refund():
            _refund(sums, who, event, fold)
        case events.Act():
            _act(sums, who, event)
        case events.ShiftOpen():
            sums.add(SumKey(who, SumKind.FLOAT), event.cash)
        case events.CashMoved():
            way = SumKind.CASH_IN if event.n > 0 else SumKind.CASH_OUT
            sums.add(SumKey(who, way, event.cause), abs(event.n))
        case events.CashCounted():
            sums.add(SumKey(who, SumKind.COUNT), event.total)
        case events.MemberCreate():
            sums.add(SumKey(who, SumKind.JOINED))
        case events.ReceiptCopy():
            sums.add(SumKey(who, SumKind.COPY))
        case _:
            return
    if isinstance(event, (events.Sale, events.Refund, events.Act)):
        _rights(sums, who, event.rights, kind_of)
        if isinstance(event, events.Act) and event.out is not UNSET:
            _paid_out(sums, who, event.out)
        else:
            _cards(sums, who, event.post)


def _sale(sums: Sums, who: str, sale: events.Sale, fold: int) -> None:
    sums.add(SumKey(who, SumKind.SALES), sale.total)
    if sale.member is not UNSET:
        sums.add(SumKey(who, SumKind.MEMBER_SALES), sale.total)
    for pay in sale.pays:
        # What stays of cash is what was given less the change: rounding is in it already.
        amount = pay.given - pay.change if pay.kind == TenderKind.CASH else pay.amount
        if not amount and fold > FIRST_FOLD:
            continue  # less than a coin: nobody gave anything, and rounding has a line of its own
        if is_keyed_in(sale) and fold > DRAWER_FOLD:
            sums.add(SumKey(who, SumKind.KEYED_IN, pay.kind), amount)
            continue  # it was paid long ago, into another drawer
        sums.add(SumKey(who, SumKind.TENDER, pay.kind), amount)
        if pay.scheme is not UNSET:
            sums.add(SumKey(who, SumKind.BY_SCHEME, pay.scheme), amount)
    _taxes(sums, who, sale.taxes, 1)
    _offers(sums, who, sale.offers, 1)
    _shop_costs(sums, who, sale, 1)
    if sale.rnd:
        sums.add(SumKey(who, SumKind.ROUNDING), sale.rnd)
    _donations(sums, who, sale.lines, 1)
    for one in sale.points:
        wallet = {"name": one.name, "scale": one.scale}
        if one.earned:
            sums.add(SumKey(who, SumKind.EARNED, one.wallet), one.earned, **wallet)  # type: ignore[arg-type]
        if one.redeemed:
            sums.add(SumKey(who, SumKind.SPENT, one.wallet), one.redeemed, **wallet)  # type: ignore[arg-type]
        if one.redeemed_minor:
            sums.add(
                SumKey(who, SumKind.SPENT_WORTH, one.wallet), one.redeemed_minor, name=one.name
            )
    for offer in sale.offers:
        if offer.cost is not UNSET:
            sums.add(SumKey(who, SumKind.SPENT, offer.cost[0]), offer.cost[1])
    for count in sale.meters:
        # Counted for the member, the till and the store alike: the member's is the one.
        if count.m == RISK_OVERRIDE and count.owner is UNSET:
            sums.add(SumKey(who, SumKind.BEYOND_LEASES), count.n)


def _refund(sums: Sums, who: str, refund: events.Refund, fold: int) -> None:
    whole = SumKind.VOIDS if refund.kind == RefundKind.VOID else SumKind.RETURNS
    sums.add(SumKey(who, whole), refund.total)
    for pay in refund.pays:
        amount = pay.given if pay.kind == TenderKind.CASH else pay.amount
        if not amount and fold > FIRST_FOLD:
            continue
        sums.add(SumKey(who, SumKind.TENDER_BACK, pay.kind), amount)
        if pay.scheme is not UNSET:
            sums.add(SumKey(who, SumKind.BY_SCHEME_BACK, pay.scheme), amount)
    _taxes(sums, who, refund.taxes, -1)
    _offers(sums, who, refund.offers, -1)
    _shop_costs(sums, who, refund, -1)
    if refund.rnd:
        sums.add(SumKey(who, SumKind.ROUNDING), -refund.rnd)
    _donations(sums, who, refund.lines, -1)
    for kept in refund.held:
        kind = SumKind.WAIVED if kept.code.endswith(WAIVED) else SumKind.KEPT_BACK
        sums.add(SumKey(who, kind), abs(kept.n) if kind is SumKind.WAIVED else kept.n)
    for one in refund.points:
        for kind, amount in (
            (SumKind.TAKEN_BACK, one.earned),
            (SumKind.GIVEN_BACK, one.redeemed),
        ):
            if amount:
                key = SumKey(who, kind, one.wallet)
                sums.add(key, amount, name=one.name, scale=one.scale)


def _act(sums: Sums, who: str, act: events.Act) -> None:
    """Points that an act gave to members; what it took from them was a spending."""
    for post in act.post:
        if post.code in _GAINS and post.cr[0] == AccountKind.MEMBER:
            sums.add(SumKey(who, SumKind.EARNED, _wallet(post.ledger)), post.n)
        elif post.code == TransferCode.REDEEM and post.dr[0] == AccountKind.MEMBER:
            sums.add(SumKey(who, SumKind.SPENT, _wallet(post.ledger)), post.n)
    for count in act.meters:
        _, _, own = count.m.partition("/")
        if own.startswith(SHOP_COST):
            of = own.split("/")[1].rpartition(":")[2]
            sums.add(SumKey(who, SumKind.SHOP_COST, of), count.n, count=max(0, min(1, count.n)))


def _taxes(sums: Sums, who: str, taxes: Iterable[events.Tax], sign: int) -> None:
    for tax in taxes:
        of = f"{tax.tc} {tax.tr[0]}/{tax.tr[1]} {tax.tm}"
        sums.add(SumKey(who, SumKind.TAX_BASE, of), sign * tax.base)
        sums.add(SumKey(who, SumKind.TAX, of), sign * tax.tax)
        if tax.fix is not UNSET:
            sums.add(SumKey(who, SumKind.TAX_FIXED, of), sign * tax.fix)


def _offers(sums: Sums, who: str, offers: Iterable[events.Offer], sign: int) -> None:
    for offer in offers:
        shop = offer.src is UNSET or offer.src in (PUBLIC, BY_HAND)
        kind, of = read_sum(SumKind.OFFER if shop else str(offer.src), offer.id)
        sums.add(SumKey(who, kind, of), sign * offer.amount, count=max(0, sign), name=offer.name)


def _shop_costs(sums: Sums, who: str, event: events.Sale | events.Refund, sign: int) -> None:
    names = {offer.id: offer.name for offer in event.offers}
    costs: dict[str, int] = {}
    for line in event.lines:
        for of, amount in () if line.shop_cost is UNSET else line.shop_cost:
            costs[of] = costs.get(of, 0) + amount
    for of, amount in costs.items():
        key = SumKey(who, SumKind.SHOP_COST, of)
        sums.add(key, sign * amount, count=max(0, sign), name=names.get(of, ""))


def _donations(sums: Sums, who: str, lines: Iterable[events.Line], sign: int) -> None:
    for line in lines:
        cause = cause_of(line.sku, line.tc)
        if cause is not None:
            sums.add(SumKey(who, SumKind.DONATION, cause), sign * line.net, name=line.name)


def _rights(sums: Sums, who: str, steps: Iterable[events.RightStep], kind_of: KindOf) -> None:
    for step in steps:
        found = _MOVES.get(step.move)
        if found is None:
            continue
        kind, sign = found
        right = step.opens.kind if step.opens is not UNSET else kind_of(bytes.fromhex(step.right))
        if right in _HIDDEN:
            continue
        number = _amount(step.n) if step.move in (RightMove.USE, RightMove.GIVE_BACK) else 1
        sums.add(SumKey(who, kind, right), sign * number)


def _cards(sums: Sums, who: str, post: Iterable[events.Post]) -> None:
    """Gift cards sold and filled, and taken back with the sale that had filled them."""
    for one in post:
        if one.code in _FILLS and one.cr[0] == AccountKind.GIFT_CARD:
            sums.add(SumKey(who, SumKind.CARD_ISSUED, _wallet(one.ledger)), one.n)
        elif one.code == TransferCode.REVERSE_EARN and one.dr[0] == AccountKind.GIFT_CARD:
            sums.add(SumKey(who, SumKind.CARD_ISSUED, _wallet(one.ledger)), -one.n, count=0)


def _paid_out(sums: Sums, who: str, out: events.PaidOut) -> None:
    """What was left on a gift card: a sum of its own, and none of cards sold or taken back."""
    sums.add(SumKey(who, SumKind.CARD_PAID_OUT, out.by), out.given)
    if out.given != out.amount:
        # Not with the rounding of sales: what those came to, their tenders and it add up.
        sums.add(SumKey(who, SumKind.CARD_OUT_ROUNDING), out.given - out.amount)


def _wallet(ledger: str) -> str:
    """A wallet by its ledger, without the programme before it."""
    return ledger.partition("/")[2] or ledger


def _amount(n: int | UnsetType) -> int:
    return 1 if n is UNSET else n
