"""What the chain sells: found, uploaded from a file, looked at, and then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from posloyalty.documents.table_file import TableUnreadable
from posloyalty.domain.shop.scan_code.gtin import printed_gtin
from posloyalty.domain.values.money import currency, format_amount
from posloyalty.headoffice.articles.article_file import (
    FILE_BYTES_MAX,
    ROWS_MAX,
    BadArticleFile,
)
from posloyalty.headoffice.articles.articles import PROPOSED, SHOWN, Articles, Change
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Sent, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.services.shop.import_report import RowFinding
from posloyalty.sync.wire.articles import ArticleRecord, TaxRecord
from posloyalty.wording import MissingWording, Words

UPLOAD_BYTES_MAX: Final = FILE_BYTES_MAX + 20_000
_ALL: Final = "/console/articles"
_ONE: Final = "/console/articles/file"
_TEXT_MOST: Final = 80
_COMPARED: Final = ("name", "price", "tax", "unit", "cat", "codes", "tags", "flags")


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """What there is of articles."""

    articles: Articles

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        keep = Right.KEEP_ARTICLES
        return (
            Page(method="GET", path=_ALL, act=self.all, right=Right.SEE),
            Page(
                method="POST",
                path=_ALL,
                act=self.upload,
                right=keep,
                back=self.all,
                body_bytes_max=UPLOAD_BYTES_MAX,
            ),
            Page(method="GET", path=f"{_ALL}/export", act=self.export, right=Right.EXPORT),
            Page(method="GET", path=_ONE, act=self.one, right=Right.SEE),
            Page(
                method="POST", path=f"{_ONE}/confirm", act=self.confirm, right=keep, back=self.one
            ),
            Page(method="POST", path=f"{_ONE}/drop", act=self.drop, right=keep, back=self.one),
        )

    def all(self, asking: Asking) -> Told:
        """Articles, the form for a file, and the last files."""
        return self._shown(asking, ())

    def upload(self, asking: Asking) -> Told:
        """Read a file; one with findings changes nothing and shows all of them."""
        if not asking.file:
            raise ServiceRefusal("NO_FILE_CHOSEN")
        whole = asking.told("whole") == "1"
        words = asking.words
        try:
            proposed = self.articles.propose(asking.file, by=asking.who, whole=whole)
        except BadArticleFile as refused:
            found = [(one.line, one.column, finding_told(one, words)) for one in refused.wrong]
            return self._shown(asking, found, more=refused.more)
        except TableUnreadable as fault:
            told = words(f"import.{fault.reason}", **fault.facts)
            return self._shown(asking, [(1, "", told)])
        except MissingColumns as fault:
            told = words("import.MISSING_COLUMNS", names=", ".join(fault.names))
            return self._shown(asking, [(1, "", told)])
        return Moved(path=f"{_ONE}?number={proposed.number}", said="articles_proposed")

    def export(self, asking: Asking) -> Told:
        """All articles, as a file that could be uploaded again."""
        return Sent(
            name="articles.csv", kind="text/csv; charset=utf-8", body=self.articles.export()
        )

    def one(self, asking: Asking) -> Told:
        """What a file would change."""
        file = self.articles.file(asking.number("number"))
        if file is None:
            raise NotThere
        shown = ArticleWords(asking.words, self.articles.currency())
        facts = {
            "file": file,
            "preview": self.articles.preview(file.number) if file.state == PROPOSED else None,
            "shown": shown,
            "most": SHOWN,
        }
        return Shown(template="article_file.html", facts=facts)

    def confirm(self, asking: Asking) -> Told:
        """Do it."""
        self.articles.confirm(asking.number("number"), by=asking.who)
        return Moved(path=_ALL, said="articles_taken")

    def drop(self, asking: Asking) -> Told:
        """Let it be."""
        self.articles.drop(asking.number("number"), by=asking.who)
        return Moved(path=_ALL, said="articles_dropped")

    def _shown(
        self, asking: Asking, wrong: Sequence[tuple[int, str, str]], *, more: int = 0
    ) -> Shown:
        text = asking.told("text")[:_TEXT_MOST]
        found = self.articles.find(text)
        facts = {
            "found": found,
            "heard": self.articles.heard(),
            "taxes": self.articles.taxes(),
            "files": self.articles.files(),
            "shown": ArticleWords(asking.words, found.currency),
            "text": text,
            "wrong": wrong,
            "more": more,
            "most": SHOWN,
            "rows_most": ROWS_MAX,
        }
        return Shown(template="articles.html", facts=facts, status=422 if wrong else 200)


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """Articles in words. `money` is the currency of their prices, or empty."""

    words: Words
    money: str

    def price(self, minor: int | None) -> str:
        """A price; None is keyed in at the till."""
        if minor is None:
            return self.words("articles.open_price")
        return format_amount(minor, currency(self.money or "CNY"))

    def store_price(self, minor: int | None) -> str:
        """A store's price; None is the article's own."""
        return self.words("articles.own_price") if minor is None else self.price(minor)

    def rate(self, tax: TaxRecord) -> str:
        """A tax's rate in per cent."""
        hundredths = tax.numerator * 10_000 // tax.denominator
        whole, part = divmod(hundredths, 100)
        return f"{whole}.{part:02}".rstrip("0").rstrip(".") + " %"

    def codes(self, article: ArticleRecord) -> str:
        """An article's codes as they are printed."""
        return " ".join(map(printed_gtin, article.codes))

    def flags(self, article: ArticleRecord) -> str:
        """What is special about an article."""
        return ", ".join(self.words(f"articles.flag_{one}") for one in article.flags)

    def changes(self, change: Change) -> list[tuple[str, str, str]]:
        """(field, before, after) of what is other than before."""
        assert change.before is not None  # what is new is told by itself
        return [
            (
                self.words(f"articles.field_{name}"),
                self._field(change.before, name),
                self._field(change.after, name),
            )
            for name in _COMPARED
            if getattr(change.before, name) != getattr(change.after, name)
        ]

    def _field(self, article: ArticleRecord, name: str) -> str:
        if name == "price":
            return self.price(article.price)
        if name == "flags":
            return self.flags(article) or "–"
        if name == "codes":
            return self.codes(article) or "–"
        told = getattr(article, name)
        return (told if isinstance(told, str) else " ".join(told)) or "–"


def finding_told(one: RowFinding, words: Words) -> str:
    """A finding as a till's import says it."""
    for area in ("import", "refusal"):
        try:
            return words(f"{area}.{one.reason}", **dict(one.facts))
        except (MissingWording, KeyError):
            continue
    return one.reason
