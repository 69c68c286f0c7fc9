"""Rights of a sale undone: what it used is given back, what it issued is withdrawn.

The defaults for whatever no work has settled:

- a right that the sale used comes back when all that it lowered has come back, or, where it lowered
  nothing, with the whole sale;
- a right that was sold on a line goes back with that line: unused ones first; a pass used in part
  costs the uses at its contract price;
- a right that the sale gave is withdrawn with the whole sale while it is unused; what is used is
  kept, and shown;
- a right that the sale's own points bought by itself, such as a full stamp card's reward, is
  withdrawn as soon as those points are missing, and its points go back first.
"""

from __future__ import annotations

from collections import Counter

from posloyalty.domain.engine.refund_points import PointsAccount, by_rewards, restore
from posloyalty.domain.engine.refund_quote import RefundRefusal, RightBack
from posloyalty.domain.engine.undoing import Undoing
from posloyalty.domain.ledger.right import UNBOUNDED, Right, RightMove
from posloyalty.domain.ledger.transfer import Transfer
from posloyalty.domain.shop.refund import VALUE_USED
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.domain.values.rounding import Rounding, divide


def give_back_used(undoing: Undoing) -> list[RightBack]:
    """Give back the rights that the sale used up for what has come back."""
    lowered = {o.right_id: o.offer_id for o in undoing.sale.offers if o.right_id is not None}
    given_before = {
        change.right_id for change in undoing.undone.rights if change.move is RightMove.GIVE_BACK
    }
    uses: Counter[bytes] = Counter()
    rights: dict[bytes, Right] = {}
    for right, amount in undoing.rights_moved(RightMove.USE):
        uses[right.id] += amount
        rights[right.id] = right
    found = []
    for right_id, right in rights.items():
        offer = lowered.get(right_id)
        due = undoing.goods.whole if offer is None else undoing.goods.completes(offer)
        if due and right_id not in given_before and not undoing.settled(right):
            undoing.plan.give_back(right, uses[right_id])
            _grace(undoing, right)
            found.append(RightBack(undoing.right(right), RightMove.GIVE_BACK))
    return found


def withdraw_issued(undoing: Undoing, account: PointsAccount) -> list[RightBack]:
    """Withdraw the rights that the sale issued and that are no longer deserved."""
    issued = [
        right
        for right, _ in undoing.rights_moved(RightMove.ISSUE)
        if not right.cancelled and not undoing.settled(right)
    ]
    bought = _bought(undoing)
    found = []
    for line in undoing.goods.sold:
        found += _sold(undoing, line, [right for right in issued if right.line == line.number])
    for right in reversed([right for right in issued if not right.line]):
        paid = bought.get(right.id)
        if not undoing.goods.whole and not (paid and _missing(undoing, paid)):
            continue
        if right.used:
            found.append(RightBack(right, None))
            continue
        undoing.plan.cancel(right)
        found.append(RightBack(undoing.right(right), RightMove.CANCEL))
        if paid is not None:
            _restore(undoing, account, paid)
    return found


def _sold(undoing: Undoing, line: SaleLine, rights: list[Right]) -> list[RightBack]:
    """The rights of one sold line: as many as its pieces that came back, unused ones first."""
    gone = line.quantity_milli - undoing.goods.left[line.number]
    before = sum(one.quantity_milli for one in undoing.goods.original.earlier_lines(line.number))
    every = len(rights) + sum(
        1
        for right, _ in undoing.rights_moved(RightMove.ISSUE)
        if right.line == line.number and right.cancelled
    )
    count = every * gone // line.quantity_milli - every * before // line.quantity_milli
    found = []
    for right in sorted(rights, key=lambda one: (one.used, one.id))[:count]:
        if right.used:
            _charge_uses(undoing, line, right)
        undoing.plan.cancel(right)
        found.append(RightBack(undoing.right(right), RightMove.CANCEL))
    return found


def _charge_uses(undoing: Undoing, line: SaleLine, right: Right) -> None:
    """Uses are charged at the contract price: 7 of 30 coffees for 360.00 cost 84.00."""
    if right.uses in (UNBOUNDED, 1) or not right.paid_minor:
        raise RefundRefusal("RIGHT_USED", name=line.name)
    used = divide(right.paid_minor * right.used, right.uses, Rounding.HALF_UP)
    undoing.awards.withhold(VALUE_USED, min(used, right.paid_minor), line.name)


def _bought(undoing: Undoing) -> dict[bytes, Transfer]:
    """Which redemption of the sale bought which right.

    A redemption says so itself. One that does not is taken for the right issued in its place in the
    order, as far as there is one of each; otherwise nothing is said to have been bought.
    """
    spent = [one for one in undoing.did.transfers if one in by_rewards(undoing, one.debit.ledger)]
    named = {one.link: one for one in spent if one.link is not None}
    silent = [one for one in spent if one.link is None]
    given = [
        right.id
        for right, _ in undoing.rights_moved(RightMove.ISSUE)
        if not right.line and not right.paid_minor and right.id not in named
    ]
    pairs = zip(given, silent, strict=True) if len(given) == len(silent) else ()
    return named | dict(pairs)


def _restore(undoing: Undoing, account: PointsAccount, paid: Transfer) -> None:
    wallet = undoing.wallet(paid.debit.ledger)
    if wallet is not None:
        restore(undoing, account, wallet.id, (paid,), paid.amount)


def _missing(undoing: Undoing, paid: Transfer) -> bool:
    """Whether the points that go back are more than the member has without this reward."""
    wallet = undoing.wallet(paid.debit.ledger)
    due = 0 if wallet is None else undoing.goods.earned.get(wallet.id, 0)
    return due > undoing.remaining(paid.debit.ledger)


def _grace(undoing: Undoing, right: Right) -> None:
    """A right that ran out meanwhile lasts on, where the programme has a grace."""
    grace, last = undoing.grace_last_day, right.last_day
    if grace is not None and last is not None and last < undoing.plan.day:
        undoing.plan.extend(right, (grace - last).days)
