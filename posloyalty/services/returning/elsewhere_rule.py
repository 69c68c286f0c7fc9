"""Whether goods of other tills come back here, by head office's policy or else by the shop."""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.elsewhere import Elsewhere
from posloyalty.sync.risk_policy import RiskPolicy


class ElsewhereRule:
    """The rule that holds now; `policy` is None at a till that stands alone."""

    def __init__(
        self, *, shops: Callable[[], Elsewhere], policy: Callable[[], RiskPolicy | None]
    ) -> None:
        self._shops = shops
        self._policy = policy

    def chains(self) -> Elsewhere | None:
        """What head office says; None where it leaves that to the shop."""
        policy = self._policy()
        if policy is None or policy.returns_minor is None:
            return None
        return Elsewhere.up_to(policy.returns_minor)

    def now(self) -> Elsewhere:
        """What holds."""
        return self.chains() or self._shops()
