"""Commands on the book as a whole: new, demo, verify, back-up, recover, renew-code.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

import shutil
from pathlib import Path
from typing import Annotated

import typer
from typer.models import OptionInfo

from posloyalty.cli.console import Exit, Speaker, create_till, manager, open_with_code, opened
from posloyalty.cli.office_door import DATABASE_VARIABLE, OfficePlace
from posloyalty.cli.office_proof_commands import verify_headoffice
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.ratio import Ratio
from posloyalty.services.book.first_run import Created, FirstRunAnswers
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.services.shop.demo_staff import pins
from posloyalty.services.shop.shop_settings import ShopDetails
from posloyalty.wording import Words

FREE = TaxClass("free", "0 %", Ratio(0), TaxMode.INCLUSIVE)


def add_book_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to the console."""
    _add_new(app, speaker)
    _add_demo(app, speaker)
    _add_verify(app, speaker)
    _add_copies(app, speaker)
    _add_recovery(app, speaker)


def _book_option(words: Words) -> OptionInfo:
    """The book that a command is about."""
    option: OptionInfo = typer.Option("--book", help=words("cli.help_book"))
    return option


def _add_new(app: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    book_option = _book_option(words)

    @app.command("new", help=words("cli.help_new"))
    def _new(
        book: Annotated[Path, book_option],
        name: Annotated[str, typer.Option(help=words("cli.help_shop_name"))],
        store: Annotated[str, typer.Option(help=words("cli.help_store_name"))],
        manager: Annotated[str, typer.Option(help=words("cli.help_manager"))],
        store_code: Annotated[str, typer.Option(help=words("cli.help_store_code"))] = "S1",
        till_code: Annotated[str, typer.Option(help=words("cli.help_till_code"))] = "T1",
        currency: Annotated[str, typer.Option(help=words("cli.help_currency"))] = "CNY",
        timezone: Annotated[str, typer.Option(help=words("cli.help_timezone"))] = "Asia/Shanghai",
        tax_percent: Annotated[int, typer.Option(min=0, max=100, help=words("cli.help_tax"))] = 13,
        programme: Annotated[
            Path | None, typer.Option(exists=True, help=words("cli.help_programme"))
        ] = None,
        pin: Annotated[str, typer.Option(help=words("cli.help_pin"))] = "",
    ) -> None:
        answers = FirstRunAnswers(
            shop=ShopDetails(
                name=name,
                store_code=store_code,
                store_name=store,
                till_code=till_code,
                currency=currency,
                timezone=timezone,
                language=words.language,
            ),
            manager_name=manager,
            manager_pin=pin or _asked_pin(speaker),
            tax_classes=_taxes(tax_percent),
            programme=None if programme is None else programme.read_bytes(),
        )
        with speaker.faults():
            till, created = create_till(book, answers)
            till.close()
            _say_created(speaker, book, created)


def _add_demo(app: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    book_option = _book_option(words)

    @app.command("demo", help=words("cli.help_demo"))
    def _demo(book: Annotated[Path, book_option]) -> None:
        language = words.language
        with speaker.faults():
            answers = demo_answers(language, folder=str((book / "receipts").resolve()))
            before = set(book.iterdir()) if book.is_dir() else None
            till, created = create_till(book, answers)
            try:
                with speaker.bar("filling") as step:
                    made = till.demo.fill(created.manager, language, progress=step)
            except BaseException:
                # Half a demo shop is of no use to anybody, and nothing in it is anybody's.
                till.close()
                _remove_made(book, before)
                raise
            till.close()
            speaker.say(
                "demo_made",
                place=book,
                products=made.products,
                members=made.members,
                sales=made.sales,
            )
            for role, code in pins():
                speaker.say(f"demo_pin_{role.value}", pin=code)
            speaker.say("recovery_code", code=created.recovery_code)


def _add_verify(app: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    book_option = _book_option(words)

    @app.command("verify", help=words("cli.help_verify"))
    def _verify(
        book: Annotated[Path | None, book_option] = None,
        headoffice: Annotated[
            bool, typer.Option("--headoffice", help=words("cli.help_verify_office"))
        ] = False,
        data: Annotated[
            Path | None, typer.Option("--data", help=words("cli.help_office_data"))
        ] = None,
        database: Annotated[
            str,
            typer.Option(
                "--database", envvar=DATABASE_VARIABLE, help=words("cli.help_office_database")
            ),
        ] = "",
    ) -> None:
        wanted = data if headoffice else book
        if wanted is None:
            raise typer.BadParameter(words("cli.verify_what"))
        if headoffice:
            verify_headoffice(speaker, OfficePlace(wanted, database))
        else:
            prove_book(speaker, wanted)


def prove_book(speaker: Speaker, book: Path) -> None:
    """Prove a book and say so, or what differs; ends with FOUND then."""
    with speaker.faults(), opened(book) as till:
        with speaker.bar("verifying") as step:
            proof = till.verify.verify(step)
        for found in proof.differences:
            speaker.say(
                "difference",
                seq=found.seq,
                what=found.what,
                which=found.which,
                expected=found.expected,
                found=found.found,
            )
        if not proof.holds:
            raise typer.Exit(Exit.FOUND)
        speaker.say(
            "verified",
            events=proof.events,
            sales=proof.sales,
            accounts=proof.accounts,
            lots=proof.lots,
            head=proof.head,
        )


def _add_copies(app: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    book_option = _book_option(words)

    @app.command("back-up", help=words("cli.help_back_up"))
    def _back_up(
        book: Annotated[Path, book_option],
        to: Annotated[Path | None, typer.Option(help=words("cli.help_to"))] = None,
    ) -> None:
        with speaker.faults(), opened(book) as till:
            made = till.back_up.now() if to is None else till.back_up.to(to)
            speaker.say("backed_up", place=made)


def _add_recovery(app: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words
    book_option = _book_option(words)

    @app.command("recover", help=words("cli.help_recover"))
    def _recover(
        book: Annotated[Path, book_option],
        code: Annotated[str, typer.Option(help=words("cli.help_code"))] = "",
        pin: Annotated[str, typer.Option(help=words("cli.help_pin"))] = "",
    ) -> None:
        typed = code or typer.prompt(words("cli.ask_code"), err=True)
        new_pin = pin or _asked_pin(speaker)
        with speaker.faults():
            till = open_with_code(book, typed, new_pin)
            where = till.key_place
            till.close()
            speaker.say("recovered", place=book)
            speaker.tell(words(where.explanation, name=where.name))

    @app.command("renew-code", help=words("cli.help_renew_code"))
    def _renew_code(book: Annotated[Path, book_option]) -> None:
        with speaker.faults(), opened(book) as till:
            speaker.say("recovery_code", code=till.recovery.renew_code(manager(till)))
            speaker.tell(words("cli.code_renewed"))


def _remove_made(folder: Path, before: set[Path] | None) -> None:
    """Remove what was made in a folder; what lay there before is somebody's and stays."""
    for one in set(folder.iterdir()) - (before or set()):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()
    if before is None:
        folder.rmdir()


def _taxes(percent: int) -> tuple[TaxClass, ...]:
    usual = TaxClass("std", f"{percent} %", Ratio(percent, 100), TaxMode.INCLUSIVE)
    return (usual, FREE) if percent else (FREE,)


def _asked_pin(speaker: Speaker) -> str:
    text = speaker.words("cli.ask_pin")
    return str(typer.prompt(text, hide_input=True, confirmation_prompt=True, err=True))


def _say_created(speaker: Speaker, book: Path, created: Created) -> None:
    where = created.key_place
    speaker.say("made", place=book)
    speaker.say("recovery_code", code=created.recovery_code)
    speaker.tell(speaker.words(where.explanation, name=where.name))
