"""What X and Z say of loyalty: who was known, what points did, what members have in their hands.

Shape: `ShiftLoyalty(sums, ...)` of a shift, or of one operator's part of it; `rows()` are the
section, `moved(wallet)` one wallet's figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme import kinds
from posloyalty.domain.programme.declaration import DECLARATIONS, called
from posloyalty.domain.shop.shift_sums import SumKind, Sums
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency, format_amount
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.papers.receipt import Row
from posloyalty.services.papers.receipt_foot import Wording

_KINDS = kinds  # imported so that what they declare is known
_POINTS: Final = (
    ("earned", SumKind.EARNED),
    ("spent", SumKind.SPENT),
    ("taken_back", SumKind.TAKEN_BACK),
    ("given_back", SumKind.GIVEN_BACK),
)
_RIGHTS: Final = (
    ("given", SumKind.RIGHT_GIVEN),
    ("used", SumKind.RIGHT_USED),
    ("withdrawn", SumKind.RIGHT_TAKEN_BACK),
    ("restored", SumKind.RIGHT_GIVEN_BACK),
)


@dataclass(frozen=True, slots=True)
class ShiftLoyalty:
    """The loyalty of some sums. `whole` is the shift's where `sums` are one operator's: it names
    wallets that theirs do not.
    """

    sums: Sums
    words: Wording
    currency: Currency
    whole: Sums | None = None

    def rows(self) -> tuple[Row, ...]:
        """The whole section."""
        return (*self._people(), *self._points(), *self.rights())

    def rights(self) -> Iterator[Row]:
        """What members got into their hands and used, by kind."""
        for key in sorted(key for key, kind in DECLARATIONS.items() if kind.in_hand):
            parts = [
                self._said(code, n=f"{line.amount:,}")
                for code, kind in _RIGHTS
                if (line := self.sums.of(kind).get(key)) is not None
            ]
            if parts:
                yield Row(self._right(key), " · ".join(parts))

    @property
    def wallets(self) -> tuple[str, ...]:
        """Whose points moved."""
        return tuple(dict.fromkeys(of for _, kind in _POINTS for of in self.sums.of(kind)))

    def wallet(self, wallet: str) -> tuple[str, int]:
        """A wallet's name as printed, and its decimals."""
        for _, kind in _POINTS:
            line = (self.whole or self.sums).of(kind).get(wallet)
            if line is not None and line.name:
                return line.name, line.scale
        return wallet, 0

    def moved(self, wallet: str) -> Iterator[tuple[str, str]]:
        """What was earned, used and so on in a wallet: a word's code and the figure."""
        scale = self.wallet(wallet)[1]
        for code, kind in _POINTS:
            line = self.sums.of(kind).get(wallet)
            if line is None:
                continue
            text = format_fixed(line.amount, decimals=scale, grouping=True)
            worth = self.sums.of(SumKind.SPENT_WORTH).get(wallet)
            if kind is SumKind.SPENT and worth is not None and self.whole is None:
                text = f"{text} · {format_amount(-worth.amount, self.currency)}"
            yield code, text

    def _people(self) -> Iterator[Row]:
        sales = self.sums.total(SumKind.SALES).count
        known = self.sums.total(SumKind.MEMBER_SALES).count
        if known:
            percent = Ratio(known, sales).apply(100, Rounding.HALF_UP)
            share = self._said("of_sales", n=known, sales=sales, percent=percent)
            yield Row(self._said("member_sales"), share)
        joined = self.sums.total(SumKind.JOINED).count
        if joined:
            yield Row(self._said("joined"), f"{joined:,}")

    def _points(self) -> Iterator[Row]:
        for wallet in self.wallets:
            name = self.wallet(wallet)[0]
            for code, text in self.moved(wallet):
                yield Row(self._said(code, wallet=name), text)

    def _right(self, kind: str) -> str:
        """What rights of a kind are called, by the kind itself or by the catalogues; its key where
        neither has words.
        """
        own = called(kind)
        if own is not None:
            return own.many.in_language(self.words.language)
        try:
            return self._said(f"right_{kind}")
        except KeyError:
            return kind

    def _said(self, code: str, **facts: object) -> str:
        return self.words(f"shift_report.{code}", **facts)
