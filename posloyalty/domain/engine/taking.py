"""Wallets that rules take points from by themselves, such as stamps whose card is full."""

from __future__ import annotations

from collections.abc import Mapping

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.rule import Rule, WalletReaches


def taken_by_rules(programme: Programme) -> dict[str, int]:
    """The wallets, each with the most that one of its rules waits for, in its minor units."""
    found: dict[str, int] = {}
    for rule in programme.of(Rule):
        reached = rule.occasion
        if isinstance(reached, WalletReaches) and reached.takes is not None:
            found[reached.wallet] = max(found.get(reached.wallet, 0), reached.points)
    return found


def left_full(programme: Programme, store: StoreContext) -> bool:
    """Whether a card is full whose stamps are lent to nobody, so that they may be taken here."""
    return is_full(programme, store.takes)


def is_full(programme: Programme, takes: Mapping[str, int]) -> bool:
    """The same, by what may be taken of each wallet, in its minor units."""
    wanted = taken_by_rules(programme)
    return any(takes.get(wallet, 0) >= points for wallet, points in wanted.items())
