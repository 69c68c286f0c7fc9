"""docs/programmes: every example of every page is read, and what is said of them is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.domain.programme.load import load
from posloyalty.services.programmes import finding_sentences
from posloyalty.wording import Words

PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[3] / "docs" / "programmes").glob("*.md"))
}
ALL_PAGES = "\n".join(PAGES.values())
BLOCKS = [
    (name, kind, text)
    for name, page in PAGES.items()
    for kind, text in re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL)
]
EXAMPLES = [(name, text) for name, kind, text in BLOCKS if kind == "toml"]
HEAD = """
language = 1
id = "example"
version = 1
currency = "CNY"
timezone = "Asia/Shanghai"
"""
WALLET = '[[wallet]]\nid = "points"\n'


def whole(example: str) -> bytes:
    """An example as a file: a piece is put under a head and, where it has none, a wallet."""
    if re.match(r"(#.*\n)*language", example):
        return example.encode("utf-8")
    return "\n".join((HEAD, "" if "[[wallet]]" in example else WALLET, example)).encode("utf-8")


BROKEN = next(example for _, example in EXAMPLES if 'id = "broken"' in example)


@pytest.mark.parametrize(("page", "example"), [one for one in EXAMPLES if one[1] is not BROKEN])
def test_every_example_is_a_programme(page: str, example: str) -> None:
    read = load(whole(example))
    assert isinstance(read, Programme), (page, read)


def test_the_broken_example_is_refused_in_the_words_that_the_page_shows() -> None:
    findings = load(whole(BROKEN))
    assert isinstance(findings, list)
    (shown,) = [text for page, kind, text in BLOCKS if (page, kind) == ("README.md", "text")]
    assert list(finding_sentences(findings, Words("en"))) == shown.strip().splitlines()


@pytest.mark.parametrize("kind", sorted({*CONDITIONS, *EARNINGS, *EFFECTS, *DECLARATIONS}))
def test_every_kind_is_described(kind: str) -> None:
    assert re.search(rf"[`\[]{kind}\b", ALL_PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_found_from_the_first_one(page: str) -> None:
    assert page == "README.md" or f"({page}" in PAGES["README.md"]
