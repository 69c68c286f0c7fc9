"""The section "products": find one, change it, add one, also from a code that nobody knows yet.

An unknown barcode in a sale opens this section with the code filled in; after saving, the way goes
back to the sale with the same scan. While a form is open, a scan adds its code to the form.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.product import Category, Product, TaxClass, Unit
from posloyalty.domain.shop.scan_code.gtin import printed_gtin
from posloyalty.domain.values.money import BadAmount, currency, format_amount, parse_amount
from ui.presenters.desks import SaleDesk
from ui.presenters.form import Draft, finding, tick
from ui.presenters.ports import Screen, ToastKind
from ui.presenters.search import LatestOnly
from ui.presenters.session import Session
from ui.presenters.settings.product_fields import FLAGS, product_fields
from ui.presenters.settings.section import Entry, Section, SectionState

if TYPE_CHECKING:
    from posloyalty.services.shop.catalogue import ProductForm

Kinds = tuple[tuple[Category, ...], tuple[TaxClass, ...]]
Found = tuple[tuple[Product, ...], frozenset[bytes]]
"""Products, and those of them that head office keeps."""
NEW: Final = "new"
ROWS_MOST: Final = 100


class ProductsSection(Section):
    """A searched list of products and the form of the chosen one."""

    def __init__(self, session: Session, *, desk: SaleDesk) -> None:
        super().__init__(session)
        self._desk = desk
        self._text = ""
        self._products: tuple[Product, ...] = ()
        self._of_office: frozenset[bytes] = frozenset()
        self._categories: tuple[Category, ...] = ()
        self._taxes: tuple[TaxClass, ...] = ()
        self._product: Product | None = None
        self._chosen = ""
        self._for_sale: str | None = None
        self._find = LatestOnly(
            session.lanes,
            job=self._search,
            done=self._came,
            failed=self.failed,
        )

    def opened(self, **arguments: object) -> None:
        """Read categories and taxes, then the list; a code to begin with opens a new form."""
        code = arguments.get("new_product")

        def came(answer: Kinds) -> None:
            self._categories, self._taxes = answer
            if isinstance(code, str):
                self._begin_with(code)
            self.tell()

        self.look_up(self._kinds, came)
        self._find.ask(self._text.strip())
        self.tell()

    def foresee(self) -> None:
        """Read what a product's form has to choose from."""
        super().foresee()

        def came(answer: Kinds) -> None:
            self._categories, self._taxes = answer
            self.tell()

        if self.session.till_open and not self._taxes:
            self.look_up(self._kinds, came)

    def _kinds(self) -> Kinds:
        till = self.session.till
        return till.catalogue.categories(), till.catalogue.tax_classes()

    def search(self, text: str) -> None:
        """The search line was typed into."""
        self._text = text
        self._find.ask(text.strip())
        self.tell()

    def choose(self, key: str) -> None:
        """Open a product's form."""
        self._for_sale = None
        for product in self._products:
            if product.id.hex() == key:
                self._open(product)
        if not self._is_read_only:
            self.want("name")
        self.tell()

    def leave(self) -> None:
        """Back to the list; what was not saved is dropped."""
        self._product = None
        self._chosen = ""
        self._for_sale = None
        self.draft.load({})
        self.tell()

    def new(self) -> None:
        """An empty form with the usual answers."""
        self._for_sale = None
        self._begin(())

    def discard(self) -> None:
        """Back to what is stored; a new one is not begun after all."""
        if self._product is not None:
            self._open(self._product)
        else:
            self._chosen = ""
            self._for_sale = None
            self.draft.load({})
        self.tell()

    def take_scan(self, text: str) -> bool:
        """A scan adds its code to the open form, finds the product, or begins a new one."""
        from posloyalty.domain.shop.scan_code import ScanScreen
        from posloyalty.services.selling.scanned import ScannedProduct, UnknownProduct

        till = self.session.till

        def recognised(found: object) -> None:
            words = self.session.words
            if isinstance(found, ScannedProduct):
                if self._chosen:
                    said = words("settings.product_code_of", code=text, name=found.product.name)
                    self.say(said, ToastKind.REFUSED)
                else:
                    self._open(found.product)
            elif isinstance(found, UnknownProduct):
                self._take_code(found.code)
            else:
                self.say(words("settings.product_code_none"), ToastKind.REFUSED)
            self.tell()

        self.look_up(lambda: till.scan.recognise(text, screen=ScanScreen.SALE), recognised)
        return True

    def save(self) -> None:
        """Check everything, then save."""
        form = self._checked()
        if form is None:
            self.refused()
            return
        till, for_sale = self.session.till, self._for_sale

        def done(product: Product) -> None:
            self.saved(product.name)
            self._for_sale = None
            self._open(product)
            self._find.ask(self._text.strip())
            self.tell()
            if for_sale is not None:
                self._desk.scanned(for_sale)
                self.session.navigator.show(Screen.SALE)

        self.write(lambda operator: till.catalogue.save_product(form, operator), done)

    # The work

    def _checked(self) -> ProductForm | None:
        from posloyalty.services.shop.catalogue import ProductForm

        draft = self.draft
        draft.require("name", "sku", "tax_class")
        draft.bound(name=80, sku=40)
        price_minor = self._price()
        if draft.findings:
            return None
        return ProductForm(
            id=None if self._product is None else self._product.id,
            sku=draft.text("sku"),
            name=draft.text("name"),
            price_minor=price_minor,
            tax_class=draft["tax_class"],
            unit=Unit(draft["unit"]),
            category_id=bytes.fromhex(draft["category"]) or None,
            codes=tuple(draft["codes"].split()),
            tags=tuple(draft["tags"].split()),
            picture=draft["picture"] or None,
            **{flag: draft.ticked(flag) for flag in FLAGS},
        )

    def _price(self) -> int | None:
        shop, text = self.session.shop, self.draft.text("price")
        if not text or shop is None:
            return None
        money = currency(shop.currency)
        try:
            minor = parse_amount(text, money)
        except BadAmount:
            example = format_amount(1230, money, grouping=False)
            self.draft.find("price", finding("finding_amount", example=example))
            return None
        if minor < 0:
            self.draft.find("price", finding("finding_amount_negative"))
        return minor

    def _begin_with(self, code: str) -> None:
        words, printed = self.session.words, printed_gtin(code)
        self._begin((printed,))
        self._for_sale = code
        self.say(words("settings.product_code_unknown", code=printed), ToastKind.LOOK)

    def _begin(self, codes: tuple[str, ...]) -> None:
        self._product = None
        self._chosen = NEW
        self.draft.load({})
        from posloyalty.services.shop.catalogue import canonical_codes

        # What no barcode can be, such as a number with letters, is the shop's own number only.
        _, wrong = canonical_codes(codes)
        defaults = {
            "codes": "" if wrong else " ".join(codes),
            "unit": Unit.EACH.value,
            "tax_class": self._usual_tax(),
            "category": "",
            "earns": tick(True),
            "discountable": tick(True),
            "active": tick(True),
            "sku": codes[0] if codes else "",
        }
        self.draft = Draft(defaults)
        self.want("name")
        self.tell()

    def _usual_tax(self) -> str:
        """The class that most of the listed products have; in a new shop the first with a rate."""
        used = Counter(product.tax_class for product in self._products)
        if used:
            return used.most_common(1)[0][0]
        rated = [tax for tax in self._taxes if tax.rate] or list(self._taxes)
        return rated[0].code if rated else ""

    def _take_code(self, code: str) -> None:
        if not self._chosen or self._is_read_only:
            self._begin_with(code)
            self._for_sale = None
            return
        codes, printed = self.draft["codes"].split(), printed_gtin(code)
        if not {code, printed}.intersection(codes):
            self.draft.change("codes", " ".join((*codes, printed)))
        self.say(self.session.words("settings.product_code_added", code=printed), ToastKind.GOOD)

    def _open(self, product: Product) -> None:
        shop = self.session.shop
        self._product = product
        self._chosen = product.id.hex()
        price = ""
        if product.price_minor is not None and shop is not None:
            price = format_amount(product.price_minor, currency(shop.currency), grouping=False)
        self.draft.load(
            {
                "name": product.name,
                "sku": product.sku,
                "price": price,
                "unit": product.unit.value,
                "tax_class": product.tax_class,
                "category": (product.category_id or b"").hex(),
                "codes": " ".join(map(printed_gtin, product.codes)),
                "tags": " ".join(product.tags),
                "picture": product.picture or "",
                **{flag: tick(getattr(product, flag)) for flag in FLAGS},
            }
        )

    def _search(self, text: str) -> Found:
        catalogue = self.session.till.catalogue
        products = catalogue.search(text, limit=ROWS_MOST)
        return products, catalogue.of_office([one.id for one in products])

    def _came(self, text: str, found: Found) -> None:
        self._products, self._of_office = found
        self.tell()

    @property
    def _is_read_only(self) -> bool:
        """Whether head office keeps the chosen product."""
        return self._product is not None and self._product.id in self._of_office

    # Wording

    def tell(self) -> None:
        """Word the list and the form."""
        words, product = self.session.words, self._product
        fields = product_fields(words, self._categories, self._taxes)
        if self._is_read_only:
            fields = tuple(replace(field, enabled=False) for field in fields)
        form = self.draft.form(fields if self._chosen else (), words, busy=self.busy)
        text = self._text.strip()
        nothing = words("settings.nothing_found", text=text) if text else ""
        save = "settings.product_add_to_sale" if self._for_sale else "settings.save"
        title = words("settings.product_new") if self._chosen == NEW else ""
        self._show(
            SectionState(
                title=words("settings.section_products"),
                text=words("settings.product_of_office") if self._is_read_only else "",
                entries=tuple(self._entry(p) for p in self._products),
                search=self._text,
                search_label=words("settings.product_search"),
                summary=words.counted("settings.product_count", len(self._products)),
                empty=words("settings.choose_entry") if self._products else nothing,
                new_label=words("settings.product_new"),
                form_title=product.name if product is not None else title,
                form=form,
                foreseen=Draft().form(fields, words),
                save_label="" if self._is_read_only else words(save),
                can_save=bool(self._chosen)
                and (form.changed or self._chosen == NEW)
                and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _entry(self, product: Product) -> Entry:
        words, shop = self.session.words, self.session.shop
        if product.price_minor is None or shop is None:
            price = words("settings.product_open_price")
        else:
            price = format_amount(product.price_minor, currency(shop.currency))
        colours = {category.id: category.colour for category in self._categories}
        names = {category.id: category.name for category in self._categories}
        category_id = product.category_id or b""
        note = " · ".join(
            part
            for part in (
                product.sku,
                names.get(category_id, ""),
                "" if product.active else words("settings.product_inactive"),
                words("settings.product_office") if product.id in self._of_office else "",
            )
            if part
        )
        return Entry(
            key=product.id.hex(),
            title=product.name,
            note=note,
            figure=price,
            colour=colours.get(category_id, "grey"),
            chosen=product.id.hex() == self._chosen,
            dim=not product.active,
        )
