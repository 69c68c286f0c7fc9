"""`referrals = { friend = [{ referrer = "anna", rewarded = 1 }] }`: what came of a code.

Every code of a referral. Each may state `code`, `referrer` (the member by name), `captured`,
`pending`, `rewarded` and `reversed` friends. As the till of the step knows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.listed import Listed, read_listed
from posloyalty.scenario.placed_till import TillBooks
from posloyalty.scenario.seen import NOTHING, Books, Check, Difference, Seen, differs

KEYS = ("captured", "code", "pending", "referrer", "reversed", "rewarded")


@expects("referrals", of=Books)
def read_referrals(block: Block, key: str) -> Check:
    """Read the codes of each referral."""
    table = block.section(key)
    wanted: dict[str, Listed] = {}
    if table is not None:
        wanted = {referral: read_listed(table, referral, KEYS) for referral in table.untaken}

    def check(seen: Seen) -> Iterator[Difference]:
        """Rows of each referral, as its report has them, that differ."""
        books = seen.books
        if not isinstance(books, TillBooks):
            yield differs((*block.path, key), key, NOTHING)
            return
        names = {member_id: name for name, member_id in books.placed.members.items()}
        for referral, rows in wanted.items():
            found = books.placed.till.doings.referrals.report(referral)
            yield from rows.differences(
                {
                    "code": one.code,
                    "referrer": names.get(one.referrer, ""),
                    "captured": str(one.captured),
                    "pending": str(one.pending),
                    "rewarded": str(one.rewarded),
                    "reversed": str(one.reversed),
                }
                for one in found
            )

    return check
