"""The wrapped key of one book: checked, renewed, and unwrapped when the keystore lost it."""

from __future__ import annotations

import hmac

from posloyalty.services.book.book_faults import BadRecoveryCode, KeyMissing, WrongKey
from posloyalty.services.ports import Chance
from posloyalty.storage.keys.key_store import key_check, read_label
from posloyalty.storage.keys.recovery_code import SECRET_BYTES, read_code, write_code
from posloyalty.storage.keys.wrapping import unwrap, wrap
from posloyalty.storage.place import BookPlace


class Recovery:
    """Implements `services.book_keys.RecoveryKeeper` for the open book."""

    def __init__(self, place: BookPlace, *, book_id: bytes, key: bytes, chance: Chance) -> None:
        self._place = place
        self._book_id = book_id
        self._key = key
        self._chance = chance

    def fits(self, code: str) -> bool:
        """Whether a typed code opens this book; raises `MistypedCode`."""
        secret = read_code(code)
        try:
            book_id, key = unwrap(self._place.recovery, secret=secret)
        except BadRecoveryCode:
            return False
        return book_id == self._book_id and hmac.compare_digest(key, self._key)

    def renew(self) -> str:
        """Wrap the key with a new code; returns it."""
        secret = self._chance.token_bytes(SECRET_BYTES)
        wrap(
            self._place.recovery,
            key=self._key,
            secret=secret,
            book_id=self._book_id,
            chance=self._chance,
        )
        return write_code(secret)


def key_from_code(place: BookPlace, code: str) -> tuple[bytes, bytes]:
    """(book id, key) of a closed book by its recovery code.

    Raises `MistypedCode`, `BadRecoveryCode`, `WrongKey` when the wrapping is another book's, or
    `KeyMissing` when there is no wrapping.
    """
    secret = read_code(code)
    label_id, check = read_label(place)
    if not place.recovery.exists():
        raise KeyMissing(place=str(place.folder))
    book_id, key = unwrap(place.recovery, secret=secret)
    if book_id != label_id or not hmac.compare_digest(key_check(key, book_id), check):
        raise WrongKey(place=str(place.folder))
    return book_id, key
