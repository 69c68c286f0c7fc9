"""How what is left to members of a programme that is over ends: it expires, is paid out, or becomes
vouchers.

Shape: `wind_up(programme, winding, state, plan)` puts into an event's plan the end of all that
somebody has and says what it came to, wallet by wallet. A second time there is nothing left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.winding_down import outlives
from posloyalty.domain.ledger.lots import spending_order, usable_sum
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.right import Right, RightState
from posloyalty.domain.ledger.transfer import AccountKind, LotUse, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Voucher
from posloyalty.domain.programme.kinds.winding_down import Left, WindingDown
from posloyalty.domain.programme.wallet import Wallet, WalletOf


@dataclass(frozen=True, slots=True, kw_only=True)
class WoundUp:
    """What became of a wallet: points that expired, points that were worth something, their worth
    in minor units, and how many vouchers they became.
    """

    wallet: str
    expired: int
    worth_points: int
    worth_minor: int
    vouchers: int


def wind_up(
    programme: Programme, winding: WindingDown, state: MemberState, plan: EventPlan
) -> tuple[WoundUp, ...]:
    """Plan the end of all that is left to somebody of a programme, debts included.

    Points of wallets that are worth nothing, that cannot be used yet or make up no whole voucher
    expire. What was paid for stays.
    """
    postings = plan.postings(state)
    found = []
    for wallet in programme.wallets:
        left = _Remains(
            programme=programme,
            winding=winding,
            wallet=wallet,
            owner=state.member_id,
            plan=plan,
            postings=postings,
        )
        worth, minor, vouchers = _ENDS[winding.left](left)
        expired = _expire(postings, left.ledger)
        postings.write_off(left.ledger)
        if worth or expired:
            found.append(
                WoundUp(
                    wallet=wallet.id,
                    expired=expired,
                    worth_points=worth,
                    worth_minor=minor,
                    vouchers=vouchers,
                )
            )
    for right in state.rights:
        if _ends(programme, right, plan.day):
            plan.cancel(right)
    return tuple(found)


def _ends(programme: Programme, right: Right, day: date) -> bool:
    """Whether a right ends with the programme: a voucher that nobody paid for."""
    if (right.kind, right.programme) != (VOUCHER, programme.id) or outlives(programme, right):
        return False
    return right.state(day) in (RightState.GOOD, RightState.WAITING)


def _expire(postings: EventPostings, ledger: str) -> int:
    """Everything that is left of a wallet expires, whatever its days."""
    lots = [lot for lot in postings.lots if lot.account.ledger == ledger and lot.remaining]
    uses = tuple(LotUse(lot.id, lot.remaining) for lot in sorted(lots, key=spending_order))
    return postings.move_out(ledger, uses, code=TransferCode.EXPIRE, to=AccountKind.BREAKAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Remains:
    """What is left of one wallet to somebody, while it ends."""

    programme: Programme
    winding: WindingDown
    wallet: Wallet
    owner: bytes
    plan: EventPlan
    postings: EventPostings

    @property
    def ledger(self) -> str:
        """The wallet's."""
        return self.programme.ledger(self.wallet.id)

    @property
    def points(self) -> int:
        """What could be redeemed: usable, and not owed."""
        lots = [lot for lot in self.postings.lots if lot.account.ledger == self.ledger]
        return max(0, usable_sum(lots, self.plan.day) - self.postings.debt(self.ledger))


_Became = tuple[int, int, int]
"""(points, their worth in minor units, vouchers) of what a wallet's points became."""
_NOTHING: Final = (0, 0, 0)


def _nothing(left: _Remains) -> _Became:
    return _NOTHING


def _paid_out(left: _Remains) -> _Became:
    spend = left.wallet.spend
    if spend is None:
        return _NOTHING
    minor = spend.worth_minor(left.points)
    # What is worth less than a minor unit of money is nobody's money.
    points = -(-minor * spend.points // spend.money_minor)
    if points:
        left.postings.redeem(left.ledger, points)
    return points, minor, 0


def _vouchers(left: _Remains) -> _Became:
    winding, plan = left.winding, left.plan
    voucher = left.programme.find(Voucher, winding.voucher)
    assert voucher is not None  # a programme that names another is refused
    if left.wallet.id != winding.wallet or left.wallet.of is WalletOf.HOUSEHOLD:
        return _NOTHING  # nobody could say whose voucher a household's would be
    count = left.points // winding.points
    first = voucher.valid.first_day(plan.day)
    for _ in range(count):
        right = plan.issue(
            kind=VOUCHER,
            of=voucher.id,
            owner=left.owner,
            uses=voucher.uses,
            from_day=None if first == plan.day else first,
            last_day=voucher.valid.last_day(plan.day),
        )
        left.postings.redeem(left.ledger, winding.points, bought=right.id)
    return count * winding.points, 0, count


_ENDS: Final[Mapping[Left, Callable[[_Remains], _Became]]] = {
    Left.EXPIRES: _nothing,
    Left.PAID_OUT: _paid_out,
    Left.VOUCHER: _vouchers,
}
