"""What the chain sells: found, uploaded from a file, looked at, and then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.documents.table_file import TableUnreadable
from posloyalty.headoffice.articles.article_file import (
    FILE_BYTES_MAX,
    ROWS_MAX,
    BadArticleFile,
)
from posloyalty.headoffice.articles.article_words import ArticleWords
from posloyalty.headoffice.articles.articles import PROPOSED, SHOWN, Articles
from posloyalty.headoffice.articles.assortments import Assortments
from posloyalty.headoffice.articles.coming import AHEAD_DAYS_MAX, NEVER
from posloyalty.headoffice.articles.coming_changes import ComingChanges
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Sent, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.shop.import_columns import MissingColumns
from posloyalty.services.shop.import_report import RowFinding
from posloyalty.wording import MissingWording, Words

UPLOAD_BYTES_MAX: Final = FILE_BYTES_MAX + 20_000
_ALL: Final = "/console/articles"
_ONE: Final = "/console/articles/file"
_TEXT_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """What there is of articles."""

    articles: Articles
    coming: ComingChanges
    assortments: Assortments

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        keep = Right.KEEP_ARTICLES
        return (
            Page.shows(_ALL, self.all, Right.SEE),
            Page.changes(_ALL, self.upload, keep, back=self.all, body_bytes_max=UPLOAD_BYTES_MAX),
            Page.shows(f"{_ALL}/export", self.export, Right.EXPORT),
            Page.shows(_ONE, self.one, Right.SEE),
            Page.changes(f"{_ONE}/confirm", self.confirm, keep, back=self.one),
            Page.changes(f"{_ONE}/drop", self.drop, keep, back=self.one),
            Page.changes(f"{_ONE}/take-back", self.take_back, keep, back=self.one),
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
            proposed = self.articles.propose(
                asking.file, by=asking.who, whole=whole, day=_day(asking.told("day"))
            )
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
        preview = self.articles.preview(file.number) if file.state == PROPOSED else None
        coming, waits = self.coming.listed(limit=SHOWN, number=file.number)
        facts = {
            "file": file,
            "preview": preview,
            "coming": shown.coming(coming if preview is None else preview.coming),
            "waits": waits,
            "codes": sorted({one.code for one in shown.coming(coming)}),
            "unheard": self.coming.unheard(file.number),
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

    def take_back(self, asking: Asking) -> Told:
        """What of a file still waits never comes, all of it or of one article."""
        number = asking.number("number")
        self.coming.take_back(number, by=asking.who, code=asking.told("code"))
        return Moved(path=f"{_ONE}?number={number}", said="articles_taken_back")

    def _shown(
        self, asking: Asking, wrong: Sequence[tuple[int, str, str]], *, more: int = 0
    ) -> Shown:
        text = asking.told("text")[:_TEXT_MOST]
        found, today = self.articles.find(text), self.articles.today()
        coming, waits = self.coming.listed(limit=SHOWN)
        shown = ArticleWords(asking.words, found.currency)
        facts = {
            "found": found,
            "heard": self.articles.heard(),
            "taxes": self.articles.taxes(),
            "files": self.articles.files(),
            "shown": shown,
            "coming": shown.coming(coming),
            "waits": waits,
            "first_day": today.isoformat(),
            "last_day": (today + timedelta(days=AHEAD_DAYS_MAX)).isoformat(),
            "day": asking.told("day"),
            "never": NEVER,
            "assortments": self.assortments.codes(),
            "text": text,
            "wrong": wrong,
            "more": more,
            "most": SHOWN,
            "rows_most": ROWS_MAX,
        }
        return Shown(template="articles.html", facts=facts, status=422 if wrong else 200)


def _day(told: str) -> date | None:
    """A day of a form; refuses NO_SUCH_DAY."""
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        raise ServiceRefusal("NO_SUCH_DAY") from None


def finding_told(one: RowFinding, words: Words) -> str:
    """A finding as a till's import says it."""
    for area in ("import", "refusal"):
        try:
            return words(f"{area}.{one.reason}", **dict(one.facts))
        except (MissingWording, KeyError):
            continue
    return one.reason
