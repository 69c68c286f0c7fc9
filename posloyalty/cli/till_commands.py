"""Commands on the tills of a shop: write this till's file, trust another one's, list and revoke.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from posloyalty.cli.console import Exit, Speaker, manager, opened
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.till import Till
from posloyalty.sync.till_file import BYTES_MOST, ENDING, check_code


def add_till_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the group `tills` to the console."""
    words, book_option = speaker.words, _book_option(speaker)
    group = typer.Typer(help=words("cli.help_tills_group"), no_args_is_help=True)

    @group.command("list", help=words("cli.help_tills_list"))
    def _list(book: Annotated[Path, book_option]) -> None:
        with speaker.faults(), opened(book) as till:
            own, _data = till.tills.own()
            speaker.say("till_own", till=own.label, name=own.name, code=own.check_code)
            for one in till.tills.known():
                code = "till_gone" if one.gone else "till_trusted"
                code = code if one.revoked_at is None else "till_revoked"
                check = check_code(one.certificates)
                speaker.say(code, till=one.label, name=one.name, code=check)

    @group.command("export", help=words("cli.help_tills_export"))
    def _export(
        book: Annotated[Path, book_option],
        to: Annotated[Path | None, typer.Option(help=words("cli.help_to"))] = None,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            own, data = till.tills.own()
            target = Path(f"{own.label}{ENDING}") if to is None else to
            target.write_bytes(data)
            speaker.say("till_exported", place=target, code=own.check_code)

    _add_trust(group, speaker)
    _add_ends(group, speaker)
    app.add_typer(group, name="tills")


def _book_option(speaker: Speaker) -> OptionInfo:
    option: OptionInfo = typer.Option("--book", help=speaker.words("cli.help_book"))
    return option


def _add_trust(group: typer.Typer, speaker: Speaker) -> None:
    """Add what takes another till in."""
    words, book_option = speaker.words, _book_option(speaker)

    @group.command("trust", help=words("cli.help_tills_trust"))
    def _trust(
        file: Annotated[Path, typer.Argument(help=words("cli.help_till_file"))],
        book: Annotated[Path, book_option],
        code: Annotated[str, typer.Option("--code", help=words("cli.help_till_check"))] = "",
    ) -> None:
        with speaker.faults(), opened(book) as till:
            with file.open("rb") as source:
                data = source.read(BYTES_MOST + 1)
            told = till.tills.read(data)
            compared = code or typer.prompt(words("cli.ask_till_check", till=told.label), err=True)
            if compared.strip().upper() != told.check_code:
                speaker.tell(words("cli.till_check_differs", till=told.label))
                raise typer.Exit(Exit.REFUSED)
            till.tills.trust(data, manager(till))
            speaker.say("till_trusted", till=told.label, name=told.name, code=told.check_code)


def _add_ends(group: typer.Typer, speaker: Speaker) -> None:
    """Add what says that another till is trusted no more, or is no more."""
    words, book_option = speaker.words, _book_option(speaker)

    @group.command("revoke", help=words("cli.help_tills_revoke"))
    def _revoke(
        name: Annotated[str, typer.Argument(metavar="TILL", help=words("cli.help_till_name"))],
        book: Annotated[Path, book_option],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            revoked = till.tills.revoke(_named(till, name), manager(till))
            check = check_code(revoked.certificates)
            speaker.say("till_revoked", till=revoked.label, name=revoked.name, code=check)

    @group.command("gone", help=words("cli.help_tills_gone"))
    def _gone(
        name: Annotated[str, typer.Argument(metavar="TILL", help=words("cli.help_till_name"))],
        book: Annotated[Path, book_option],
    ) -> None:
        with speaker.faults(), opened(book) as till:
            gone = till.tills.say_gone(_named(till, name), manager(till))
            check = check_code(gone.certificates)
            speaker.say("till_gone", till=gone.label, name=gone.name, code=check)


def _named(till: Till, name: str) -> bytes:
    """The id of a trusted till by the beginning of its receipt numbers."""
    for one in till.tills.known():
        if one.label == name.strip().upper():
            return one.till_id
    raise ServiceRefusal("TILL_UNKNOWN")
