"""How much of a wallet this till may hand out by itself, where several tills share a member.

Shape: a `SpendRoom` for a wallet comes with the shop's part of the context; the engine spends
within it. Where there is none, a till spends what it knows to be there. Whoever makes the rooms
(leases, floors, a supervisor) is no business of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.reason import Reason


@dataclass(frozen=True, slots=True)
class SpendRoom:
    """At most `points` of a wallet, in its minor units; `reason` says why no more.

    `by_word` is the most when somebody with more authority approves it.
    """

    wallet: str
    points: int
    reason: Reason
    by_word: int = 0
