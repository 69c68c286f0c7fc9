"""Commands that take data into the book, and members' cards out of it.

Annotations are evaluated here, not kept as text: the options' help is made in a language at run
time, and typer reads it from them.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer

from posloyalty.cli.console import Exit, Speaker, manager, opened
from posloyalty.documents.price_file import read_prices
from posloyalty.documents.table_file import read_table
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop.import_report import ImportReport, RowFinding
from posloyalty.services.till import Till


class _Importer(Protocol):
    def run(
        self, rows: Any, operator: Operator, *, total: int = 0, progress: Any = None
    ) -> ImportReport:
        """Import rows."""
        ...


def add_data_commands(app: typer.Typer, speaker: Speaker) -> None:
    """Add the commands to the console."""
    words = speaker.words
    book_option = typer.Option("--book", help=words("cli.help_book"))
    file_argument = typer.Argument(help=words("cli.help_table"))

    @app.command("import-products", help=words("cli.help_import_products"))
    def _products(file: Annotated[Path, file_argument], book: Annotated[Path, book_option]) -> None:
        _import(speaker, book, file, lambda till: till.import_products)

    @app.command("import-prices", help=words("cli.help_import_prices"))
    def _prices(file: Annotated[Path, file_argument], book: Annotated[Path, book_option]) -> None:
        _import(speaker, book, file, lambda till: till.import_prices, read_prices)

    @app.command("import-members", help=words("cli.help_import_members"))
    def _members(file: Annotated[Path, file_argument], book: Annotated[Path, book_option]) -> None:
        _import(speaker, book, file, lambda till: till.import_members)

    @app.command("key-in", help=words("cli.help_key_in"))
    def _key_in(file: Annotated[Path, file_argument], book: Annotated[Path, book_option]) -> None:
        _import(speaker, book, file, lambda till: till.key_in, code="keyed_in", area="refusal")

    @app.command("cards", help=words("cli.help_cards"))
    def _cards(
        phones: Annotated[list[str], typer.Argument(help=words("cli.help_phones"))],
        book: Annotated[Path, book_option],
        out: Annotated[Path, typer.Option(help=words("cli.help_out"))],
    ) -> None:
        from posloyalty.documents.member_card import PrintedCard, card_pdf, card_sheets_pdf

        with speaker.faults(), opened(book) as till:
            phone = till.shop.details().phone
            cards = []
            for number in phones:
                member_id = till.members.by_phone(number) or till.members.by_card(number)
                if member_id is None:
                    speaker.tell(words("cli.nobody", phone=number))
                    raise typer.Exit(Exit.REFUSED)
                card = till.enrol.card(member_id)
                cards.append(
                    PrintedCard(
                        shop_name=card.shop_name,
                        token_text=card.token_text,
                        short_code=card.short_code,
                        shop_phone=phone,
                    )
                )
            single = len(cards) == 1
            out.write_bytes(card_pdf(cards[0], words) if single else card_sheets_pdf(cards, words))
            speaker.say("cards_written", n=len(cards), place=out)


def _import(
    speaker: Speaker,
    book: Path,
    file: Path,
    importer: Callable[[Till], _Importer],
    read: Callable[[Path], Any] = read_table,
    *,
    code: str = "imported",
    area: str = "import",
) -> None:
    """Take a table in and tell what came of it: `code` words the sum, `area` the findings."""
    with speaker.faults(), opened(book) as till:
        with speaker.bar("importing") as step:
            report = importer(till).run(read(file), manager(till), progress=step)
        tell_report(speaker, report, area=area)
        speaker.say(
            code,
            added=report.added,
            changed=report.changed,
            unchanged=report.unchanged,
            refused=report.refused,
        )
        if report.refused:
            raise typer.Exit(Exit.FOUND)


def tell_report(speaker: Speaker, report: ImportReport, *, area: str = "import") -> None:
    """Every finding that was kept, a line each, and how many more there are."""
    for found in report.findings:
        speaker.tell(row_sentence(speaker, found, area=area))
    more = report.findings_total - len(report.findings)
    if more:
        speaker.tell(speaker.words("cli.more_findings", n=more))


def row_sentence(speaker: Speaker, found: RowFinding, *, area: str = "import") -> str:
    """Line, column and reason, by the words of an area before those of imports."""
    text = speaker.text(area, found.reason, dict(found.facts))
    if not found.column:
        return speaker.words("cli.bad_row", line=found.line, finding=text)
    return speaker.words("cli.bad_cell", line=found.line, column=found.column, finding=text)
