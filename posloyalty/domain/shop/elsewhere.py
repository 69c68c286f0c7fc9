"""Goods that another till of the shop sold: whether this till takes them back, and up to what.

The shop chooses, or its head office for the whole chain: another till may have taken the same goods
back already, and until head office compares the journals nobody here can know. What goes back twice
is the shop's loss, so it is bounded by receipt, not by return.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ElsewherePolicy(StrEnum):
    """What becomes of a receipt of another till of the shop."""

    REFUSED = "refused"
    SUPERVISED = "supervised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """The shop's rule: `most_minor` bounds what one receipt brings back here, None does not."""

    policy: ElsewherePolicy = ElsewherePolicy.REFUSED
    most_minor: int | None = None

    @classmethod
    def up_to(cls, most_minor: int) -> Elsewhere:
        """With a supervisor up to an amount for each receipt; 0 is not at all."""
        if not most_minor:
            return cls()
        return cls(policy=ElsewherePolicy.SUPERVISED, most_minor=most_minor)

    @property
    def refuses(self) -> bool:
        """Whether goods of other tills are not taken back at all."""
        return self.policy is ElsewherePolicy.REFUSED

    def left_minor(self, gone_minor: int) -> int | None:
        """What may still go back for a receipt that brought `gone_minor` here; None is no bound."""
        return None if self.most_minor is None else max(0, self.most_minor - gone_minor)
