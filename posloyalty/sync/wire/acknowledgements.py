"""What a till keeps of what head office acknowledged, and shows it again at every hello.

Head office cannot know by itself that its database was put back from a copy: the copy is whole.
Its tills know, for each holds the last place that was acknowledged to it. So that no till can make
it up (a head office that believes it was put back lends nothing for a while), the place is written
with a mark that only head office's key makes:

    mark = HMAC-SHA256(key, "LJ acknowledged" . till . life . sequence . hash), its first 16 bytes

`life` is 1, and a later number after head office's database began anew (`lives`). An incarnation,
as answers name it, is "life.hex": of two head offices with one key the later life is the one that
is believed.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Struct

from posloyalty.sync.wire.batch import Count

FIRST_LIFE: Final = 1
LIVES_MAX: Final = 2**31 - 1
_SAID: Final = b"LJ acknowledged\0"
_MARK_BYTES: Final = 16

Life = Annotated[int, Meta(ge=0, le=LIVES_MAX)]


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """In a life of its database head office had a till's journal up to `seq`, with its `head`."""

    life: Life
    seq: Count
    head: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    mark: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


def acknowledged(
    seed: bytes, *, till_id: bytes, life: int, seq: int, head: bytes
) -> Acknowledgement:
    """What head office gives a till to keep; `seed` is its key's."""
    mark = _mark(seed, till_id=till_id, life=life, seq=seq, head=head)
    return Acknowledgement(life=life, seq=seq, head=head.hex(), mark=mark.hex())


def is_ours(seed: bytes, till_id: bytes, shown: Acknowledgement) -> bool:
    """Whether the head office with this key gave it to this till."""
    mark = _mark(
        seed, till_id=till_id, life=shown.life, seq=shown.seq, head=bytes.fromhex(shown.head)
    )
    return hmac.compare_digest(mark, bytes.fromhex(shown.mark))


def incarnation(life: int, name: bytes) -> str:
    """How answers name a life of the database; `name` has 16 bytes."""
    return f"{life}.{name.hex()}"


def life_of(named: str) -> int:
    """The life that an incarnation names; 0 where it names none, as of an earlier release."""
    life, dot, _ = named.partition(".")
    return int(life) if dot and life.isascii() and life.isdigit() and len(life) < 11 else 0


def is_older(named: str, known: str) -> bool:
    """Whether whoever names itself so is not the head office that was heard before: one of an
    earlier life, or another one of the same.
    """
    life, before = life_of(named), life_of(known)
    return life < before or (life == before > 0 and named != known)


def _mark(seed: bytes, *, till_id: bytes, life: int, seq: int, head: bytes) -> bytes:
    key = sha256(_SAID + seed).digest()
    said = b"".join((_SAID, till_id, life.to_bytes(8, "big"), seq.to_bytes(8, "big"), head))
    return hmac.digest(key, said, "sha256")[:_MARK_BYTES]
