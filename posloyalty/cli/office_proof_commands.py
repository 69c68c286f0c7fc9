"""`posloyalty verify --headoffice` and a till's journal as a file that anybody can prove.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.office_door import OfficePlace, opened_at, opened_office_of


def verify_headoffice(speaker: Speaker, place: OfficePlace) -> None:
    """Let the ledger catch up, prove it, and say what differs first."""
    with speaker.faults(), opened_at(place) as found:
        from posloyalty.headoffice.ledger.verifying import verify_office

        while found.follow():
            pass
        with speaker.bar("verifying") as step:
            proof = verify_office(found.database, found.office, step)
        for one in proof.differences:
            speaker.say(
                "office_difference",
                seq=one.seq,
                what=one.what,
                which=one.which,
                expected=one.expected,
                found=one.found,
            )
        if proof.over_refunded:
            speaker.say("over_refunded", count=proof.over_refunded)
        if proof.unbooked:
            speaker.say("unbooked", count=proof.unbooked)
        if not proof.holds:
            raise typer.Exit(Exit.FOUND)
        speaker.say(
            "office_verified",
            events=proof.events,
            owners=proof.owners,
            transfers=proof.transfers,
            lots=proof.lots,
            rights=proof.rights,
            leases=proof.leases,
        )


def add_journal_command(office: typer.Typer, speaker: Speaker) -> None:
    """Add the command to head office's."""
    words = speaker.words

    @office.command("journal", help=words("cli.help_office_journal"))
    def _journal(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_till_id"))],
        to: Annotated[Path, typer.Argument(help=words("cli.help_journal_file"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.ledger.journal_file import journal_lines

            with found.database.snapshot() as connection:
                lines = journal_lines(connection, till)
                first = next(lines)  # a till that is not known makes no file
                with to.open("xb") as file:
                    file.write(first)
                    file.writelines(lines)
            speaker.say("journal_written", place=to)
