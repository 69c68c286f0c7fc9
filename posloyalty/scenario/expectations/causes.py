"""`causes = { trees = { given = "0.70", pledged = 2 } }`: what went to causes so far.

By the cause's id: `given` is money, whoever gave it, `pledged` the units of a pledge.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.works.causes import given_meter, pledged_meter
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.programme.kinds.cause import Cause
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, compared, differs


@expects("causes", of=Books)
def read_causes(block: Block, key: str) -> Check:
    """Read the figures of each cause."""
    wanted = []
    for cause_id, table in block.each(key):
        given = table.amount("given") if "given" in table else None
        pledged = table.whole("pledged") if "pledged" in table else None
        table.close(("given", "pledged"))
        wanted.append((cause_id, table, given, pledged))

    def check(seen: Seen) -> Iterator[Difference]:
        """Causes that are unknown or to which something else was given or pledged."""
        books = seen.books
        for cause_id, table, given, pledged in wanted if books is not None else ():
            assert books is not None
            cause = books.programme.find(Cause, cause_id)
            if cause is None:
                yield differs(table.path, cause_id, NOTHING)
                continue
            owner = cause.owner(books.programme.id)
            entries = tuple(books.counts(owner))

            def so_far(name: str) -> int:
                return total(entries, books.programme.meter(name))  # noqa: B023

            if given is not None:
                found = so_far(given_meter(cause_id))
                yield from compared((*table.path, "given"), given, found, table.money_text)
            if pledged is not None:
                found = so_far(pledged_meter(cause_id))
                yield from compared((*table.path, "pledged"), pledged, found)

    return check
