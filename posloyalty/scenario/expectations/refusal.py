"""`refusal = "UNPAID"`: the step itself is refused, and nothing is booked.

`{ reason = "UNPAID", due = "0.10" }` also states facts. A step that is refused without this
expectation is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Attempt, Check, Difference, differs
from posloyalty.scenario.wanted_reason import read_reason


@expects("refusal", of=Attempt)
def read_refusal(block: Block, key: str) -> Check:
    """Read the code, and facts."""
    wanted = read_reason(block, key)

    def differences(attempt: Attempt) -> Iterator[Difference]:
        if attempt.refusal is None:
            yield differs(wanted.path, wanted.code, NOTHING)
        else:
            yield from wanted.among((attempt.refusal,))

    return thing_check(Attempt, differences)
