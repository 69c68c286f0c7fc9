"""A member's wallets on a day: what the programme makes of the lots that the book keeps.

Shape: `settled(programme, state)` is the state with the programme's eyes: lots last as long as
activity has promised, and a household's wallets are owned by the household. `wallet_states` is what
screens and receipts show of it. A lot's own last day is never shortened: it is the promise under
which it was earned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from msgspec import structs

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import alive_meter
from posloyalty.domain.engine.quote import WalletState
from posloyalty.domain.ledger.balance import Balance, balance_on
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.expiry import ByTier, Expiry
from posloyalty.domain.programme.kinds.household import HOUSEHOLD, Household, WhoSpends
from posloyalty.domain.programme.kinds.winding_down import winding_of
from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.programme.wallet import Wallet, WalletOf
from posloyalty.domain.values.calendar import store_day

# Members of an enumeration are looked up in Python each time they are named.
SHARED = WalletOf.HOUSEHOLD


class LotDays(NamedTuple):
    """The first and the last good day of points; None pending until an event, and never ending."""

    usable_from: date | None
    last_day: date | None


def lot_days(programme: Programme, wallet: Wallet, ranks: Mapping[str, int], day: date) -> LotDays:
    """The days of points that somebody of these ranks earns on a day."""
    last = expiry_at(programme, wallet, ranks).last_day(day)
    return LotDays(wallet.usable_from(day), last)


def expiry_at(programme: Programme, wallet: Wallet, ranks: Mapping[str, int]) -> Expiry:
    """The wallet's expiry for somebody of these ranks."""
    if not isinstance(wallet.expiry, ByTier):
        return wallet.expiry
    scheme = programme.tier_scheme(wallet.expiry.scheme)
    if scheme is None:
        return wallet.expiry.base
    return wallet.expiry.at(ranks.get(scheme.id, 0), scheme.rank_of)


def settled(programme: Programme, state: MemberState) -> MemberState:
    """The state as the programme sees it; settling it twice changes nothing."""
    pools: tuple[tuple[str, bytes], ...] = ()
    if state.household_id is not None:
        pools = tuple((ledger, state.household_id) for ledger in programme.pooled)
    alive = _promises(programme, state.meters)
    if not alive:
        return state if pools == state.pools else replace(state, pools=pools)
    lots = tuple(_kept_alive(lot, alive.get(lot.account.ledger, ())) for lot in state.lots)
    return replace(state, lots=lots, pools=pools)


def wallet_states(programme: Programme, state: MemberState, day: date) -> tuple[WalletState, ...]:
    """Every wallet of the programme, in the file's order."""
    state = settled(programme, state)
    debts = dict(state.debts)
    return tuple(
        [
            _state(
                programme,
                wallet,
                state,
                balance_of(state.lots, debts, programme.ledger(wallet.id), day),
                day,
            )
            for wallet in programme.wallets
        ]
    )


def balance_of(lots: Iterable[Lot], debts: Mapping[str, int], ledger: str, day: date) -> Balance:
    """One ledger's balance on a day."""
    own = [lot for lot in lots if lot.account.ledger == ledger]
    return balance_on(own, debts.get(ledger, 0), day)


def ending_points(
    programme: Programme, state: MemberState, wallet: str, day: date, last: date
) -> int:
    """What of a wallet can be spent on a day and is good through `last` at most."""
    ledger = programme.ledger(wallet)
    lots = [lot for lot in settled(programme, state).lots if lot.account.ledger == ledger]
    return usable_sum((x for x in lots if x.last_day is not None and x.last_day <= last), day)


def may_spend(programme: Programme, wallet: Wallet, state: MemberState) -> bool:
    """Whether a member may spend from a wallet: from a shared one maybe only the head."""
    if wallet.of is not SHARED or state.household_id is None:
        return True
    household = programme.find(Household, HOUSEHOLD)
    return household is None or household.spends is WhoSpends.ALL or state.heads_household


def _state(
    programme: Programme, wallet: Wallet, state: MemberState, balance: Balance, day: date
) -> WalletState:
    ends, ending = balance.next_expiry, balance.next_expiry_points
    winding = winding_of(programme)
    if winding is not None and winding.phase(day) is not None:
        # Whatever the lots say: after that day nobody redeems any more.
        last = winding.redeems_through
        if balance.spendable > 0 and day <= last and (ends is None or last < ends):
            ends, ending = last, balance.spendable
    return WalletState(
        wallet=wallet.id,
        balance=balance.spendable,
        pending=balance.pending,
        debt=balance.debt,
        next_expiry=ends,
        next_expiry_points=ending,
        ends_soon=ends is not None and ends <= day + timedelta(days=wallet.warn_days),
        shared=wallet.of is SHARED and state.household_id is not None,
        may_spend=may_spend(programme, wallet, state),
    )


def _promises(
    programme: Programme, entries: Iterable[MeterEntry]
) -> dict[str, list[tuple[date, date]]]:
    """(day of the activity, last good day that it promises) by ledger, without what was undone."""
    ledgers = _alive_ledgers(programme)
    counted = [entry for entry in entries if entry.meter in ledgers]
    if not counted:
        return {}
    made: dict[tuple[str, date], int] = {}
    first: dict[tuple[str, date], date] = {}
    for entry in counted:
        key = ledgers[entry.meter], entry.day
        made[key] = made.get(key, 0) + entry.amount
        if entry.amount > 0:
            on = store_day(entry.at, programme.zone)
            first[key] = max(first.get(key, on), on)
    found: dict[str, list[tuple[date, date]]] = {}
    for (ledger, last), count in made.items():
        if count > 0:
            found.setdefault(ledger, []).append((first[ledger, last], last))
    return found


def _alive_ledgers(programme: Programme) -> dict[str, str]:
    """The programme's ledgers by the meter of what keeps their lots alive."""
    found: dict[str, str] | None = programme.reckoned.get(_alive_ledgers)
    if found is None:
        own = [programme.ledger(wallet.id) for wallet in programme.wallets]
        found = programme.reckoned[_alive_ledgers] = {alive_meter(one): one for one in own}
    return found


def _kept_alive(lot: Lot, promises: Iterable[tuple[date, date]]) -> Lot:
    """A lot that lasts as long as any activity since it was earned has promised."""
    if lot.last_day is None:
        return lot
    days = (last for on, last in promises if lot.earned_on <= on)
    last = max(days, default=lot.last_day)
    if last == FOREVER:
        return structs.replace(lot, last_day=None)
    return lot if last <= lot.last_day else structs.replace(lot, last_day=last)
