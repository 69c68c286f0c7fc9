"""The shapes of journal events and their bytes, frozen: docs/journal.md names every key and unit.

Shape: one msgspec Struct per type, told apart by `t` and `v`. Integers only: money in minor units,
points in the wallet's minor units, quantities in thousandths, rates as [numerator, denominator].
Ids and hashes are lower-case hexadecimal, instants ISO 8601 with their offset, days ISO dates.

The bytes that `encode` makes are hashed, stored and sent as they are and never made again: whoever
reads an event keeps its bytes. A type or version that this release does not know is kept as an
`Opaque`, with its common keys, so that an older till can carry a newer journal.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

VERSION: Final = 1


class BadEvent(ValueError):
    """Bytes that are no journal event: not JSON, or a known type with wrong keys."""


class ServerTime(Struct, frozen=True, forbid_unknown_fields=True):
    """The last server time seen, and how many milliseconds had passed since by our own clock."""

    at: str
    since_ms: int


class Event(Struct, frozen=True, kw_only=True, tag_field="t", forbid_unknown_fields=True):
    """The common keys. `hlc` is [ms since 1970 UTC, counter]; `actor` an operator's id."""

    v: Literal[1] = VERSION
    id: str
    at: str
    hlc: tuple[int, int]
    srv: ServerTime | UnsetType = UNSET
    actor: str | UnsetType = UNSET


class LotOpened(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lot that a transfer opens, on its credit side. Days are of the programme's zone."""

    id: str
    earned: str
    usable: str | UnsetType = UNSET
    last: str | UnsetType = UNSET


class Post(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One transfer: `n` minor units of wallet `ledger` from `dr` to `cr`.

    A side is [kind] or [kind, owner]. `uses` are [lot id, amount], positive out of the lot.
    """

    id: str
    code: str
    ledger: str
    dr: tuple[str, ...]
    cr: tuple[str, ...]
    n: int
    opens: LotOpened | UnsetType = UNSET
    uses: tuple[tuple[str, int], ...] | UnsetType = UNSET
    link: str | UnsetType = UNSET


class TierMet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tier level that a member met on day `met` and holds through day `through`."""

    member: str
    scheme: str
    level: str
    met: str
    through: str


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sold line; `offers` [offer, minor], `red` [wallet, points, minor], `earn` [wallet, n]."""

    n: int
    product: str
    sku: str
    name: str
    unit: str
    qty: int
    price: int
    gross: int
    offers: tuple[tuple[str, int], ...] = ()
    red: tuple[tuple[str, int, int], ...] = ()
    net: int
    tc: str
    tr: tuple[int, int]
    tm: str
    tax: int
    earn: tuple[tuple[str, int], ...] = ()


class Offer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer that the sale used, by its printed name and whole amount."""

    id: str
    name: str
    amount: int


class Tax(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sale's tax of one class."""

    tc: str
    tr: tuple[int, int]
    tm: str
    base: int
    tax: int


class Pay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tender; `amount` settles the sale, `rnd` is cash asked minus exact."""

    n: int
    kind: str
    amount: int
    given: int
    change: int
    rnd: int
    ref: str | UnsetType = UNSET


class Points(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sale did in one wallet and the state after it, as printed."""

    wallet: str
    name: str
    scale: int
    earned: int
    redeemed: int
    redeemed_minor: int
    balance: int
    pending: int


class Sale(Event, frozen=True, kw_only=True, tag="sale"):
    """A paid sale with everything it posted; `id` is the sale's own id."""

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


class MemberCreate(Event, frozen=True, kw_only=True, tag="member_create"):
    """A member came to be. No personal data: the profile lies beside the journal."""

    member: str
    joined: str
    store: str
    source: str


class MemberEdit(Event, frozen=True, kw_only=True, tag="member_edit"):
    """Fields of a member's profile changed; their names, never their values."""

    member: str
    fields: tuple[str, ...]


class Consent(Event, frozen=True, kw_only=True, tag="consent"):
    """A member's answer for one purpose and channel."""

    member: str
    purpose: str
    channel: str
    granted: bool
    text: str
    lang: str
    source: str


class CardIssue(Event, frozen=True, kw_only=True, tag="card_issue"):
    """A card was made: SHA-256 of its token; issue and expiry in seconds since 1970."""

    member: str
    card: str
    token: str
    kid: int
    issued: int
    expires: int


class CardRevoke(Event, frozen=True, kw_only=True, tag="card_revoke"):
    """Tokens of a member issued before `before` (seconds since 1970) are no longer good."""

    member: str
    before: int
    cause: str


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
)


def kind(event: Event) -> str:
    """The type's name, as in `t`."""
    return str(type(event).__struct_config__.tag)


def encode(event: Event) -> bytes:
    """The bytes of an event: JSON, keys in the order of its Struct, no spaces, UTF-8."""
    return _ENCODER.encode(event)


def decode(body: bytes) -> Event | Opaque:
    """Read an event; one of an unknown type or version comes back as `Opaque`.

    Raises `BadEvent` for anything else that is not exactly an event.
    """
    try:
        head = _HEAD.decode(body)
        decoder = _DECODERS.get((head.t, head.v))
        return _strict(decoder, body) if decoder is not None else head
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise BadEvent(str(fault)) from None


def _strict(decoder: msgspec.json.Decoder[Any], body: bytes) -> Event:
    event = decoder.decode(body)
    assert isinstance(event, Event)
    return event


_ENCODER: Final = msgspec.json.Encoder()
_HEAD: Final = msgspec.json.Decoder(Opaque)
_DECODERS: Final = {
    (str(shape.__struct_config__.tag), VERSION): msgspec.json.Decoder(shape) for shape in KINDS
}
