"""docs/programmes: every example of every page is read, and what is said of them is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.declaration import DECLARATIONS
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.domain.programme.gives import GIFTS
from posloyalty.domain.programme.kinds.rule import OCCASIONS
from posloyalty.domain.programme.load import load
from posloyalty.services.programmes.programmes import finding_sentences
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


def _said_in_examples() -> tuple[set[str], set[str]]:
    """Every key, and every word that is a value, of the examples that can be read."""
    keys: set[str] = set()
    words: set[str] = set()
    left: list[object] = [
        tomllib.loads(whole(example).decode("utf-8"))
        for _, example in EXAMPLES
        if example is not BROKEN
    ]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            keys |= set(one)
            left += one.values()
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str):
            words.add(one)
    return keys, words


def test_every_registered_kind_has_an_example() -> None:
    keys, words = _said_in_examples()
    registered = {*CONDITIONS, *EARNINGS, *EFFECTS, *DECLARATIONS, *GIFTS}
    assert sorted(registered - keys) == []
    assert sorted(set(OCCASIONS) - words) == []


def test_every_registered_kind_is_seen_at_a_glance_as_it_is_written() -> None:
    rows = [line for line in PAGES["kinds.md"].splitlines() if line.startswith("|")]
    tables = {
        table: row.rpartition("](")[2].partition(")")[0]
        for row in rows
        for table in re.findall(r"`(\[+\w+\]+)`", row)
    }
    kinds = {f"[{key}]" if one.single else f"[[{key}]]" for key, one in DECLARATIONS.items()}
    assert sorted(kinds - set(tables)) == []
    assert {target.partition("#")[0] for target in tables.values()} <= set(PAGES)
    named = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    assert sorted({*CONDITIONS, *EARNINGS, *EFFECTS, *GIFTS, *OCCASIONS} - named) == []


def test_what_is_seen_at_a_glance_exists() -> None:
    tables = set(re.findall(r"`\[+(\w+)\]+`", PAGES["kinds.md"]))
    assert tables - {*DECLARATIONS, "wallet", "earn", "multiplier", "tier_scheme", "offer"} == {
        "policies"
    }


def test_every_link_between_pages_leads_somewhere() -> None:
    for name, page in PAGES.items():
        for target, place in re.findall(r"\]\(([\w-]+\.md)?#([\w-]+)\)", page):
            heads = re.findall(r"^#+ (.*)$", PAGES[target or name], re.MULTILINE)
            known = {
                re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-") for head in heads
            }
            assert place in known, (name, target, place)
