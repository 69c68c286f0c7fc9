"""What a rule gave for a sale, when a part of its goods comes back and the rest stays.

What stays is looked at as if the rest had never been bought: where the minimum is missed, or fewer
whole amounts are left, what is too much goes back, unused vouchers first of all. What is used stays
as it is, and nothing goes back with faulty goods. A sale that comes back whole needs no rule: there
everything goes by the defaults of returns.
"""

from __future__ import annotations

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.returned import Returned
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.gives import GivePoints, GiveVoucher
from posloyalty.domain.programme.kinds.rule import RULE, OnReturn, Rule, SalePaid
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.limit import LimitUnit, use_meter

MISSED = "BELOW_MINIMUM"


@works(Rule, Trigger.RETURN, stage=Stage.REWARDS)
def reassess(rule: Rule, moment: Moment, awards: Awards) -> None:
    """Take back what the goods that stay would not have brought."""
    returned, state = moment.returned, moment.state
    if returned is None or state is None or not isinstance(rule.occasion, SalePaid):
        return
    if returned.whole or returned.faulty or rule.on_return is OnReturn.KEEP:
        return
    name = use_meter(f"{RULE}:{rule.id}", LimitUnit.COUNT)
    given = returned.counted(moment.programme.meter(name), state.member_id)
    over = given - min(given, _left(rule, rule.occasion, moment, returned))
    if over < 1:
        return
    for gift in rule.gives.of(GiveVoucher):
        _withdraw(gift.voucher, gift.count * over, returned, awards)
    first = sum(e.amount for e in returned.did.meters if _is(e, name, state.member_id, awards))
    for gift in rule.gives.of(GivePoints):
        _take_back(gift, first, over, returned, awards)
    owners = {one.owner for one in returned.entries() if one.meter == awards.programme.meter(name)}
    for owner in sorted(owners):
        awards.count(name, -over, owner=owner, day=returned.day, undoes=returned.sale.id)


def _left(rule: Rule, paid: SalePaid, moment: Moment, returned: Returned) -> int:
    """How often what stays would have brought it, as far as that hangs on what was spent."""
    spend = returned.kept.spend_minor
    missing = rule.when.failures(moment.facts_for(rule.by_business_day), spend)
    if any(one.code == MISSED for one in missing):
        return 0
    return 1 if paid.each_spend is None else spend // paid.each_spend


def _withdraw(of: str, count: int, returned: Returned, awards: Awards) -> None:
    mine = [one for one in returned.issued if (one.kind, one.of) == (VOUCHER, of)]
    good = [one for one in mine if not one.used and not one.cancelled]
    for right in good[::-1][:count]:
        awards.plan.cancel(right)


def _take_back(gift: GivePoints, first: int, over: int, returned: Returned, awards: Awards) -> None:
    """The points are known by their number; where a limit held some back, the default decides."""
    ledger = awards.programme.ledger(gift.wallet)
    for one in returned.did.transfers:
        same = one.code is TransferCode.BONUS and one.credit.ledger == ledger
        if same and one.amount == gift.points * first:
            awards.take_back(one, gift.points * over)
            return


def _is(entry: MeterEntry, name: str, owner: bytes, awards: Awards) -> bool:
    return entry.meter == awards.programme.meter(name) and entry.owner == owner
