"""What presenters ask of the shell around them: lanes, sounds, navigation, messages, time.

Every call is made and answered on the GUI thread. Tests hand in the fakes of `tests/fakes`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator

T = TypeVar("T")

Failed = Callable[[Exception], None]
Cancel = Callable[[], None]


class Screen(Enum):
    """The screens; one is in front at a time."""

    WIZARD = auto()
    SIGN_IN = auto()
    SALE = auto()
    MEMBER = auto()
    PAY = auto()
    DONE = auto()
    RETURN = auto()
    RECEIPT = auto()
    HISTORY = auto()
    SHIFT = auto()
    CASH = auto()
    SETTINGS = auto()
    RECOVERY = auto()
    AUDIT = auto()
    KEY_IN = auto()


class Sheet(Enum):
    """Sheets slide over the quick keys of a screen; one is open at a time, Esc closes it."""

    FIND = auto()
    REDEEM = auto()
    WHY = auto()
    RECALL = auto()
    APPROVE = auto()
    DOINGS = auto()
    PAYMENTS = auto()
    GIFT_CARD = auto()


class Sound(Enum):
    """What is heard; each has one meaning."""

    UNDERSTOOD = "understood"
    MEMBER_FOUND = "member_found"
    REFUSED = "refused"
    SALE_COMPLETE = "sale_complete"
    LOOK_HERE = "look_here"


class ToastKind(Enum):
    """How a message is coloured, shaped and announced."""

    NEWS = "news"
    GOOD = "good"
    LOOK = "look"
    REFUSED = "refused"


class JobCancelled(Exception):
    """A long job noticed that its cancel was asked for; nothing half-done stands."""


class Progress(Protocol):
    """Given to a long job: it tells how far it is, and learns whether to stop."""

    def __call__(self, done: int, total: int) -> None:
        """Tell the screen; raises `JobCancelled` when the person pressed Cancel."""


class Lanes(Protocol):
    """Where work that is not instant goes; answers come back on the GUI thread, in order.

    A lane that is full answers `failed(LaneFull)`. Exceptions of the job come to `failed`.
    """

    def write(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the one thread that may write to the book."""

    def look_up(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the read-only thread. An answer may be stale: compare before showing it."""

    def printing(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the thread that talks to printers; it may take many seconds."""

    def paying(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the thread that talks to the terminal; it may take as long as a customer does."""

    def sending(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the thread that talks to head office; it may take many seconds."""

    def hearing(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the thread that waits at head office for news, up to a minute."""

    def reserving(self, job: Callable[[], T], done: Callable[[T], None], failed: Failed) -> None:
        """Run on the thread that asks head office for what the open sale wants to spend."""

    def long(
        self,
        job: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Failed,
        progress: Callable[[int, int], None],
    ) -> Cancel:
        """Run an import or report; `progress(done, total)` is told now and then.

        The result asks the job to stop; its `failed` then hears `JobCancelled`.
        """


class LaneFull(Exception):
    """A lane had no room for another job; the person may try again."""


class FrontDoor(Protocol):
    """Who may come in, before the till's services are there."""

    def operators(self) -> tuple[Operator, ...]:
        """Those who can sign in; nobody where only the services can tell."""

    def vouch(self, operator_id: bytes, pin: str) -> Operator | None:
        """Whose PIN this is; None leaves the answer to the services. Slow: for a lane."""


class Sounds(Protocol):
    """The till's own sounds; silent where there is no device or the volume is 0."""

    def play(self, sound: Sound) -> None:
        """Start a sound and return at once."""


class Navigator(Protocol):
    """Moves between screens and sheets; the focus goes back where it was."""

    def show(self, screen: Screen, **arguments: object) -> None:
        """Bring a screen to the front; its presenter's `opened(**arguments)` is called."""

    def back(self) -> None:
        """Go to the screen that was in front before; its `opened()` gets no arguments."""

    def open_sheet(self, sheet: Sheet, **arguments: object) -> None:
        """Open a sheet over the quick keys, closing the one that is open."""

    def close_sheet(self) -> None:
        """Close the open sheet, if any."""


class Toasts(Protocol):
    """The message line: results and refusals, 6 s long, covering nothing."""

    def say(self, message: str, kind: ToastKind, undo: Callable[[], None] | None = None) -> None:
        """Show a message in place of the last one. With `undo` it stays until the next step."""

    def clear(self) -> None:
        """Take the message away: the next step was made."""

    def scan_follows(self) -> None:
        """Take the message away, a refusal only when it could be read: another scan came."""


class Timer(Protocol):
    """Calls back later on the GUI thread."""

    def after(self, ms: int, callback: Callable[[], None]) -> Cancel:
        """Call `callback` once in `ms` milliseconds unless the result is called first."""
