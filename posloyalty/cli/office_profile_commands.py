"""`posloyalty headoffice erased` and `shared`: what somebody should know of members' profiles.

Members are told by their ids; what they said is nowhere on the screen.
"""

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of


def add_profile_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words

    @office.command("erased", help=words("cli.help_erased"))
    def _erased(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            rows = found.profile_matters.erased()
            if not rows:
                speaker.say("nobody_erased")
            for row in rows:
                since = row.since.isoformat(timespec="seconds")
                speaker.say(
                    "erased_row", member=row.member_id, since=since, confirmed=row.confirmed
                )
                for till in row.missing:
                    speaker.say("erased_waits", store=till.store, till=till.till)

    @office.command("shared", help=words("cli.help_shared"))
    def _shared(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            rows = found.profile_matters.shared()
            if not rows:
                speaker.say("nothing_shared")
            for row in rows:
                speaker.say(
                    f"shared_{row.kind}", member=row.member_id, others=", ".join(row.others)
                )
