"""The bytes of journal events are frozen: `tests/sync/fixtures/<type>.json` are what we promised.

A fixture is written once, by `python -m tests.sync.test_events`, which never overwrites one.
"""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from posloyalty.sync import events
from tests.sync.examples import AT, EARLIER, EVENT, EXAMPLES, HLC, V1_SALE
from tests.sync.further import FURTHER

FIXTURES = Path(__file__).parent / "fixtures"
ALL = EXAMPLES | FURTHER


def test_there_is_an_example_and_a_fixture_for_every_type() -> None:
    tags = {str(shape.__struct_config__.tag) for shape in events.KINDS}
    assert set(EXAMPLES) == tags
    assert {path.stem for path in FIXTURES.glob("*.json")} == tags | set(EARLIER) | set(FURTHER)


@pytest.mark.parametrize("name", EARLIER)
def test_the_bytes_of_earlier_shapes_are_those_that_were_frozen(name: str) -> None:
    assert events.encode(EARLIER[name]) == (FIXTURES / f"{name}.json").read_bytes()


def test_a_sale_of_the_first_release_counts_what_follows_from_it() -> None:
    read = events.decode((FIXTURES / "sale_1.json").read_bytes())
    assert isinstance(read, events.Sale)
    assert (read.lines, read.post, read.total) == (V1_SALE.lines, V1_SALE.post, V1_SALE.total)
    assert (read.rights, read.told) == ((), ())
    assert [(count.m, count.d, count.n) for count in read.meters] == [
        ("purchases", "2026-11-22", 1),
        ("spend", "2026-11-22", 2090),
        ("earned/dawn-club/points", "2026-11-22", 169),
    ]


def test_a_sale_without_a_member_counts_nothing() -> None:
    anonymous = msgspec.structs.replace(V1_SALE, member=UNSET, post=(), tiers=())
    read = events.decode(events.encode(anonymous))
    assert isinstance(read, events.Sale)
    assert read.meters == ()


@pytest.mark.parametrize("name", ALL)
def test_the_bytes_of_every_type_are_those_that_were_frozen(name: str) -> None:
    assert events.encode(ALL[name]) == (FIXTURES / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", ALL)
def test_frozen_bytes_read_back_as_the_same_event(name: str) -> None:
    body = (FIXTURES / f"{name}.json").read_bytes()
    assert events.decode(body) == ALL[name]
    assert name in EXAMPLES or name.startswith(events.kind(ALL[name]))


@pytest.mark.parametrize("name", ALL)
def test_no_event_holds_a_float(name: str) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    json.loads((FIXTURES / f"{name}.json").read_bytes(), parse_float=refuse)


@pytest.mark.parametrize("name", ALL)
def test_every_key_of_every_event_is_explained(name: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")
    for key in keys_of(json.loads((FIXTURES / f"{name}.json").read_bytes())):
        assert f"`{key}`" in text, f"docs/journal.md does not explain {key} of {name}"


def test_an_unknown_type_is_kept_with_its_common_keys() -> None:
    body = json.dumps(
        {"t": "z_close", "v": 1, "id": EVENT, "at": AT, "hlc": HLC, "drawer": 12}
    ).encode()
    assert events.decode(body) == events.Opaque(t="z_close", v=1, id=EVENT, at=AT, hlc=HLC)


def test_a_later_version_of_a_known_type_is_kept_too() -> None:
    later = json.loads((FIXTURES / "sale.json").read_bytes()) | {"v": 3, "more": [1]}
    assert isinstance(events.decode(json.dumps(later).encode()), events.Opaque)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"t":"boot"}',
        b'{"t":"boot","v":1,"id":"a","at":"b","hlc":[1,2]}',
        b'{"t":"boot","v":1,"id":"a","at":"b","hlc":[1,2],"boot":"c","app":"d","x":1}',
        b'{"t":"boot","v":1,"id":"a","at":"b","hlc":[1.5,2],"boot":"c","app":"d"}',
        b'{"t":"boot","v":1,"id":"a","at":"b","hlc":[1],"boot":"c","app":"d"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(events.BadEvent):
        events.decode(body)


@given(st.binary(max_size=200))
def test_reading_any_bytes_never_fails_otherwise(body: bytes) -> None:
    try:
        events.decode(body)
    except events.BadEvent:
        return


@given(
    name=st.text(min_size=1, max_size=20),
    amount=st.integers(min_value=-(2**53), max_value=2**53),
)
def test_any_name_and_amount_come_back_from_a_sale(name: str, amount: int) -> None:
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    changed = msgspec.structs.replace(
        sale, total=amount, lines=(msgspec.structs.replace(sale.lines[0], name=name),)
    )
    assert events.decode(events.encode(changed)) == changed


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys_of(inner)}
    return set()


if __name__ == "__main__":
    for made, event in ALL.items():
        path = FIXTURES / f"{made}.json"
        if not path.exists():
            path.write_bytes(events.encode(event))
