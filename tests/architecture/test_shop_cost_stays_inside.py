"""What gifts and points cost the shop is for its reports: nothing that a customer sees names it."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.source import CHECKOUT, Source, planted

SEEN = ("ui", "posloyalty/services/papers", "posloyalty/documents")
REPORTS = frozenset({"posloyalty/services/papers/write_shift.py"})


def named(source: Source) -> list[str]:
    """The files that name it, where a customer may look."""
    return [
        module.path
        for module in source.modules(*SEEN)
        if module.path not in REPORTS and "shop_cost" in module.text.lower()
    ]


def test_no_receipt_and_no_screen_says_what_something_costs_the_shop() -> None:
    assert named(Source(CHECKOUT)) == []


def test_one_that_did_would_be_found(tmp_path: Path) -> None:
    view = {"ui/views/sale/gift.py": "text = line.shop_cost\n"}
    assert named(planted(tmp_path, view)) == ["ui/views/sale/gift.py"]
