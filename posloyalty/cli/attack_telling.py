"""An attack in words: what somebody does, step by step, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.insight.draft.attack.counter import Done, Position
from posloyalty.insight.draft.attack.moves import Buy, Convert, Exchange, GiveBack, Wait
from posloyalty.insight.draft.attack.search import Attack
from posloyalty.wording import Words

HUNDRED = Ratio(100)


@dataclass(frozen=True, slots=True)
class Telling:
    """What words and amounts are made with."""

    words: Words
    money: Currency

    def attack(self, found: Attack, seed: int) -> Iterator[str]:
        """The steps, what they come to, and whether it is a hole."""
        position = found.position
        if position.taken_minor <= 0:
            yield self.words("attack.NOTHING", steps=found.steps, seed=seed)
            return
        yield from self.steps(position)
        yield self.stands(position)
        verdict = "HOLE" if found.hole else "NO_HOLE"
        yield self.words(f"attack.{verdict}", steps=found.steps, seed=seed)

    def steps(self, position: Position) -> Iterator[str]:
        """Each move in a sentence."""
        purchases: list[int] = []
        for n, done in enumerate(position.done, start=1):
            if isinstance(done.move, Buy):
                purchases.append(n)
            yield self._step(n, done, purchases)

    def too_much(self, found: Attack, most: Ratio) -> str:
        """That one sale hands out more than a share."""
        position = found.position
        (done,) = position.done
        return self.words(
            "attack.TOO_MUCH",
            percent=percent(found.share or Ratio(0)),
            most=percent(most),
            goods=self._bought(done.move),
            shown=self._money(position.kept_minor),
            paid=self._money(position.paid_minor),
            held=self._money(position.held_minor),
        )

    def stands(self, position: Position) -> str:
        """What was kept, paid and held in the end."""
        share = position.share
        return self.words(
            "attack.STANDS_EMPTY" if share is None else "attack.STANDS",
            kept=self._money(position.kept_minor),
            paid=self._money(position.paid_minor),
            held=self._money(position.held_minor),
            taken=self._money(position.taken_minor),
            percent="" if share is None else percent(share),
        )

    def _step(self, n: int, done: Done, purchases: list[int]) -> str:
        move, quote = done.move, done.quote
        if isinstance(move, Wait):
            return self.words("attack.WAITS", n=n, days=move.days)
        if isinstance(move, Convert):
            return self.words("attack.CONVERTS", n=n, id=move.conversion)
        if isinstance(move, Exchange):
            return self.words("attack.EXCHANGES", n=n, id=move.reward, times=done.points)
        if isinstance(move, GiveBack):
            assert isinstance(quote, RefundQuote)
            pieces = [
                self._piece(line.quantity_milli // 1000, line.sku, line.unit_price_minor)
                for line in quote.lines
            ]
            paid, of = self._money(quote.total_minor), purchases[move.sale]
            goods = self._all(pieces)
            return self.words("attack.GIVES_BACK", n=n, goods=goods, of=of, paid=paid)
        assert isinstance(quote, Quote)
        return self.words(
            "attack.BUYS_WITH" if move.redeem else "attack.BUYS",
            n=n,
            goods=self._bought(move),
            shown=self._money(quote.gross_minor),
            paid=self._money(quote.payable_minor),
        )

    def _bought(self, move: object) -> str:
        assert isinstance(move, Buy)
        return self._all(
            [self._piece(one.pieces, one.ware.product.sku, one.price_minor) for one in move.pieces]
        )

    def _piece(self, n: int, goods: str, price_minor: int) -> str:
        return self.words("attack.PIECE", n=n, goods=goods, price=self._money(price_minor))

    def _all(self, pieces: list[str]) -> str:
        told = pieces[0]
        for piece in pieces[1:]:
            told = self.words("attack.AND", one=told, other=piece)
        return told

    def _money(self, minor: int) -> str:
        return format_amount(minor, self.money, symbol=True)


def percent(share: Ratio) -> str:
    """A share in per cent, with one decimal where there is one."""
    tenths = (share * HUNDRED).apply(10, Rounding.HALF_UP)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
