"""The parts that several journal events are made of: lines, payments, and what an event does.

Shape: msgspec Structs with the keys of docs/journal.md, frozen like the events that hold them.
Integers only; ids are lower-case hexadecimal, days ISO dates. What has nothing to say is left out.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class LotOpened(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A lot that a transfer opens, on its credit side. Days are of the programme's zone;
    `shop_cost` is minor units of money for each of the wallet, as [numerator, denominator].
    """

    id: str
    earned: str
    usable: str | UnsetType = UNSET
    last: str | UnsetType = UNSET
    funder: str | UnsetType = UNSET
    shop_cost: tuple[int, int] | UnsetType = UNSET


class Post(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
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


class TierMet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A tier level that a member met on day `met` and holds through day `through`."""

    member: str
    scheme: str
    level: str
    met: str
    through: str


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One sold line; `offers` [offer, minor], `red` [wallet, points, minor], `earn` [wallet, n].

    `pay` says what each tender paid of it, [tender, minor], where there are several. `list` is the
    price list that `price` is from: its code, its name, and the shelf price. `fix` is the class's
    fixed tax of a piece or kilogram, which `tax` holds too. `shop_cost` is what gifts and rewards
    on the line cost the shop, [offer, minor].
    """

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
    pay: tuple[tuple[int, int], ...] | UnsetType = UNSET
    list: tuple[str, str, int] | UnsetType = UNSET
    fix: int | UnsetType = UNSET
    shop_cost: tuple[tuple[str, int], ...] | UnsetType = UNSET


class Offer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An offer that the sale used, by its printed name and whole amount.

    `src` is the kind of what the member owned, such as "voucher", or "by_hand"; `right` is the
    right that it used up, `cost` what it took as [wallet, points].
    """

    id: str
    name: str
    amount: int
    src: str | UnsetType = UNSET
    right: str | UnsetType = UNSET
    cost: tuple[str, int] | UnsetType = UNSET


class Tax(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The sale's tax of one class; `fix` is what of `tax` is the class's fixed one."""

    tc: str
    tr: tuple[int, int]
    tm: str
    base: int
    tax: int
    fix: int | UnsetType = UNSET


class Pay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One tender; `amount` settles the sale, `rnd` is cash asked minus exact.

    `acct` is the instrument that paid: a gift card's or wallet's account. `stays` is what of money
    that comes back stayed for the new goods of an exchange. `scheme` is which QR wallet it was.
    """

    n: int
    kind: str
    amount: int
    given: int
    change: int
    rnd: int
    ref: str | UnsetType = UNSET
    acct: str | UnsetType = UNSET
    stays: int | UnsetType = UNSET
    scheme: str | UnsetType = UNSET


class Points(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What the sale did in one wallet and the state after it, as printed."""

    wallet: str
    name: str
    scale: int
    earned: int
    redeemed: int
    redeemed_minor: int
    balance: int
    pending: int


class RightOpened(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A right as an event opens it; without `uses` it is good once, 0 is without bound."""

    kind: str
    of: str
    pi: str
    owner: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    uses: int | UnsetType = UNSET
    first: str | UnsetType = UNSET
    last: str | UnsetType = UNSET
    held: bool | UnsetType = UNSET
    paid: int | UnsetType = UNSET
    line: int | UnsetType = UNSET


class RightStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One change of a right; `n` uses or days, 1 when left out. `opens` comes with an issue."""

    id: str
    right: str
    move: str
    n: int | UnsetType = UNSET
    opens: RightOpened | UnsetType = UNSET


class Count(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An addition to meter `m`: `n` on day `d`, of `owner`, by default the event's member.

    `undoes` names the event whose addition this one takes back, `at` that event's instant.
    """

    m: str
    d: str
    n: int
    owner: str | UnsetType = UNSET
    at: str | UnsetType = UNSET
    undoes: str | UnsetType = UNSET


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Something that the receipt tells the member: a code of area "told" and its facts."""

    code: str
    facts: tuple[tuple[str, int | str], ...] = ()
