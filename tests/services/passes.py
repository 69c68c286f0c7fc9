"""What a member has to use, as tests look at it: passes in the book, rows of the sheet."""

from __future__ import annotations

from posloyalty.domain.engine.at_counter import Row
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.pass_ import PASS
from posloyalty.services.till import Till


def passes_of(till: Till, member: bytes) -> list[Right]:
    """The member's passes that are not withdrawn, in the order of their ids."""
    with till.book.read() as reader:
        rights = reader.ledger.rights_of(member)
    own = (one for one in rights if one.kind == PASS and not one.cancelled)
    return sorted(own, key=lambda one: one.id)


def lefts(till: Till, member: bytes) -> list[int]:
    """How many uses are left of each."""
    return [one.left or 0 for one in passes_of(till, member)]


def rows_of(till: Till, member: bytes, language: str = "en") -> dict[str, Row]:
    """What kinds show of the member, by the ids of their rows."""
    shown = till.doings.take_part.offered(member, language).shown
    return {row.id: row for group in shown for row in group.rows}
