"""The tills of a shop as `services/office/trusted_tills.py` keeps them, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.ports import TrustedTill
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.till_file import BadTillFile, TillFile, decode, encode

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
OWN = TillFile(
    till_id=b"O" * 16,
    store="S01",
    code="T01",
    name="人民路店",
    currency="CNY",
    certificates=(b"own certificate",),
)
OTHER = replace(OWN, till_id=b"T" * 16, code="T03", certificates=(b"its certificate",))


def file_of(till: TillFile) -> bytes:
    """A file that nobody checks the signature of."""
    return encode(till, lambda _message: b"s" * 64)


@dataclass
class FakeTills:
    """Keeps what it was told, checks only the shape of a file."""

    tills: list[TrustedTill] = field(default_factory=list)
    chain: int = 0

    def of_chain(self) -> int:
        return self.chain

    def known(self) -> tuple[TrustedTill, ...]:
        return tuple(self.tills)

    def own(self) -> tuple[TillFile, bytes]:
        return OWN, file_of(OWN)

    def read(self, data: bytes) -> TillFile:
        try:
            return decode(data)[0]
        except BadTillFile:
            raise ServiceRefusal("TILL_FILE_BAD") from None

    def trust(self, data: bytes, _operator: Operator) -> TillFile:
        file = self.read(data)
        self.tills.append(
            TrustedTill(
                till_id=file.till_id,
                store=file.store,
                code=file.code,
                name=file.name,
                certificates=file.certificates,
                since=NOW,
            )
        )
        return file

    def revoke(self, till_id: bytes, _operator: Operator) -> TrustedTill:
        at = next(n for n, one in enumerate(self.tills) if one.till_id == till_id)
        self.tills[at] = replace(self.tills[at], revoked_at=NOW)
        return self.tills[at]

    def say_gone(self, till_id: bytes, _operator: Operator) -> TrustedTill:
        at = next(n for n, one in enumerate(self.tills) if one.till_id == till_id)
        self.tills[at] = replace(self.tills[at], gone=True)
        return self.tills[at]
