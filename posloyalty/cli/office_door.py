"""The head office that a command of `posloyalty headoffice` is about, and who acts there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from posloyalty.cli.console import Speaker
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
def opened_at(where: OfficePlace, *, begins: bool = False) -> "Iterator[OpenOffice]":
    """The head office of a place, open; one that is not there yet is made where that `begins` it.
    Refuses NO_SERVER_HERE, NO_OFFICE_HERE.
    """
    try:
        from posloyalty.headoffice.running.opening import is_begun, opened_office
    except ModuleNotFoundError:
        # The till's installer leaves the server out.
        raise ServiceRefusal("NO_SERVER_HERE") from None

    # A folder that was mistyped would become a head office of its own, in which nothing is: the
    # proof of it holds, and no till is known there.
    if not begins and not is_begun(where.data, where.database):
        raise ServiceRefusal("NO_OFFICE_HERE", path=str(where.data))
    with opened_office(
        where.data, where.database, clock=SystemClock(UTC), chance=SystemChance()
    ) as found:
        yield found


@contextmanager
def opened_office_of(context: typer.Context, *, begins: bool = False) -> "Iterator[OpenOffice]":
    """The open head office of the options that a command of `headoffice` was given."""
    where: OfficePlace = context.obj
    with opened_at(where, begins=begins) as found:
        yield found


def prove(speaker: Speaker, found: "OpenOffice", who: str, code: str, right: str) -> None:
    """Who acts is who they say and may do this; refuses as a sign-in does, and MAY_NOT."""
    from posloyalty.headoffice.console.rights import Right, may

    words = speaker.words
    password = typer.prompt(words("cli.ask_password"), hide_input=True, err=True)
    told = code or typer.prompt(words("cli.ask_second_factor"), err=True)
    if not may(found.operators.prove(who, password, told), Right(right)):
        raise ServiceRefusal("MAY_NOT", name=who)
