"""The commands by name, with their help in the chosen language.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from typing import Annotated

import typer

from posloyalty import __version__
from posloyalty.cli.book_commands import add_book_commands
from posloyalty.cli.console import Speaker
from posloyalty.cli.data_commands import add_data_commands
from posloyalty.cli.headoffice_commands import add_headoffice_commands
from posloyalty.cli.journal_command import add_journal_file_command
from posloyalty.cli.office_commands import add_office_commands
from posloyalty.cli.phone_commands import add_phone_code_command
from posloyalty.cli.programme_commands import add_programme_commands
from posloyalty.cli.rebuild_command import add_rebuild_command
from posloyalty.cli.replay_command import add_replay_command
from posloyalty.cli.report_commands import add_report_commands
from posloyalty.cli.risk_command import add_risk_command
from posloyalty.cli.scenario_command import add_scenario_command
from posloyalty.cli.sync_commands import add_sync_commands
from posloyalty.cli.till_commands import add_till_commands
from posloyalty.cli.try_out_command import add_try_out_command
from posloyalty.cli.usage_words import spoken
from posloyalty.wording import LANGUAGES, Words


def application(words: Words) -> typer.Typer:
    """The console in one language."""
    app = typer.Typer(
        cls=spoken(words),
        help=words("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    def known(language: str) -> str:
        if language not in ("", *LANGUAGES):
            raise typer.BadParameter(", ".join(LANGUAGES))
        return language

    # `posloyalty.cli` has read the language already; here it is checked and explained.
    @app.callback()
    def _console(
        _language: Annotated[
            str,
            typer.Option("--language", help=words("cli.help_language"), callback=known),
        ] = "",
    ) -> None:
        pass

    @app.command("version", help=words("cli.help_version"))
    def _version() -> None:
        typer.echo(__version__)

    speaker = Speaker(words)
    add_book_commands(app, speaker)
    add_data_commands(app, speaker)
    add_replay_command(app, speaker)
    add_try_out_command(app, speaker)
    add_risk_command(app, speaker)
    add_programme_commands(app, speaker)
    add_scenario_command(app, speaker)
    add_report_commands(app, speaker)
    add_office_commands(app, speaker)
    add_headoffice_commands(app, speaker)
    add_till_commands(app, speaker)
    add_sync_commands(app, speaker)
    add_journal_file_command(app, speaker)
    add_rebuild_command(app, speaker)
    add_phone_code_command(app, speaker)
    return app
