"""The other tills of the shop, as far as this one was told to believe them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from posloyalty.services.ports.journal import Appended
from posloyalty.sync.events import TillTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedTill:
    """Another till: its id, its codes, the certificates (DER) that it was trusted with.

    `revoked_at` is when it was trusted no longer; its certificates stay, to know its receipts by.
    `gone` says that the till is no more: what its receipts prove may be keyed in here.
    """

    till_id: bytes
    store: str
    code: str
    name: str
    certificates: tuple[bytes, ...]
    since: datetime
    revoked_at: datetime | None = None
    gone: bool = False

    @property
    def label(self) -> str:
        """Store and till, as receipt numbers begin."""
        return f"{self.store}-{self.code}"


class TillReads(Protocol):
    """Reading the tills that were trusted."""

    def all(self) -> tuple[TrustedTill, ...]:
        """Every till that was ever trusted, by store and code."""
        ...

    def by_half(self, half: bytes) -> TrustedTill | None:
        """A till by the first 8 bytes of its id, as receipts name it."""
        ...


class Tills(TillReads, Protocol):
    """Writing."""

    def book(self, step: TillTrust) -> Appended:
        """Append the event and its row."""
        ...
