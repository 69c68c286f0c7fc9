"""`posloyalty headoffice ... articles`: what the chain sells, from files, for every till.

Annotations are evaluated here, as in `headoffice_commands`.
"""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posloyalty.cli.console import Exit, Speaker
from posloyalty.cli.data_commands import row_sentence
from posloyalty.cli.office_door import opened_office_of, prove
from posloyalty.domain.values.money import currency, format_amount

if TYPE_CHECKING:
    from posloyalty.headoffice.articles.article_words import ArticleWords
    from posloyalty.headoffice.articles.articles import ArticleFile, Articles
    from posloyalty.headoffice.running.opening import OpenOffice


def add_article_commands(office: typer.Typer, speaker: Speaker) -> None:
    """Add the group `articles` to head office's commands."""
    group = typer.Typer(help=speaker.words("cli.help_articles"), no_args_is_help=True)
    office.add_typer(group, name="articles")
    _add_looking(group, speaker)
    _add_import(group, speaker)
    _add_coming(group, speaker)
    _add_assortments(group, speaker)


def _add_looking(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("list", help=words("cli.help_articles_list"))
    def _list(
        context: typer.Context,
        text: Annotated[str, typer.Argument(help=words("cli.help_articles_text"))] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            told = found.articles.find(text)
            for one in told.articles:
                price = words("articles.open_price")
                if one.price is not None:
                    price = format_amount(one.price, currency(told.currency))
                speaker.say(
                    "articles_row",
                    sku=one.sku,
                    name=one.name,
                    price=price,
                    state=words("articles.withdrawn") if one.withdrawn else "",
                    codes=" ".join(one.codes),
                )
            heard = found.articles.heard()
            speaker.tell(
                words(
                    "articles.sums",
                    on_sale=told.on_sale,
                    withdrawn=told.withdrawn,
                    tills=heard.up_to_date,
                    of=heard.tills,
                )
            )

    @group.command("export", help=words("cli.help_articles_export"))
    def _export(
        context: typer.Context,
        out: Annotated[Path, typer.Argument(help=words("cli.help_articles_out"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            out.write_bytes(found.articles.export())
            told = found.articles.find(limit=1)
            speaker.say("articles_exported", n=told.on_sale + told.withdrawn, place=out)


def _add_import(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("import", help=words("cli.help_articles_import"))
    def _import(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help=words("cli.help_articles_file"))],
        who: Annotated[str, typer.Option("--as", help=words("cli.help_acting_as"))],
        code: Annotated[str, typer.Option("--code", help=words("cli.help_acting_code"))] = "",
        whole: Annotated[
            bool, typer.Option("--whole", help=words("cli.help_articles_whole"))
        ] = False,
        money: Annotated[
            str, typer.Option("--currency", help=words("cli.help_articles_currency"))
        ] = "",
        day: Annotated[
            datetime | None,
            typer.Option("--from", formats=["%Y-%m-%d"], help=words("cli.help_articles_from")),
        ] = None,
        yes: Annotated[bool, typer.Option("--yes", help=words("cli.help_articles_yes"))] = False,
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_articles")
            proposed = _proposed(
                speaker, found, file, who, whole=whole, money=money, day=day and day.date()
            )
            _tell_preview(speaker, found.articles, proposed)
            if not yes and not typer.confirm(words("cli.articles_ask"), err=True):
                found.articles.drop(proposed.number, by=who)
                speaker.say("articles_dropped", number=proposed.number)
                return
            found.articles.confirm(proposed.number, by=who)
            speaker.say(
                "articles_taken",
                added=proposed.added,
                changed=proposed.changed,
                withdrawn=proposed.withdrawn,
            )


def _add_coming(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("coming", help=words("cli.help_articles_coming"))
    def _coming(context: typer.Context) -> None:
        from posloyalty.headoffice.articles.articles import SHOWN

        with speaker.faults(), opened_office_of(context) as found:
            coming, waits = found.coming_changes.listed(limit=SHOWN)
            for one in _in_words(speaker, found.articles).coming(coming):
                speaker.say("articles_coming_row", **asdict(one))
            if not waits:
                speaker.tell(words("articles.none_coming"))
            elif waits > len(coming):
                speaker.tell(words("articles.more_coming", more=waits - len(coming)))

    @group.command("take-back", help=words("cli.help_articles_take_back"))
    def _take_back(
        context: typer.Context,
        number: Annotated[int, typer.Argument(help=words("cli.help_articles_number"))],
        who: Annotated[str, typer.Option("--as", help=words("cli.help_acting_as"))],
        code: Annotated[str, typer.Option("--code", help=words("cli.help_acting_code"))] = "",
        only: Annotated[str, typer.Option("--only", help=words("cli.help_articles_only"))] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_articles")
            n = found.coming_changes.take_back(number, by=who, code=only)
            speaker.say("articles_taken_back", n=n, number=number)
            _tell_unheard(speaker, found, number)

    @group.command("unheard", help=words("cli.help_articles_unheard"))
    def _unheard(
        context: typer.Context,
        number: Annotated[int, typer.Argument(help=words("cli.help_articles_number"))],
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            _tell_unheard(speaker, found, number)


def _tell_unheard(speaker: Speaker, found: "OpenOffice", number: int) -> None:
    """Which tills have not heard what of a file was taken back."""
    tills = found.coming_changes.unheard(number)
    if not tills:
        speaker.say("articles_all_heard")
    for one in tills:
        seen = f"{one.seen_at.astimezone(found.publishing.zone()):%Y-%m-%d %H:%M}"
        speaker.say("articles_unheard_row", till=f"{one.store}-{one.code}", seen=seen)


def _add_assortments(group: typer.Typer, speaker: Speaker) -> None:
    words = speaker.words

    @group.command("assortments", help=words("cli.help_articles_assortments"))
    def _assortments(context: typer.Context) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            for store, code in found.assortments.of_stores().items():
                told = code or words("articles.every_article")
                speaker.say("articles_assortment_row", store=store, assortment=told)

    @group.command("assort", help=words("cli.help_articles_assort"))
    def _assort(
        context: typer.Context,
        store: Annotated[str, typer.Argument(help=words("cli.help_store_code"))],
        who: Annotated[str, typer.Option("--as", help=words("cli.help_acting_as"))],
        assortment: Annotated[str, typer.Argument(help=words("cli.help_articles_assortment"))] = "",
        code: Annotated[str, typer.Option("--code", help=words("cli.help_acting_code"))] = "",
    ) -> None:
        with speaker.faults(), opened_office_of(context) as found:
            prove(speaker, found, who, code, "keep_articles")
            n = found.assortments.move(store, assortment.upper(), by=who)
            speaker.say("articles_assorted", n=n, store=store)


def _in_words(speaker: Speaker, articles: "Articles") -> "ArticleWords":
    from posloyalty.headoffice.articles.article_words import ArticleWords

    return ArticleWords(speaker.words, articles.currency())


def _proposed(
    speaker: Speaker,
    found: "OpenOffice",
    file: Path,
    who: str,
    *,
    whole: bool,
    money: str,
    day: date | None,
) -> "ArticleFile":
    from posloyalty.headoffice.articles.article_file import FILE_BYTES_MAX, BadArticleFile

    with file.open("rb") as opened:
        data = opened.read(FILE_BYTES_MAX + 1)
    try:
        return found.articles.propose(data, by=who, whole=whole, in_currency=money, day=day)
    except BadArticleFile as refused:
        for one in refused.wrong:
            speaker.tell(row_sentence(speaker, one))
        if refused.more:
            speaker.tell(speaker.words("articles.more", more=refused.more))
        raise typer.Exit(Exit.FOUND) from None


def _tell_preview(speaker: Speaker, articles: "Articles", file: "ArticleFile") -> None:
    """What a file would do, in numbers, the articles that would go by name, and what would come on
    later days.
    """
    speaker.tell(
        speaker.words(
            "articles.would",
            added=file.added,
            changed=file.changed,
            withdrawn=file.withdrawn,
            unchanged=file.unchanged,
        )
    )
    preview = articles.preview(file.number)
    for one in preview.withdrawn:
        speaker.tell(speaker.words("articles.would_go", sku=one.sku, name=one.name))
    for row in _in_words(speaker, articles).coming(preview.coming):
        speaker.tell(speaker.words("articles.would_come", **asdict(row)))
    if file.coming > len(preview.coming):
        more = file.coming - len(preview.coming)
        speaker.tell(speaker.words("articles.more_coming", more=more))
