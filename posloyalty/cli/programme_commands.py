"""Commands on programme files: check one, print their schema, bring one into a book, run its rules.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.check_command import add_check
from posloyalty.cli.console import Speaker, manager, opened
from posloyalty.cli.programme_file import read_bytes
from posloyalty.domain.programme.schema import programme_schema


def add_programme_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group `programme` to the console."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_programme_group"), no_args_is_help=True)
    file_argument = typer.Argument(help=words("cli.help_programme"))

    add_check(group, speaker)

    @group.command("schema", help=words("cli.help_programme_schema"))
    def _schema() -> None:
        # Made now, not read from what ships: kinds that were added are in it.
        typer.echo(json.dumps(programme_schema(), indent=1, ensure_ascii=False))

    @group.command("install", help=words("cli.help_programme_install"))
    def _install(
        file: Annotated[Path, file_argument],
        book: Annotated[Path, typer.Option("--book", help=words("cli.help_book"))],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            data = read_bytes(speaker, file)
            programme = till.programmes.install(data, actor=manager(till).id)
            speaker.say("programme_installed", id=programme.id, version=programme.version)

    @group.command("run", help=words("cli.help_programme_run"))
    def _run(
        book: Annotated[Path, typer.Option("--book", help=words("cli.help_book"))],
        rule: Annotated[str | None, typer.Option("--rule", help=words("cli.help_rule"))] = None,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            looked_at = [0]
            given = till.runs.run(manager(till), rule, done=looked_at.append)
            speaker.say("programme_run", given=len(given), members=looked_at[-1])

    app.add_typer(group, name="programme")
