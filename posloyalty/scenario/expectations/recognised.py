"""Deferred revenue after `recognise`: `postings` by account, debits above zero, and `liability`.

    expect = { postings = { cash = "100000", revenue = "-91324", contract_liability = "-8676" } }

Every account is meant that the step's entries touch, over all of them; each entry must balance.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, money_check, thing_check
from posloyalty.scenario.seen import Check, Difference, compared_by_name, differs
from posloyalty.scenario.steps.recognise import Recognised


@expects("liability", of=Recognised)
def read_liability(block: Block, key: str) -> Check:
    """Read what is still owed for points."""
    return money_check(block, key, Recognised, lambda seen: seen.deferral.liability)


@expects("postings", of=Recognised)
def read_postings(block: Block, key: str) -> Check:
    """Read the sums by account."""
    path, table = (*block.path, key), block.section(key)
    wanted = {} if table is None else {name: table.amount(name) for name in table.untaken}

    def differences(seen: Recognised) -> Iterator[Difference]:
        found: dict[str, int] = {}
        for entry in seen.entries:
            if not entry.balances:
                yield differs(path, "0", str(sum(amount for _, amount in entry.postings)))
            for account, amount in entry.postings:
                found[account] = found.get(account, 0) + amount
        yield from compared_by_name(path, wanted, found, lambda _, amount: block.money_text(amount))

    return thing_check(Recognised, differences)
