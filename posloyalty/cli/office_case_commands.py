"""`posloyalty headoffice ... cases` and `decide`: what waits for a decision, and deciding.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.services.refusal import ServiceRefusal


def add_case_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    @office.command("cases", help=words("cli.help_cases"))
    def _cases(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.cases.matters import Matters
            from posloyalty.headoffice.console.case_pages import CaseWords

            shown = CaseWords(words, found.publishing)
            findings = found.findings.open_findings()
            odd = Matters(found.database, found.clock).open_matters()
            if not (findings or odd):
                speaker.say("no_cases")
            for row in findings:
                speaker.say(
                    "case_finding",
                    number=row.number or "-",
                    store=row.store,
                    till=row.till,
                    kind=words(f"cases.anomaly_{row.anomaly}"),
                    told=shown.told(row),
                    event=row.event_id,
                )
            for one in odd:
                code = f"console.matter_{one.code}"
                speaker.say(
                    "case_odd",
                    store=one.store,
                    till=one.till,
                    epoch=one.epoch,
                    seq=one.seq,
                    kind=words(code) if words.has(code) else one.code,
                )

    @office.command("read-again", help=words("cli.help_read_again"))
    def _read_again(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_case_till"))],
        place: Annotated[str, typer.Argument(help=words("cli.help_case_place"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.cases.matters import Matters
            from posloyalty.headoffice.cases.reading_again import ReadingAgain

            prove(speaker, found, who, code, "decide")
            matters = Matters(found.database, found.clock)
            ReadingAgain(found.database, found.clock).read(matters.unread(till, place), by=who)
            speaker.say("event_read_again", till=till, place=place)

    @office.command("decide", help=words("cli.help_decide"))
    def _decide(
        context: typer.Context,
        event: Annotated[str, typer.Argument(help=words("cli.help_case_event"))],
        decision: Annotated[str, typer.Argument(help=words("cli.help_decision"))],
        why: Annotated[str, typer.Argument(help=words("cli.help_decision_why"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.console.case_pages import CaseWords

            prove(speaker, found, who, code, "decide")
            shown = CaseWords(words, found.publishing)
            mine = [one for one in found.findings.open_findings() if one.event_id == event]
            if not mine:
                raise ServiceRefusal("NO_SUCH_MATTER")
            for row in mine:
                told = shown.does(row, decision) if decision in row.decisions else ""
                found.findings.decide(row, decision, why, by=who)
                speaker.say("case_decided", told=told)
