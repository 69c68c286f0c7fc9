"""The console's stylesheet has the till's colours; every page has words in every language."""

from __future__ import annotations

import ast
import re
from itertools import product

import pytest
from jinja2 import Environment

from posloyalty.domain.engine.moment import Trigger
from posloyalty.headoffice.console.rendering import GROUPS, HERE, MENU, STYLESHEET, span
from posloyalty.sync.leases import LEASE, AssetKind
from posloyalty.wording import LANGUAGES, Words
from ui.appearance.tokens import DARK, LIGHT, Tokens

CSS = STYLESHEET.read_text("utf-8")
WORD = re.compile(
    r'"((?:console|cases|judging|credits|articles|claims|records|tests|policy|dial|winding)\.[a-z_A-Z]+)"'
)


def variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6})", block))


@pytest.mark.parametrize(("tokens", "place"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_the_colours_are_the_tills(tokens: Tokens, place: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = variables(blocks[place])
    assert len(found) > 20
    assert found == {name: getattr(tokens, name.replace("-", "_")) for name in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_templates_is_there(language: str) -> None:
    words = Words(language)
    said = {
        code
        for template in (HERE / "templates").glob("*.html")
        for code in WORD.findall(template.read_text("utf-8"))
        if not code.endswith("_")
    }
    assert len(said) > 60
    assert {code for code in said if not words.has(code)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_the_console_makes_has_words(language: str) -> None:
    words = Words(language)
    sources = [*HERE.glob("*.py"), *HERE.parent.rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in sources)
    said = set(re.findall(r'said="([a-z_]+)"', text))
    acts = set(re.findall(r'note\(\s*connection,[^"]*"([a-z_]+)"', text))
    acts |= {"operator_active", "operator_set_aside"}
    assert {"signed_out", "store_added"} <= said
    assert {"store_added", "till_revoked", "exported"} <= acts
    wanted = {f"console.said_{one}" for one in said} | {f"console.act_{one}" for one in acts}
    assert {code for code in wanted if not words.has(code)} == set()


def noted() -> dict[str, set[str]]:
    """The facts that any source of head office writes into the audit log, and who writes them."""
    found: dict[str, set[str]] = {}
    for path in HERE.parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("note", "self._note"):
                for keyword in call.keywords:
                    found.setdefault(str(keyword.arg), set()).add(path.name)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_of_the_audit_log_has_a_name(language: str) -> None:
    words, facts = Words(language), noted()
    assert {"role", "receipt", "redeems"} <= facts.keys()
    wanted = facts.keys() - {"None"}
    assert {one for one in wanted if not words.has(f"console.fact_{one}")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_of_the_menu_has_a_name_and_an_entry_to_begin_with(language: str) -> None:
    words, keys = Words(language), [key for _, key, _ in MENU]
    assert keys[0] in GROUPS
    assert set(GROUPS) <= set(keys)
    assert {one for one in GROUPS.values() if not words.has(f"console.group_{one}")} == set()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7_199, "119 min"),
        (7_200, "2 h"),
        (172_799, "47 h"),
        (172_930, "2 days"),
    ],
)
def test_a_span_is_said_in_the_largest_unit_of_which_there_are_two(seconds: int, said: str) -> None:
    words = Words("en")
    made = Environment()
    made.filters["span"] = span
    assert made.from_string("{{ seconds | span }}").render(seconds=seconds, w=words) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_lent_has_a_name(language: str) -> None:
    words = Words(language)
    assert {one for one in AssetKind if not words.has(f"console.asset_{one}")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_befell_a_member_has_a_name(language: str) -> None:
    words = Words(language)
    kinds = {one.value for one in Trigger} | {LEASE}
    assert {one for one in kinds if not words.has(f"console.event_{one}")} == set()


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    for template, banned in product((HERE / "templates").glob("*.html"), ("<script", " style=")):
        assert banned not in template.read_text("utf-8"), template.name
