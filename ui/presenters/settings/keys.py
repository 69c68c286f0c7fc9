"""The section "quick keys": which product stands on which place, and the tabs they stand under.

Shape: pages of 4 x 4 places, one page for the favourites (no category) and one for each category.
A place is chosen first, then a product; both by tap or by keys, never by dragging. A category's
name, colour and place among the tabs are changed in the form below its page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.product import Category, Product
from ui.presenters.form import Choice, Field, FieldKind, finding
from ui.presenters.ports import ToastKind
from ui.presenters.search import LatestOnly
from ui.presenters.session import Session
from ui.presenters.settings.section import Act, Entry, Section, SectionState

if TYPE_CHECKING:
    from posloyalty.services.shop.catalogue import QuickPage

COLUMNS: Final = 4
PLACES: Final = 16
FAVOURITES: Final = ""
NEW: Final = "new"
ROWS_MOST: Final = 50
COLOURS: Final = (
    "amber", "orange", "red", "pink", "purple", "indigo", "blue", "teal", "green", "yellow",
    "brown", "slate", "grey",
)  # fmt: skip


class KeysSection(Section):
    """Pages, places, a searched list of products, and a category's form."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._text = ""
        self._pages: tuple[QuickPage, ...] = ()
        self._categories: tuple[Category, ...] = ()
        self._products: tuple[Product, ...] = ()
        self._page = FAVOURITES
        self._place: int | None = None
        self.places = {"name": "category_name"}
        self._find = LatestOnly(
            session.lanes,
            job=lambda text: session.till.catalogue.search(text, limit=ROWS_MOST),
            done=self._came,
            failed=self.failed,
        )

    def opened(self, **arguments: object) -> None:
        """Read pages and categories, then the list of products."""
        self._read()
        self._find.ask(self._text.strip())
        self.tell()

    def foresee(self) -> None:
        """Read the pages and the categories that they are of: each has a tab."""
        super().foresee()
        if self.session.till_open and not self._pages:
            self._read()

    def search(self, text: str) -> None:
        """The product list's search line was typed into."""
        self._text = text
        self._find.ask(text.strip())
        self.tell()

    def choose_page(self, key: str) -> None:
        """Another page."""
        self._page = key
        self._place = None
        self._load_category()
        self.tell()

    def choose_place(self, key: str) -> None:
        """Another place on the page."""
        self._place = int(key)
        self.tell()

    def choose(self, key: str) -> None:
        """A product was chosen: it goes on the chosen place, and the next place is chosen."""
        if self._place is None:
            self.say(self.session.words("settings.keys_choose_place"), ToastKind.LOOK)
            return
        for product in self._products:
            if product.id.hex() == key:
                self._put(product)

    def step(self, by: int) -> None:
        """The arrow keys walk the places, not the products: choosing one would place it."""
        place = 0 if self._place is None else self._place + by
        self._place = max(0, min(PLACES - 1, place))
        self.tell()

    def enter(self) -> None:
        """Enter puts the list's first product on the chosen place."""
        if self._place is not None and self._products:
            self._put(self._products[0])

    def act(self, name: str, path: str = "") -> None:
        """Empty the chosen place."""
        if self._place is not None:
            self._put(None)

    def leave(self) -> None:
        """Back to the places: none is chosen."""
        self._place = None
        self.tell()

    def new(self) -> None:
        """A form for a new category."""
        self._page = NEW
        self._place = None
        self._load_category()
        self.want("category_name")
        self.tell()

    def save(self) -> None:
        """Save the category."""
        draft = self.draft
        draft.require("category_name")
        draft.bound(category_name=20)
        if not draft["category_colour"]:
            draft.find("category_colour", finding("finding_colour"))
        if draft.findings:
            self.refused()
            return
        from posloyalty.services.shop.catalogue import CategoryForm

        category = self._category()
        form = CategoryForm(
            id=None if category is None else category.id,
            name=draft.text("category_name"),
            colour=draft["category_colour"],
            position=int(draft["category_position"] or len(self._categories)),
        )
        till = self.session.till

        def done(saved: Category) -> None:
            self.saved(saved.name)
            self._page = saved.id.hex()
            self.draft.load({})
            self._read()

        self.write(lambda operator: till.catalogue.save_category(form, operator), done)

    def discard(self) -> None:
        """Back to what is stored."""
        if self._page == NEW:
            self._page = FAVOURITES
        self._load_category()
        self.tell()

    # The work

    def _put(self, product: Product | None) -> None:
        till, words, place = self.session.till, self.session.words, self._place
        page = bytes.fromhex(self._page) or None
        if place is None:
            return

        def done(_: object) -> None:
            if product is None:
                said = words("settings.keys_cleared", n=place + 1)
            else:
                said = words("settings.keys_placed", name=product.name, n=place + 1)
                self._place = min(PLACES - 1, place + 1)
            self.say(said, ToastKind.GOOD)
            self._read()

        self.write(
            lambda operator: till.catalogue.set_quick_key(
                page, place, None if product is None else product.id, operator
            ),
            done,
        )

    def _read(self) -> None:
        till = self.session.till

        def read() -> tuple[tuple[QuickPage, ...], tuple[Category, ...]]:
            return till.catalogue.quick_keys(), till.catalogue.categories()

        def came(answer: tuple[tuple[QuickPage, ...], tuple[Category, ...]]) -> None:
            self._pages, self._categories = answer
            if not self.draft.changed:
                self._load_category()
            self.tell()

        self.look_up(read, came)

    def _came(self, text: str, products: tuple[Product, ...]) -> None:
        self._products = products
        self.tell()

    def _category(self) -> Category | None:
        for category in self._categories:
            if category.id.hex() == self._page:
                return category
        return None

    def _load_category(self) -> None:
        category = self._category()
        if self._page == FAVOURITES:
            self.draft.load({})
            return
        self.draft.load(
            {
                "category_name": "" if category is None else category.name,
                "category_colour": "" if category is None else category.colour,
                "category_position": str(
                    len(self._categories) if category is None else category.position
                ),
            }
        )

    # Wording

    def tell(self) -> None:
        """Word pages, places, products and the category's form."""
        words = self.session.words
        fields = () if self._page == FAVOURITES else self._fields()
        form = self.draft.form(fields, words, busy=self.busy)
        category = self._category()
        title = words("settings.category_new") if self._page == NEW else ""
        self._show(
            SectionState(
                title=words("settings.section_keys"),
                text=words("settings.keys_hint"),
                pages=self._page_entries(),
                grid=None if self._page == NEW else self._grid(),
                entries=tuple(self._entry(p) for p in self._products),
                search=self._text,
                search_label=words("settings.product_search"),
                new_label=words("settings.category_new"),
                form_title=category.name if category is not None else title,
                form=form,
                acts=(
                    Act(
                        name="clear",
                        label=words("settings.keys_clear"),
                        icon="bin",
                        enabled=self._on_place() is not None,
                    ),
                ),
                save_label=words("settings.save"),
                can_save=form.changed and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _page_entries(self) -> tuple[Entry, ...]:
        words = self.session.words
        favourites = Entry(
            key=FAVOURITES,
            title=words("settings.keys_favourites"),
            chosen=self._page == FAVOURITES,
        )
        shelves = tuple(
            Entry(
                key=category.id.hex(),
                title=category.name,
                colour=category.colour,
                chosen=category.id.hex() == self._page,
            )
            for category in self._categories
        )
        return (favourites, *shelves)

    def _placed(self) -> dict[int, Product]:
        wanted = bytes.fromhex(self._page) if self._page not in (FAVOURITES, NEW) else None
        for page in self._pages:
            if (page.category.id if page.category is not None else None) == wanted:
                return {key.position: key.product for key in page.keys}
        return {}

    def _on_place(self) -> Product | None:
        return None if self._place is None else self._placed().get(self._place)

    def _grid(self) -> tuple[Entry, ...]:
        words, placed = self.session.words, self._placed()
        colours = {category.id: category.colour for category in self._categories}
        entries = []
        for place in range(PLACES):
            product = placed.get(place)
            entries.append(
                Entry(
                    key=str(place),
                    title=words("settings.keys_empty") if product is None else product.name,
                    note=words("settings.keys_place_empty", n=place + 1)
                    if product is None
                    else words("settings.keys_place", n=place + 1, name=product.name),
                    colour=""
                    if product is None
                    else colours.get(product.category_id or b"", "grey"),
                    chosen=place == self._place,
                    dim=product is None,
                )
            )
        return tuple(entries)

    def _entry(self, product: Product) -> Entry:
        colours = {category.id: category.colour for category in self._categories}
        chosen = self._on_place()
        return Entry(
            key=product.id.hex(),
            title=product.name,
            note=product.sku,
            colour=colours.get(product.category_id or b"", "grey"),
            chosen=chosen is not None and chosen.id == product.id,
            dim=not product.active,
        )

    def _fields(self) -> tuple[Field, ...]:
        words = self.session.words
        colours = tuple(Choice(name, words(f"settings.colour_{name}")) for name in COLOURS)
        places = tuple(Choice(str(n), str(n + 1)) for n in range(len(self._categories) + 1))
        return (
            Field(
                name="category_name",
                label=words("settings.category_name"),
                kind=FieldKind.NAME,
                half=True,
                length_max=20,
            ),
            Field(
                name="category_position",
                label=words("settings.category_position"),
                kind=FieldKind.CHOICE,
                choices=places,
                half=True,
            ),
            Field(
                name="category_colour",
                label=words("settings.category_colour"),
                kind=FieldKind.COLOUR,
                choices=colours,
            ),
        )
