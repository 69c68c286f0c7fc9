"""`posloyalty headoffice add-store`, `rename-store`, `stores`, `code`, `tills`, `revoke`, `gone`,
`found`: who belongs to the chain.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Speaker
from posloyalty.cli.office_door import opened_office_of

if TYPE_CHECKING:
    from posloyalty.headoffice.tills.till_rows import TillRow


def add_store_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to head office's."""
    _add_stores(office, speaker)
    _add_tills(office, speaker)


def _add_stores(office: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @office.command("add-store", help=words("cli.help_add_store"))
    def _add_store(
        context: typer.Context,
        code: Annotated[str, typer.Argument(help=words("cli.help_store_code"))],
        name: Annotated[str, typer.Argument(help=words("cli.help_store_name"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context, begins=True) as found:
            found.administration.add_store(code, name)
            speaker.say("store_added", code=code, name=name)

    @office.command("rename-store", help=words("cli.help_rename_store"))
    def _rename_store(
        context: typer.Context,
        code: Annotated[str, typer.Argument(help=words("cli.help_store_code"))],
        name: Annotated[str, typer.Argument(help=words("cli.help_store_name"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            found.administration.rename_store(code, name)
            speaker.say("store_renamed", code=code, name=name)

    @office.command("stores", help=words("cli.help_stores"))
    def _stores(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            stores = found.administration.stores()
            for row in stores:
                speaker.say("store_row", code=row.code, name=row.name, tills=row.tills)
            if not stores:
                speaker.say("no_store")

    @office.command("code", help=words("cli.help_joining_code"))
    def _code(
        context: typer.Context,
        store: Annotated[str, typer.Argument(help=words("cli.help_store_code"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            speaker.say("joining_code", code=found.administration.new_code(store), store=store)


def _add_tills(office: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @office.command("tills", help=words("cli.help_tills"))
    def _tills(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            aside = found.administration.aside()
            tills = found.administration.tills()
            if not tills:
                speaker.say("no_till_joined")
            for row in tills:
                state = _state(row)
                speaker.say(
                    "till_row",
                    till=row.till_id,
                    store=row.store,
                    code=row.code,
                    state=words(f"cli.till_state_{state}"),
                    epoch=row.epoch,
                    kept=row.kept,
                    waiting=row.waiting,
                    aside=aside.get(row.till_id, 0),
                    anomalies=row.anomalies,
                    seen=row.seen_at.isoformat(timespec="seconds"),
                )

    @office.command("revoke", help=words("cli.help_revoke"))
    def _revoke(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_till_id"))],
        lost_on: Annotated[
            datetime | None,
            typer.Option("--lost-on", formats=["%Y-%m-%d"], help=words("cli.help_lost_on")),
        ] = None,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            day = None if lost_on is None else lost_on.date()
            leases = found.administration.revoke(till, lost_on=day)
            speaker.say("office_till_revoked", till=till, leases=leases)

    @office.command("gone", help=words("cli.help_gone"))
    def _gone(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_till_id"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            leases = found.administration.declare_gone(till)
            speaker.say("office_till_gone", till=till, leases=leases)

    @office.command("found", help=words("cli.help_found"))
    def _found(
        context: typer.Context,
        till: Annotated[str, typer.Argument(help=words("cli.help_till_id"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            found.administration.take_back_gone(till)
            speaker.say("office_till_found", till=till)


def _state(row: "TillRow") -> str:
    """How a till stands, as the end of a wording code."""
    if row.revoked:
        return "revoked"
    if row.back:
        return "back"
    return "gone" if row.gone else "forked" if row.forked else "ok"
