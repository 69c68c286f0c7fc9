"""Quick keys as tabs and places: the shop's pages cut to what the screen holds.

Shape: `QuickState(tabs, tab, keys)`; `keys` goes by place, None keeps a place empty. A page with
more keys than places is shown as several numbered tabs; more tabs than fit are turned over
by a last tab. Keys never move: a place is the shop's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.money import Currency
from ui.presenters.amounts import Figures

if TYPE_CHECKING:
    from posloyalty.services.catalogue import QuickPage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """One key; `price` may be words for what is weighed or priced by hand."""

    product_id: bytes
    name: str
    price: str
    initial: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickState:
    """The tabs as shown, the chosen one, and its keys by place."""

    tabs: tuple[str, ...] = ()
    tab: int = 0
    keys: tuple[KeyState | None, ...] = ()


@dataclass(frozen=True, slots=True)
class _Leaf:
    name: str
    keys: tuple[KeyState | None, ...]


class QuickPages:
    """Holds the pages and which of them is open; `fit` says how much room the view has."""

    def __init__(self) -> None:
        self._pages: tuple[QuickPage, ...] = ()
        self._colours: Mapping[bytes, str] = {}
        self._places = 16
        self._tabs_most = 4
        self._open = 0
        self._made: tuple[str, Currency, list[_Leaf]] | None = None

    def load(self, pages: tuple[QuickPage, ...], colours: Mapping[bytes, str]) -> None:
        """Take the shop's pages; `colours` by category."""
        self._pages, self._colours = pages, colours
        self._made = None

    def fit(self, *, places: int, tabs_most: int) -> None:
        """The view has room for so many keys and tabs."""
        if places != self._places:
            self._open = 0
        self._places, self._tabs_most = places, max(2, tabs_most)
        self._made = None

    def choose(self, tab: int, figures: Figures) -> None:
        """A tab was pressed: open its page, or turn the tabs over."""
        leaves = self._leaves(figures)
        first, count, turns = self._window(len(leaves))
        if turns and tab == count:
            nxt = first + count
            self._open = nxt if nxt < len(leaves) else 0
        elif 0 <= tab < count:
            self._open = first + tab

    def product(self, product_id: bytes) -> Product | None:
        """The product of a key."""
        for page in self._pages:
            for key in page.keys:
                if key.product.id == product_id:
                    return key.product
        return None

    def state(self, figures: Figures) -> QuickState:
        """What to show."""
        leaves = self._leaves(figures)
        if not leaves:
            return QuickState()
        self._open = min(self._open, len(leaves) - 1)
        first, count, turns = self._window(len(leaves))
        names = tuple(leaf.name for leaf in leaves[first : first + count])
        if turns:
            names = (*names, figures.words("sale.more_tabs"))
        return QuickState(tabs=names, tab=self._open - first, keys=leaves[self._open].keys)

    def _window(self, pages: int) -> tuple[int, int, bool]:
        """Which tabs are shown: the first, how many, and whether a last one turns them over."""
        if pages <= self._tabs_most:
            return 0, pages, False
        room = self._tabs_most - 1
        first = self._open // room * room
        return first, min(room, pages - first), True

    def _leaves(self, figures: Figures) -> list[_Leaf]:
        """All pages, worded: made once for a language and currency, for every scan asks."""
        language = figures.words.language
        if self._made is None or self._made[:2] != (language, figures.currency):
            self._made = (language, figures.currency, self._word_leaves(figures))
        return self._made[2]

    def _word_leaves(self, figures: Figures) -> list[_Leaf]:
        leaves = []
        for page in self._pages:
            name = page.name or figures.words("sale.top_keys")
            by_place = {key.position: key.product for key in page.keys if key.product.active}
            last = max(by_place, default=-1)
            for part, start in enumerate(range(0, last + 1, self._places), start=1):
                keys = tuple(
                    self._key(by_place.get(place), page.colour, figures)
                    for place in range(start, min(start + self._places, last + 1))
                )
                if any(keys):
                    leaves.append(_Leaf(name if part == 1 else f"{name} {part}", keys))
        return leaves

    def _key(self, product: Product | None, colour: str, figures: Figures) -> KeyState | None:
        if product is None:
            return None
        own = self._colours.get(product.category_id or b"", "")
        return KeyState(
            product_id=product.id,
            name=product.name,
            price=key_price(product, figures),
            initial=product.name.strip()[:1].upper(),
            colour=own or colour or "grey",
        )


def key_price(product: Product, figures: Figures) -> str:
    """The price on a key, or in words what comes first."""
    if product.price_minor is None:
        return figures.words("sale.key_open_price")
    if product.weighed:
        return figures.words("sale.key_weighed")
    return figures.money(product.price_minor)
