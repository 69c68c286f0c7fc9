"""`accounts = { member = 230, redeemed = 120 }`: accounts by kind, over all members.

What went in less what went out, in points; "issued" is so below zero by what members were given.
Only the kinds named here are looked at. With several wallets, by wallet:
`accounts = { points = { member = 230 } }`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.finding import Path
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects
from posloyalty.scenario.seen import Books, Check, Difference, Seen, compared


@expects("accounts", of=Books)
def read_accounts(block: Block, key: str) -> Check:
    """Read the kinds, for one wallet or by wallet."""
    wanted = list(_read(block, key))

    def check(seen: Seen) -> Iterator[Difference]:
        """Sums by kind of account that differ."""
        books = seen.books
        if books is None:
            return
        accounts = books.accounts()
        for wallet, kind, path, amount in wanted:
            ledger = books.programme.ledger(wallet)
            found = sum(
                balance
                for account, balance in accounts.items()
                if account.ledger == ledger and account.kind.value == kind
            )
            yield from compared(path, amount, found, partial(block.points_text, wallet))

    return check


def _read(block: Block, key: str) -> Iterator[tuple[str, str, Path, int]]:
    table = block.section(key)
    for name in () if table is None else table.untaken:
        assert table is not None
        if table.is_table(name):
            table.reading.references.append(((*table.path, name), "wallet", name))
            inner = table.section(name)
            if inner is not None:
                for kind in inner.untaken:
                    yield name, *_figure(inner, kind, name)
        else:
            wallet = table.only_wallet(name)
            yield wallet, *_figure(table, name, wallet)


def _figure(table: Block, kind: str, wallet: str) -> tuple[str, Path, int]:
    known = [one.value for one in AccountKind]
    if kind not in known:
        table.found(kind, "NOT_CHOICE", given=kind, known=", ".join(known))
    return kind, (*table.path, kind), table.count(kind, wallet)
