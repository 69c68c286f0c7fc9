"""The table of docs/head-office/lending.md: every kind that is lent, every word, every proof."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from posloyalty.sync.leases import AssetKind
from posloyalty.sync.risk_policy import RiskPolicy
from posloyalty.wording import LANGUAGES, Words

PAGE: Final = Path(__file__).parents[2] / "docs" / "head-office" / "lending.md"
AREAS: Final = ("reason", "refusal")
HEAD: Final = "| what | lent |"
PROOF: Final = re.compile(r"\]\(\.\./\.\./(tests/\S+\.py)\)`::(\w+)`")


def rows() -> list[list[str]]:
    """The cells of the table, row by row."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(HEAD)) + 2
    found = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def named(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_kind_of_what_is_lent_has_its_row() -> None:
    assert {kind for row in rows() for kind in named(row[1])} == {one.value for one in AssetKind}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_cashier_is_told_has_its_words(language: str) -> None:
    words = Words(language)
    codes = [code for row in rows() for cell in row[3:5] for code in named(cell)]
    assert len(codes) > 20
    silent = [code for code in codes if not any(words.has(f"{area}.{code}") for area in AREAS)]
    assert silent == []


def test_every_row_has_its_proof() -> None:
    for row in rows():
        ((path, name),) = PROOF.findall(row[6])
        source = (PAGE.parents[2] / path).read_text(encoding="utf-8")
        assert f"def {name}(" in source, row[0]


def test_its_figures_are_those_of_the_policy_that_nobody_changed() -> None:
    policy, text = RiskPolicy(), " ".join(cell for row in rows() for cell in row)
    hours = int(policy.stale_after.total_seconds()) // 3_600
    assert f"for {hours} hours" in text
    assert not policy.card_offline
    for minor, words in (
        (policy.floor_minor, "floor {} per member"),
        (policy.till_day_minor, "within {} a till"),
        (policy.store_day_minor, "and {} a store"),
        (policy.override_minor, "{} by a supervisor"),
        (policy.override_day_minor, "supervisor, {} a till in a day"),
        (policy.voucher_face_minor, "takes off {} or less"),
        (policy.voucher_face_minor, "cost {} or less"),
    ):
        assert words.format(f"{minor / 100:.2f}") in text
