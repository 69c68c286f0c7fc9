"""How much of a wallet this till may hand out by itself, where several tills share a member.

Shape: a `SpendRoom` for a wallet comes with the shop's part of the context; the engine spends
within it, on rewards and as money together. Where there is none, a till spends what it knows to be
there. Whoever makes the rooms (leases, floors, a supervisor) is no business of the engine.
`spent_at_sales` names the wallets that sales spend from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.wallet import Wallet


@dataclass(frozen=True, slots=True)
class SpendRoom:
    """At most `points` of a wallet, in its minor units; `reason` says why no more.

    `by_word` is the most when somebody with more authority approves it.
    """

    wallet: str
    points: int
    reason: Reason
    by_word: int = 0

    def less(self, points: int) -> SpendRoom:
        """What is left of it once so many points are spent."""
        return replace(
            self,
            points=max(0, self.points - points),
            by_word=max(0, self.by_word - points),
        )


def rooms_less(rooms: tuple[SpendRoom, ...], spent: Mapping[str, int]) -> tuple[SpendRoom, ...]:
    """The rooms once so many points of each wallet are spent."""
    return tuple([room.less(spent.get(room.wallet, 0)) for room in rooms])


def spent_at_sales(programme: Programme) -> tuple[Wallet, ...]:
    """The wallets that a sale may spend from: those that pay, and those that rewards are had for.

    What rules take by themselves, as a full card does, is `taking`.
    """
    buys = {one.wallet for one in rewards_at_sales(programme)}
    return tuple(one for one in programme.wallets if one.spend is not None or one.id in buys)


def rewards_at_sales(programme: Programme) -> tuple[Reward, ...]:
    """The rewards that take something off a sale for points."""
    found = programme.of(Reward)
    return tuple(one for one in found if one.offer is not None and one.wallet)
