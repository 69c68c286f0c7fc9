"""`boards = { spring = [{ place = 1, name = "Ana", amount = 1200 }] }`: who is where.

Every place that a board shows, as the till of the step knows it today, or in the period of a day:
`boards = { "spring on 2026-03-01" = [...] }`. Each may state `place`, `name` (the nickname),
`amount` (in minor units) and `frozen`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.listed import Listed, read_listed
from posloyalty.scenario.placed_till import TillBooks
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

KEYS = ("amount", "frozen", "name", "place")


@expects("boards", of=Books)
def read_boards(block: Block, key: str) -> Check:
    """Read the places of each board."""
    table = block.section(key)
    wanted: dict[str, Listed] = {}
    if table is not None:
        wanted = {board: read_listed(table, board, KEYS) for board in table.untaken}

    def check(seen: Seen) -> Iterator[Difference]:
        """Places of each board, today's or of the day that is named, that differ."""
        books = seen.books
        if not isinstance(books, TillBooks):
            yield differs((*block.path, key), key, NOTHING)
            return
        for named, rows in wanted.items():
            board, _, day = named.partition(" on ")
            on = date.fromisoformat(day) if day else None
            shown = books.placed.till.doings.boards.standings(board, on)
            yield from rows.differences(
                {
                    "place": str(one.place),
                    "name": one.nickname,
                    "amount": str(one.amount),
                    "frozen": "yes" if shown.frozen else "no",
                }
                for one in shown.rows
            )

    return check
