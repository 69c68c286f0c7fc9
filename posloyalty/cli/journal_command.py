"""`posloyalty journal`: a till's journal as a file, also of a book that a later release has used.

Annotations are evaluated here, not kept as text: typer reads the options' help from them.
"""

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.bootstrap import system_keyring
from posloyalty.bootstrap.later import journal_of, send_journal_of
from posloyalty.cli.console import Exit, Speaker
from posloyalty.services.office.push_later import PushedOnly, lines_of
from posloyalty.services.ports.head_office import OutOfReach
from posloyalty.system import SystemChance, SystemClock
from posloyalty.wording.office_reasons import stopped_reason


def add_journal_file_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("journal", help=words("cli.help_journal"))
    def _journal(
        to: Annotated[Path, typer.Argument(help=words("cli.help_journal_file"))],
        book: Annotated[Path, typer.Option("--book", help=words("cli.help_book"))],
        send: Annotated[bool, typer.Option("--send", help=words("cli.help_journal_send"))] = False,
    ) -> None:
        with speaker.faults(), journal_of(book, system_keyring()) as found:
            with to.open("xb") as file:
                file.writelines(lines_of(found))
            speaker.say("journal_written", place=to)
            if not send:
                return
            try:
                sent = send_journal_of(found, clock=SystemClock(UTC), chance=SystemChance())
            except OutOfReach:
                sent = PushedOnly(0, found.head_seq, "OUT_OF_REACH")
            if sent is None:
                speaker.say("sending_alone")
            elif sent.stopped == "OUT_OF_REACH":
                speaker.say("journal_out_of_reach")
            elif sent.stopped:
                reason = stopped_reason(words, sent.stopped)
                speaker.say("journal_stopped", acked=sent.acked, head=sent.head, reason=reason)
            else:
                speaker.say("journal_sent", acked=sent.acked)
            if sent is None or sent.stopped:
                raise typer.Exit(Exit.FOUND)
