"""Where goods are sold: the codes of store and till, and by which channel they go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How customers buy at a till: they stand before it, or what they ordered is rung up there."""

    REGISTER = "register"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class Place:
    """A till: its store's code, its own, and its channel. Codes are empty where nobody knows."""

    store: str = ""
    till: str = ""
    channel: Channel = Channel.REGISTER


NOWHERE = Place()
