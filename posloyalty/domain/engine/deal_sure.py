"""What is certain of the candidates of a part before any is tried.

Offers never take more off less, so that what has an effect is nearly always part of a best deal,
where nothing excludes it. The exceptions are found here: cliffs, pieces that others could use, and
the minor unit that spreading may shift from one line to another. An offer that takes nothing off is
in no deal and uses no pieces: so whoever lowers goods may also take from a group the last of its
effect, and with it the piece which that kept from a later group that then lowers a dearer one.
"""

from __future__ import annotations

from collections.abc import Sequence

from posloyalty.domain.engine.deal_table import Table


def slack_ahead(table: Table, places: Sequence[int], lines: Sequence[int]) -> list[int]:
    """For every place, by how much spreading may shift what candidates from there on take."""
    slack = [0] * (len(places) + 1)
    if len(lines) == 1:
        return slack
    targets = [table.candidates[place].reach for place in places]
    for at in range(len(places) - 1, -1, -1):
        found, own = table.candidates[places[at]], targets[at]
        spreads = len(found.targets) > 1 and (
            found.whole is not None or found.most_minor is not None
        )
        uneven = spreads and any(own & later and own & ~later for later in targets[at + 1 :])
        slack[at] = slack[at + 1] + (1 if uneven else 0)
    return slack


def contested_pieces(table: Table, places: Sequence[int]) -> list[bool]:
    """Whether pieces that a candidate uses are of use to a later one."""
    contested, later = [False] * len(places), 0
    for at in range(len(places) - 1, -1, -1):
        pieces = table.pieces[places[at]]
        contested[at] = bool(pieces & later)
        later |= pieces
    return contested


def sure_of_effect(
    table: Table, places: Sequence[int], slack: Sequence[int], contested: Sequence[bool]
) -> list[bool]:
    """Whether a candidate is part of a best deal wherever it has an effect and nothing excludes it:
    what it leaves to pay is never better for being more.
    """
    if not all(table.candidates[place].even for place in places):
        return [False] * len(places)
    sure = [False] * len(places)
    shared = 0  # the goods of later groups whose pieces others could use
    for at in range(len(places) - 1, -1, -1):
        found = table.candidates[places[at]]
        if found.group is None:
            whole = not found.reach & shared
        else:
            whole = found.group.nested and not contested[at]
        sure[at] = whole and not slack[at + 1] and found.owned is None
        if contested[at]:
            shared |= table.pieces[places[at]]
    return sure
