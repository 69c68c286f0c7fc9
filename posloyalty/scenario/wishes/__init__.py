"""Kinds of wishes of a sale. A new kind is a new file here, and its name in the lines below."""

from posloyalty.scenario.wishes import (
    approved_by,
    by_hand,
    declined,
    donate,
    gifts,
    marks,
    pays_by,
    redeem,
    removed,
    show,
    use,
)
