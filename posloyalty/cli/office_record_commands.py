"""`posloyalty headoffice ... merge`, `erase` and `test-member`: records that become one or end, and
members who are there to try things out.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of, prove


def add_record_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))
    named = typer.Option("--named", help=words("cli.help_confirm_name"))

    @office.command("merge", help=words("cli.help_merge"))
    def _merge(
        context: typer.Context,
        stays: Annotated[str, typer.Argument(help=words("cli.help_stays"))],
        goes: Annotated[str, typer.Argument(help=words("cli.help_goes"))],
        confirmed: Annotated[str, named],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_records")
            member = found.records.merge(stays, goes, confirmed, by=who)
            speaker.say("records_merged", member=member)

    @office.command("two", help=words("cli.help_two"))
    def _two(
        context: typer.Context,
        one: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        other: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_records")
            found.records.keep_two(one, other, by=who)
            speaker.say("records_two")

    @office.command("erase", help=words("cli.help_erase"))
    def _erase(
        context: typer.Context,
        member: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        confirmed: Annotated[str, named],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_records")
            speaker.say("record_erased", member=found.records.erase(member, confirmed, by=who))

    @office.command("test-member", help=words("cli.help_test_member"))
    def _test_member(
        context: typer.Context,
        member: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
        ends: Annotated[bool, typer.Option("--ends", help=words("cli.help_test_ends"))] = False,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_records")
            decide = found.marks.unmark if ends else found.marks.mark
            said = "test_member_ended" if ends else "test_member_marked"
            speaker.say(said, member=decide(member, by=who))
