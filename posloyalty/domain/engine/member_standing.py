"""Where the member of a quote stands before the sale, and as if it were paid now."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from posloyalty.domain.engine.challenges import ChallengeProgress, progress_of
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import TierState, WalletState
from posloyalty.domain.engine.snapshots import Pick, picks_of
from posloyalty.domain.engine.tiers import tier_states
from posloyalty.domain.engine.wallets import wallet_states


class Standing(NamedTuple):
    """The wallets and tiers before and after, the challenges after, and what was picked."""

    wallets: tuple[WalletState, ...] = ()
    wallets_after: tuple[WalletState, ...] = ()
    tiers: tuple[TierState, ...] = ()
    tiers_after: tuple[TierState, ...] = ()
    challenges: tuple[ChallengeProgress, ...] = ()
    picks: tuple[Pick, ...] = ()


NOWHERE = Standing()
"""Of nobody, or where nobody is shown it."""

Stands = Callable[[Context, tuple[WalletState, ...], MemberState | None], Standing]


def standing_of(
    context: Context, wallets: tuple[WalletState, ...], after: MemberState | None
) -> Standing:
    """Where the member stands whose wallets, and whose state after the sale, are known."""
    state = context.state
    if state is None:
        return NOWHERE
    programme, day, language = context.programme, context.day, context.store.language
    later = state if after is None else after
    return Standing(
        wallets=wallets,
        wallets_after=wallet_states(programme, later, day),
        tiers=tier_states(programme, state, day, language),
        tiers_after=tier_states(programme, later, day, language),
        challenges=progress_of(programme, later, day, language),
        picks=picks_of(programme, state, day),
    )
