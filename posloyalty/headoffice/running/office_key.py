"""Head office's own key: Ed25519, drawn once, in a file that its owner alone may read.

It signs every answer and the certificates of tills. The database knows it by its id, so that a
server that was given another folder says so instead of answering with a key that no till knows.
"""

from __future__ import annotations

from hmac import digest
from pathlib import Path
from typing import Final

from posloyalty.headoffice.running.faults import OtherOfficeKey
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import OFFICE
from posloyalty.services.book.signing import SEED_BYTES, SigningKey
from posloyalty.services.ports import Chance, Clock
from posloyalty.storage.keys.files import write_whole
from posloyalty.sync.wire.acknowledgements import FIRST_LIFE, incarnation
from posloyalty.sync.wire.signatures import key_id

FILE_NAME: Final = "headoffice.key"


class Office:
    """Who this head office is, and in which life of its database: `life` is its number, `life_name`
    the hex of its 16 random bytes, `incarnation` how answers name both.
    """

    def __init__(self, *, seed: bytes, life: int, name: bytes) -> None:
        self.seed = seed
        self.key = SigningKey.generate(seed)
        self.id = key_id(self.key.public)
        self.lease_names = digest(seed, b"names of leases", "sha256")
        """Goes into the ids of leases, which so nobody else can work out."""
        self.lives(life, name)

    def lives(self, life: int, name: bytes) -> None:
        """From now on answers name this life of the database."""
        self.life = life
        self.life_name = name.hex()
        self.incarnation = incarnation(life, name)


def open_office(database: Database, folder: Path, *, clock: Clock, chance: Chance) -> Office:
    """The head office of a folder and its database; made where neither knows one.

    Raises `OtherOfficeKey` when the database belongs to another key.
    """
    place = folder / FILE_NAME
    with database.write() as connection:
        known = connection.execute(OFFICE.select()).first()
        seed = _kept(place)
        if seed is None and known is None:
            seed = chance.token_bytes(SEED_BYTES)
            # Nobody else of this machine reads the key, nor what lies beside it.
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(place, seed.hex().encode("ascii") + b"\n")
        if seed is None:
            raise OtherOfficeKey(str(place))
        public_id = bytes.fromhex(key_id(SigningKey.generate(seed).public))
        if known is None:
            name = chance.token_bytes(16)
            now_s = int(clock.now().timestamp())
            connection.execute(
                OFFICE.insert().values(
                    id=1,
                    office_id=public_id,
                    incarnation=name,
                    made_s=now_s,
                    life=FIRST_LIFE,
                    life_seen=FIRST_LIFE,
                    life_s=0,
                    stands_on=database.stands_on(connection),
                )
            )
            return Office(seed=seed, life=FIRST_LIFE, name=name)
    if bytes(known.office_id) != public_id:
        raise OtherOfficeKey(str(place))
    return Office(seed=seed, life=known.life, name=bytes(known.incarnation))


def _kept(place: Path) -> bytes | None:
    if not place.exists():
        return None
    try:
        seed = bytes.fromhex(place.read_text("ascii").strip())
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise OtherOfficeKey(str(place))
    return seed
