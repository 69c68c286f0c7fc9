"""The short form of a stretch: to the byte what the till wrote, in few bytes, and never a bomb.

The frozen bytes are written once, by `python -m tests.sync.wire.short.test_short_form`, which never
overwrites them.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.sync.wire.batch import BYTES_MAX, BadBatch, Sent, Stretch
from posloyalty.sync.wire.packing import BadPacking, densely_packed, densely_unpacked
from posloyalty.sync.wire.short import expectations, forms
from posloyalty.sync.wire.short.expectations import EXPECTED, RECKONED_MAX
from posloyalty.sync.wire.short.memory import Memory
from posloyalty.sync.wire.short.numbers import BadShort, Bytes, put_number
from posloyalty.sync.wire.short.stretch import (
    EVENTS_SAID_MAX,
    EVENTS_SHORT_MAX,
    SOURCES_BYTES_MAX,
    SOURCES_MAX,
    Source,
    read_short,
    spelled,
    write_short,
)
from tests.sync.wire.short.a_stretch import (
    EVENTS,
    PREVIOUS,
    SIGNATURE,
    TILL,
    drawn,
    kept,
    sale,
    stretch,
    value_of,
)

FROZEN = Path(__file__).parent / "fixtures" / "short1.json"
OF_EVERY_KIND = sorted(EVENTS.glob("*.json"))
EVERYTHING = [one.read_bytes() for one in OF_EVERY_KIND]


class Frozen(msgspec.Struct):
    """A short form as the first release wrote it, what it leans on, and what it says."""

    short: bytes
    sources: list[tuple[int, bytes]]
    bodies: list[bytes]


def there_and_back(sent: Stretch, *sources: Source) -> bytes:
    """The short form of a stretch, which is there and says the same."""
    short = write_short(sent, sources)
    assert short is not None
    assert read_short(short, till_id=TILL, sources=kept(*sources)) == sent
    return short


@pytest.mark.parametrize("path", OF_EVERY_KIND, ids=lambda path: path.stem)
def test_an_event_of_every_kind_comes_through_alone_and_behind_its_like(path: Path) -> None:
    body = path.read_bytes()
    alone = there_and_back(stretch([body]))
    behind = there_and_back(stretch([body]), Source(40, body))
    assert len(behind) < len(alone)


def test_a_shops_day_of_every_kind_comes_through_in_one() -> None:
    there_and_back(stretch(EVERYTHING))
    for half in (EVERYTHING[::2], EVERYTHING[1::2]):
        there_and_back(stretch(half * 2))


def test_what_this_release_wrote_is_read_by_every_later_one() -> None:
    frozen = msgspec.json.decode(FROZEN.read_bytes(), type=Frozen)
    sources = [Source(*one) for one in frozen.sources]
    read = read_short(frozen.short, till_id=TILL, sources=kept(*sources))
    assert read == stretch(frozen.bodies)
    assert len(read.sent) > len(OF_EVERY_KIND)


def test_the_form_is_still_spelled_as_it_was() -> None:
    frozen = msgspec.json.decode(FROZEN.read_bytes(), type=Frozen)
    sources = [Source(*one) for one in frozen.sources]
    told = densely_unpacked(frozen.short[1:], most_bytes=BYTES_MAX)
    assert spelled(stretch(frozen.bodies), sources) == told


def test_of_a_sale_whose_articles_are_known_hardly_more_than_chance_travels() -> None:
    source = Source(40, sale(1, articles=(3, 2, 1)))
    short = there_and_back(stretch([sale(2)]), source)
    # The chain's hash and the till's signature, ten drawn bytes of the sale's id, and the rest.
    assert len(short) - len(PREVIOUS) - len(SIGNATURE) - 10 <= 30
    assert len(sale(2)) > 1_600


def test_sales_in_a_stretch_take_a_tenth_of_what_they_take_packed() -> None:
    sales = [sale(number, articles=range(number, number + 4)) for number in range(44)]
    short = there_and_back(stretch(sales))
    assert len(short) / len(sales) < 70
    assert len(densely_packed(b"\n".join(sales))) / len(sales) > 2 * 70


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"gross":3960', b'"gross":3961'),
        (b'"tax":116', b'"tax":-116'),
        (b'"d":"2026-12-01"', b'"d":"2026-11-30"'),
        (b'"hlc":[1796086802250,0]', b'"hlc":[5,7]'),
        (b'"no":"S1-T1-1-0002"', b'"no":"keyed in"'),
        (b'"at":"2026-12-01T09:00:02.250+08:00"', b'"at":"yesterday"'),
        (b'"at":"2026-12-01T09:00:02.250+08:00"', b'"at":"2026-12-01T09:00:02.250"'),
        (b'"n":39,"opens"', b'"n":"39","opens"'),
        (b'"qty":1000', b'"qty":null'),
        (b'"tr":[13,100]', b'"tr":[13,0]'),
        (b'"tr":[13,100]', b'"tr":{}'),
        (b'"taxes":[', b'"taxes":[1,true,'),
        (b'"lines":[{', b'"lines":[[],{'),
        (b'"t":"sale"', b'"t":5'),
        (b'"dr":["issued"]', b'"dr":[true,false,null]'),
    ],
)
def test_what_nobody_expects_travels_all_the_same(old: bytes, new: bytes) -> None:
    odd = sale(2).replace(old, new)
    assert odd != sale(2)
    short = there_and_back(stretch([odd, sale(3)]), Source(40, sale(1)))
    assert len(short) < 400


def test_ids_that_an_older_till_drew_travel_as_they_are() -> None:
    made = value_of(sale(2))
    made["post"][0]["id"] = drawn(8, "transfer")  # type: ignore[index]
    made["post"][0]["opens"]["id"] = drawn(9, "lot")  # type: ignore[index]
    freely = there_and_back(stretch([msgspec.json.encode(made)]), Source(40, sale(1)))
    derived = there_and_back(stretch([sale(2)]), Source(40, sale(1)))
    assert 2 * 10 <= len(freely) - len(derived) <= 2 * 16


@pytest.mark.parametrize(
    "body",
    [
        b'{"t":"x", "id":"%032x"}' % 5,
        b'{"id":"%032x","id":"%032x"}' % (5, 6),
        b'{"id":"%032x","n":1.50}' % 5,
        b'{"id":"%032x","n":1e2}' % 5,
        b'{"id":"%032x","text":"\\u0041\\/"}' % 5,
        b'\xff\xfe "id":"%032x"' % 5,
        b'{"id":"%032x","nested":%s}' % (5, b"[" * 500 + b"]" * 500),
        b'["id","%032x"]  {"id":"%032x"}' % (5, 5),
    ],
    ids=["blank", "twice", "fraction", "exponent", "escapes", "no text", "deep", "no object"],
)
def test_bytes_that_json_would_write_otherwise_are_never_written_again(body: bytes) -> None:
    sent = stretch([sale(1), body, sale(2)])
    short = write_short(sent)
    if short is not None:
        assert read_short(short, till_id=TILL, sources=kept()) == sent
    assert (short is None) == (b"[[" in body or not body.isascii())


@pytest.mark.parametrize(
    "more",
    ['"n":9007199254740993', f'"n":[{"1," * 128}1]', '"n":0.5'],
    ids=["beyond integers", "too many", "fraction"],
)
def test_what_has_no_short_form_is_sent_in_another(more: str) -> None:
    assert write_short(stretch([f'{{"t":"x","id":"{5:032x}",{more}}}'.encode()])) is None


def test_a_stretch_that_is_too_long_or_wrapped_or_named_otherwise_has_no_short_form() -> None:
    many = [sale(number) for number in range(EVENTS_SAID_MAX + 1)]
    assert write_short(stretch(many)) is None
    assert write_short(stretch(many[1:])) is not None
    whole = stretch([sale(1)])
    wrapped = msgspec.structs.replace(whole, sent=(Sent(whole.sent[0].event_id, sale(1), True),))
    assert write_short(wrapped) is None
    named = msgspec.structs.replace(whole, sent=(Sent(bytes(16), sale(1)),))
    assert write_short(named) is None


def test_what_an_older_release_says_of_more_events_is_read() -> None:
    many = stretch([sale(number) for number in range(EVENTS_SHORT_MAX)])
    assert len(many.sent) > EVENTS_SAID_MAX
    assert read_short(b"\0" + spelled(many, ()), till_id=TILL, sources=kept()) == many


def test_between_any_two_events_somebody_else_may_go_first() -> None:
    turns: list[None] = []
    sources = [Source(39, sale(1)), Source(40, sale(2))]
    write_short(stretch([sale(3), sale(4), sale(5)]), sources, between=lambda: turns.append(None))
    # Two that are leant on and three that are said; and all of them once more, read again.
    assert len(turns) == 2 * (2 + 3)


def test_however_much_there_is_to_add_up_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = stretch([sale(2, articles=(5,)), sale(3, articles=(6, 7))])
    lengths = []
    for most in (RECKONED_MAX, 20, 3, -1):
        monkeypatch.setattr(expectations, "RECKONED_MAX", most)
        lengths.append(len(there_and_back(sent, Source(40, sale(1)))))
    assert lengths == sorted(set(lengths))


def test_one_and_true_are_two_things() -> None:
    bodies = [
        b'{"t":"x","id":"%032x","n":%s,"m":[%s]}' % (place, value, value)
        for place, value in enumerate([b"1", b"true", b"1", b"0", b"false", b"null", b'"1"'])
    ]
    there_and_back(stretch(bodies))


TEXTS = st.text(max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
TOLD = {field for _, field in EXPECTED} - {"id"} | {"t", "at", "lines", "member"}
SPARE = st.sampled_from(sorted(TOLD))
ODD_EVENTS = st.dictionaries(SPARE | TEXTS.filter("id".__ne__), VALUES, max_size=8)


@given(st.lists(ODD_EVENTS, min_size=1, max_size=5), st.lists(ODD_EVENTS, max_size=2))
def test_whatever_events_say_they_come_through(
    said: list[dict[str, object]], before: list[dict[str, object]]
) -> None:
    sent = stretch([msgspec.json.encode({"id": f"{n:032x}"} | one) for n, one in enumerate(said)])
    sources = [Source(n, msgspec.json.encode(one)) for n, one in enumerate(before, 30)]
    short = write_short(sent, sources)
    if short is not None:
        assert read_short(short, till_id=TILL, sources=kept(*sources)) == sent


@given(st.data())
def test_a_sale_with_anything_altered_in_it_comes_through(data: st.DataObject) -> None:
    made: object = value_of(sale(2))
    whole, within = made, 3
    while within and isinstance(made, dict | list) and made:
        places = sorted(made) if isinstance(made, dict) else range(len(made))
        place, within = data.draw(st.sampled_from(list(places))), within - 1
        if not within or not isinstance(made[place], dict | list):  # type: ignore[index]
            made[place] = data.draw(VALUES)  # type: ignore[index]
            break
        made = made[place]  # type: ignore[index]
    body = b'{"id":"%032x",' % 9 + msgspec.json.encode(whole)[1:]
    sent = stretch([sale(1), body, sale(3)])
    short = write_short(sent, [Source(40, sale(0))])
    if short is not None:
        assert read_short(short, till_id=TILL, sources=kept(Source(40, sale(0)))) == sent


# What comes from outside


@given(st.binary(max_size=400))
def test_any_bytes_are_a_stretch_or_are_refused(body: bytes) -> None:
    with suppress(BadBatch, BadPacking):
        read_short(body, till_id=TILL, sources=kept())


@given(st.data())
def test_a_short_form_with_anything_altered_is_a_bounded_stretch_or_refused(
    data: st.DataObject,
) -> None:
    source = Source(40, sale(1))
    told = bytearray(b"\0" + spelled(stretch([sale(2), sale(3, articles=(5, 6))]), [source]))
    for _ in range(data.draw(st.integers(1, 4))):
        told[data.draw(st.integers(1, len(told) - 1))] = data.draw(st.integers(0, 255))
    with suppress(BadBatch, BadPacking):
        read = read_short(bytes(told), till_id=TILL, sources=kept(source))
        assert sum(len(one.body) for one in read.sent) <= BYTES_MAX


@pytest.mark.parametrize("number", range(16))
def test_a_record_that_leaves_out_what_nobody_expects_is_refused(number: int) -> None:
    source = Source(40, sale(1))
    told = b"\0" + spelled(stretch([sale(2), sale(3, articles=(5, 6))]), [source])
    refused = 0
    for place in range(1, len(told)):
        altered = told[:place] + bytes([number]) + told[place + 1 :]
        try:
            read_short(altered, till_id=TILL, sources=kept(source))
        except (BadBatch, BadPacking):
            refused += 1
    assert refused > 0


def head(*, count: int = 1, leans: tuple[int, ...] = (), **numbers: int) -> bytearray:
    """The beginning of a short form that is not packed."""
    out = bytearray(b"\0")
    first, waiting = numbers.get("first", 41), numbers.get("waiting", 0)
    for one in (numbers.get("epoch", 3), numbers.get("more", 0), first, count, waiting, len(leans)):
        put_number(out, one)
    for one in leans:
        put_number(out, one)
    return out + PREVIOUS + SIGNATURE


def raw(body: bytes) -> bytes:
    out = bytearray()
    put_number(out, len(body) << 3 | forms.TEXT)
    return bytes(out + body)


SOUND = raw(b'{"id":"%032x"}' % 5)


def test_a_short_form_may_be_written_by_hand() -> None:
    read = read_short(bytes(head() + SOUND), till_id=TILL, sources=kept())
    assert read == msgspec.structs.replace(stretch([b'{"id":"%032x"}' % 5]), waiting=0)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\2" + head()[1:] + SOUND,
        head(),
        head() + SOUND + b"\0",
        head(count=0),
        head(count=2) + SOUND,
        head(count=EVENTS_SHORT_MAX + 1) + SOUND * (EVENTS_SHORT_MAX + 1),
        head(epoch=0) + SOUND,
        head(epoch=2**32) + SOUND,
        head(more=2**32) + SOUND,
        head(first=0) + SOUND,
        head(first=2**53 + 1) + SOUND,
        head(waiting=2**53 + 1) + SOUND,
        head(leans=(0,)) + SOUND,
        head(leans=(1, 0)) + SOUND,
        head(leans=(41,)) + SOUND,
        head(leans=(1,) * (SOURCES_MAX + 1)) + SOUND,
        head(leans=(1,), more=1) + SOUND,
        head() + raw(b'{"no":"id"}'),
        head() + b"\xff" * 11,
    ],
)
def test_what_is_out_of_bounds_is_refused(told: bytes) -> None:
    with pytest.raises((BadBatch, BadPacking)):
        read_short(bytes(told), till_id=TILL, sources=kept(*(Source(n, b"{}") for n in range(41))))


def test_an_event_that_is_not_there_is_told_from_bytes_that_make_no_sense() -> None:
    short = there_and_back(stretch([sale(2)]), Source(39, sale(1)), Source(40, sale(5)))
    with pytest.raises(BadBatch, match="NO_SOURCE"):
        read_short(short, till_id=TILL, sources=kept(Source(39, sale(1))))


def test_what_leans_on_another_event_does_not_come_to_what_was_signed() -> None:
    sent = stretch([sale(2)])
    short = there_and_back(sent, Source(40, sale(1)))
    read = read_short(short, till_id=TILL, sources=kept(Source(40, sale(7, ratio=3))))
    assert read.head != sent.head
    assert read.signature == sent.signature


def test_what_is_leant_on_has_its_bound() -> None:
    short = there_and_back(stretch([sale(2)]), Source(40, sale(1)))
    for padding, fits in ((SOURCES_BYTES_MAX - 4_000, True), (SOURCES_BYTES_MAX, False)):
        large = sale(1)[:-1] + b',"pad":"' + b"x" * padding + b'"}'
        if fits:
            assert read_short(short, till_id=TILL, sources=lambda _e, _s, body=large: [body])
        else:
            with pytest.raises(BadBatch, match="NO_BATCH"):
                read_short(short, till_id=TILL, sources=lambda _e, _s, body=large: [body])


def record(bits: int) -> bytes:
    out = bytearray()
    put_number(out, bits << 3 | forms.RECORD)
    return bytes(out)


def shape(*fields: str) -> bytes:
    return b"\0" + bytes([len(fields)]) + b"".join(bytes([len(f)]) + f.encode() for f in fields)


def number(kind: int, above: int) -> bytes:
    out = bytearray()
    put_number(out, above << 3 | kind)
    return bytes(out)


WORD = "w" * 64
LONG_LIST = number(forms.LIST, 128)
GROWING = (
    head(count=2)
    + record(0b1111)
    + shape("t", "id", "a")
    + number(forms.TEXT, 64)
    + b"\0"
    + WORD.encode()
    + number(forms.ID, 0)
    + bytes(16)
)


@pytest.mark.parametrize(
    "told",
    [
        GROWING + LONG_LIST + (LONG_LIST + number(forms.WORD, 0) * 128) * 128,
        GROWING + LONG_LIST + (LONG_LIST + (LONG_LIST + number(forms.WORD, 0) * 128) * 128) * 128,
        GROWING + number(forms.LIST, 129) + number(forms.UP, 0) * 129 + record(0),
        GROWING + number(forms.LIST, 1) * 40,
        GROWING + record(0b11) + shape("a") + (record(0b10)) * 40,
        GROWING + number(forms.UP, 2**66) + record(0),
    ],
    ids=["a million words", "a hundred millions", "long", "deep", "deep records", "integer"],
)
def test_a_bomb_does_not_go_off(told: bytes) -> None:
    with pytest.raises((BadBatch, BadPacking)):
        read_short(bytes(told), till_id=TILL, sources=kept())
    with suppress(BadBatch, BadPacking):
        read_short(b"\1" + densely_packed(bytes(told[1:])), till_id=TILL, sources=kept())
        raise AssertionError("packed, the bomb went off")


def test_nothing_is_made_that_is_larger_than_a_stretch_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    encode = msgspec.json.encode

    def measured(value: object) -> bytes:
        told = encode(value)
        made.append(len(told))
        return told

    monkeypatch.setattr(msgspec.json, "encode", measured)
    words = LONG_LIST + number(forms.WORD, 0) * 128
    told = GROWING + LONG_LIST + (LONG_LIST + words * 128) * 128
    with pytest.raises(BadBatch, match="NO_BATCH"):
        read_short(bytes(told), till_id=TILL, sources=kept())
    assert sum(made) <= BYTES_MAX


def test_records_that_repeat_a_large_one_are_measured_as_they_grow() -> None:
    large = b'{"t":"x","id":"%032x","n":"%s"}' % (5, b"x" * 100_000)
    told = head(count=60, leans=(1,)) + record(0) * 60
    with pytest.raises(BadBatch, match="NO_BATCH"):
        read_short(bytes(told), till_id=TILL, sources=kept(Source(40, large)))


@pytest.mark.parametrize(
    ("told", "net"),
    [
        ({"gross": 900, "offers": [], "red": []}, 900),
        ({"gross": True, "offers": [], "red": []}, 1),
        ({"gross": 900, "offers": [["spring", 100]], "red": [["points", 50, 30]]}, 770),
        ({"gross": 900, "offers": [], "red": ""}, 900),
        ({"gross": "900", "offers": [], "red": []}, None),
        ({"gross": 900, "offers": None, "red": []}, None),
        ({"gross": 900, "offers": [], "red": [["points"]]}, None),
    ],
)
def test_what_a_line_comes_to_is_expected_of_whatever_adds_up(
    told: dict[str, object], net: int | None
) -> None:
    reckon = EXPECTED[".lines", "net"]
    if net is None:
        with pytest.raises(expectations.NO_REASON):
            reckon(told, {}, {}, 0, Memory())
    else:
        assert forms.same(reckon(told, {}, {}, 0, Memory()), net)


@given(st.integers(0, 2**70 - 1))
def test_a_number_comes_back(value: int) -> None:
    out = bytearray()
    put_number(out, value)
    read = Bytes(bytes(out))
    assert read.number() == value
    assert read.done


@pytest.mark.parametrize("told", [b"", b"\x80", b"\xff" * 10, b"\xff" * 40])
def test_a_number_that_does_not_end_is_none(told: bytes) -> None:
    with pytest.raises(BadShort):
        Bytes(told).number()


def _freeze() -> None:
    if not FROZEN.exists():
        sources = [Source(30, sale(1)), Source(40, EVENTS.joinpath("sale.json").read_bytes())]
        bodies = [*EVERYTHING, *(sale(number) for number in range(2, 6))]
        short = write_short(stretch(bodies), sources)
        assert short is not None
        told = Frozen(short, [(one.seq, one.body) for one in sources], bodies)
        FROZEN.write_bytes(msgspec.json.encode(told) + b"\n")


if __name__ == "__main__":
    _freeze()
