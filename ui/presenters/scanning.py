"""What a code means, on a lane of its own; a card or phone code of which head office may know more
is asked about there first, and so is a member whom nobody here knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.values.own_codes import PHONE_CODE_PREFIX
from ui.presenters.asking_office import ask_office, may_ask
from ui.presenters.ports import ToastKind
from ui.presenters.reserving import PATIENCE_MS

if TYPE_CHECKING:
    from posloyalty.domain.members.member import Identifier
    from posloyalty.domain.shop.scan_code import ScanScreen
    from posloyalty.services.selling.recognise_scan import Said
    from posloyalty.services.selling.scanned import Scanned
    from ui.presenters.session import Session


def recognise(
    session: Session,
    text: str,
    screen: ScanScreen,
    *,
    done: Callable[[Scanned], None],
    failed: Callable[[Exception], None],
    still: Callable[[], bool] = lambda: True,
) -> None:
    """Say what a scanned or typed code means. Where head office is asked, that takes two seconds at
    most, and `done` hears what was found without it if nothing was said by then; nothing at all
    where the answer is wanted no more (`still`). What head office says later is known for the next
    scan.
    """
    till = session.till

    def asked(code: str) -> Said | None:
        if code.startswith(PHONE_CODE_PREFIX):
            return till.about_phones.ask(code)
        return till.about_cards.ask(code)

    def came(found: Scanned) -> None:
        card: str = getattr(found, "asks", "")
        whom: Identifier | None = getattr(found, "whom", None)
        if not card and whom is not None and may_ask(session, whom):
            ask_office(session, whom, over=lambda known: whom_over(found, known))
            return
        if not card:
            done(found)
            return
        kind = "phone" if card.startswith(PHONE_CODE_PREFIX) else "card"
        session.toasts.say(session.words(f"scan.{kind}_asking"), ToastKind.NEWS)
        waits = [True]

        def over(said: Said | None) -> None:
            if not waits:
                return
            waits.clear()
            if not still():
                return
            if said is None:
                done(found)
                return
            session.lanes.look_up(
                lambda: till.scan.recognise(text, screen=screen, said=said), done, failed
            )

        session.timer.after(PATIENCE_MS, lambda: over(None))
        session.lanes.reserving(lambda: asked(card), over, lambda _fault: over(None))

    def whom_over(found: Scanned, known: bool) -> None:
        if not still():
            return
        if known:
            session.lanes.look_up(lambda: till.scan.recognise(text, screen=screen), done, failed)
        else:
            done(found)

    session.lanes.look_up(lambda: till.scan.recognise(text, screen=screen), came, failed)
