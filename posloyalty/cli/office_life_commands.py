"""`posloyalty headoffice life`, `put-back` and `lend-again`: a database that came from a copy."""

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of


def add_life_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words

    @office.command("life", help=words("cli.help_life"))
    def _life(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            stands = found.lifetime.stands()
            if stands.since is None:
                speaker.say("life_first")
            else:
                since = stands.since.isoformat(timespec="seconds")
                speaker.say("life_row", life=stands.life, since=since)
            if stands.seen > stands.life:
                speaker.say("life_older", life=stands.life, seen=stands.seen)
            elif stands.lends:
                speaker.say("life_lends")
            else:
                speaker.say("life_waits")
            for till, store, code in stands.awaited:
                speaker.say("life_till", till=till, store=store, code=code)

    @office.command("put-back", help=words("cli.help_put_back"))
    def _put_back(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            speaker.say("life_began", life=found.lifetime.put_back())

    @office.command("lend-again", help=words("cli.help_lend_again"))
    def _lend_again(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            speaker.say("lends_again", tills=found.lifetime.lend_again())
