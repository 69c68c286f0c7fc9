"""As of when a balance on a paper is, at a till that is out of reach of head office.

The sentence is kept with the sale, so that a copy says what the first paper said.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from posloyalty.domain.shop.sale import Told

BALANCE_UNTIL: Final = "BALANCE_UNTIL"


def balance_age(known_until: datetime | None) -> tuple[Told, ...]:
    """That what other tills did since then is not in it; nothing where that is now."""
    if known_until is None:
        return ()
    return (Told(BALANCE_UNTIL, (("time", f"{known_until:%m-%d %H:%M}"),)),)
