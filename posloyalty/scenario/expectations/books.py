"""Whom to ask: `members` by name; `tills` by code, and `head_office`, for what they know.

`members = { wang = { balance = 230 } }` takes everything that may be expected of a member;
`head_office = { members = { wang = { balance = 50 } }, accounts = { issued = -50 } }` and
`tills = { T2 = { ... } }` take what may be expected of books. Without them a step's expectations
are about its own till, and those in the end about the first one.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import checked, expects, read_expectations
from posloyalty.scenario.head_office import OfficeBooks
from posloyalty.scenario.seen import (
    NOTHING,
    Books,
    Check,
    Difference,
    MemberSeen,
    Seen,
    Surroundings,
    differs,
)


@expects("members", of=Books)
def read_members(block: Block, key: str) -> Check:
    """Read what is expected of each member."""
    wanted = []
    for name, table in block.each(key):
        block.reading.references.append((table.path, "member", name))
        wanted.append((name, table.path, read_expectations(table, (MemberSeen,))))

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        for name, path, checks in wanted:
            member = None if books is None else books.member(name)
            if member is None:
                yield differs(path, name, NOTHING)
            else:
                yield from checked(checks, Seen(member))

    return check


@expects("head_office", of=Surroundings)
def read_head_office(block: Block, key: str) -> Check:
    """Read what is expected of head office's books."""
    table = block.section(key)
    checks = () if table is None else read_expectations(table, (OfficeBooks,))

    def check(seen: Seen) -> Iterator[Difference]:
        world = seen.world
        if world is not None:
            yield from checked(checks, Seen(world.head_office_books()))

    return check


@expects("tills", of=Surroundings)
def read_tills(block: Block, key: str) -> Check:
    """Read what is expected of tills by their codes."""
    wanted = []
    for code, table in block.each(key):
        block.reading.references.append((table.path, "till", code))
        wanted.append((code, read_expectations(table, (Books,))))

    def check(seen: Seen) -> Iterator[Difference]:
        world = seen.world
        for code, checks in wanted:
            if world is not None:
                yield from checked(checks, Seen(world.till_books(code)))

    return check
