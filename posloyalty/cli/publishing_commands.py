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
from posloyalty.cli.office_deciding import Act, Deciding, add_deciding, add_numbered
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.cli.programme_file import read_bytes
from posloyalty.domain.values.money import format_amount

if TYPE_CHECKING:
    from posloyalty.headoffice.running.opening import OpenOffice


def add_publishing_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `programme` to head office's commands."""
    words = speaker.words
    group = typer.Typer(help=words("cli.help_publishing"), no_args_is_help=True)
    office.add_typer(group, name="programme")
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
            prove(speaker, found, who, code, "publish")
            programme = found.publishing.keep(read_bytes(speaker, file), by=who)
            at = found.clock.now() if begins is None else begins.replace(tzinfo=programme.zone)
            number = found.publishing.propose(programme.hash.hex(), begins=at, by=who)
            speaker.say("proposed", number=number)

    add_deciding(group, speaker, _deciding(speaker))
    add_numbered(group, speaker, "cli.help_publish", "go-back", "publish", _going_back(speaker))

    @group.command("stop", help=words("cli.help_publish_stop"))
    def _stop(
        context: typer.Context,
        rule: Annotated[str, typer.Argument(help=words("cli.help_rule_key"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "stop_offer")
            _tell_stop(speaker, found, rule, found.publishing.stop(rule, by=who))


def _deciding(speaker: Speaker) -> Deciding:
    def approve(found: "OpenOffice", number: int, who: str) -> None:
        found.publishing.approve(number, by=who)
        speaker.say("published", number=number)

    def withdraw(found: "OpenOffice", number: int, who: str) -> None:
        found.publishing.withdraw(number, by=who)
        speaker.say("proposal_withdrawn", number=number)

    return Deciding(area="publish", right="publish", approve=approve, withdraw=withdraw)


def _going_back(speaker: Speaker) -> Act:
    def go_back(found: "OpenOffice", number: int, who: str) -> None:
        speaker.say("published", number=found.publishing.go_back(number, by=who))

    return go_back


def _tell_stop(speaker: Speaker, found: "OpenOffice", rule: str, number: int) -> None:
    """That a rule is stopped, and what tills that have not heard may still give in a day."""
    from posloyalty.headoffice.console.amounts import wallets_shown

    money = found.publishing.money_of(number)
    unheard = [one for one in found.publishing.exposure(number) if not one.heard]
    speaker.say("stopped_rule", rule=rule, number=number, unheard=len(unheard))
    is_offer, wallets = rule.startswith("offer:"), wallets_shown(found.publishing, speaker.words)
    for one in unheard:
        amount = f"{format_amount(one.day_most_minor, money)} {money.code}"
        speaker.say(
            "till_exposed" if is_offer else "till_exposed_points",
            till=f"{one.store}-{one.code}",
            amount=amount if is_offer else wallets.listed(one.day_most_points) or "0",
            seen=one.seen_at.isoformat(timespec="minutes"),
        )


def _tell_all(speaker: Speaker, found: "OpenOffice") -> None:
    from posloyalty.headoffice.console.programme_pages import not_taken

    words, rows = speaker.words, found.publishing.publications()
    if not rows:
        speaker.say("no_publications")
    for row in rows:
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
        state = words(f"console.{one.hearing}")
        if one.refused:
            state = words("console.till_refused", why=not_taken(words, one.refused))
        till = f"{one.store}-{one.code}"
        speaker.say("till_goes_by", till=till, programme=one.version or "-", state=state)
