"""The head office that a command of `posloyalty headoffice` is about, opened for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemChance, SystemClock

if TYPE_CHECKING:
    from posloyalty.headoffice.opening import OpenOffice

DATABASE_VARIABLE = "POSLOYALTY_HEADOFFICE_DATABASE"


@dataclass(frozen=True, slots=True)
class OfficePlace:
    """Where it is: its folder, and the address of its database or nothing."""

    data: Path
    database: str


@contextmanager
def opened_office_at(where: OfficePlace) -> "Iterator[OpenOffice]":
    """The open head office of a place; refuses NO_SERVER_HERE."""
    try:
        from posloyalty.headoffice.opening import opened_office
    except ModuleNotFoundError:
        # The till's installer leaves the server out.
        raise ServiceRefusal("NO_SERVER_HERE") from None

    with opened_office(
        where.data, where.database, clock=SystemClock(UTC), chance=SystemChance()
    ) as found:
        yield found


@contextmanager
def opened_office_of(context: typer.Context) -> "Iterator[OpenOffice]":
    """The open head office of a command's options."""
    place: OfficePlace = context.obj
    with opened_office_at(place) as found:
        yield found
