"""Chips at the pay screen: points are spent or kept, other chips do what they do at the sale."""

from __future__ import annotations

from collections.abc import Callable

from ui.presenters.chip_presses import ChipPresses
from ui.presenters.chips import POINTS, ChipIs, ChipState
from ui.presenters.counter import Counter
from ui.presenters.ports import Sound
from ui.presenters.session import Session
from ui.presenters.tendering import Tendering


class PayChips:
    """Presses of chips while payments stand; no press makes them more than what is due."""

    def __init__(self, session: Session, counter: Counter, tell: Callable[[], None]) -> None:
        self._session = session
        self._counter = counter
        self._presses = ChipPresses(session, counter, tell)

    def press(self, chip: ChipState, tendering: Tendering | None) -> None:
        """Points: spend them on this sale, or give them back; an offer: bring it back."""
        sale, quote = self._counter.sale, self._counter.sale.quote
        if quote is None:
            return
        if not chip.id.startswith(POINTS):
            self._presses.press(chip)
            return
        wallet = chip.id.removeprefix(POINTS)
        if chip.kind is ChipIs.APPLIED:
            sale.redeem(wallet, 0)
            return
        for usable in quote.usable:
            if usable.wallet != wallet:
                continue
            left = quote.payable_minor - usable.most_minor
            if tendering is None or left < tendering.paid_minor:
                self._counter.refuse(self._session.words("pay.take_back_first"))
                return
            sale.redeem(wallet, usable.most_points)
            self._session.sounds.play(Sound.UNDERSTOOD)
