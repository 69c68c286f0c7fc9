"""Every link between the pages leads to a file that is there, and to a heading of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"(?ms)^```.*?^```")


def headings(text: str) -> set[str]:
    """The anchors of a page: its headings in lower case, without marks, words by hyphens."""
    said = (one.lstrip("#").strip() for one in FENCED.sub("", text).splitlines() if one[:1] == "#")
    bare = (re.sub(r"[^\w\- ]", "", LINK.sub("", one).lower()) for one in said)
    return {one.replace(" ", "-") for one in bare}


def leads_to(anchor: str, file: Path) -> bool:
    """Whether a file has this heading; of what is no page nobody asks."""
    return file.suffix != ".md" or anchor in headings(file.read_text(encoding="utf-8"))


def lost(page: Path) -> list[str]:
    """The links of a page that lead nowhere in this checkout."""
    found = []
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        where, _, anchor = link.partition("#")
        file = (page.parent / where).resolve() if where else page
        if not (file.exists() and (not anchor or leads_to(anchor, file))):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda one: str(one.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert lost(page) == []


def test_a_link_to_a_heading_or_a_file_that_is_gone_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One's own *day*\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](#here) [b](#gone) [c](other.md#ones-own-day) [d](other.md#no) [e](none.md)\n",
        encoding="utf-8",
    )
    assert lost(page) == ["#gone", "other.md#no", "none.md"]
