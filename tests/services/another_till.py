"""Another till of the same shop, as far as its receipts and its file are concerned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from posloyalty.services.book.signing import SigningKey
from posloyalty.storage.keys.certificate import self_signed
from posloyalty.sync.receipt_digest import ReceiptDigest
from posloyalty.sync.receipt_digest import encode as encode_digest
from posloyalty.sync.till_file import TillFile
from posloyalty.sync.till_file import encode as encode_file

MADE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AnotherTill:
    """A till with a key of its own, of 32 bytes (`seed`); `code` is its till code."""

    code: str = "T03"
    till_id: bytes = b"another" + b"T" * 9
    seed: bytes = b"s" * 32
    currency: str = "CNY"
    made: datetime = MADE

    @property
    def key(self) -> SigningKey:
        """Its key."""
        return SigningKey.generate(self.seed)

    @property
    def told(self) -> TillFile:
        """What it tells of itself."""
        certificate = self_signed(
            seed=self.seed, till_id=self.till_id, serial=b"1" * 16, at=self.made
        )
        return TillFile(
            till_id=self.till_id,
            store="S01",
            code=self.code,
            name="人民路店",
            currency=self.currency,
            certificates=(certificate,),
        )

    @property
    def file(self) -> bytes:
        """Its file."""
        return encode_file(self.told, self.key.sign)

    def receipt(
        self, day: date, *, payable: int, earned: int = 0, seq: int = 42, training: bool = False
    ) -> str:
        """The code of one of its receipts."""
        digest = ReceiptDigest(
            till=self.till_id[:8],
            epoch=1,
            seq=seq,
            day=day,
            payable_minor=payable,
            earned=earned,
            body=b"B" * 16,
            member=bool(earned),
        )
        return encode_digest(replace(digest, training=training), self.key.sign)
