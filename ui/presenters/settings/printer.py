"""The section "printer and devices": how printer and terminal are reached, and what answers.

Shape: kind, address and paper width of `PrinterSetup`; the state is what the print lane saw last.
The scanner needs no setting: whatever types a code as a scanner does is shown here as a trial.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.wording import Words
from ui.presenters.form import Choice, Field, FieldKind, finding
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session
from ui.presenters.settings.section import Act, Notice, NoticeKind, Section, SectionState

if TYPE_CHECKING:
    from posloyalty.services.papers.print_receipts import PrinterStatus
    from posloyalty.services.papers.receipt_printer import PrintResult
    from posloyalty.services.shop.shop_settings import ShopDetails

KINDS: Final = ("none", "network", "usb", "serial", "file", "recording")
EXAMPLES: Final = {
    "network": "192.168.1.50:9100",
    "usb": "04b8:0202",
    "serial": "/dev/ttyUSB0 9600",
    "file": "/dev/usb/lp0",
    "recording": "",
}
NEEDS_ADDRESS: Final = frozenset({"network", "serial", "file"})
WIDTHS_MM: Final = (58, 80)
TERMINALS: Final = ("none", "simulator")
GOOD_STATES: Final = frozenset({"ready"})
CALM_STATES: Final = frozenset({"none"})


class PrinterSection(Section):
    """The receipt printer's form, its state, and what the scanner read last."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.places = {"printer": "address", "receipt_width_mm": "width"}

    _status: PrinterStatus | None = None
    _scan: str = ""

    def opened(self, **arguments: object) -> None:
        """Begin with what is stored and ask for the state."""
        if not self.draft.changed:
            self._load()
        self._ask_status()
        self.tell()

    def take_scan(self, text: str) -> bool:
        """Show what was read, as a trial of the scanner."""
        self._scan = text
        self.session.sounds.play(Sound.UNDERSTOOD)
        self.tell()
        return True

    def act(self, name: str, path: str = "") -> None:
        """Print a test page on the printer as it is saved."""
        till, words = self.session.till, self.session.words
        self.say(words("settings.printer_test_sent"), ToastKind.NEWS)
        self.session.lanes.printing(
            till.receipts.print_test,
            self._tested,
            self.failed,
        )

    def save(self) -> None:
        """Check, then save."""
        from posloyalty.services.shop.shop_settings import PrinterKind

        shop, draft = self.session.shop, self.draft
        if shop is None:
            return
        kind = draft["kind"]
        if kind in NEEDS_ADDRESS and not draft.text("address"):
            draft.find("address", finding("finding_address", example=EXAMPLES[kind]))
        if draft.findings:
            self.refused()
            return
        address = draft.text("address") if kind != "none" else ""
        changed = replace(
            shop,
            receipt_width_mm=int(draft["width"]),
            terminal=draft["terminal"],
            printer=replace(shop.printer, kind=PrinterKind(kind), address=address),
        )
        till = self.session.till
        self.write(lambda operator: till.shop.save(changed, operator), self._done)

    def discard(self) -> None:
        """Back to what is stored."""
        self._load()
        self.tell()

    def _done(self, shop: ShopDetails) -> None:
        self.session.shop_changed(shop)
        self._load()
        self.saved(self.session.words("settings.printer_title"))
        self._ask_status()
        self.tell()

    def _tested(self, result: PrintResult) -> None:
        words = self.session.words
        if result.outcome == "printed":
            self.say(words("settings.printer_test_printed"), ToastKind.GOOD)
        else:
            state = words(f"settings.printer_{result.condition.state}")
            self.say(words("settings.printer_test_failed", state=state), ToastKind.LOOK)
        self._ask_status()

    def _ask_status(self) -> None:
        def came(status: PrinterStatus) -> None:
            self._status = status
            self.tell()

        self.look_up(self.session.till.receipts.status, came)

    def _load(self) -> None:
        shop = self.session.shop
        if shop is not None:
            self.draft.load(
                {
                    "kind": str(shop.printer.kind),
                    "address": shop.printer.address,
                    "width": str(shop.receipt_width_mm),
                    "terminal": shop.terminal,
                }
            )

    def tell(self) -> None:
        """Word state, form and trial."""
        words, shop = self.session.words, self.session.shop
        form = self.draft.form(self._fields(), words, busy=self.busy)
        stored = shop is not None and str(shop.printer.kind) != "none"
        self._show(
            SectionState(
                title=words("settings.section_printer"),
                form_title=words("settings.printer_title"),
                form=form,
                notices=self._notices(),
                acts=(
                    Act(
                        name="test",
                        label=words("settings.printer_test"),
                        icon="printer",
                        enabled=stored and not form.changed and not self.busy,
                    ),
                ),
                save_label=words("settings.save"),
                can_save=form.changed and not self.busy,
                busy=self.busy,
                focus=self.focus,
                focus_n=self.focus_n,
            )
        )

    def _notices(self) -> tuple[Notice, ...]:
        words, status = self.session.words, self._status
        notices = []
        if status is not None:
            state = str(status.state)
            stands = words(f"settings.printer_{state}")
            text = words("app.said_of", what=words("settings.printer_title"), said=stands)
            if status.waiting:
                text += " · " + words.counted("settings.printer_waiting", status.waiting)
            kind = NoticeKind.LOOK
            if state in GOOD_STATES:
                kind = NoticeKind.GOOD
            elif state in CALM_STATES:
                kind = NoticeKind.PLAIN
            notices.append(Notice(text, kind))
        read = words("settings.scanner_none_yet")
        if self._scan:
            read = words("settings.scanner_try", text=self._scan)
        scanner = words("app.said_of", what=words("settings.scanner_title"), said=read)
        notices.append(Notice(scanner, NoticeKind.GOOD if self._scan else NoticeKind.PLAIN))
        if status is not None:
            more = self._printer_help(status)
            if more:
                notices.append(Notice(more, NoticeKind.LOOK))
        return tuple(notices)

    def _printer_help(self, status: PrinterStatus) -> str:
        """What the printer said beyond its state, and what to do; empty when all is well."""
        words = self.session.words
        keys = [status.detail] if status.detail else []
        keys.append(f"{status.detail or status.state.value}_hint")
        codes = [f"printer.{key}" for key in keys]
        return " · ".join(words(code) for code in codes if words.has(code))

    def _fields(self) -> tuple[Field, ...]:
        words = self.session.words
        terminals = tuple(
            Choice(
                name,
                words(f"settings.terminal_{name}"),
                words(f"settings.terminal_{name}_text"),
            )
            for name in TERMINALS
        )
        terminal = Field(
            name="terminal",
            label=words("settings.terminal"),
            kind=FieldKind.CHOICE,
            choices=terminals,
        )
        return (*printer_fields(words, self.draft["kind"]), terminal)


def printer_fields(words: Words, kind: str, prefix: str = "") -> tuple[Field, ...]:
    """What is asked of a printer of a kind; `prefix` goes before the names of the fields."""
    kinds = tuple(Choice(k, words(f"settings.printer_kind_{k}")) for k in KINDS)
    widths = tuple(Choice(str(mm), words("settings.printer_width_mm", mm=mm)) for mm in WIDTHS_MM)
    address = [
        Field(
            name=f"{prefix}address",
            label=words(f"settings.printer_address_{one}"),
            hint=EXAMPLES[one],
        )
        for one in EXAMPLES
        if one == kind
    ]
    return (
        Field(
            name=f"{prefix}kind",
            label=words("settings.printer_kind"),
            kind=FieldKind.CHOICE,
            choices=kinds,
        ),
        *address,
        Field(
            name=f"{prefix}width",
            label=words("settings.printer_width"),
            kind=FieldKind.CHOICE,
            choices=widths,
        ),
    )
