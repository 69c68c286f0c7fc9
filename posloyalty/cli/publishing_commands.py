"""`posloyalty headoffice ... programme`: publishing from the command line, in somebody's name.

Whoever acts says who they are with password and code, as at the web console, so that two people
are two people here too.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of
from posloyalty.cli.programme_file import read_bytes
from posloyalty.services.refusal import ServiceRefusal

if TYPE_CHECKING:
    from posloyalty.headoffice.opening import OpenOffice


def add_publishing_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `programme` to head office's commands."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_publishing"), no_args_is_help=True)
    office.add_typer(group, name="programme")
    number_argument = typer.Argument(help=words("cli.help_publication"))
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    @group.command("list", help=words("cli.help_publish_list"))
    def _list(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _tell_all(speaker, found)

    @group.command("propose", help=words("cli.help_publish_propose"))
    def _propose(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help=words("cli.help_programme"))],
        who: Annotated[str, acting],
        begins: Annotated[
            datetime | None,
            typer.Option("--from", formats=["%Y-%m-%dT%H:%M"], help=words("cli.help_from")),
        ] = None,
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _prove(speaker, found, who, code, "publish")
            programme = found.publishing.keep(read_bytes(speaker, file), by=who)
            at = found.clock.now() if begins is None else begins.replace(tzinfo=programme.zone)
            number = found.publishing.propose(programme.hash.hex(), begins=at, by=who)
            speaker.say("proposed", number=number)

    @group.command("approve", help=words("cli.help_publish_approve"))
    def _approve(
        context: typer.Context,
        number: Annotated[int, number_argument],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _prove(speaker, found, who, code, "approve")
            found.publishing.approve(number, by=who)
            speaker.say("published", number=number)

    @group.command("withdraw", help=words("cli.help_publish_withdraw"))
    def _withdraw(
        context: typer.Context,
        number: Annotated[int, number_argument],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _prove(speaker, found, who, code, "publish")
            found.publishing.withdraw(number, by=who)
            speaker.say("proposal_withdrawn", number=number)

    @group.command("go-back", help=words("cli.help_publish_back"))
    def _back(
        context: typer.Context,
        number: Annotated[int, number_argument],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _prove(speaker, found, who, code, "publish")
            speaker.say("published", number=found.publishing.go_back(number, by=who))

    @group.command("stop", help=words("cli.help_publish_stop"))
    def _stop(
        context: typer.Context,
        rule: Annotated[str, typer.Argument(help=words("cli.help_rule_key"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _prove(speaker, found, who, code, "stop_offer")
            number = found.publishing.stop(rule, by=who)
            unheard = [one for one in found.publishing.exposure(number) if not one.heard]
            speaker.say("stopped_rule", rule=rule, number=number, unheard=len(unheard))
            for one in unheard:
                speaker.say(
                    "till_exposed",
                    till=f"{one.store}-{one.code}",
                    minor=one.day_most_minor,
                    seen=one.seen_at.isoformat(timespec="minutes"),
                )


def _prove(speaker: Speaker, found: "OpenOffice", who: str, code: str, right: str) -> None:
    """Who acts is who they say and may do this; refuses as a sign-in does, and MAY_NOT."""
    from posloyalty.headoffice.console.rights import Right, may

    words = speaker.words
    password = typer.prompt(words("cli.ask_password"), hide_input=True, err=True)
    told = code or typer.prompt(words("cli.ask_second_factor"), err=True)
    if not may(found.operators.prove(who, password, told), Right(right)):
        raise ServiceRefusal("MAY_NOT", name=who)


def _tell_all(speaker: Speaker, found: "OpenOffice") -> None:
    words = speaker.words
    for row in found.publishing.publications():
        state = "in_effect" if row.in_effect else f"publication_{row.state}"
        speaker.say(
            "publication_row",
            number=row.number,
            programme=row.programme,
            version=row.version,
            state=words(f"console.{state}"),
            begins=row.begins.isoformat(timespec="minutes"),
            who=", ".join(dict.fromkeys((row.proposed_by, row.decided_by or row.proposed_by))),
        )
    for one in found.publishing.tills():
        state = words("console.till_heard" if one.up_to_date else "console.till_not_heard")
        if one.refused:
            state = words("console.till_refused", why=one.refused)
        till = f"{one.store}-{one.code}"
        speaker.say("till_goes_by", till=till, programme=one.version or "-", state=state)
