"""What is expected of a field, where something better is known than what it said last.

Shape: `EXPECTED[path, field]` is a function of the record (`own`) and the event (`root`) as far as
they are said, with what was said last of the same thing (`ref`) where they are not yet, of the
record's place in its list and of the memory. It may raise whatever its operands raise
(`NO_REASON`): then nothing better is known. An expectation that is wrong costs a few bytes and
nothing else; but both sides must expect alike, so a change here is another form with another name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.wire.short.memory import LEADS, Memory, Record

NO_REASON: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_THOUSANDTHS: Final = 1000
RECKONED_MAX: Final = 100_000
"""So many entries are added up for one stretch."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
Expectation = Callable[[Record, Record, Record, int, Memory], Any]


def ms_of(text: str) -> int:
    """Milliseconds since 1970 of an instant."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND


def _entries(root: Record, field: str, memory: Memory) -> list[Any]:
    """What all lines say in a field that is a list; nothing more once a stretch looked at too much,
    so that no lines whatever make sums a burden.
    """
    if memory.reckoned > RECKONED_MAX:
        raise LookupError
    found: list[Any] = []
    looked = 0
    try:
        for line in root["lines"]:
            told = line[field]
            looked += 1 + len(told)
            found += told
    finally:
        memory.reckoned += looked
    return found


def _listed(root: Record, key: str, memory: Memory) -> list[Record]:
    """The event's lines or payments; nothing more once a stretch looked at too much."""
    if memory.reckoned > RECKONED_MAX:
        raise LookupError
    found: list[Record] = root[key]
    memory.reckoned += len(found)
    return found


def _nearest(amount: int, whole: int) -> int:
    return (2 * amount + whole) // (2 * whole)


