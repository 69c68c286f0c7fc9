"""`approve` and `withdraw` of head office's commands: what one person proposed, another decides.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of, prove

if TYPE_CHECKING:
    from posloyalty.headoffice.running.opening import OpenOffice

Act = Callable[["OpenOffice", int, str], None]
"""What is done with a proposal, by its number, by whom; it says what came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What is decided: `area` ends the keys of its help, `right` is what withdrawing needs."""

    area: str
    right: str
    approve: Act
    withdraw: Act


def add_deciding(group: typer.Typer, speaker: Speaker, deciding: Deciding) -> None:
    """Add both commands to a group; approving needs the right to approve."""
    for name, right, act in (
        ("approve", "approve", deciding.approve),
        ("withdraw", deciding.right, deciding.withdraw),
    ):
        add_numbered(group, speaker, f"cli.help_{deciding.area}", name, right, act)


def add_numbered(
    group: typer.Typer, speaker: Speaker, help_key: str, name: str, right: str, act: Act
) -> None:
    """Add one command about a proposal's number, for people with a right.

    `help_key` begins the keys of its help: it ends in `_number` for the argument, and in the
    command's own name, with low lines, for the command.
    """
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))
    number_argument = typer.Argument(help=words(f"{help_key}_number"))

    @group.command(name, help=words(f"{help_key}_{name.replace('-', '_')}"))
    def _decide(
        context: typer.Context,
        number: Annotated[int, number_argument],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, right)
            act(found, number, who)
