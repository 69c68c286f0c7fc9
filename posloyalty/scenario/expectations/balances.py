"""A member's wallets: `balance` (usable less debt), `pending`, `debt`; and `purchases`.

One wallet needs no name: `balance = 230`. With several, those that are not stated must be empty.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.engine.quote import WalletState
from posloyalty.domain.engine.wallets import wallet_states
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, points_check, thing_check
from posloyalty.scenario.seen import Check, MemberSeen, compared

PURCHASES_MOST = 1_000_000
FIGURES: dict[str, Callable[[WalletState], int]] = {
    "balance": lambda wallet: wallet.balance,
    "pending": lambda wallet: wallet.pending,
    "debt": lambda wallet: wallet.debt,
}


def _figure(name: str, got: Callable[[WalletState], int]) -> None:
    def by_wallet(seen: MemberSeen) -> dict[str, int]:
        states = wallet_states(seen.programme, seen.state, seen.day)
        return {one.wallet: got(one) for one in states}

    @expects(name, of=MemberSeen)
    def read(block: Block, key: str) -> Check:
        return points_check(block, key, MemberSeen, by_wallet)


for _name, _got in FIGURES.items():
    _figure(_name, _got)


@expects("purchases", of=MemberSeen)
def read_purchases(block: Block, key: str) -> Check:
    """Read how many sales the member has had, as far as these books know."""
    path, wanted = (*block.path, key), block.whole(key, most=PURCHASES_MOST)
    return thing_check(MemberSeen, lambda seen: compared(path, wanted, seen.state.purchases))
