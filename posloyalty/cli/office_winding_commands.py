"""`posloyalty headoffice ... winding-down`: a programme's end, set by two people.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_deciding import Deciding, add_deciding
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.domain.programme.kinds.winding_down import Left, Phase

if TYPE_CHECKING:
    from posloyalty.headoffice.programmes.winding_down import Stands
    from posloyalty.headoffice.running.opening import OpenOffice


def add_winding_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `winding-down` to head office's commands."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_winding"), no_args_is_help=True)
    office.add_typer(group, name="winding-down")
    _add_show(group, speaker)
    _add_propose(group, speaker)
    _add_cancel(group, speaker)
    _add_deciding(group, speaker)


def _add_show(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("show", help=words("cli.help_winding_show"))
    def _show(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            stands = found.winding_downs.stands()
            if stands is None:
                speaker.say("winding_nothing_published")
                return
            _tell(speaker, stands)


def _add_propose(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    def day(name: str) -> Any:
        help_key = f"cli.help_winding_{name.partition('-')[0]}"
        return typer.Option(f"--{name}", formats=["%Y-%m-%d"], help=words(help_key))

    @group.command("propose", help=words("cli.help_winding_propose"))
    def _propose(
        context: typer.Context,
        who: Annotated[str, acting],
        announced: Annotated[datetime, day("announced")],
        earns_through: Annotated[datetime, day("earns-through")],
        redeems_through: Annotated[datetime, day("redeems-through")],
        left: Annotated[Left, typer.Option(help=words("cli.help_winding_left"))] = Left.EXPIRES,
        voucher: Annotated[str, typer.Option(help=words("cli.help_winding_voucher"))] = "",
        points: Annotated[str, typer.Option(help=words("cli.help_winding_points"))] = "",
        wallet: Annotated[str, typer.Option(help=words("cli.help_winding_wallet"))] = "",
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "publish")
            number = found.winding_downs.propose_end(
                announced=announced.date(),
                earns_through=earns_through.date(),
                redeems_through=redeems_through.date(),
                left=left,
                voucher=voucher,
                points=points,
                wallet=wallet,
                by=who,
            )
            speaker.say("winding_proposed", number=number)


def _add_cancel(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    @group.command("cancel", help=words("cli.help_winding_cancel"))
    def _cancel(
        context: typer.Context,
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "publish")
            speaker.say("winding_proposed", number=found.winding_downs.cancel(by=who))


def _add_deciding(group: typer.Typer, speaker: Speaker) -> None:
    def approve(found: "OpenOffice", number: int, who: str) -> None:
        found.publishing.approve(number, by=who)
        speaker.say("published", number=number)

    def withdraw(found: "OpenOffice", number: int, who: str) -> None:
        found.publishing.withdraw(number, by=who)
        speaker.say("proposal_withdrawn", number=number)

    deciding = Deciding(area="winding", right="publish", approve=approve, withdraw=withdraw)
    add_deciding(group, speaker, deciding)


def _tell(speaker: Speaker, stands: "Stands") -> None:
    """How far it is: days, proposals, what members have, who is waited for, what became of it."""
    from posloyalty.headoffice.console import winding_words

    words = speaker.words
    typer.echo(winding_words.state_told(stands, words))
    if stands.winding is not None:
        typer.echo(winding_words.end_told(stands.winding, stands.programme, words))
    for one in stands.proposals:
        told = winding_words.end_told(one.winding, stands.programme, words)
        speaker.say("winding_row", number=one.number, who=one.proposed_by, told=told)
    for have in winding_words.run_down(stands, words):
        speaker.say(
            "winding_have",
            day=have.day,
            wallet=have.wallet,
            points=have.points,
            worth=have.worth or "-",
        )
    for till in stands.behind if stands.phase is Phase.OVER else ():
        speaker.say("winding_waits", till=f"{till.store}-{till.code}")
    for end in winding_words.became(stands, words):
        speaker.say(
            "winding_became",
            wallet=end.wallet,
            owners=end.owners,
            expired=end.expired or "-",
            worth=end.worth or "-",
            vouchers=end.vouchers,
        )
