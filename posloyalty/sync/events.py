"""The shapes of journal events and their bytes, frozen: docs/journal.md names every key and unit.

Shape: one msgspec Struct per type, told apart by `t` and `v`. Integers only: money in minor units,
points in the wallet's minor units, quantities in thousandths, rates as [numerator, denominator].
Ids and hashes are lower-case hexadecimal, instants ISO 8601 with their offset, days ISO dates.

The bytes that `encode` makes are hashed, stored and sent as they are and never made again: whoever
reads an event keeps its bytes. A type or version that this release does not know is kept as an
`Opaque`, with its common keys, so that an older till can carry a newer journal.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from posloyalty.sync.event_base import VERSION, BadEvent, Event, ServerTime
from posloyalty.sync.event_parts import (
    Count,
    Line,
    LotOpened,
    Offer,
    Pay,
    Points,
    Post,
    RightOpened,
    RightStep,
    Tax,
    TierMet,
    Told,
)
from posloyalty.sync.member_events import (
    CardIssue,
    CardRevoke,
    Consent,
    EraseAck,
    MemberCreate,
    MemberEdit,
    MemberMet,
    ProfilesHeard,
)
from posloyalty.sync.shift_events import CashCounted, CashMoved, ShiftClosed, ShiftOpen, ShiftSum
from posloyalty.sync.till_events import Article, EpochAnchor, Goods, TillTrust

__all__ = [
    "KINDS",
    "VERSION",
    "Act",
    "Article",
    "BadEvent",
    "Boot",
    "CardIssue",
    "CardRevoke",
    "CashCounted",
    "CashMoved",
    "ClockJump",
    "Consent",
    "Count",
    "Deed",
    "EpochAnchor",
    "EraseAck",
    "ErrorNote",
    "Event",
    "Genesis",
    "Goods",
    "Heard",
    "KeyRotate",
    "Line",
    "LotOpened",
    "MemberCreate",
    "MemberEdit",
    "MemberMet",
    "Offer",
    "Opaque",
    "Opening",
    "Pay",
    "Payment",
    "PinRefused",
    "Points",
    "Post",
    "ProfilesHeard",
    "ReceiptCopy",
    "Refund",
    "RightOpened",
    "RightStep",
    "Sale",
    "SaleV1",
    "ServerTime",
    "SettingsChange",
    "ShiftClosed",
    "ShiftOpen",
    "ShiftSum",
    "Tax",
    "TierMet",
    "TillTrust",
    "Told",
    "Withheld",
    "decode",
    "encode",
    "kind",
    "kind_of",
]


class SaleV1(Event, frozen=True, kw_only=True, tag="sale"):
    """A sale as release 0.1.0 wrote it. `decode` hands it on as a `Sale`."""

    pi: str
    pv: int
    ph: str
    no: str
    day: str
    cur: str
    member: str | UnsetType = UNSET
    proof: str | UnsetType = UNSET
    lines: tuple[Line, ...]
    offers: tuple[Offer, ...]
    taxes: tuple[Tax, ...]
    pays: tuple[Pay, ...]
    points: tuple[Points, ...]
    post: tuple[Post, ...]
    tiers: tuple[TierMet, ...]
    gross: int
    off: int
    red: int
    tax: int
    total: int
    rnd: int


class Sale(SaleV1, frozen=True, kw_only=True, tag="sale"):
    """A paid sale with everything it did; `id` is the sale's own id. `again` is the number of the
    receipt from which a lost sale was keyed in again, `receipt` its signed code, `till` the first
    half of the id of the till that had sold it, where that is another one.
    """

    v: Literal[2] = 2  # type: ignore[assignment]
    rights: tuple[RightStep, ...] = ()
    meters: tuple[Count, ...] = ()
    told: tuple[Told, ...] = ()
    again: str | UnsetType = UNSET
    receipt: str | UnsetType = UNSET
    till: str | UnsetType = UNSET


class Withheld(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that is not given back, and why: a code of area "withheld" and its amount."""

    code: str
    n: int
    what: str | UnsetType = UNSET


class Refund(Event, frozen=True, kw_only=True, tag="refund"):
    """Goods of a sale taken back, or the whole sale voided (`kind`); amounts are positive.

    A line is a sold line, by its number, with the quantity and the shares that go back. `receipt`
    is the signed code that stands for a sale of another journal, `seen` the kind of document that
    was shown.
    """

    pi: str
    pv: int
    ph: str
    no: str
    day: str
    cur: str
    sale: str
    of: str
    receipt: str | UnsetType = UNSET
    kind: str
    cause: str
    faulty: bool
    member: str | UnsetType = UNSET
    lines: tuple[Line, ...]
    offers: tuple[Offer, ...]
    taxes: tuple[Tax, ...]
    held: tuple[Withheld, ...]
    pays: tuple[Pay, ...]
    points: tuple[Points, ...]
    post: tuple[Post, ...]
    tiers: tuple[TierMet, ...]
    rights: tuple[RightStep, ...]
    meters: tuple[Count, ...]
    told: tuple[Told, ...] = ()
    gross: int
    off: int
    red: int
    tax: int
    total: int
    rnd: int
    seen: str | UnsetType = UNSET


class PaidOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that left a gift card: `by` which way, `amount` of what was paid for, `given` in hand
    (in coins, for cash), `seen` the kind of document that was shown.
    """

    by: str
    amount: int
    given: int
    seen: str | UnsetType = UNSET


class Act(Event, frozen=True, kw_only=True, tag="act"):
    """What the programme did outside a sale: `kind` of act, `what` of the programme it is about.

    `facts` are evidence and reasons, never personal data. Without `pi`, `pv`, `ph` no programme was
    asked. `out` is money that it paid out.
    """

    kind: str
    what: str
    day: str
    member: str | UnsetType = UNSET
    pi: str | UnsetType = UNSET
    pv: int | UnsetType = UNSET
    ph: str | UnsetType = UNSET
    facts: tuple[tuple[str, str], ...] = ()
    post: tuple[Post, ...] = ()
    tiers: tuple[TierMet, ...] = ()
    rights: tuple[RightStep, ...] = ()
    meters: tuple[Count, ...] = ()
    told: tuple[Told, ...] = ()
    out: PaidOut | UnsetType = UNSET


class Heard(Event, frozen=True, kw_only=True, tag="heard"):
    """What head office told: an event of elsewhere, under that event's own `id` and `at`; what it
    counts for an owner of whom the till heard later has another `id` (`sync/office/heard_in_part`).

    `what` is its type or kind of act, `src` the till that it happened at, or head office. Whoever
    folds several journals passes over it: the event itself is in another one of them.
    """

    what: str
    src: str
    facts: tuple[tuple[str, str], ...] = ()
    post: tuple[Post, ...] = ()
    tiers: tuple[TierMet, ...] = ()
    rights: tuple[RightStep, ...] = ()
    meters: tuple[Count, ...] = ()


class Payment(Event, frozen=True, kw_only=True, tag="payment"):
    """One step of a payment that a terminal takes: `pay` is the payment, `sale` what it is for.
    `back` is there when it gives money back for a return: the number of the sale's tender.

    Every step names all of it, so that the last one alone says how the payment stands.
    """

    pay: str
    sale: str
    kind: str
    n: int
    cur: str
    term: str
    step: str
    ref: str | UnsetType = UNSET
    why: str | UnsetType = UNSET
    back: int | UnsetType = UNSET


class Genesis(Event, frozen=True, kw_only=True, tag="genesis"):
    """The first event: the till names itself. `cert` is its certificate, DER as hexadecimal."""

    till: str
    book: str
    store: str
    code: str
    cert: str
    app: str
    currency: str
    zone: str


class Boot(Event, frozen=True, kw_only=True, tag="boot"):
    """The till was started by release `app`; `boot` is the id of this run."""

    boot: str
    app: str


class Opening(Event, frozen=True, kw_only=True, tag="opening"):
    """Balances and levels brought along from an earlier system, by an import."""

    source: str
    post: tuple[Post, ...]
    tiers: tuple[TierMet, ...] = ()


class PinRefused(Event, frozen=True, kw_only=True, tag="pin_refused"):
    """A wrong PIN: how many in a row, and the wait in seconds that follows. Never the PIN."""

    operator: str
    failures: int
    wait: int


class ClockJump(Event, frozen=True, kw_only=True, tag="clock_jump"):
    """The wall clock showed `wall` where at least `floor` was expected (or less, when ahead)."""

    wall: str
    floor: str
    by_ms: int


class Deed(Event, frozen=True, kw_only=True, tag="deed"):
    """Something sensitive that somebody did at the till, written when it happened.

    `what` it is about in words of the shop (an article, a receipt), `sale` the open or stored sale.
    With `undoes` the operator took the same deed back.
    """

    kind: str
    sale: str | UnsetType = UNSET
    what: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    undoes: bool | UnsetType = UNSET
    facts: tuple[tuple[str, int], ...] = ()


class ReceiptCopy(Event, frozen=True, kw_only=True, tag="receipt_copy"):
    """A copy of a receipt was asked for."""

    sale: str
    no: str


class SettingsChange(Event, frozen=True, kw_only=True, tag="settings_change"):
    """Something of the shop changed: the kind, its id or code, and the names of the fields."""

    kind: str
    what: str
    fields: tuple[str, ...]


class KeyRotate(Event, frozen=True, kw_only=True, tag="key_rotate"):
    """A key was made or replaced: `kind` recovery, book or till; its number and public half."""

    kind: str
    kid: int
    public: str | UnsetType = UNSET


class ErrorNote(Event, frozen=True, kw_only=True, tag="error_note"):
    """A fault worth keeping: a code and its facts as text, no personal data."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()


