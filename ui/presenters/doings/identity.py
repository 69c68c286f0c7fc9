"""Putting right what the risk checks hold back: somebody showed who they are, points are good."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.engine.at_counter import NOTHING_ASKED
from posloyalty.services.doings.happenings import putting_right
from ui.presenters.doings.doing import Doing, Look, recorded


def identity(look: Look) -> Iterator[Doing]:
    """What a person may say of this member. Releasing shows only where points wait."""
    if look.offered.unproved:
        yield _row(look, "verify")
    yield _row(look, "release")


def _row(look: Look, act_name: str) -> Doing:
    words = look.figures.words
    preview, act, uses = recorded(look, lambda _answers: putting_right(look.member_id, act_name))
    return Doing(
        id=f"risk:{act_name}",
        icon="look",
        title=words(f"doings.{act_name}"),
        sub=words(f"doings.{act_name}_sub"),
        verb=words(f"doings.{act_name}_verb"),
        sample=NOTHING_ASKED,
        preview=preview,
        act=act,
        uses=uses,
    )
