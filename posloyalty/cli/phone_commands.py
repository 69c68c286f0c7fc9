"""A member's phone: `posloyalty headoffice ... phone-key`, and `posloyalty phone-code`, which shows
what an app shows.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.cli.office_people_commands import picture_lines
from posloyalty.domain.members.phone_code import STEP_MOST, BadPhoneCode, read_key, step_at
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.system import SystemClock


def add_phone_key_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    words = speaker.words

    @office.command("phone-key", help=words("cli.help_phone_key"))
    def _phone_key(
        context: typer.Context,
        member: Annotated[str, typer.Argument(help=words("cli.help_claim_member"))],
        who: Annotated[str, typer.Option("--as", help=words("cli.help_acting_as"))],
        code: Annotated[str, typer.Option("--code", help=words("cli.help_acting_code"))] = "",
        ends: Annotated[
            bool, typer.Option("--withdraw", help=words("cli.help_phone_key_ends"))
        ] = False,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_records")
            if ends:
                speaker.say("phone_key_withdrawn", member=found.phone_keys.withdraw(member, by=who))
                return
            key = found.phone_keys.give(member, by=who)
            speaker.say("phone_key_given", member=key.member_id.hex())
            _show(key.text())


def add_phone_code_command(app: typer.Typer, speaker: Speaker) -> None:
    """Add the command to the console."""
    words = speaker.words

    @app.command("phone-code", help=words("cli.help_phone_code"))
    def _phone_code(
        key: Annotated[str, typer.Option("--key", help=words("cli.help_phone_code_key"))],
        at: Annotated[str, typer.Option("--at", help=words("cli.help_phone_code_at"))] = "",
    ) -> None:
        with speaker.faults():
            try:
                made = read_key(key)
            except BadPhoneCode:
                raise ServiceRefusal("BAD_PHONE_KEY") from None
            _show(made.code_at(_instant(at) if at else SystemClock(UTC).now()))


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ServiceRefusal("BAD_INSTANT", text=text) from None
    if at.tzinfo is None or not 0 <= step_at(at) <= STEP_MOST:
        raise ServiceRefusal("BAD_INSTANT", text=text)
    return at


def _show(text: str) -> None:
    """A text, and the same as a QR code."""
    import qrcode

    typer.echo(text)
    picture = qrcode.QRCode(border=2)
    picture.add_data(text)
    picture.make(fit=True)
    for row in picture_lines(picture.get_matrix()):
        typer.echo(row)