class Opaque(Struct, frozen=True, kw_only=True):
    """An event of a type or version that this release does not know; its bytes stay as they are."""

    t: str
    v: int
    id: str
    at: str
    hlc: tuple[int, int]


KINDS: Final[tuple[type[Event], ...]] = (
    Genesis,
    Boot,
    Sale,
    MemberCreate,
    MemberEdit,
    Consent,
    CardIssue,
    CardRevoke,
    Opening,
    PinRefused,
    ClockJump,
    ReceiptCopy,
    SettingsChange,
    KeyRotate,
    ErrorNote,
    Refund,
    Act,
    Heard,
    ShiftOpen,
    CashMoved,
    CashCounted,
    ShiftClosed,
    Deed,
    Payment,
    TillTrust,
    EpochAnchor,
    Goods,
    ProfilesHeard,
    EraseAck,
    MemberMet,
)
"""Every type as this release writes it."""


def kind(event: Event) -> str:
    """The type's name, as in `t`."""
    return kind_of(type(event))


@cache  # what a Struct is like is put together anew whenever it is asked
def kind_of(shape: type[Event]) -> str:
    """The name of a type."""
    return str(shape.__struct_config__.tag)


def encode(event: Event) -> bytes:
    """The bytes of an event: JSON, keys in the order of its Struct, no spaces, UTF-8."""
    return _ENCODER.encode(event)


def decode(body: bytes) -> Event | Opaque:
    """Read an event; one of an unknown type or version comes back as `Opaque`.

    An earlier version of a type comes back in today's shape. Raises `BadEvent` for anything else
    that is not exactly an event.
    """
    try:
        decoder = _decoder(body)
        if decoder is None:
            return _HEAD.decode(body)
        event = decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadEvent(str(fault)) from None
    return _sale_of_v1(event) if type(event) is SaleV1 else event


def _decoder(body: bytes) -> msgspec.json.Decoder[Event] | None:
    """The reader of a body's type and version; None for those that are not known.

    Both are the first two keys of whatever `encode` wrote, so that a body need not be read twice;
    its own reader still checks them.
    """
    found = _BY_BEGINNING.get(body[: body.find(b",", body.find(b",") + 1)])
    if found is not None:
        return found
    head = _HEAD.decode(body)
    return _DECODERS.get((head.t, head.v))


def _sale_of_v1(event: SaleV1) -> Sale:
    """Release 0.1.0 had no meters: what it counted follows from what it wrote."""
    keys = {name: getattr(event, name) for name in event.__struct_fields__ if name != "v"}
    counts: tuple[Count, ...] = ()
    if event.member is not UNSET:
        counts = (
            Count(m="purchases", d=event.day, n=1),
            Count(m="spend", d=event.day, n=event.total),
            *earned_counts(event.post),
        )
    return Sale(**keys, meters=tuple(count for count in counts if count.n))


def earned_counts(post: tuple[Post, ...]) -> tuple[Count, ...]:
    """What transfers that opened lots of earned points add to the meters of their owners.

    Points that no purchase earned have no day of earning of their own and count for nothing.
    """
    return tuple(
        Count(m=f"earned/{one.ledger}", d=one.opens.earned, n=one.n, owner=one.cr[1])
        for one in post
        if one.opens is not UNSET and one.opens.earned != _NOT_EARNED and len(one.cr) > 1
    )


def _version(shape: type[Event]) -> int:
    (found,) = (one.default for one in msgspec.structs.fields(shape) if one.name == "v")
    return int(found)


_NOT_EARNED: Final = "1970-01-01"
_ENCODER: Final = msgspec.json.Encoder()
_HEAD: Final = msgspec.json.Decoder(Opaque)
_SHAPES: Final[tuple[type[Event], ...]] = (*KINDS, SaleV1)
_DECODERS: Final[dict[tuple[str, int], msgspec.json.Decoder[Event]]] = {
    (str(shape.__struct_config__.tag), _version(shape)): msgspec.json.Decoder(shape)
    for shape in _SHAPES
}
_BY_BEGINNING: Final = {
    f'{{"t":"{tag}","v":{version}'.encode(): decoder
    for (tag, version), decoder in _DECODERS.items()
}
