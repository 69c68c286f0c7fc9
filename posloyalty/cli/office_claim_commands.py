"""`posloyalty headoffice ... claim` and `claims`: missing points by receipt.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of, prove


def add_claim_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words
    acting = typer.Option("--as", help=words("cli.help_acting_as"))
    code_option = typer.Option("--code", help=words("cli.help_acting_code"))

    @office.command("claim", help=words("cli.help_claim"))
    def _claim(
        context: typer.Context,
        receipt: Annotated[str, typer.Argument(help=words("cli.help_claim_receipt"))],
        member: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        who: Annotated[str, acting],
        code: Annotated[str, code_option] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.console.amounts import wallets_shown
            from posloyalty.headoffice.members.receipt_claims import GIVEN

            prove(speaker, found, who, code, "claim")
            row = found.claims.claim(receipt, member, by=who)
            if row.state != GIVEN:
                speaker.say("claim_waits", receipt=row.receipt)
                return
            wallets = wallets_shown(found.publishing, words)
            given = (f"{wallets.amount(key, n)} {wallets.name(key)}" for key, n in row.given)
            speaker.say("claim_given", receipt=row.receipt, points=", ".join(given))

    @office.command("claims", help=words("cli.help_claims"))
    def _claims(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.console.claim_pages import why_told

            rows = found.claims.newest()
            if not rows:
                speaker.say("no_claims")
            for row in rows:
                speaker.say(
                    "claim_row",
                    receipt=row.receipt,
                    member=row.member_id,
                    state=words(f"claims.state_{row.state}"),
                    who=row.who,
                    why=why_told(row, words),
                )
