"""Two records of one member become one.

Shape: `merge(...)` puts into an event's plan what moves from the record that goes to the one that
stays, and says which id is from now on an alias of which. Lots keep their own days, debts and
meters add up, a receipt that both were credited with counts once, rights go over with what is left
of them. Levels are the better of both and then those that the joined figures meet. Who stays
remains in their household, else takes the other's place in theirs, and brings in what they then
have of their own in wallets that it shares, as whoever joins one. Of one household they are the
head if either was; who heads the other one then, head office decides (`sync/office/homes`).

Head office runs it over the whole of both records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.households import HEAD, HOUSEHOLD, head, household_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.wallets import expiry_at
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.ledger.lots import spending_order
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.right import UNBOUNDED, RightState
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket

EARNED = (TransferCode.EARN, TransferCode.BONUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """A sale that was credited to a member by an event: the sale itself, or a claim of it."""

    sale_id: bytes
    event_id: bytes
    member_id: bytes
    transfers: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The member that stays, as the merge leaves them; `alias` is the id that now means them.

    `twice` are the sales that both were credited with.
    """

    after: MemberState
    alias: bytes
    twice: tuple[bytes, ...]


def merge(
    programme: Programme,
    stays: MemberState,
    goes: MemberState,
    *,
    plan: EventPlan,
    store: StoreContext,
    credited: Iterable[Credited] = (),
    dated_anew: Collection[bytes] = (),
) -> Merged:
    """Plan the merge of `goes` into `stays`. Lots that are `dated_anew` were given without days:
    they last as what `stays` would earn now.
    """
    doubled = _doubled(stays, goes, credited)
    ours, theirs = plan.postings(stays), plan.postings(goes)
    ledgers = sorted({lot.account.ledger for lot in (*stays.lots, *goes.lots)})
    for ledger in ledgers:
        ours.expire(ledger)
        theirs.expire(ledger)
    for one in doubled:
        _take_back(programme, theirs, one)
    for ledger in sorted({*ledgers, *(ledger for ledger, _ in theirs.debts)}):
        last_day = _lasting(programme, stays, ledger, plan.day)
        _move(ledger, ours, theirs, dated_anew, last_day)
    _share(programme, stays, goes, plan)
    twice = {one.event_id for one in doubled}
    _move_meters(plan, stays, goes, twice)
    _move_rights(plan, stays, goes)
    _move_levels(plan, stays, goes)
    _assess(programme, stays, plan, store)
    after = plan.after(stays)
    bought = sum(e.amount for e in goes.meters if e.meter == PURCHASES and e.event_id in twice)
    return Merged(
        after=replace(after, purchases=stays.purchases + goes.purchases - bought),
        alias=goes.member_id,
        twice=tuple(sorted({one.sale_id for one in doubled})),
    )


def _doubled(stays: MemberState, goes: MemberState, credited: Iterable[Credited]) -> list[Credited]:
    """What the record that goes was credited with, and the other one as well."""
    known = tuple(credited)
    ours = {one.sale_id for one in known if one.member_id == stays.member_id}
    theirs = (one for one in known if one.member_id == goes.member_id)
    return sorted((o for o in theirs if o.sale_id in ours), key=lambda one: one.event_id)


def _take_back(programme: Programme, theirs: EventPostings, one: Credited) -> None:
    for transfer in one.transfers:
        if transfer.code not in EARNED:
            continue
        wallet_id = transfer.credit.ledger.rpartition("/")[2]
        wallet = next((w for w in programme.wallets if w.id == wallet_id), None)
        if wallet is not None and programme.ledger(wallet.id) == transfer.credit.ledger:
            theirs.reverse(transfer, transfer.amount, policy=wallet.negative)


def _lasting(programme: Programme, member: MemberState, ledger: str, day: date) -> date | None:
    """Through when points are good that a member earns on a day; None for ever."""
    wallet = next((one for one in programme.wallets if programme.ledger(one.id) == ledger), None)
    if wallet is None:
        return None
    ranks = {one.id: held(programme, one, member, day).rank for one in programme.tier_schemes}
    return expiry_at(programme, wallet, ranks).last_day(day)


