"""What every journal event has: type, version, id, time, and who acted and who let it through."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

VERSION: Final = 1


class BadEvent(ValueError):
    """Bytes that are no journal event: not JSON, or a known type with wrong keys."""


class ServerTime(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The last server time seen, and how many milliseconds had passed since by our own clock."""

    at: str
    since_ms: int


class Event(Struct, frozen=True, kw_only=True, tag_field="t", forbid_unknown_fields=True, gc=False):
    """The common keys. `hlc` is [ms since 1970 UTC, counter]; `actor` an operator's id.

    `ok` is the operator who approved it on the spot, where the actor alone might not.
    """

    v: Literal[1] = VERSION
    id: str
    at: str
    hlc: tuple[int, int]
    srv: ServerTime | UnsetType = UNSET
    actor: str | UnsetType = UNSET
    ok: str | UnsetType = UNSET
