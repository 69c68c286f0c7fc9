"""Money of a member's wallet as a payment, where several tills share members: what this till may
take of it when it cannot ask. It is said as soon as the wallet is chosen, before a sale is booked.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.services.lending.lent_rights import Reach
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True)
class RoomInWallet:
    """The most `points` of a wallet, in its minor units, that may pay here before anybody is asked:
    what was lent, and what the merchant or a supervisor answers for.
    """

    points: int
    reach: Reach

    def refused(self, most_minor: int) -> ServiceRefusal:
        """Why a wallet pays no more than `most_minor` here now."""
        if not self.reach.sound:
            return ServiceRefusal("USE_TILL_NOT_SOUND")
        if self.reach.online:
            return ServiceRefusal("WALLET_HELD", most_minor=most_minor)
        time = self.reach.told_at
        if most_minor:
            return ServiceRefusal("WALLET_HERE_MOST", most_minor=most_minor, time=time)
        return ServiceRefusal("WALLET_NEEDS_NETWORK", time=time)
