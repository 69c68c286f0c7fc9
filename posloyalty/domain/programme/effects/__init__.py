"""The kinds of effects. A new kind is a new file here, and its name in the line below."""

from posloyalty.domain.programme.effects import amount, fixed_price, percent

__all__ = ["amount", "fixed_price", "percent"]
