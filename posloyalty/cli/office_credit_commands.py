"""`posloyalty headoffice ... credits`: goodwill credits from a file, given by two people.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.office_deciding import Deciding, add_deciding
from posloyalty.cli.office_door import opened_office_of, prove

if TYPE_CHECKING:
    from posloyalty.headoffice.running.opening import OpenOffice


def add_credit_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `credits` to head office's commands."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_credits"), no_args_is_help=True)
    office.add_typer(group, name="credits")
    _add_proposing(group, speaker)
    _add_deciding(group, speaker)


def _add_proposing(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    @group.command("list", help=words("cli.help_credits_list"))
    def _list(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            batches = found.credits.batches()
            if not batches:
                speaker.say("no_credits")
            for row in batches:
                speaker.say(
                    "credits_row",
                    number=row.number,
                    state=words(f"credits.state_{row.state}"),
                    rows=row.rows,
                    given=row.given,
                    refused=row.refused,
                    who=", ".join(one for one in (row.proposed_by, row.decided_by) if one),
                )

    @group.command("propose", help=words("cli.help_credits_propose"))
    def _propose(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help=words("cli.help_credits_file"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.console.credit_pages import wrong_told
            from posloyalty.headoffice.members.credit_file import FILE_BYTES_MAX
            from posloyalty.headoffice.members.credits import BadCreditFile

            prove(speaker, found, who, code, "credit")
            with file.open("rb") as opened:
                data = opened.read(FILE_BYTES_MAX + 1)
            try:
                number, new = found.credits.propose(data, by=who)
            except BadCreditFile as refused:
                for one in refused.wrong:
                    column = one.column or "-"
                    told = wrong_told(one, words)
                    speaker.say("credits_wrong", line=one.line, column=column, told=told)
                if refused.more:
                    speaker.tell(words("credits.more", more=refused.more))
                raise typer.Exit(Exit.FOUND) from None
            speaker.say("credits_proposed" if new else "credits_known", number=number)


def _add_deciding(group: typer.Typer, speaker: Speaker) -> None:
    def approve(found: "OpenOffice", number: int, who: str) -> None:
        found.credits.approve(number, by=who)
        found.credits.give_all()
        row = found.credits.batch(number)
        assert row is not None  # it was approved just now
        speaker.say("credits_given", number=number, given=row.given, refused=row.refused)

    def withdraw(found: "OpenOffice", number: int, who: str) -> None:
        found.credits.withdraw(number, by=who)
        speaker.say("credits_withdrawn", number=number)

    deciding = Deciding(area="credits", right="credit", approve=approve, withdraw=withdraw)
    add_deciding(group, speaker, deciding)
