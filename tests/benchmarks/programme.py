"""A programme of 1,000 rules of mixed kinds: read with all that is wrong with it, and judged.

Reading is what a till does with a file that is installed, and once after each start. Judging is
reading and every warning: all that `programme check` does with a file of so many rules, which it
rings up only where a share is asked for (`--most-share`). The reference is the standard library's
parser of the same text, which gives a table and knows nothing of what it means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.insight.draft.draft import Draft, read_draft
from posloyalty.insight.draft.warnings import warnings_of
from tests.benchmarks.entry import Entry, at, in_turn
from tests.benchmarks.large_programme import large_programme
from tests.benchmarks.options import Options

RULES = 1000
TIMES = 15
WARM = 2
LIMIT_MS = 300
READ_TIMES = 4
JUDGED_TIMES = 8
TODAY = date(2026, 11, 29)


def measure(_options: Options) -> Iterator[Entry]:
    """The file of 1,000 rules, and the same with a hundred things wrong."""
    data = large_programme(RULES)
    wrong = data.replace(b'scope = "line"', b'scope = "shelf"', 100)
    assert isinstance(load(data), Programme)
    assert isinstance(load(wrong), list)
    for name, job, ratio in (
        ("reading", lambda _n: load(data), READ_TIMES),
        ("reading and refusing", lambda _n: load(wrong), JUDGED_TIMES),
        ("reading and judging", lambda _n: _judge(data), JUDGED_TIMES),
    ):
        ours, parsed = in_turn(
            job, lambda _n: tomllib.loads(data.decode("utf-8")), times=TIMES, warm=WARM
        )
        what = f"{name} a programme of {RULES:,} rules"
        yield Entry(name=f"{what}, median", ours=at(ours, 0.5), limit=LIMIT_MS)
        yield Entry(
            name=f"{what}, beside the bare parser",
            ours=at(ours, 0.5),
            reference=at(parsed, 0.5),
            limit=ratio,
        )


def _judge(data: bytes) -> None:
    draft = read_draft(data, TODAY)
    assert isinstance(draft, Draft)
    warnings_of(draft)