def _move(
    ledger: str,
    ours: EventPostings,
    theirs: EventPostings,
    dated_anew: Collection[bytes],
    last_day: date | None,
) -> None:
    """Debts first, so that what comes over repays them."""
    owed = theirs.write_off(ledger, code=TransferCode.MERGE)
    ours.owe(ledger, owed, code=TransferCode.MERGE)
    lots = [lot for lot in theirs.lots if lot.account.ledger == ledger and lot.remaining]
    for lot in sorted(lots, key=spending_order):
        theirs.move_out(ledger, (LotUse(lot.id, lot.remaining),), code=TransferCode.MERGE)
        like = structs.replace(lot, last_day=last_day) if lot.id in dated_anew else lot
        ours.move_in(ledger, lot.remaining, code=TransferCode.MERGE, like=like)


def _share(programme: Programme, stays: MemberState, goes: MemberState, plan: EventPlan) -> None:
    """Nobody else in a household would see what lay in a member's own account."""
    household = household_of(stays.rights) or household_of(goes.rights)
    if household is None:
        return
    ours = plan.postings(stays)
    for ledger in programme.pooled:
        shared = plan.postings_at(Account(ledger, AccountKind.MEMBER, household.id), ())
        lots = [lot for lot in ours.lots if lot.account.ledger == ledger and lot.remaining]
        for lot in sorted(lots, key=spending_order):
            uses = (LotUse(lot.id, lot.remaining),)
            ours.move_out(ledger, uses, code=TransferCode.TRANSFER_OUT)
            shared.move_in(ledger, lot.remaining, code=TransferCode.TRANSFER_IN, like=lot)


def _move_meters(plan: EventPlan, stays: MemberState, goes: MemberState, twice: set[bytes]) -> None:
    """Every count goes over on its own day; one of a doubled receipt only goes."""
    moved: dict[tuple[str, date, datetime], int] = {}
    for entry in sorted(goes.meters, key=lambda e: (e.day, e.at, e.meter, e.event_id)):
        if entry.owner != goes.member_id:
            continue
        plan.count(
            entry.meter,
            goes.member_id,
            -entry.amount,
            day=entry.day,
            at=entry.at,
            undoes=entry.event_id,
        )
        if entry.event_id not in twice:
            key = entry.meter, entry.day, entry.at
            moved[key] = moved.get(key, 0) + entry.amount
    for (meter, day, at), amount in moved.items():
        plan.count(meter, stays.member_id, amount, day=day, at=at)


def _move_rights(plan: EventPlan, stays: MemberState, goes: MemberState) -> None:
    # Asked of the rights: head office's state does not say whose the household is.
    ours = household_of(stays.rights)
    for right in sorted(goes.rights, key=lambda one: one.id):
        left = right.left
        if right.state(plan.day) not in (RightState.GOOD, RightState.WAITING):
            continue
        plan.cancel(right)
        if right.kind == HOUSEHOLD and ours is not None:
            # They have one already; of what is the same one they are the head now, who went.
            if right.of == HEAD and right.code == ours.right.code and not ours.head:
                head(ours.right, plan)
            continue
        plan.issue(
            kind=right.kind,
            of=right.of,
            owner=stays.member_id,
            code=right.code,
            uses=UNBOUNDED if left is None else left,
            from_day=right.from_day,
            last_day=right.last_day,
            held=right.held and not right.released,
            paid_minor=right.paid_minor,
        )


def _move_levels(plan: EventPlan, stays: MemberState, goes: MemberState) -> None:
    """The better of both: a level is held as long as either record held it."""
    ours = {(one.scheme, one.level): one for one in stays.holdings}
    for holding in goes.holdings:
        before = ours.get((holding.scheme, holding.level))
        if before is None or before.through < holding.through:
            plan.meet(stays.member_id, holding)


def _assess(programme: Programme, stays: MemberState, plan: EventPlan, store: StoreContext) -> None:
    """Let the schemes look at the joined figures, as after a sale."""
    nobody = Basket(sale_id=plan.event_id, currency=programme.currency)
    basket = nobody.for_member(stays.member_id)
    context = freeze(programme, basket, stays, plan.at, store)
    moment = Moment(
        trigger=Trigger.MERGE,
        programme=programme,
        store=store,
        event_id=plan.event_id,
        at=plan.at,
        day=context.day,
        facts=context.facts,
        business_facts=context.business_facts,
        state=stays,
        active=context.active,
    )
    run_works(moment, Awards(moment, plan))
