"""The front door: the book unlocked, and who may sign in, before the till's services are there.

Shape: `unlock` takes a book's lock and finds its key; `FrontDoor` knows the people of a book that
is unlocked and verifies their PINs. Both need the driver and the hash alone, a tenth of what the
services need; `bootstrap.open_till` takes the lock and the key over and opens the rest.

The door writes nothing. So it vouches for a PIN only where the sign-in would write nothing either:
it is right, and none was wrong since the last right one. Whatever else is asked it leaves to the
services, which count wrong PINs in the journal; nobody may be told of a PIN before that, or ending
the program in time would make guesses free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.book.book_keys import KeyPlace, Keyring
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.storage.ballast import Ballast
from posloyalty.storage.drive import refuse_network
from posloyalty.storage.keys.key_store import KeyStore, system_keyring
from posloyalty.storage.lock import BookLock
from posloyalty.storage.people_at_door import people_at_door
from posloyalty.storage.place import BookPlace

if TYPE_CHECKING:
    from posloyalty.services.ports import Chance

__all__ = ["FrontDoor", "MakeHasher", "Unlocked", "locked", "system_keyring", "unlock"]

MakeHasher = Callable[["Chance"], PinHasher]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A book whose lock is held and whose key is known; whoever has it gives the lock back."""

    place: BookPlace
    lock: BookLock
    key: bytes = field(repr=False)
    key_place: KeyPlace


def locked(place: BookPlace) -> BookLock:
    """The book's lock, on a local drive. Raises the `BookError` that says why it cannot be had."""
    if place.folder.exists():
        refuse_network(place.folder)
    place.require_book()
    lock = BookLock(place.lock)
    lock.acquire()
    # Even to read a book that nobody has open, SQLite makes a file beside it.
    Ballast(place.ballast).make_room()
    return lock


def unlock(folder: Path, keyring: Keyring | None) -> Unlocked:
    """Lock and key of the book in a folder; raises the `BookError` that says why not."""
    place = BookPlace.at(folder)
    lock = locked(place)
    try:
        key, key_place = KeyStore(keyring).find(place)
    except BaseException:
        lock.release()
        raise
    return Unlocked(place, lock, key, key_place)


class FrontDoor:
    """Who may come in, of a book that is unlocked."""

    def __init__(self, unlocked: Unlocked, hasher: PinHasher) -> None:
        self.unlocked = unlocked
        self._hasher = hasher
        people = people_at_door(unlocked.place, unlocked.key)
        self._known = {one.operator.id: one for one in people}

    def operators(self) -> tuple[Operator, ...]:
        """Those who can sign in, by name; nobody where only the services can tell."""
        return tuple(one.operator for one in self._known.values())

    def vouch(self, operator_id: bytes, pin: str) -> Operator | None:
        """Whose PIN this is; None leaves the answer to the services. Slow on purpose."""
        known = self._known.get(operator_id)
        if known is None or not known.clear:
            return None
        return known.operator if self._hasher.matches(known.pin_hash, pin) else None
