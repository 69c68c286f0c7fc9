"""The section "till and store": what stands at the head and the foot of the receipt.

The codes of store and till are shown but fixed: receipt numbers carry them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.place import Channel
from posloyalty.services.papers.invoice_link import is_invoice_link
from posloyalty.services.shop.markets import shipped_markets
from ui.presenters.form import Choice, Field, FieldKind, finding, tick
from ui.presenters.session import Session
from ui.presenters.settings.section import Section, SectionState

if TYPE_CHECKING:
    from posloyalty.services.shop.shop_settings import ShopDetails

CHANNELS: Final = tuple(channel.value for channel in Channel)
LOGO_BYTES_MOST: Final = 512 * 1024
PICTURE_STARTS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class StoreSection(Section):
    """Name, address, tax number, logo, the receipt's last line and the hour that ends the day."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.places = {"logo_png": "logo"}

    _logo: bytes | None = None
    _logo_before: bytes | None = None

    def opened(self, **arguments: object) -> None:
        """Begin with what is stored, unless something was typed already."""
        if not (self.draft.changed or self._logo != self._logo_before):
            self._load()
        self.tell()

    def change_picture(self, name: str, picture: bytes | None) -> None:
        """A logo was chosen; what no receipt can draw is refused at once, at its entry."""
        known = picture is None or picture.startswith(PICTURE_STARTS)
        if not known or (picture is not None and len(picture) > LOGO_BYTES_MOST):
            self.draft.find("logo", finding("finding_picture", most=LOGO_BYTES_MOST // 1024))
        else:
            self.draft.findings.pop("logo", None)
            self._logo = picture
        self.tell()

    def discard(self) -> None:
        """Back to what is stored."""
        self._load()
        self.tell()

    def save(self) -> None:
        """Check everything, then save everything."""
        shop, draft = self.session.shop, self.draft
        if shop is None:
            return
        draft.require("name", "store_name")
        draft.bound(name=60, store_name=60, address=200, tax_number=40, phone=40)
        draft.bound(receipt_footer=200)
        link = draft.text("invoice_link").strip()
        if link and not is_invoice_link(link):
            draft.find("invoice_link", finding("finding_invoice_link"))
        if draft.findings:
            self.refused()
            return
        changed = replace(
            shop,
            name=draft.text("name"),
            store_name=draft.text("store_name"),
            address=draft.text("address"),
            tax_number=draft.text("tax_number"),
            phone=draft.text("phone"),
            receipt_footer=draft.text("receipt_footer"),
            invoice_link=draft.text("invoice_link").strip(),
            cutoff=draft.text("cutoff").strip() or "00:00",
            asks_float=draft.ticked("asks_float"),
            channel=Channel(draft.text("channel")),
            logo_png=self._logo,
        )
        till = self.session.till
        self.write(lambda operator: till.shop.save(changed, operator), self._done)

    def _done(self, shop: ShopDetails) -> None:
        self.session.shop_changed(shop)
        self._load()
        self.saved(self.session.words("settings.section_store"))
        self.tell()

    def _load(self) -> None:
        shop = self.session.shop
        if shop is None:
            return
        self._logo = self._logo_before = shop.logo_png
        self.draft.load(
            {
                "name": shop.name,
                "store_name": shop.store_name,
                "address": shop.address,
                "tax_number": shop.tax_number,
                "phone": shop.phone,
                "receipt_footer": shop.receipt_footer,
                "invoice_link": shop.invoice_link,
                "cutoff": shop.cutoff,
                "asks_float": tick(shop.asks_float),
                "channel": shop.channel.value,
            }
        )

    def tell(self) -> None:
        """Word the form."""
        words = self.session.words
        form = self.draft.form(self._fields(), words, busy=self.busy)
        changed = form.changed or self._logo != self._logo_before
        self._show(
            SectionState(
                title=words("settings.section_store"),
                form=replace(form, changed=changed),
                save_label=words("settings.save"),
                can_save=changed and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _fields(self) -> tuple[Field, ...]:
        words, shop = self.session.words, self.session.shop
        if shop is None:
            return ()

        def shown(name: str, label: str, value: str, hint: str = "") -> Field:
            return Field(
                name=name,
                label=words(f"settings.{label}"),
                kind=FieldKind.SHOWN,
                value=value,
                hint=hint,
                half=True,
            )

        def asked(name: str, label: str, kind: FieldKind, *, half: bool = False) -> Field:
            return Field(name=name, label=words(f"settings.{label}"), kind=kind, half=half)

        # Only where customers ask for invoices by a code on the receipt.
        link = Field(
            name="invoice_link",
            label=words("settings.store_invoice_link"),
            hint=words("settings.store_invoice_hint"),
        )
        invoice = (link,) if shipped_markets().of_country(shop.country).invoice_request else ()
        return (
            asked("name", "store_name", FieldKind.NAME, half=True),
            asked("store_name", "store_branch", FieldKind.NAME, half=True),
            asked("address", "store_address", FieldKind.LINES),
            asked("tax_number", "store_tax_number", FieldKind.TEXT, half=True),
            asked("phone", "store_phone", FieldKind.PHONE, half=True),
            asked("receipt_footer", "store_footer", FieldKind.LINES),
            *invoice,
            Field(
                name="cutoff",
                label=words("settings.store_cutoff"),
                kind=FieldKind.TIME,
                hint=words("settings.store_cutoff_hint"),
            ),
            Field(
                name="asks_float",
                label=words("settings.store_asks_float"),
                kind=FieldKind.TICK,
                hint=words("settings.store_asks_float_hint"),
            ),
            Field(
                name="channel",
                label=words("settings.store_channel"),
                kind=FieldKind.CHOICE,
                choices=tuple(Choice(one, words(f"settings.channel_{one}")) for one in CHANNELS),
            ),
            Field(
                name="logo",
                label=words("settings.store_logo"),
                kind=FieldKind.PICTURE,
                picture=self._logo,
                hint=words("settings.store_logo_none"),
            ),
            shown("store_code", "store_code", shop.store_code, words("settings.store_fixed")),
            shown("till_code", "till_code", shop.till_code),
            shown("currency", "store_money", shop.currency),
            shown("timezone", "store_zone", shop.timezone),
        )
