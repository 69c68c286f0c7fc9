"""The JSON Schema: as wide as the readers, no wider where it can help it, and shipped as made."""

from __future__ import annotations

import copy
import json
import random
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit

import resources
from posloyalty.domain.programme.condition import CONDITIONS
from posloyalty.domain.programme.declaration import DECLARATIONS, Until, declares
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.domain.programme.load import load
from posloyalty.domain.programme.schema import programme_schema
from posloyalty.domain.programme.section import Section
from tests.domain.programme.test_documented import ALL_PAGES, BROKEN, EXAMPLES, whole
from tests.fakes.json_schema import as_json, faults, parts

SCHEMA = json.loads(resources.read("programme.schema.json"))
SEED = 20261129
MUTATIONS, SAMPLE = 400, 100
"""So often a file is altered by the proof, and by the suite."""
HEAD = 'language = 2\nid = "p"\nversion = 1\ncurrency = "{}"\ntimezone = "Asia/Shanghai"\n'


def _shipped() -> Iterator[tuple[str, str]]:
    for path in sorted(resources.path("programmes").glob("**/*.toml")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted(resources.path("scenarios").glob("**/*.toml")):
        scenario = tomllib.loads(path.read_text(encoding="utf-8"))
        code = _currency(scenario)
        for text in _programmes(scenario):
            head = "" if text.lstrip().startswith("language") else HEAD.format(code)
            yield path.name, head + text
    for page, example in EXAMPLES:
        if example is not BROKEN:
            yield page, whole(example).decode("utf-8")


def _currency(scenario: dict[str, Any]) -> str:
    store = scenario.get("store", {})
    return str((store[0] if isinstance(store, list) else store).get("currency", "CNY"))


def _programmes(value: Any) -> Iterator[str]:
    """Every programme that stands in a scenario as text."""
    if isinstance(value, dict):
        programme = value.get("programme")
        if isinstance(programme, dict) and isinstance(programme.get("text"), str):
            yield programme["text"]
        for one in value.values():
            yield from _programmes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _programmes(one)


FILES = list(_shipped())


def refused(table: dict[str, Any]) -> list[str]:
    """What the shipped schema has against a table."""
    return faults(as_json(table), SCHEMA, SCHEMA)


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_every_programme_can_be_read_and_is_allowed(name: str, text: str) -> None:
    assert isinstance(load(text.encode("utf-8")), Programme)
    assert refused(tomllib.loads(text)) == []


def test_every_value_has_a_type() -> None:
    untyped = [
        key
        for part in parts(SCHEMA)
        for key, schema in part.get("properties", {}).items()
        if schema == {} or schema == {"anyOf": [{}]}
    ]
    assert untyped == []


def test_every_registered_kind_is_in_it() -> None:
    keys = {key for part in parts(SCHEMA) for key in part.get("properties", {})}
    assert {*CONDITIONS, *EFFECTS, *EARNINGS, *DECLARATIONS} <= keys


WRONG = [
    ("an unknown key of the head", "colour = 'red'", ""),
    ("an unknown key of an offer", "", "[[offer]]\nid='o'\nscope='order'\npercent='5%'\ncolour=1"),
    ("an unknown condition", "", "[[offer]]\nid='o'\nscope='order'\npercent='5%'\nwhen={moon=1}"),
    ("a word not on the list", "", "[[offer]]\nid='o'\nscope='basket'\npercent='5%'"),
    ("a rate above one", "", "[[offer]]\nid='o'\nscope='order'\npercent='101%'"),
    ("a rate below zero", "", "[[offer]]\nid='o'\nscope='order'\npercent='-5%'"),
    ("two effects", "", "[[offer]]\nid='o'\nscope='order'\npercent='5%'\namount='5.00'"),
    ("no effect", "", "[[offer]]\nid='o'\nscope='order'"),
    ("an amount without quotes", "", "[[offer]]\nid='o'\nscope='order'\namount=5"),
    ("a kind that is not known", "", "[[wallet]]\nid='w'\nexpiry={kind='fading'}"),
    ("a key of another kind", "", "[[wallet]]\nid='w'\nexpiry={kind='never', months=12}"),
    ("a key that the kind needs", "", "[[wallet]]\nid='w'\nexpiry={kind='rolling_months'}"),
    ("a number out of bounds", "", "[[wallet]]\nid='w'\nscale=5"),
    ("a float", "", "[[earn]]\nid='e'\nper_spend={points=1.5, money='1.00'}"),
    ("a table for a list", "", "[offer]\nid='o'\nscope='order'\npercent='5%'"),
    ("an empty list", "", "[[offer]]\nid='o'\nscope='order'\npercent='5%'\nwhen={any=[]}"),
    ("a level without an id", "", "[[tier_scheme]]\nid='t'\nlevel=[{from=1}]"),
]


@pytest.mark.parametrize(("head", "rest"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_refused_by_both(head: str, rest: str) -> None:
    wallet = "" if "[[wallet]]" in rest else "[[wallet]]\nid='points'\n"
    text = "\n".join((HEAD.format("CNY"), head, wallet, rest))
    assert isinstance(load(text.encode("utf-8")), list)
    assert refused(tomllib.loads(text))


def test_a_file_altered_anywhere_is_never_refused_by_the_schema_alone(proving: bool) -> None:
    chance = random.Random(SEED)
    both, often = 0, MUTATIONS if proving else SAMPLE
    for _ in range(often):
        _, text = chance.choice(FILES)
        table = _altered(tomllib.loads(text), chance)
        read = load(tomlkit.dumps(table).encode("utf-8"))
        found = refused(table)
        assert not (found and isinstance(read, Programme)), (found, tomlkit.dumps(table))
        both += bool(found)
    # Most of what an alteration breaks an editor can mark already.
    assert both > often * 6 // 10


def test_a_key_that_nobody_knows_is_refused_in_every_table(proving: bool) -> None:
    chance = random.Random(SEED)
    for _ in range(MUTATIONS if proving else SAMPLE):
        _, text = chance.choice(FILES)
        table = tomllib.loads(text)
        # Names by language are the one table whose keys are free.
        places = [
            one for one in _tables(table) if not all(isinstance(v, str) for v in one.values())
        ]
        chance.choice(places)["unheard_of"] = 1
        assert isinstance(load(tomlkit.dumps(table).encode("utf-8")), list)
        assert refused(table)


def test_what_ships_is_what_the_readers_say_today_and_a_kind_from_outside_is_described_too() -> (
    None
):
    class Lamp:
        id = "lamp"

    try:

        @declares("lamp", Lamp, until=Until.ITS_OWN_END)
        def read_lamp(section: Section) -> Lamp:
            section.text("id")
            if section.flag("lit", default=False):
                section.whole("hours", least=1, most=9)
            section.close()
            return Lamp()

        today = programme_schema()
    finally:
        del DECLARATIONS["lamp"]
    lamp = today["properties"].pop("lamp")["items"]
    assert json.dumps(today) == json.dumps(SCHEMA), (
        "posloyalty programme schema > resources/programme.schema.json"
    )
    assert lamp["required"] == ["id"]
    assert lamp["properties"]["hours"] == {"type": "integer", "minimum": 1, "maximum": 9}
    unlit = {"properties": {"lit": {"const": False}}}
    lit = {"properties": {"lit": {"const": True}}, "required": ["lit"]}
    assert lamp["allOf"] == [
        {"if": unlit, "then": {"properties": {"hours": False}}},
        {"if": lit, "then": {"required": ["hours"]}},
    ]


def _tables(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    below = [table for one in inner for table in _tables(one)]
    return [value, *below] if isinstance(value, dict) else below


def _altered(table: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy in which one key is gone, or holds something else."""
    changed = copy.deepcopy(table)
    place = chance.choice([one for one in _tables(changed) if one])
    key = chance.choice(list(place))
    if chance.random() < 0.4:
        del place[key]
    else:
        place[key] = chance.choice([{"zz": 7}, -1, True, 2.5, "zz", "", [], ["zz"], 0, "50%"])
    return changed


def test_the_guide_says_how_an_editor_finds_it() -> None:
    assert "#:schema" in ALL_PAGES
    assert "resources/programme.schema.json" in ALL_PAGES
