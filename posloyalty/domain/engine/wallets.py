"""A member's wallets on a day, as screens and receipts show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import WalletState
from posloyalty.domain.ledger.balance import Balance, balance_on
from posloyalty.domain.ledger.transfer import Lot
from posloyalty.domain.programme.definition import Programme


def wallet_states(programme: Programme, state: MemberState, day: date) -> tuple[WalletState, ...]:
    """Every wallet of the programme, in the file's order."""
    return states_of(programme, state.lots, dict(state.debts), day)


def states_of(
    programme: Programme, lots: Iterable[Lot], debts: Mapping[str, int], day: date
) -> tuple[WalletState, ...]:
    """The same from lots and debts by ledger."""
    lots = tuple(lots)
    return tuple(
        _state(wallet.id, balance_of(lots, debts, programme.ledger(wallet.id), day))
        for wallet in programme.wallets
    )


def balance_of(lots: Iterable[Lot], debts: Mapping[str, int], ledger: str, day: date) -> Balance:
    """One ledger's balance on a day."""
    own = [lot for lot in lots if lot.account.ledger == ledger]
    return balance_on(own, debts.get(ledger, 0), day)


def _state(wallet_id: str, balance: Balance) -> WalletState:
    return WalletState(
        wallet=wallet_id,
        balance=balance.spendable,
        pending=balance.pending,
        debt=balance.debt,
        next_expiry=balance.next_expiry,
        next_expiry_points=balance.next_expiry_points,
    )
