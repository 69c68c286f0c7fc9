"""The name that a till goes by, the codes of store and till: its receipts are numbered by it.

A book begins with the codes of its first start. Who joins head office goes by the store of the
joining code from then on, and by the till code that it joined with: head office lets no two tills
in use have one name, whatever they were called while each was alone. What was printed before keeps
its number, and is found by it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec
from msgspec import Struct

from posloyalty.services.office.joined_office import SETTING
from posloyalty.services.ports import BookFacts
from posloyalty.services.ports.shop import OneSetting

CODE_MOST: Final = 6
"""The longest code that a store or till is given here."""


class TillName(NamedTuple):
    """The codes of store and till."""

    store: str
    code: str

    @property
    def label(self) -> str:
        """As numbers of receipts begin."""
        return f"{self.store}-{self.code}"


class _Joined(Struct, frozen=True):
    """What `OfficeFacts` says of names."""

    store: str = ""
    till: str = ""
    was: tuple[str, ...] = ()


def is_code(text: str) -> bool:
    """Whether a store or till may be called so: letters and digits, for receipts are read out."""
    return text.isascii() and text.isalnum() and len(text) <= CODE_MOST


def till_name(settings: OneSetting, facts: BookFacts) -> TillName:
    """The name that a till goes by now."""
    joined = _joined(settings)
    return TillName(joined.store or facts.store_code, joined.till or facts.till_code)


def labels_of(settings: OneSetting, facts: BookFacts) -> tuple[str, ...]:
    """The labels by which its receipts were ever numbered, that of now last."""
    first = TillName(facts.store_code, facts.till_code).label
    labels = (first, *_joined(settings).was, till_name(settings, facts).label)
    return tuple(reversed(dict.fromkeys(reversed(labels))))


def _joined(settings: OneSetting) -> _Joined:
    kept = settings.get(SETTING)
    return _Joined() if kept is None else msgspec.json.decode(kept, type=_Joined)
