"""A shop without a programme: it sells, and nothing is earned or given."""

from __future__ import annotations

from datetime import tzinfo
from hashlib import sha256

from posloyalty.domain.programme.definition import Policies, Programme
from posloyalty.domain.programme.names import Names
from posloyalty.domain.values.money import Currency

NO_PROGRAMME_ID = "none"


def without_programme(currency: Currency, zone: tzinfo) -> Programme:
    """The programme of a till that has none: version 0, the hash of no bytes."""
    return Programme(
        id=NO_PROGRAMME_ID,
        version=0,
        hash=sha256(b"").digest(),
        names=Names(""),
        currency=currency,
        zone=zone,
        policies=Policies(),
        wallets=(),
        earn_rules=(),
        multipliers=(),
        tier_schemes=(),
        offers=(),
    )
