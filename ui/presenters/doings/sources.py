"""What a member can do that services of their own look after, beside what kinds show themselves.

A kind of the programme shows its rows by `shows` (`engine/at_counter`) and is not named here. Here
stands what reads or does more than one happening: a nickname to be kept, a code to be made, a
record to be joined.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from posloyalty.domain.engine.at_counter import SHOWN, Place
from posloyalty.domain.programme.kinds.board import Board
from posloyalty.domain.programme.kinds.claim import Claim
from posloyalty.domain.programme.kinds.household import Household
from posloyalty.domain.programme.kinds.referral import Referral
from ui.presenters.doings.boards import boards
from ui.presenters.doings.by_hand import by_hand
from ui.presenters.doings.doing import Source
from ui.presenters.doings.households import households
from ui.presenters.doings.levels import levels
from ui.presenters.doings.receipts import receipts
from ui.presenters.doings.records import records
from ui.presenters.doings.referrals import referrals

SOURCES: Final = (
    Source(
        id="receipts",
        place=Place.BROUGHT,
        heading="doings.of_receipts",
        kinds=(Claim,),
        rows=receipts,
    ),
    Source(
        id="boards", place=Place.BELONGS, heading="doings.of_boards", kinds=(Board,), rows=boards
    ),
    Source(
        id="referrals",
        place=Place.BELONGS,
        heading="doings.of_referrals",
        kinds=(Referral,),
        rows=referrals,
    ),
    Source(
        id="households",
        place=Place.BELONGS,
        heading="doings.of_households",
        kinds=(Household,),
        rows=households,
    ),
    Source(id="by_hand", place=Place.BY_HAND, heading="doings.of_by_hand", kinds=(), rows=by_hand),
    Source(id="levels", place=Place.BY_HAND, heading="doings.of_levels", kinds=(), rows=levels),
    Source(id="records", place=Place.BY_HAND, heading="doings.of_records", kinds=(), rows=records),
)


def declared_sources(declared: Collection[type]) -> tuple[Source, ...]:
    """The sources that a programme with these declarations has something for."""
    return tuple(one for one in SOURCES if not one.kinds or any(k in declared for k in one.kinds))


def kinds_of_doings() -> frozenset[type]:
    """Every declaration that gives a member something to do or to use."""
    return frozenset((*SHOWN, *(kind for one in SOURCES for kind in one.kinds)))
