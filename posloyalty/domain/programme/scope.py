"""When and where a programme holds, and under which terms: the head of its file.

    effective = { from = 2026-12-01, through = 2027-11-30 }
    terms = { version = "2026-1", text = { en = "...", zh_CN = "..." }, url = "example.org/terms" }
    stores = ["S01", "S02"]

Days are of the programme's zone, both ends included; what is left out is without limit. A sale
stores the version of the rules that it used, so a change never reaches back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

NO_TEXT = Names("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the member agreed to: `version` is kept with a consent."""

    version: str = ""
    text: Names = NO_TEXT
    url: str = ""


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """From which day through which, in which stores; None and empty are without limit."""

    first: date | None = None
    last: date | None = None
    stores: frozenset[str] = frozenset()
    terms: Terms = NO_TERMS

    def holds_in(self, store: str) -> bool:
        """Whether the programme holds in a store, by its code."""
        return not self.stores or store in self.stores


EVERYWHERE = Scope()


def read_scope(file: Section) -> Scope:
    """The head's keys; all of them may be left out."""
    first, last = _effective(file)
    return Scope(
        first=first,
        last=last,
        stores=frozenset(file.words("stores")) if "stores" in file else frozenset(),
        terms=_terms(file),
    )


def _effective(file: Section) -> tuple[date | None, date | None]:
    if "effective" not in file:
        return None, None
    table = file.section("effective")
    if table is None:
        return None, None
    first, last = table.day("from"), table.day("through")
    if first is not None and last is not None and last < first:
        file.found("effective", "ENDS_BEFORE_START")
    table.close(("from", "through"))
    return first, last


def _terms(file: Section) -> Terms:
    if "terms" not in file:
        return NO_TERMS
    table = file.section("terms")
    if table is None:
        return NO_TERMS
    terms = Terms(
        version=table.text("version"),
        text=table.names("text", ""),
        url=table.text("url") if "url" in table else "",
    )
    table.close(("url",))
    return terms
