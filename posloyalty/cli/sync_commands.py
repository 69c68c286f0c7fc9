"""`posloyalty enrol`, `move` and `sync`: a till joins head office, finds it at another address, and
sends what waits.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, opened
from posloyalty.services.office.send_journal import Sending, SendingStatus
from posloyalty.services.till import Till
from posloyalty.wording.office_reasons import stopped_reason


def add_sync_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to the console."""
    words = speaker.words
    book_option = typer.Option("--book", help=words("cli.help_book"))

    @app.command("enrol", help=words("cli.help_enrol"))
    def _enrol(
        url: Annotated[str, typer.Argument(help=words("cli.help_office_address"))],
        book: Annotated[Path, book_option],
        code: Annotated[str, typer.Option("--code", help=words("cli.help_code_to_join"))] = "",
        till_code: Annotated[str, typer.Option(help=words("cli.help_another_till_code"))] = "",
    ) -> None:
        typed = code or typer.prompt(words("cli.ask_joining_code"), err=True)
        with speaker.faults(), opened(book) as till:
            joined = till.joining.join(url, typed, till_code=till_code)
            speaker.say("joined", store=joined.store, office=joined.office)

    @app.command("move", help=words("cli.help_move"))
    def _move(
        url: Annotated[str, typer.Argument(help=words("cli.help_office_address"))],
        book: Annotated[Path, book_option],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            facts = till.moving.move(url)
            speaker.say("moved", office=facts.office, address=facts.url)

    @app.command("sync", help=words("cli.help_sync"))
    def _sync(
        book: Annotated[Path, book_option],
        once: Annotated[bool, typer.Option("--once", help=words("cli.help_once"))] = False,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            try:
                status = till.sending.send_all() if once else _kept_sending(till)
            finally:
                till.sending.close()
                till.listening.close()
            _say(speaker, status)
        if status.sending is not Sending.UP_TO_DATE:
            raise typer.Exit(Exit.FOUND)


def _kept_sending(till: Till) -> SendingStatus:
    """Until somebody stops it, or there is no head office to send to. Nobody sells at a book that
    this command holds, so that waiting for news keeps nobody.
    """
    pause, sending = Event(), till.sending
    while sending.status().sending is not Sending.ALONE:
        wait_ms = sending.step()
        if sending.status().listens:
            listened = till.listening.listen()
            sending.told(listened.news)
            wait_ms = listened.rest_ms
        pause.wait(wait_ms / 1000)
    return sending.status()


def _say(speaker: Speaker, status: SendingStatus) -> None:
    speaker.say(
        f"sending_{status.sending.value}",
        n=status.waiting,
        since=status.since,
        reason=stopped_reason(speaker.words, status.reason),
    )
    if status.lacking:
        speaker.tell(speaker.words("app.sending_lacking"))
    if status.frozen:
        speaker.tell(speaker.words("app.sending_frozen"))
