"""Rights: things of value that are used, not spent: vouchers, rewards, passes, memberships.

Shape: a `Right` is opened by an event and only ever changed by `RightChange`s, which add up: uses,
uses given back, days added, withdrawn. `fold_rights(changes)` gives every right as it stands, in
whatever order the changes arrive. Days are of the programme's zone; both ends are inclusive.

A voucher is a right of one use, a pass of thirty coffees one of thirty, a membership one without
a bound of uses, an entry to a draw or a place at an event one that is used at the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from posloyalty.domain.values.identifiers import derive_id

UNBOUNDED = 0


class RightState(StrEnum):
    """What can be done with a right on a day."""

    WAITING = "waiting"  # good from a later day on, or held back until an event releases it
    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class RightMove(StrEnum):
    """How a right changed."""

    ISSUE = "issue"
    RELEASE = "release"  # what was held back becomes good
    USE = "use"
    GIVE_BACK = "give_back"
    EXTEND = "extend"
    CANCEL = "cancel"
    REVIVE = "revive"  # a cancellation undone


class Right(Struct, frozen=True, kw_only=True, gc=False):
    """A right. `kind` and `of` name its definition in the programme, such as "voucher", "welcome".

    `owner` is a member's (or household's) id, or `bearer_id` of the `code` that proves it. `uses`
    is how often it can be used, 0 without bound; `held` says that an event must release it first.
    Releases and cancellations are counted, so that changes only add up: a REVIVE takes one back.
    `paid_minor` is what was paid for it, from which a refund is reckoned; `origin` the event that
    opened it, `line` that sale's line, 0 for none.
    """

    id: bytes
    kind: str
    of: str
    owner: bytes
    programme: str
    code: str = ""
    uses: int = 1
    used: int = 0
    from_day: date | None = None
    last_day: date | None = None
    held: bool = False
    released: int = 0
    cancelled: int = 0
    paid_minor: int = 0
    origin: bytes = b""
    line: int = 0

    @property
    def left(self) -> int | None:
        """How many uses are left; None without bound."""
        return None if self.uses == UNBOUNDED else max(0, self.uses - self.used)

    @property
    def bearer(self) -> bool:
        """Whether it belongs to whoever shows its code."""
        return not self.owner or (bool(self.code) and self.owner == bearer_id(self.code))

    def state(self, day: date) -> RightState:
        """What can be done with it on a day."""
        if self.cancelled > 0:
            return RightState.CANCELLED
        if self.left == 0:
            return RightState.USED
        if self.last_day is not None and self.last_day < day:
            return RightState.EXPIRED
        waits = self.held and not self.released
        if waits or (self.from_day is not None and day < self.from_day):
            return RightState.WAITING
        return RightState.GOOD

    def good_on(self, day: date) -> bool:
        """Whether it can be used on a day."""
        return self.state(day) is RightState.GOOD


class RightChange(Struct, frozen=True, kw_only=True, gc=False):
    """One change: `amount` uses, or days for EXTEND; 1 where it does not matter.

    `opens` is the right that an ISSUE opens, as it is at first. `id` is derived from the event and
    the place in it, so that the same event twice changes nothing twice.
    """

    id: bytes
    right_id: bytes
    move: RightMove
    event_id: bytes
    amount: int = 1
    opens: Right | None = None


class RightFault(ValueError):
    """Changes that cannot all be true; `change_id` names the one that shows it."""

    def __init__(self, code: str, change_id: bytes) -> None:
        super().__init__(f"{code} at change {change_id.hex()}")
        self.code = code
        self.change_id = change_id


def bearer_id(code: str) -> bytes:
    """The owner of a right that belongs to whoever shows its code."""
    return derive_id("bearer", code)


def fold_rights(changes: Iterable[RightChange]) -> Mapping[bytes, Right]:
    """Every right as it stands; raises `RightFault` when changes contradict one another."""
    seen: dict[bytes, RightChange] = {}
    rights: dict[bytes, Right] = {}
    for change in changes:
        before = seen.setdefault(change.id, change)
        if before != change:
            raise RightFault("SAME_ID_OTHER_FIELDS", change.id)
        if change.move is RightMove.ISSUE:
            if change.opens is None or change.opens.id != change.right_id:
                raise RightFault("ISSUE_WITHOUT_RIGHT", change.id)
            rights[change.right_id] = change.opens
    for change in seen.values():
        right = rights.get(change.right_id)
        if right is None:
            raise RightFault("RIGHT_UNKNOWN", change.id)
        rights[change.right_id] = after_change(right, change)
    return rights


def after_change(right: Right, change: RightChange) -> Right:
    """The right after one more change; the order of changes does not matter."""
    match change.move:
        case RightMove.ISSUE:
            return right
        case RightMove.USE:
            return replace(right, used=right.used + change.amount)
        case RightMove.GIVE_BACK:
            return replace(right, used=right.used - change.amount)
        case RightMove.EXTEND:
            last = right.last_day
            later = None if last is None else last + timedelta(days=change.amount)
            return replace(right, last_day=later)
        case RightMove.RELEASE:
            return replace(right, released=right.released + 1)
        case RightMove.CANCEL:
            return replace(right, cancelled=right.cancelled + 1)
        case RightMove.REVIVE:
            return replace(right, cancelled=right.cancelled - 1)
