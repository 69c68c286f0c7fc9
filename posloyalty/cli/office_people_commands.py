"""Sub-commands of `posloyalty headoffice` for who may sign in at its web console.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of
from posloyalty.services.refusal import ServiceRefusal

if TYPE_CHECKING:
    from posloyalty.headoffice.console.operators import Invitation


def add_people_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add them."""
    words = speaker.words
    name_argument = typer.Argument(help=words("cli.help_operator_name"))

    @office.command("add-operator", help=words("cli.help_add_operator"))
    def _add(
        context: typer.Context,
        name: Annotated[str, name_argument],
        role: Annotated[str, typer.Option("--role", help=words("cli.help_role"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context, begins=True) as found:
            from posloyalty.headoffice.cases.audit_log import COMMAND_LINE
            from posloyalty.headoffice.console.rights import Role

            if role not in {one.value for one in Role}:
                raise ServiceRefusal("NO_SUCH_ROLE", role=role)
            _tell(speaker, found.operators.add(name, Role(role), by=COMMAND_LINE))

    @office.command("invite-again", help=words("cli.help_invite_again"))
    def _invite(context: typer.Context, name: Annotated[str, name_argument]) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            from posloyalty.headoffice.cases.audit_log import COMMAND_LINE

            _tell(speaker, found.operators.invite_again(name, by=COMMAND_LINE))

    @office.command("operators", help=words("cli.help_operators"))
    def _operators(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            operators = found.operators.all()
            if not operators:
                speaker.say("no_operator")
            for row in operators:
                state = words("cli.operator_active" if row.active else "cli.operator_set_aside")
                speaker.say("operator_row", name=row.name, role=row.role.value, state=state)


def _tell(speaker: Speaker, invitation: "Invitation") -> None:
    import qrcode

    speaker.say(
        "invitation",
        name=invitation.name,
        role=invitation.role.value,
        password=invitation.password,
        secret=invitation.secret,
        address=invitation.address,
    )
    picture = qrcode.QRCode(border=2)
    picture.add_data(invitation.address)
    picture.make(fit=True)
    for row in picture_lines(picture.get_matrix()):
        typer.echo(row)


def picture_lines(matrix: list[list[bool]]) -> list[str]:
    """A QR code in half blocks, light on dark, so that it scans from a dark terminal."""
    blocks = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    padded = [*matrix, [False] * len(matrix[0])] if len(matrix) % 2 else matrix
    return [
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(padded[::2], padded[1::2], strict=True)
    ]
