"""`posloyalty headoffice epochs`, `clones` and `keep`: books that were put back, and copied.

A person chooses between two programs with one key.

Annotations are evaluated here, not kept as text: typer reads the options' help from them.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of


def add_clone_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words

    @office.command("epochs", help=words("cli.help_epochs"))
    def _epochs(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            rows = found.administration.epochs()
            if not rows:
                speaker.say("no_epochs")
            for row in rows:
                speaker.say(
                    "epoch_row",
                    till=row.till_id,
                    store=row.store,
                    code=row.code,
                    epoch=row.epoch,
                    seq=row.seq,
                    lost=row.lost,
                    at=row.opened_at.isoformat(timespec="seconds"),
                )

    @office.command("clones", help=words("cli.help_clones"))
    def _clones(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            cases = found.administration.clones()
            if not cases:
                speaker.say("no_clones")
            for case in cases:
                speaker.say("clone_row", till=case.till_id, store=case.store, code=case.code)
                for start in case.starts:
                    first, last = (
                        one.isoformat(timespec="seconds") for one in (start.first_at, start.last_at)
                    )
                    speaker.say(
                        "clone_start", boot=start.boot, first=first, last=last, seq=start.seq
                    )

    @office.command("keep", help=words("cli.help_keep"))
    def _keep(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_till_id"))],
        boot: Annotated[str, typer.Argument(help=words("cli.help_start"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            found.administration.keep(till, boot)
            speaker.say("start_kept", till=till, boot=boot)
