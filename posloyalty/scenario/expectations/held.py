"""`held = [{ name = "Table 4", total = "43.50" }]`: the baskets that a till holds, all of them.

Each may state `name`, `total` (what it came to when it was put aside) and `by` (who did it).
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.listed import read_listed
from posloyalty.scenario.seen import Books, Check, Difference, Seen

KEYS = ("by", "name", "total")


@expects("held", of=Books)
def read_held(block: Block, key: str) -> Check:
    """Read the baskets."""
    listed = read_listed(block, key, KEYS)

    def check(seen: Seen) -> Iterator[Difference]:
        """Baskets that are held and not expected, missing, or others."""
        books = seen.books
        assert books is not None  # they are asked of nothing else
        yield from listed.differences(
            {
                "name": row.held.name,
                "total": block.money_text(row.held.total_minor),
                "by": row.operator_name,
            }
            for row in books.held()
        )

    return check
