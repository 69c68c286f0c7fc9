"""The head office that a command of `posloyalty headoffice` is about, opened for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemChance, SystemClock

if TYPE_CHECKING:
    from posloyalty.headoffice.running.opening import OpenOffice

DATABASE_VARIABLE: Final = "POSLOYALTY_HEADOFFICE_DATABASE"


@dataclass(frozen=True, slots=True)
class OfficePlace:
    """Where it is: its folder, and the address of its database or nothing."""

    data: Path
    database: str


@contextmanager
def opened_at(where: OfficePlace) -> "Iterator[OpenOffice]":
    """The head office of a place, open; refuses NO_SERVER_HERE."""
    try:
        from posloyalty.headoffice.running.opening import opened_office
    except ModuleNotFoundError:
        # The till's installer leaves the server out.
        raise ServiceRefusal("NO_SERVER_HERE") from None

    with opened_office(
        where.data, where.database, clock=SystemClock(UTC), chance=SystemChance()
    ) as found:
        yield found


@contextmanager
def opened_office_of(context: typer.Context) -> "Iterator[OpenOffice]":
    """The open head office of the options that a command of `headoffice` was given."""
    where: OfficePlace = context.obj
    with opened_at(where) as found:
        yield found
