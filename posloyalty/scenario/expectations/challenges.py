"""`challenges = { five-visits = { have = 4, need = 5 } }`: how far a member is.

Only the challenges named here are looked at. Each may state `have` and `need` of the decisive
figure (in minor units of money or of the wallet), `last` (the last day on which it can be made, as
things stand) and `made` (how often it was made).
"""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.challenges import ChallengeProgress, progress_of
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import expects, thing_check
from posloyalty.scenario.seen import NOTHING, Check, Difference, MemberSeen, differs

KEYS = ("have", "last", "made", "need")


@expects("challenges", of=MemberSeen)
def read_challenges(block: Block, key: str) -> Check:
    """Read the figures of each challenge."""
    table = block.section(key)
    wanted: dict[tuple[str, str], str] = {}
    for challenge in () if table is None else table.untaken:
        assert table is not None  # it has keys
        figures = table.section(challenge)
        for name in () if figures is None else figures.untaken:
            assert figures is not None  # it has keys
            if name in KEYS:
                wanted[challenge, name] = str(figures.value(name))
        if figures is not None:
            figures.close(KEYS)

    def differences(seen: MemberSeen) -> Iterator[Difference]:
        found = progress_of(seen.programme, seen.state, seen.day, "en")
        got = {one.id: _told(one) for one in found}
        for (challenge, name), value in wanted.items():
            there = got.get(challenge, {}).get(name, NOTHING)
            if there != value:
                yield differs((*block.path, key, challenge, name), value, there)

    return thing_check(MemberSeen, differences)


def _told(one: ChallengeProgress) -> dict[str, str]:
    told = {"made": str(one.made)}
    if one.figure is not None:
        told |= {"have": str(one.figure.have), "need": str(one.figure.need)}
    if one.last_day is not None:
        told["last"] = one.last_day.isoformat()
    return told
