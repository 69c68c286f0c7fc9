"""The journal event of another till of the shop: believed from now on, or no longer.

Shape: like all events, frozen with the keys of docs/journal.md. Head office will send these later
(SYNC 13); until then somebody hands over a file.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from posloyalty.sync.event_base import Event


class TillTrust(Event, frozen=True, kw_only=True, tag="till_trust"):
    """Receipts of the till `till` prove sales here (`move` trust), or no longer (revoke).

    `store` and `code` are how its receipt numbers begin, `name` is its store's; `cert` its
    certificate, DER as hexadecimal, one an event.
    """

    move: str
    till: str
    store: str
    code: str
    name: str
    cert: str | UnsetType = UNSET
