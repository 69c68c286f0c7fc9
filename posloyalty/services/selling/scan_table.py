"""The shop's table of scale labels and foreign member codes: which prefix means what.

Shape: `ScanTable(embeds, foreign)`, kept as one setting. A new shop begins with the two layouts
that most label scales come with: prefix 21 carries the price, 22 the weight in grams, each
after five digits of PLU. GS1 leaves the prefixes 20 to 29 to every shop (General Specifications,
1.4.5 and 2.1.11), so a manager fits the table to the shop's own scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.scan_code.rules import EmbedKind, EmbedRule, ForeignRule
from posloyalty.services.people.note_change import note_change, require
from posloyalty.services.ports import Book, Ids
from posloyalty.services.refusal import Finding, finding, refuse_findings

SETTING: Final = "scan.table"
RULES_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class ScanTable:
    """Layouts of scale labels, and whose codes other schemes' members carry."""

    embeds: tuple[EmbedRule, ...]
    foreign: tuple[ForeignRule, ...] = ()


USUAL: Final = ScanTable(
    embeds=(
        EmbedRule(prefix="21", item_digits=5, kind=EmbedKind.PRICE, decimals=2),
        EmbedRule(prefix="22", item_digits=5, kind=EmbedKind.WEIGHT, decimals=3),
    )
)
_DECODER: Final = msgspec.json.Decoder(ScanTable)


class ScanTables:
    """Reads and saves the table; asked at every scan, so it is read once."""

    def __init__(self, book: Book, ids: Ids) -> None:
        self._book = book
        self._ids = ids
        self._known: ScanTable | None = None

    def table(self) -> ScanTable:
        """The table in use."""
        known = self._known
        if known is None:
            with self._book.read() as reader:
                stored = reader.settings.get(SETTING)
            known = self._known = USUAL if stored is None else _DECODER.decode(stored)
        return known

    def save(self, table: ScanTable, operator: Operator) -> ScanTable:
        """Keep a table. Refuses NOT_ALLOWED, or INVALID with every finding."""
        require(operator, Right.CHANGE_SETTINGS)
        refuse_findings(_findings(table))
        with self._book.write() as unit:
            unit.settings.put({SETTING: msgspec.json.encode(table).decode()})
            note_change(
                unit, self._ids, operator, kind="shop", what=SETTING, fields=("embeds", "foreign")
            )
            unit.commit()
        self._known = table
        return table


def _findings(table: ScanTable) -> list[Finding]:
    findings = []
    prefixes = [(rule.prefix, rule.length) for rule in table.embeds]
    for prefix, length in sorted(set(prefixes)):
        if prefixes.count((prefix, length)) > 1:
            findings.append(finding("embeds", "PREFIX_TWICE", prefix=prefix))
    if len(table.embeds) + len(table.foreign) > RULES_MOST:
        findings.append(finding("embeds", "TOO_MANY", limit=RULES_MOST))
    return findings
