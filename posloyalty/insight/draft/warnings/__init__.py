"""The warnings. A new one is a function in a file here, and the file's name in the line below."""

from posloyalty.insight.draft.warnings import (
    circles,
    costs,
    goods,
    levels,
    never,
    nothing,
    past,
    twins,
    wallets,
)
from posloyalty.insight.draft.warnings.warning import warnings_of

__all__ = ["warnings_of"]
