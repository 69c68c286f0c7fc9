"""What is imported behind the first paint, before anybody asks for it.

Shape: lists of modules, what others stand on first. `DESKS` and `PLAIN` know no Qt and are imported
on a lane; `LISTENING` and `VIEWS` on the GUI thread, one a turn of its event loop, because Qt for
Python makes its classes when they are first named, and two threads at once must not do that.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

import resources
from posloyalty.wording import LANGUAGES, Words

DESKS: Final = (
    "ui.presenters.desks",
    "ui.presenters.counter",
    "ui.papers",
    "ui.back_office",
)
PLAIN: Final = (
    "ui.presenters.sale",
    "ui.presenters.assembled",
    "ui.presenters.find_item",
    "ui.presenters.redeem",
    "ui.presenters.why",
    "ui.presenters.recall",
    "ui.presenters.doings.presenter",
    "ui.presenters.approve",
    "ui.presenters.pay",
    "ui.presenters.open_payments",
    "ui.presenters.gift_card",
    "ui.presenters.done",
    "ui.presenters.returning.screen",
    "ui.presenters.receipt",
    "ui.presenters.history",
    "ui.presenters.audit",
    "ui.presenters.shift",
    "ui.presenters.cash",
    "ui.presenters.member",
    "ui.presenters.recovery",
    "ui.presenters.key_in.screen",
    "ui.presenters.typing.presenter",
    "ui.presenters.settings.screen",
    "ui.presenters.settings.products",
    "ui.presenters.settings.store",
    "ui.presenters.settings.keys",
    "ui.presenters.settings.prices",
    "ui.presenters.settings.taxes",
    "ui.presenters.settings.operators",
    "ui.presenters.settings.printer",
    "ui.presenters.settings.tills",
    "ui.presenters.settings.head_office",
    "ui.presenters.settings.look",
    "ui.presenters.settings.programme",
    "ui.presenters.settings.data",
    "ui.presenters.settings.about",
)
LISTENING: Final = (
    "ui.presenters.strip",
    "ui.send_pump",
    "ui.hear_pump",
    "ui.ending_pump",
    "ui.actions",
    "ui.widgets.key_names",
    "ui.key_router",
    "ui.widgets.tap_bar",
    "ui.widgets.fields",
    "ui.fillable",
    "ui.field_hand",
    "ui.widgets.given_keys",
    "ui.widgets.scan_capture",
    "ui.touch_keyboard",
)
VIEWS: Final = (
    "ui.widgets.keyed_rows",
    "ui.widgets.quick_keys",
    "ui.widgets.lists",
    "ui.widgets.chips",
    "ui.widgets.totals",
    "ui.widgets.member_card",
    "ui.widgets.basket_list",
    "ui.presenters.chips",
    "ui.presenters.quick_pages",
    "ui.presenters.member_panel",
    "ui.views.counter_rows",
    "ui.tab_order",
    "ui.views.sale_basket",
    "ui.views.sale_keys",
    "ui.views.sale_member",
    "ui.views.sale",
    "ui.widgets.shadow",
    "ui.widgets.sheet",
    "ui.overlays",
    "ui.views.sheets",
    "ui.views.find_item",
    "ui.views.redeem",
    "ui.views.why",
    "ui.views.recall",
    "ui.views.doings",
    "ui.views.approve",
    "ui.views.open_payments",
    "ui.views.gift_card",
    "ui.menu",
    "ui.views.pay_parts",
    "ui.views.pay",
    "ui.views.done",
    "ui.views.receipt_paper",
    "ui.views.receipt",
    "ui.widgets.tables",
    "ui.views.history",
    "ui.views.audit",
    "ui.widgets.pick_list",
    "ui.views.returning",
    "ui.views.file_question",
    "ui.views.forms",
    "ui.views.choices",
    "ui.views.member_card",
    "ui.views.member_detail",
    "ui.views.enrolment",
    "ui.views.member",
    "ui.widgets.key_panel",
    "ui.views.settings.acts",
    "ui.views.settings.places",
    "ui.views.settings.section",
    "ui.views.settings.screen",
    "ui.views.shift_parts",
    "ui.views.shift",
    "ui.views.cash",
    "ui.views.recovery",
    "ui.views.key_in",
)


def load(modules: tuple[str, ...]) -> None:
    """Import them all; for a lane."""
    for name in modules:
        import_module(name)


def load_plain() -> None:
    """What knows no Qt, words included; for a lane."""
    load(PLAIN)
    read_words()


def read_words() -> None:
    """Read every catalogue of every language, so that no screen does; for a lane."""
    for language in LANGUAGES:
        words = Words(language)
        for file in sorted(resources.path(f"translations/{language}").iterdir()):
            if file.suffix == ".mo":
                words.has(f"{file.stem}.")


def know_paper() -> None:
    """Learn to draw a receipt, so that the first one does not keep the next customer; for a lane.

    It takes half a second of Python, in which who scans would wait for its lock again and again.
    """
    from posloyalty.documents import receipt_escpos

    receipt_escpos.make_ready()


def know_money(currency_code: str) -> None:
    """Read which notes people hand over, so that the first payment does not; for a lane."""
    from posloyalty.domain.values.money import currency
    from ui.presenters.notes_offered import notes_offered

    notes_offered(1, currency(currency_code))


def load_in_turns(modules: tuple[str, ...]) -> Iterator[None]:
    """Import one at each `next`; for idle moments of the GUI thread."""
    for name in modules:
        import_module(name)
        yield
