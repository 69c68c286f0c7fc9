"""`status = "active"`: whether a member may earn and spend; "frozen", "closed", "erased".
`identity = false`: whether the till still knows who they are: a name, or anything to find them by.
"""

from __future__ import annotations

from posloyalty.scenario.block import Block, written_value
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import Check, MemberSeen, compared


@expects("status", of=MemberSeen)
def read_status(block: Block, key: str) -> Check:
    """Read the status."""
    wanted, path = block.written(key), (*block.path, key)
    return thing_check(MemberSeen, lambda seen: compared(path, wanted, seen.state.status.value))


@expects("identity", of=MemberSeen)
def read_identity(block: Block, key: str) -> Check:
    """Read whether they are known."""
    wanted, path = block.written(key), (*block.path, key)
    return thing_check(
        MemberSeen, lambda seen: compared(path, wanted, written_value(seen.identified))
    )
