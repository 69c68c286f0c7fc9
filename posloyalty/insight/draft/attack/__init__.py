"""An attack on a draft: the purchases and returns that take most out of it."""

from posloyalty.insight.draft.attack.counter import Position
from posloyalty.insight.draft.attack.search import Attack, attack

__all__ = ["Attack", "Position", "attack"]
