"""Commands on programme files: check one, print their schema, bring one into a book, run its rules.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker, manager, opened
from posloyalty.domain.programme.bundle import HEAD, NoHead, bundle
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.schema import programme_schema
from posloyalty.insight.draft.draft import read_draft
from posloyalty.insight.draft.warnings import warnings_of
from posloyalty.services.programmes import ProgrammeRefused, finding_sentences
from posloyalty.system import SystemClock


def add_programme_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group `programme` to the console."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_programme_group"), no_args_is_help=True)
    file_argument = typer.Argument(help=words("cli.help_programme"))

    @group.command("check", help=words("cli.help_programme_check"))
    def _check(
        file: Annotated[Path, file_argument],
        strict: Annotated[bool, typer.Option("--strict", help=words("cli.help_strict"))] = False,
        on: Annotated[
            datetime | None, typer.Option(formats=["%Y-%m-%d"], help=words("cli.help_judged_on"))
        ] = None,
    ) -> None:
        with speaker.faults():
            today = SystemClock(UTC).now().date() if on is None else on.date()
            draft = read_draft(read_bytes(speaker, file), today)
            if isinstance(draft, list):
                raise ProgrammeRefused(tuple(draft))
            warnings = finding_sentences(warnings_of(draft), words, "doubt")
            for sentence in warnings:
                speaker.say("warning", text=sentence)
            _good(speaker, draft.programme)
            if warnings and strict:
                raise typer.Exit(Exit.FOUND)

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


def _good(speaker: Speaker, programme: Programme) -> None:
    speaker.say(
        "programme_good",
        name=programme.names.in_language(speaker.words.language),
        id=programme.id,
        version=programme.version,
        offers=len(programme.offers),
        hash=programme.hash.hex(),
    )


def read_bytes(speaker: Speaker, file: Path) -> bytes:
    """The bytes of a file, or of a folder's files joined; exits when they cannot be read."""
    try:
        if not file.is_dir():
            return file.read_bytes()
        return bundle({path.name: path.read_bytes() for path in sorted(file.glob("*.toml"))})
    except NoHead:
        speaker.tell(speaker.words("import.NOT_FOUND", file=file / HEAD))
        raise typer.Exit(Exit.FILE) from None
    except OSError:
        speaker.tell(speaker.words("import.NOT_FOUND", file=file))
        raise typer.Exit(Exit.FILE) from None
