"""`store = "S01"`, `till = ["T1", "T2"]`, `channel = "online"`: where it is sold, and how.

Of a list one will do. A till's code is one in its store; where several stores have such a till,
`store` stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.place import Channel


@dataclass(frozen=True, slots=True)
class InStore:
    """Codes of stores."""

    codes: tuple[str, ...]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """OTHER_STORE."""
        if facts.place.store in self.codes:
            return ()
        return (reason("OTHER_STORE", stores=", ".join(self.codes)),)


@dataclass(frozen=True, slots=True)
class AtTill:
    """Codes of tills in their store."""

    codes: tuple[str, ...]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """OTHER_TILL."""
        if facts.place.till in self.codes:
            return ()
        return (reason("OTHER_TILL", tills=", ".join(self.codes)),)


@dataclass(frozen=True, slots=True)
class ByChannel:
    """Channels by which goods are sold."""

    channels: frozenset[Channel]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """ONLY_REGISTER or ONLY_ONLINE: of two channels, only one can fail."""
        if facts.place.channel in self.channels:
            return ()
        return (Reason(f"ONLY_{min(self.channels).upper()}"),)


@condition("store")
def read_store(section: Section, key: str) -> Condition:
    """Read the codes; those of a chain are known to nobody but its stores."""
    return InStore(section.words(key))


@condition("till")
def read_till(section: Section, key: str) -> Condition:
    """Read the codes."""
    return AtTill(section.words(key))


@condition("channel")
def read_channel(section: Section, key: str) -> Condition:
    """Read the channels."""
    return ByChannel(frozenset(section.choices(key, Channel)))
