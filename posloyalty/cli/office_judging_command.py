"""`posloyalty headoffice judging`: how far each sale was judged again, and what came of it.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.office_door import opened_office_of


def add_judging_command(office: typer.Typer, speaker: Speaker) -> None:
    """Add the command to head office's."""
    words = speaker.words

    @office.command("judging", help=words("cli.help_judging"))
    def _judging(
        context: typer.Context,
        now: Annotated[bool, typer.Option("--now", help=words("cli.help_judging_now"))] = False,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.console.amounts import wallets_shown
            from posloyalty.headoffice.console.judging_pages import parts_told
            from posloyalty.headoffice.judging.variances import Variances

            if now:
                found.judging.catch_up()
            variances = Variances(found.database, found.clock)
            stands = variances.standing()
            speaker.say(
                "judging_stands",
                sales=stands.sales,
                differ=stands.differ,
                old=stands.old,
                explained=stands.explained,
                waiting=stands.waiting,
                events=stands.behind,
                seconds=stands.lag_s,
            )
            wallets = wallets_shown(found.publishing, words)
            for row in variances.newest():
                kind = words(f"judging.kind_{row.kind}")
                told = "; ".join(parts_told(row, words, wallets))
                speaker.say(
                    "variance_row", number=row.number, kind=kind, rules=row.programme, parts=told
                )
            for one in variances.waiting():
                why = words(f"judging.why_{one.why}")
                speaker.say(
                    "not_judged_row", sales=one.sales, rules=one.programme, hash=one.hash, why=why
                )
            if stands.differ:
                raise typer.Exit(Exit.FOUND)
