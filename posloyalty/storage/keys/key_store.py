"""Where the book's key lies: the system's keystore, or a file beside the book.

The keystore is taken when it answers what it was given; a computer without one (or with one that
keeps its secrets in plain sight) gets the file `till.key`, mode 0600, and the settings say in words
what that means: whoever copies the folder can read the book.

`till.json` holds the book's id and eight bytes that only the right key reproduces, so that a wrong
key can be told from a damaged file before the file is touched.
"""

from __future__ import annotations

import hmac
import json
from contextlib import suppress
from hashlib import sha256
from typing import Final

from posloyalty.services.book.book_faults import BookDamaged, KeyMissing, WrongKey
from posloyalty.services.book.book_keys import KeyPlace, Keyring
from posloyalty.storage.driver import KEY_BYTES, faults_at
from posloyalty.storage.keys.files import write_whole
from posloyalty.storage.place import BookPlace

SERVICE: Final = "posloyalty"
NOTES: Final = "posloyalty/witness"
_CHECK_DOMAIN: Final = b"posloyalty/key-check/1\0"
_CHECK_BYTES: Final = 8


class KeyStore:
    """Keeps the keys of books; `keyring` None is a computer without a keystore."""

    def __init__(self, keyring: Keyring | None) -> None:
        self._keyring = keyring

    def keep(self, place: BookPlace, book_id: bytes, key: bytes) -> KeyPlace:
        """Keep a key; returns where."""
        if self._keyring is not None and self._kept_by_system(self._keyring, book_id, key):
            with faults_at(place.key):
                place.key.unlink(missing_ok=True)
            return KeyPlace(in_keystore=True, name=_name(self._keyring))
        write_whole(place.key, key.hex().encode("ascii") + b"\n")
        return KeyPlace(in_keystore=False, name=str(place.key))

    def find(self, place: BookPlace) -> tuple[bytes, KeyPlace]:
        """The key of the book at a place; raises `KeyMissing`, `WrongKey` or `BookDamaged`."""
        book_id, check = read_label(place)
        found: list[tuple[bytes, KeyPlace]] = []
        if self._keyring is not None:
            kept = self._from_system(self._keyring, book_id)
            if kept is not None:
                found.append((kept, KeyPlace(in_keystore=True, name=_name(self._keyring))))
        with faults_at(place.key):
            if place.key.exists():
                written = _from_hex(place.key.read_text("ascii", errors="replace"))
                found.append((written or b"", KeyPlace(in_keystore=False, name=str(place.key))))
        if not found:
            raise KeyMissing(place=str(place.folder))
        for key, where in found:
            if hmac.compare_digest(key_check(key, book_id), check):
                return key, where
        raise WrongKey(place=str(place.folder))

    def keep_note(self, book_id: bytes, note: str) -> None:
        """Keep a note of a book beside its key; without a keystore nothing is kept."""
        from keyring.errors import KeyringError

        if self._keyring is not None:
            with suppress(KeyringError):
                self._keyring.set_password(NOTES, book_id.hex(), note)

    def note(self, book_id: bytes) -> str | None:
        """The note of a book."""
        from keyring.errors import KeyringError

        if self._keyring is None:
            return None
        try:
            return self._keyring.get_password(NOTES, book_id.hex())
        except KeyringError:
            return None

    def _kept_by_system(self, keyring: Keyring, book_id: bytes, key: bytes) -> bool:
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, book_id.hex(), key.hex())
            return keyring.get_password(SERVICE, book_id.hex()) == key.hex()
        except KeyringError:
            return False

    def _from_system(self, keyring: Keyring, book_id: bytes) -> bytes | None:
        from keyring.errors import KeyringError

        try:
            text = keyring.get_password(SERVICE, book_id.hex())
        except KeyringError:
            # Locked or gone: the file may still hold the key, and the recovery code always does.
            return None
        return None if text is None else _from_hex(text)


def system_keyring() -> Keyring | None:
    """The system's keystore, or None when what there is does not protect anything."""
    import keyring
    from keyring.errors import KeyringError

    try:
        backend = keyring.get_keyring()
        # Below 1 the package itself calls a back-end not suitable (plain files, none at all).
        suitable = float(backend.priority) >= 1
    except (KeyringError, RuntimeError):
        return None
    return backend if suitable else None


def write_label(place: BookPlace, book_id: bytes, key: bytes) -> None:
    """Write the book's id and the key's check."""
    label = {"v": 1, "book": book_id.hex(), "check": key_check(key, book_id).hex()}
    write_whole(place.label, json.dumps(label).encode("ascii"))


def read_label(place: BookPlace) -> tuple[bytes, bytes]:
    """(book id, key check); raises `NoBook` or `BookDamaged`."""
    place.require_book()
    try:
        with faults_at(place.label):
            label = json.loads(place.label.read_bytes())
        return bytes.fromhex(label["book"]), bytes.fromhex(label["check"])
    except (FileNotFoundError, ValueError, KeyError, TypeError) as fault:
        raise BookDamaged(place=str(place.label), detail=str(fault)) from fault


def key_check(key: bytes, book_id: bytes) -> bytes:
    """Eight bytes that only the right key reproduces and that do not give it away."""
    return hmac.digest(key, _CHECK_DOMAIN + book_id, sha256)[:_CHECK_BYTES]


def _from_hex(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _name(keyring: Keyring) -> str:
    return str(getattr(keyring, "name", type(keyring).__name__))