def _hlc(_own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> list[int]:
    ms = ms_of(root["at"])
    last = memory.hlc
    if last is None or ms > last[0]:
        return [ms, 0]
    return [last[0], last[1] + 1]


def _counted_on(_own: Record, _root: Record, ref: Record, _place: int, _memory: Memory) -> str:
    text: str = ref["no"]
    stem = text.rstrip("0123456789")
    digits = text[len(stem) :]
    return f"{stem}{int(digits) + 1:0{len(digits)}d}"


def _day(_own: Record, root: Record, _ref: Record, _place: int, _memory: Memory) -> str:
    text: str = root["at"]
    return text[:10]


def _the_day(_own: Record, root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    return root["day"]


def _number(_own: Record, _root: Record, _ref: Record, place: int, _memory: Memory) -> int:
    return place + 1


def _gross(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> int:
    return _nearest(own["qty"] * own["price"], _THOUSANDTHS)


def _net(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    offers, redeemed = own["offers"], own["red"]
    if offers == redeemed == []:  # as most lines have it
        return own["gross"] - 0
    return own["gross"] - sum([one[1] for one in offers]) - sum([one[2] for one in redeemed])


def _line_tax(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> int:
    over, under = own["tr"]
    return _nearest(own["net"] * over, under + over if own["tm"] == "inclusive" else under)


def _earn(own: Record, _root: Record, ref: Record, _place: int, _memory: Memory) -> Any:
    net, before = own["net"], ref["net"]
    return [[wallet, count * net // before] for wallet, count in ref["earn"]]


def _offer_amount(own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> int:
    return sum([one[1] for one in _entries(root, "offers", memory) if one[0] == own["id"]])


def _taxes(_own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> Any:
    found: dict[str, Record] = {}
    for line in _listed(root, "lines", memory):
        tc, inside = line["tc"], line["tm"] == "inclusive"
        one = found.get(tc)
        if one is None:
            one = {"tc": tc, "tr": line["tr"], "tm": line["tm"], "base": 0, "tax": 0}
            found[tc] = one
        one["base"] += line["net"] - line["tax"] if inside else line["net"]
        one["tax"] += line["tax"]
    return [found[tc] for tc in sorted(found)]


def _due(_own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> int:
    """What the lines come to, with the tax that is not in their prices."""
    return sum(
        [
            line["net"] if line["tm"] == "inclusive" else line["net"] + line["tax"]
            for line in _listed(root, "lines", memory)
        ]
    )


def _given(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    return own["amount"]


def _change(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    return own["given"] - own["amount"]


def _rounded(own: Record, _root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    return own["given"] - own["change"] - own["amount"]


def _moved(root: Record, ledger: str, field: str, memory: Memory) -> Any:
    for one in _listed(root, "points", memory):
        if ledger == one["wallet"] or ledger.endswith(f"/{one['wallet']}"):
            return one[field]
    raise LookupError


def _of_wallet(field: str, part: int) -> Expectation:
    """The sum of the lines' shares of one wallet."""

    def expected(own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> int:
        told = _entries(root, field, memory)
        return sum([one[part] for one in told if one[0] == own["wallet"]])

    return expected


def _post_count(own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> Any:
    field = "redeemed" if own["code"] == "redeem" else "earned"
    return _moved(root, own["ledger"], field, memory)


def _debit(_own: Record, root: Record, ref: Record, _place: int, _memory: Memory) -> Any:
    return _side(root, ref["dr"])


def _credit(_own: Record, root: Record, ref: Record, _place: int, _memory: Memory) -> Any:
    return _side(root, ref["cr"])


def _side(root: Record, side: list[str]) -> list[str]:
    return [side[0], root["member"]] if len(side) > 1 else side


def _meter(own: Record, root: Record, ref: Record, _place: int, memory: Memory) -> Any:
    meter: str = own["m"]
    if meter == "spend":
        return root["total"]
    if meter.startswith("earned/"):
        return _moved(root, meter, "earned", memory)
    return ref["n"]


def _member(_own: Record, root: Record, _ref: Record, _place: int, _memory: Memory) -> Any:
    return root["member"]


def _derived(kind: str) -> Expectation:
    """An id that follows from the event's and the place in it (`derive_id`)."""

    def expected(_own: Record, root: Record, _ref: Record, place: int, _memory: Memory) -> str:
        return derive_id(kind, bytes.fromhex(root["id"]), place).hex()

    return expected


def _summed(listed: str, field: str) -> Expectation:
    """The sum of a field of the lines, or of the payments."""

    def expected(_own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> int:
        return sum([one[field] for one in _listed(root, listed, memory)])

    return expected


def _shared(field: str, part: int) -> Expectation:
    """The sum of the shares that lines have of something."""

    def expected(_own: Record, root: Record, _ref: Record, _place: int, memory: Memory) -> int:
        return sum([one[part] for one in _entries(root, field, memory)])

    return expected


EXPECTED: Final[Mapping[tuple[str, str], Expectation]] = {
    ("", "hlc"): _hlc,
    ("", "no"): _counted_on,
    ("", "day"): _day,
    (".lines", "n"): _number,
    (".lines", "gross"): _gross,
    (".lines", "net"): _net,
    (".lines", "tax"): _line_tax,
    (".lines", "earn"): _earn,
    (".offers", "amount"): _offer_amount,
    ("", "taxes"): _taxes,
    (".pays", "n"): _number,
    (".pays", "amount"): _due,
    (".pays", "given"): _given,
    (".pays", "change"): _change,
    (".pays", "rnd"): _rounded,
    (".points", "earned"): _of_wallet("earn", 1),
    (".points", "redeemed"): _of_wallet("red", 1),
    (".points", "redeemed_minor"): _of_wallet("red", 2),
    (".post", "id"): _derived("transfer"),
    (".post", "dr"): _debit,
    (".post", "cr"): _credit,
    (".post", "n"): _post_count,
    (".post.opens", "id"): _derived("lot"),
    (".post.opens", "earned"): _the_day,
    (".tiers", "member"): _member,
    ("", "gross"): _summed("lines", "gross"),
    ("", "off"): _shared("offers", 1),
    ("", "red"): _shared("red", 2),
    ("", "tax"): _summed("lines", "tax"),
    ("", "total"): _due,
    ("", "rnd"): _summed("pays", "rnd"),
    (".rights", "id"): _derived("right_change"),
    (".rights", "right"): _derived("right"),
    (".rights.opens", "owner"): _member,
    (".meters", "d"): _the_day,
    (".meters", "n"): _meter,
}


class _Nothing:
    """Unlike every value."""

    __slots__ = ()


NOTHING: Final = _Nothing()


class Field(NamedTuple):
    """A field of a record: its bit, its path, and how it is expected, where its reference does not
    say.
    """

    bit: int
    key: str
    path: str
    expected: Expectation | None


class Plan(NamedTuple):
    """The fields of a shape at a path in their order, without the lead; `reckoned` are the bits of
    those that are reckoned, `lead_bit` is 0 where the shape has no lead.
    """

    fields: tuple[Field, ...]
    reckoned: int
    lead: str
    lead_bit: int


@lru_cache(maxsize=512)
def plan_of(path: str, shape: tuple[str, ...]) -> Plan:
    """How a record of this shape is said at a path. Bit 0 is the shape's."""
    lead = LEADS.get(path, "")
    fields = tuple(
        Field(2 << place, key, f"{path}.{key}", EXPECTED.get((path, key)))
        for place, key in enumerate(shape)
    )
    return Plan(
        fields=tuple(one for one in fields if one.key != lead),
        reckoned=sum(one.bit for one in fields if one.expected is not None and one.key != lead),
        lead=lead,
        lead_bit=sum(one.bit for one in fields if one.key == lead),
    )


@lru_cache(maxsize=4096)
def read_plan(path: str, shape: tuple[str, ...], bits: int) -> tuple[Plan, tuple[Field, ...]]:
    """The plan, and those of its fields that are said, by their bits, or reckoned."""
    plan = plan_of(path, shape)
    heeded = bits | plan.reckoned
    return plan, tuple(one for one in plan.fields if heeded & one.bit)


def begun(shape: tuple[str, ...], ref: Record) -> Record:
    """A record of a shape as its reference has it, `NOTHING` where that says nothing."""
    if shape == tuple(ref):
        return ref.copy()
    return {key: ref.get(key, NOTHING) for key in shape}
