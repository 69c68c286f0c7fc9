"""What a snapshot says of a member, and which part of an experiment somebody is in.

`segments = { loyal = 2026-02-28 }` are all segments with the day of the snapshot, `picks =
["latte-off"]` the offers that are shown, best first. `buckets = { EXP-1 = { M000001 = 88 } }` are
numbers from 0 to 99, of members by the name in the file or of any other key as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.snapshots import picks_of, segments_of
from posloyalty.domain.values.buckets import BUCKETS, bucket_of
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import (
    NOTHING,
    Books,
    Check,
    Difference,
    MemberSeen,
    Seen,
    compared,
    differs,
)


@expects("segments", of=MemberSeen)
def read_segments(block: Block, key: str) -> Check:
    """Read the segments with their days."""
    path, table = (*block.path, key), block.section(key)
    wanted = {} if table is None else {name: table.day(name) for name in table.untaken}

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        found = segments_of(seen.programme, seen.state, seen.day)
        for name in sorted({*wanted, *found}):
            here, there = wanted.get(name), found.get(name)
            if here != there:
                yield differs((*path, name), str(here or NOTHING), str(there or NOTHING))

    return thing_check(MemberSeen, differences)


@expects("picks", of=MemberSeen)
def read_picks(block: Block, key: str) -> Check:
    """Read the offers that are shown."""
    path = (*block.path, key)
    wanted = block.words(key) if block.value(key) else ()

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        picks = picks_of(seen.programme, seen.state, seen.day)
        found = [one.offer for one in picks if one.shown]
        yield from compared(path, ", ".join(wanted), ", ".join(found))

    return thing_check(MemberSeen, differences)


@expects("buckets", of=Books)
def read_buckets(block: Block, key: str) -> Check:
    """Read the buckets by experiment."""
    wanted = [
        (experiment, name, (*table.path, name), table.whole(name, most=BUCKETS - 1))
        for experiment, table in block.each(key)
        for name in table.untaken
    ]

    def check(seen: Seen) -> Iterator[Difference]:
        books = seen.books
        for experiment, name, path, bucket in wanted:
            state = None if books is None else books.state(name)
            member = name if state is None else state.member_id.hex()
            yield from compared(path, bucket, bucket_of(experiment, member))

    return check
