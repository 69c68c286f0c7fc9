"""Quick keys as tabs and places: the shop's pages cut to what the screen holds.

Shape: `QuickState(tabs, tab, keys, turn)`; `keys` goes by place, None keeps a place empty. Tabs are
the shop's pages and nothing else; more tabs than fit are turned over by a last tab. A page with
more keys than places is turned within the grid: its last place then turns to the next leaf, and
`turn` words it. Keys never move: a place is the shop's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.money import Currency
from ui.presenters.amounts import Figures

if TYPE_CHECKING:
    from posloyalty.services.shop.catalogue import QuickPage


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """One key; `price` may be words for what is weighed or priced by hand."""

    product_id: bytes
    name: str
    price: str
    initial: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnState:
    """The key that turns to the page's next leaf: its words, which leaf is shown, both spoken.

    After the last leaf it leads `back` to the first.
    """

    words: str
    place: str
    spoken: str
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickState:
    """The tabs as shown, the chosen one, its keys by place, and the key that turns, if any."""

    tabs: tuple[str, ...] = ()
    tab: int = 0
    keys: tuple[KeyState | None, ...] = ()
    turn: TurnState | None = None


Worded = tuple[KeyState | None, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    name: str
    colour: str
    leaves: tuple[tuple[Product | None, ...], ...]


class QuickPages:
    """Holds the pages and which of them is open; `fit` says how much room the view has."""

    def __init__(self) -> None:
        self._pages: tuple[QuickPage, ...] = ()
        self._colours: Mapping[bytes, str] = {}
        self._places = 16
        self._tabs_most = 4
        self._open = 0
        self._leaf = 0
        self._arranged: list[_Page] | None = None
        self._worded: dict[tuple[int, int, str, Currency], Worded] = {}

    def load(self, pages: tuple[QuickPage, ...], colours: Mapping[bytes, str]) -> None:
        """Take the shop's pages; `colours` by category."""
        self._pages, self._colours = pages, colours
        self._forget()

    def fit(self, *, places: int, tabs_most: int) -> None:
        """The view has room for so many keys and tabs."""
        if places != self._places:
            self._leaf = 0
        self._places, self._tabs_most = max(2, places), max(2, tabs_most)
        self._forget()

    def choose(self, tab: int) -> None:
        """A tab was pressed: open its page at the first leaf, or turn the tabs over."""
        pages = self._leaves()
        first, count, turns = self._window(len(pages))
        if turns and tab == count:
            nxt = first + count
            self._open = nxt if nxt < len(pages) else 0
        elif 0 <= tab < count:
            self._open = first + tab
        self._leaf = 0

    def turn(self) -> None:
        """The open page's next leaf; after the last comes the first again."""
        pages = self._leaves()
        if self._open < len(pages):
            self._leaf = (self._leaf + 1) % len(pages[self._open].leaves)

    def product(self, product_id: bytes) -> Product | None:
        """The product of a key."""
        for page in self._pages:
            for key in page.keys:
                if key.product.id == product_id:
                    return key.product
        return None

    def state(self, figures: Figures) -> QuickState:
        """What to show."""
        pages = self._leaves()
        if not pages:
            return QuickState()
        self._open = min(self._open, len(pages) - 1)
        page = pages[self._open]
        self._leaf = min(self._leaf, len(page.leaves) - 1)
        first, count, turns = self._window(len(pages))
        shown = pages[first : first + count]
        names = tuple(each.name or figures.words("sale.top_keys") for each in shown)
        if turns:
            names = (*names, figures.words("sale.more_tabs"))
        return QuickState(
            tabs=names,
            tab=self._open - first,
            keys=self._keys(page, figures),
            turn=self._turn_key(len(page.leaves), figures),
        )

    def _turn_key(self, leaves: int, figures: Figures) -> TurnState | None:
        if leaves < 2:
            return None
        now = self._leaf + 1
        back = now == leaves
        words = figures.words("sale.turn_keys_back" if back else "sale.turn_keys")
        spoken = figures.words("sale.turn_keys_spoken", words=words, n=now, of=leaves)
        return TurnState(words=words, place=f"{now}/{leaves}", spoken=spoken, back=back)

    def _window(self, pages: int) -> tuple[int, int, bool]:
        """Which tabs are shown: the first, how many, and whether a last one turns them over."""
        if pages <= self._tabs_most:
            return 0, pages, False
        room = self._tabs_most - 1
        first = self._open // room * room
        return first, min(room, pages - first), True

    def _forget(self) -> None:
        self._arranged = None
        self._worded.clear()

    def _leaves(self) -> list[_Page]:
        """The pages that have keys, with what lies on each leaf; every scan asks for them."""
        if self._arranged is None:
            self._arranged = [page for page in map(self._arrange, self._pages) if page.leaves]
        return self._arranged

    def _arrange(self, page: QuickPage) -> _Page:
        by_place = {key.position: key.product for key in page.keys if key.product.active}
        places = max(by_place, default=-1) + 1
        # One place of every leaf is the turning key's, as soon as there is a second leaf.
        step = self._places if places <= self._places else self._places - 1
        leaves = (
            tuple(by_place.get(place) for place in range(start, min(start + step, places)))
            for start in range(0, places, step)
        )
        return _Page(page.name, page.colour, tuple(leaf for leaf in leaves if any(leaf)))

    def _keys(self, page: _Page, figures: Figures) -> Worded:
        """The keys of the leaf that is shown, worded once: a large shop has two hundred others."""
        shown = (self._open, self._leaf, figures.words.language, figures.currency)
        if shown not in self._worded:
            products = page.leaves[self._leaf]
            self._worded[shown] = tuple(self._key(one, page.colour, figures) for one in products)
        return self._worded[shown]

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
