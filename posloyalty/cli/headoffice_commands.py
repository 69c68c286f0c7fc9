"""`posloyalty headoffice`: starts the server; its sub-commands keep stores, codes and tills.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them. The server's code is imported inside the commands alone, so that
the till's console starts without it.
"""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_article_commands import add_article_commands
from posloyalty.cli.office_case_commands import add_case_commands
from posloyalty.cli.office_claim_commands import add_claim_commands
from posloyalty.cli.office_clone_commands import add_clone_commands
from posloyalty.cli.office_credit_commands import add_credit_commands
from posloyalty.cli.office_door import DATABASE_VARIABLE, OfficePlace
from posloyalty.cli.office_judging_command import add_judging_command
from posloyalty.cli.office_life_commands import add_life_commands
from posloyalty.cli.office_people_commands import add_people_commands
from posloyalty.cli.office_policy_commands import add_policy_commands
from posloyalty.cli.office_profile_commands import add_profile_commands
from posloyalty.cli.office_proof_commands import add_journal_command
from posloyalty.cli.office_reach_command import add_reach_command
from posloyalty.cli.office_record_commands import add_record_commands
from posloyalty.cli.office_serving import WORKERS_MAX, Address, serve_at
from posloyalty.cli.office_store_commands import add_store_commands
from posloyalty.cli.office_winding_commands import add_winding_commands
from posloyalty.cli.phone_commands import add_phone_key_commands
from posloyalty.cli.publishing_commands import add_publishing_commands

PORT = 8470


def add_headoffice_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command and its sub-commands to the console."""
    office = typer.Typer(help=speaker.words("cli.help_headoffice"), rich_markup_mode=None)
    app.add_typer(office, name="headoffice")
    _add_serving(office, speaker)
    add_store_commands(office, speaker)
    add_people_commands(office, speaker)
    add_journal_command(office, speaker)
    add_judging_command(office, speaker)
    add_publishing_commands(office, speaker)
    add_policy_commands(office, speaker)
    add_winding_commands(office, speaker)
    add_case_commands(office, speaker)
    add_claim_commands(office, speaker)
    add_record_commands(office, speaker)
    add_phone_key_commands(office, speaker)
    add_clone_commands(office, speaker)
    add_credit_commands(office, speaker)
    add_life_commands(office, speaker)
    add_reach_command(office, speaker)
    add_profile_commands(office, speaker)
    add_article_commands(office, speaker)


def _add_serving(office: typer.Typer, speaker: Speaker) -> None:
    """What the group does without a sub-command; with one, it keeps where head office is."""
    words = speaker.words

    @office.callback(invoke_without_command=True)
    def _serve(
        context: typer.Context,
        data: Annotated[Path, typer.Option("--data", help=words("cli.help_office_data"))],
        database: Annotated[
            str,
            typer.Option(
                "--database", envvar=DATABASE_VARIABLE, help=words("cli.help_office_database")
            ),
        ] = "",
        host: Annotated[
            str, typer.Option("--host", help=words("cli.help_office_host"))
        ] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", help=words("cli.help_office_port"))] = PORT,
        socket: Annotated[
            Path | None, typer.Option("--unix-socket", help=words("cli.help_office_socket"))
        ] = None,
        tls_certificate: Annotated[
            Path | None, typer.Option("--tls-certificate", help=words("cli.help_office_tls"))
        ] = None,
        tls_key: Annotated[
            Path | None, typer.Option("--tls-key", help=words("cli.help_office_tls_key"))
        ] = None,
        workers: Annotated[
            int,
            typer.Option("--workers", min=1, max=WORKERS_MAX, help=words("cli.help_workers")),
        ] = 1,
    ) -> None:
        context.obj = OfficePlace(data, database)
        if context.invoked_subcommand is not None:
            return
        with speaker.faults():
            where = Address(
                host=host,
                port=port,
                socket=socket,
                tls_certificate=tls_certificate,
                tls_key=tls_key,
            )
            place = str(socket) if socket else f"{host}:{port}"
            serve_at(
                context.obj,
                where,
                workers,
                lambda office: _say_where(speaker, place, office),
            )


def _say_where(speaker: Speaker, place: str, office: str) -> None:
    # Where this is written to may be a disk that is full; tills wait for the server all the same.
    with suppress(OSError):
        speaker.tell(speaker.words("cli.office_serves", place=place, office=office))
