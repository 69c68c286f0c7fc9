"""Head office is asked whose a number or card is that nobody here has, while the cashier goes on.

Shape: `may_ask(session, whom)` says whether there is anybody to ask, `ask_office(session, whom)`
asks on a lane of its own. After two seconds without an answer it goes on as if there were nobody;
whoever is found later is in the book all the same. `AskingOffice` does so for a line of text that
is typed on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.members.member import Identifier
from posloyalty.domain.members.typed_identifier import typed_identifier
from ui.presenters.ports import ToastKind
from ui.presenters.reserving import PATIENCE_MS

if TYPE_CHECKING:
    from ui.presenters.session import Session


def may_ask(session: Session, whom: Identifier | None) -> bool:
    """Whether head office would be asked now. It asks nobody, and waits for nothing."""
    if whom is None or not session.till_open:
        return False
    till = session.till
    return till.lending.online and till.about_members.asks(whom)


def ask_office(
    session: Session,
    whom: Identifier,
    *,
    over: Callable[[bool], None],
    late: Callable[[], None] = lambda: None,
) -> None:
    """Ask. `over` hears once whether somebody was found; not so after two seconds, and then `late`
    is called for whoever is found after that.
    """
    till, waits = session.till, [True]
    session.toasts.say(session.words("member.asking_office"), ToastKind.NEWS)

    def came(found: bool) -> None:
        if waits:
            waits.clear()
            over(found)
        elif found:
            late()

    def enough() -> None:
        if waits:
            waits.clear()
            over(False)

    session.timer.after(PATIENCE_MS, enough)
    session.lanes.reserving(lambda: till.about_members.ask(whom), came, lambda _fault: came(False))


class AskingOffice:
    """Asks for a typed text, once until `forget`. `found` is told the text, `nobody` is called
    where it means nobody; neither once the text was forgotten or `stop` was said, since the cashier
    has moved on then. Whoever comes later than two seconds is told to `late`.
    """

    def __init__(
        self,
        session: Session,
        *,
        found: Callable[[str], None],
        nobody: Callable[[], None],
        late: Callable[[str], None],
    ) -> None:
        self._session = session
        self._found = found
        self._nobody = nobody
        self._late = late
        self._asked = ""
        self.busy = False
        """Whether an answer is waited for."""

    def asks(self, text: str) -> bool:
        """Ask for a whole number or card; whether that is one, and not asked for yet."""
        whom = typed_identifier(text)
        if whom is None or self._asked == text or not may_ask(self._session, whom):
            return False
        self._asked, self.busy = text, True

        def over(found: bool) -> None:
            if not self.busy or self._asked != text:
                return
            self.busy = False
            if found:
                self._found(text)
            else:
                self._nobody()

        def late() -> None:
            if self._asked == text:
                self._late(text)

        ask_office(self._session, whom, over=over, late=late)
        return True

    def stop(self) -> None:
        """Whatever is answered now is waited for no more."""
        self.busy = False

    def forget(self) -> None:
        """Another text is typed."""
        self._asked, self.busy = "", False
