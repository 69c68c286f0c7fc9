"""`posloyalty headoffice reach`: tills that are out of reach suspiciously often.

Annotations are evaluated here, not kept as text: typer reads the options' help from them.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.office_door import opened_office_of

DAYS = 30
_HOUR_S = 3_600


def add_reach_command(office: typer.Typer, speaker: Speaker) -> None:
    """Add the command to head office's."""
    words = speaker.words

    @office.command("reach", help=words("cli.help_reach"))
    def _reach(
        context: typer.Context,
        days: Annotated[
            int, typer.Option("--days", min=1, max=400, help=words("cli.help_reach_days"))
        ] = DAYS,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.tills.reach import Reach

            rows = Reach(found.database, found.clock).rows(days=days)
            for row in rows:
                one = row.reach
                speaker.say(
                    "reach_row",
                    till=one.till_id.hex(),
                    store=row.store,
                    code=row.code,
                    spells=one.spells,
                    hours=int(one.away.total_seconds()) // _HOUR_S,
                    late=one.late,
                    sales=one.sales,
                    risky=one.risky_spells,
                    risked=one.risked_minor,
                )
                if one.conspicuous:
                    speaker.say(
                        "reach_conspicuous",
                        store=row.store,
                        code=row.code,
                        operator=one.operator or "-",
                        n=one.by_operator,
                        sales=one.risky_sales,
                    )
            if not rows:
                speaker.say("reach_nobody", days=days)
            if any(row.reach.conspicuous for row in rows):
                raise typer.Exit(Exit.FOUND)
