"""The table of a programme file that winds it down: put in, taken out, and what a new version may
say of an end that was announced.

What members were told is a promise: a version that comes after it has the same table, or one with
later days. Taking it out is a decision of its own, and only while everybody still earns. These
checks are made when somebody proposes, when somebody else approves, and when people go back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Final

import tomlkit
from sqlalchemy import Connection, select

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.winding_down import (
    WINDING_DOWN,
    Left,
    Phase,
    WindingDown,
    winding_of,
)
from posloyalty.domain.programme.wallet import WalletOf
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.headoffice.programmes.publications import current
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE
from posloyalty.headoffice.store.ledger_tables import LOT
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal

GOES_ON: Final = WINDING_DOWN
"""What a publication that takes the table out again says that it stops."""


def with_winding(toml: bytes, winding: WindingDown, *, version: int) -> bytes:
    """The file with this end and another version; everything else as it was written."""
    document = tomlkit.parse(toml.decode("utf-8"))
    document.pop(WINDING_DOWN, None)
    table = tomlkit.table()
    table["announced"] = winding.announced
    table["earns_through"] = winding.earns_through
    table["redeems_through"] = winding.redeems_through
    table["left"] = winding.left.value
    if winding.left is Left.VOUCHER:
        table["voucher"] = winding.voucher
        table["wallet"] = winding.wallet
        table["points"] = _written(toml, winding)
    document[WINDING_DOWN] = table
    document["version"] = version
    return tomlkit.dumps(document).encode("utf-8")


def without_winding(toml: bytes, *, version: int) -> bytes:
    """The file without its end, in another version."""
    document = tomlkit.parse(toml.decode("utf-8"))
    document.pop(WINDING_DOWN, None)
    document["version"] = version
    return tomlkit.dumps(document).encode("utf-8")


def check_end(
    connection: Connection, programme: Programme, begins: datetime, *, stops: str = ""
) -> None:
    """Whether a version may hold from an instant, as far as its end goes.

    Refuses ANNOUNCED_BEFORE, SHARED_WALLET_TO_VOUCHERS, and of an end that holds by then
    WINDING_DOWN_UNFINISHED (another programme, while members have something of the one that ends),
    WINDING_DOWN_MISSING, WINDING_DOWN_CHANGED, WINDING_DOWN_EARLIER and EARNING_HAS_ENDED.
    """
    before = _before(connection, begins)
    found, held = winding_of(programme), None if before is None else winding_of(before)
    day = store_day(begins, programme.zone)
    if before is not None and held is not None and before.id != programme.id:
        _check_finished(connection, before, held, day)
        held = None
    if held is not None:
        _check_promise(held, found, day, taken_out=stops == GOES_ON)
    if found is None:
        return
    if (held is None or held.announced != found.announced) and found.announced < day:
        raise ServiceRefusal("ANNOUNCED_BEFORE", day=found.announced, begins=day)
    shared = found.wallet and programme.wallet(found.wallet).of is WalletOf.HOUSEHOLD
    if shared:
        raise ServiceRefusal("SHARED_WALLET_TO_VOUCHERS", wallet=found.wallet)


def _check_promise(
    held: WindingDown, found: WindingDown | None, day: date, *, taken_out: bool
) -> None:
    """What was announced stands, or is better for members."""
    phase = held.phase(day)
    ended = phase in (Phase.REDEEMING, Phase.OVER)
    if found is None and not taken_out:
        raise ServiceRefusal("WINDING_DOWN_MISSING", day=held.earns_through)
    if ended and (found is None or found.earns_through != held.earns_through):
        raise ServiceRefusal("EARNING_HAS_ENDED", day=held.earns_through)
    if found is None or phase is None:
        return  # nobody has been told anything yet
    at_those_days = replace(
        found, earns_through=held.earns_through, redeems_through=held.redeems_through
    )
    if at_those_days != held:
        raise ServiceRefusal("WINDING_DOWN_CHANGED")
    if found.earns_through < held.earns_through or found.redeems_through < held.redeems_through:
        raise ServiceRefusal(
            "WINDING_DOWN_EARLIER", earns=held.earns_through, redeems=held.redeems_through
        )


def _check_finished(
    connection: Connection, before: Programme, held: WindingDown, day: date
) -> None:
    """Nobody was told yet, or nothing is left to anybody."""
    phase = held.phase(day)
    ledgers = [before.ledger(one.id) for one in before.wallets]
    asked = select(LOT.c.lot_id).where(
        LOT.c.remaining > 0, LOT.c.kind == AccountKind.MEMBER.value, LOT.c.ledger.in_(ledgers)
    )
    left = phase is not Phase.OVER or connection.execute(asked.limit(1)).first() is not None
    if phase is not None and left:
        raise ServiceRefusal("WINDING_DOWN_UNFINISHED", programme=before.id)


def _before(connection: Connection, at: datetime) -> Programme | None:
    """The version that holds at an instant so far."""
    row = current(connection, at)
    if row is None:
        return None
    asked = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == bytes(row.hash))
    return read_programme(bytes(connection.execute(asked).scalar_one()))


def _written(toml: bytes, winding: WindingDown) -> int | str:
    """Points as people write them."""
    scale = read_programme(toml).wallet(winding.wallet).scale
    return format_fixed(winding.points, decimals=scale, grouping=False) if scale else winding.points
