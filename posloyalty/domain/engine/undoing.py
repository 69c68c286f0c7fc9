"""A refund under way: what its steps share while they undo what a sale did.

Shape: `Undoing` holds the event's plan, the goods that come back, and what is known. The steps are
in `refund_points`, `refund_rights`, `refund_value` and `refund_meters`; `refunds` calls them in
their order. What a work has dealt with is settled: no default touches it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.refund_goods import GoodsBack
from posloyalty.domain.engine.refund_quote import RefundFacts, RefundWish, Waiver
from posloyalty.domain.ledger.lots import expired_sum
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.reversal import NegativePolicy
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    Transfer,
    TransferCode,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.returns import Returns, returns_of
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.domain.shop.refund import RefundKind
from posloyalty.domain.shop.sale import Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One refund under way. `state` is the member's with all lots that the sale touched."""

    plan: EventPlan
    awards: Awards
    goods: GoodsBack
    wish: RefundWish
    programme: Programme
    known: RefundFacts
    state: MemberState | None

    @property
    def sale(self) -> Sale:
        """The sale."""
        return self.goods.original.sale

    @property
    def did(self) -> Consequences:
        """What the sale did."""
        return self.goods.original.did

    @property
    def undone(self) -> Consequences:
        """What earlier refunds undid of it."""
        return self.goods.original.undone

    @property
    def returns(self) -> Returns:
        """What the programme says of returns."""
        return returns_of(self.programme)

    @property
    def void(self) -> bool:
        """Whether the sale should never have been."""
        return self.wish.kind is RefundKind.VOID

    @property
    def grace_last_day(self) -> date | None:
        """The last good day of what ran out meanwhile and comes back; None when it stays lost."""
        days = self.returns.grace_days
        return self.plan.day + timedelta(days=days) if days else None

    @property
    def postings(self) -> EventPostings | None:
        """The member's postings; None where the sale had no member that the book knows."""
        return None if self.state is None else self.plan.postings(self.state)

    @property
    def holders(self) -> frozenset[bytes]:
        """Who holds what the member earns and spends; nobody where the sale had no member."""
        if self.state is None:
            return frozenset()
        return holders(self.state, self.programme, self.did)

    def owners(self, account_id: bytes) -> frozenset[bytes]:
        """Whose points a tender of the sale may have spent: a member's own and what they share."""
        found = self.holders
        return found if account_id in found else frozenset((account_id,))

    def given(self, code: TransferCode, account: Account | None = None) -> tuple[Transfer, ...]:
        """What the sale posted by a code, to one account or to any."""
        return tuple(
            one for one in self.did.transfers if one.code is code and account in (None, one.credit)
        )

    def earned(self, ledger: str) -> tuple[Transfer, ...]:
        """What the member earned in a ledger by the sale, for themselves or their household."""
        return tuple(
            one for one in self.given(TransferCode.EARN) if _held(one.credit, ledger, self.holders)
        )

    def redeemed(self, ledger: str) -> tuple[Transfer, ...]:
        """What the member spent in a ledger in the sale, in its order."""
        return tuple(
            one
            for one in self.did.transfers
            if one.code is TransferCode.REDEEM and _held(one.debit, ledger, self.holders)
        )

    def taken(self, account: Account) -> tuple[Transfer, ...]:
        """What the sale redeemed from an account, in its order."""
        return tuple(
            one
            for one in self.did.transfers
            if one.code is TransferCode.REDEEM and one.debit == account
        )

    def linked(self, first: Transfer) -> tuple[Transfer, ...]:
        """The transfers that undid something of another one, earlier and now."""
        done = (*self.undone.transfers, *self.plan.consequences().transfers)
        return tuple(one for one in done if one.link == first.id)

    def settled(self, one: Transfer | Right) -> bool:
        """Whether a work has decided what becomes of it."""
        if one.id in self.awards.left_alone:
            return True
        does = self.plan.consequences()
        if isinstance(one, Right):
            return any(change.right_id == one.id for change in does.rights)
        return any(transfer.link == one.id for transfer in does.transfers)

    def wallet(self, ledger: str) -> Wallet | None:
        """The wallet whose points move in a ledger; None when this programme has none such."""
        return next(
            (w for w in self.programme.wallets if self.programme.ledger(w.id) == ledger), None
        )

    def negative(self, wallet: Wallet) -> NegativePolicy:
        """What becomes of points that were spent meanwhile. Faulty goods are never charged for."""
        if Waiver.POINTS in self.wish.waived:
            return NegativePolicy.WITHIN_BALANCE
        if self.wish.faulty and wallet.negative is NegativePolicy.OFFSET:
            return NegativePolicy.WITHIN_BALANCE
        return wallet.negative

    def remaining(self, ledger: str) -> int:
        """What the member's lots in a ledger hold at this step."""
        postings = self.postings
        lots = () if postings is None else postings.lots
        return sum(lot.remaining for lot in lots if lot.account.ledger == ledger)

    def lapsed_of(self, lot: Lot) -> int:
        """How much of a lot ran out unspent, by now or in this very event."""
        before = next((one for one in self.known.lots if one.id == lot.id), None)
        now = 0 if before is None else expired_sum([before], self.plan.day)
        return self.known.lapsed.get(lot.id, 0) + now

    def right(self, right: Right) -> Right:
        """A right as it stands now, this event's steps included."""
        return self.plan.right(self.known.rights.get(right.id, right))

    def rights_moved(self, move: RightMove) -> tuple[tuple[Right, int], ...]:
        """The rights that the sale moved so, as they stand now, and how far; in its order."""
        found = []
        for change in self.did.rights:
            if change.move is not move:
                continue
            right = self.known.rights.get(change.right_id, change.opens)
            if right is not None:
                found.append((self.plan.right(right), change.amount))
        return tuple(found)


def holders(state: MemberState, programme: Programme, did: Consequences) -> frozenset[bytes]:
    """The member, the household that they share wallets with, and the one that they shared them
    with when a sale did something: what it earned and spent there stayed there.
    """
    found = {state.member_id, *(() if state.household_id is None else (state.household_id,))}
    for one in did.transfers:
        side = _SIDES.get(one.code)
        account = None if side is None else side(one)
        if account is not None and account.kind is AccountKind.MEMBER:
            found |= {account.owner} if account.ledger in programme.pooled else set()
    return frozenset(found)


_SIDES: Final[Mapping[TransferCode, Callable[[Transfer], Account]]] = {
    TransferCode.EARN: lambda one: one.credit,
    TransferCode.REDEEM: lambda one: one.debit,
}
"""Which side of what a sale moves is its own member's."""


def _held(account: Account, ledger: str, owners: frozenset[bytes]) -> bool:
    member = account.kind is AccountKind.MEMBER
    return member and account.ledger == ledger and account.owner in owners


def with_lots(state: MemberState, lots: tuple[Lot, ...], owners: frozenset[bytes]) -> MemberState:
    """A member's state with further lots of some owners, spent ones too."""
    known = {lot.id for lot in state.lots}
    more = tuple(lot for lot in lots if lot.account.owner in owners and lot.id not in known)
    return replace(state, lots=(*state.lots, *more))
