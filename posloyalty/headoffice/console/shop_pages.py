"""Stores, tills and joining codes, and how the chain stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

from posloyalty.headoffice.articles.assortments import Assortments
from posloyalty.headoffice.cases.findings import Findings
from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Shown, Told
from posloyalty.headoffice.console.paging import paged_by
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.console.winding_words import day_of
from posloyalty.headoffice.judging.holds import Holds
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.members.credits import Credits
from posloyalty.headoffice.tills.administration import STORE_NAME_MOST, Administration
from posloyalty.headoffice.tills.lifetime import Lifetime
from posloyalty.headoffice.tills.shop_lists import ShopLists
from posloyalty.headoffice.tills.till_rows import TillRow
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal

NAME_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class ShopPages:
    """What there is of stores and tills."""

    administration: Administration
    lists: ShopLists
    matters: Matters
    variances: Variances
    holds: Holds
    findings: Findings
    credits: Credits
    lifetime: Lifetime
    assortments: Assortments
    clock: Clock

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        see = Right.SEE
        return (
            Page.shows("/console", self.home, see),
            Page.shows("/console/stores", self.stores, see),
            Page.changes("/console/stores", self.add_store, Right.ADD_STORES, back=self.stores),
            Page.changes(
                "/console/rename-store", self.rename_store, Right.ADD_STORES, back=self.stores
            ),
            Page.changes("/console/code", self.new_code, Right.MAKE_CODES, back=self.stores),
            Page.changes("/console/assortment", self.assort, Right.KEEP_ARTICLES, back=self.stores),
            Page.shows("/console/tills", self.tills, see),
            Page.shows("/console/till", self.till, see),
            Page.changes("/console/revoke", self.revoke, Right.REVOKE, back=self.till),
            Page.changes("/console/gone", self.gone, Right.REVOKE, back=self.till),
            Page.changes("/console/found", self.found, Right.REVOKE, back=self.till),
            Page.changes("/console/keep", self.keep, Right.REVOKE, back=self.tills),
        )

    def home(self, asking: Asking) -> Told:
        """How the chain stands."""
        chain = self.lists.standing()
        facts = {
            "stores": chain.stores,
            "tills": chain.tills,
            "quiet": chain.quiet,
            "waiting": chain.waiting,
            "clones": len(self.administration.clones()),
            "matters": self.matters.count_open() + self.findings.count_open(),
            "judging": self.variances.standing(),
            "held": self.holds.count_open(),
            "credits": self.credits.count_open(),
            "life": self.lifetime.stands(),
        }
        return Shown(template="home.html", facts=facts)

    def stores(self, asking: Asking) -> Told:
        """Stores, page by page."""
        codes = self.lists.store_codes()
        return Shown(
            template="stores.html",
            facts={
                "stores": paged_by(
                    len(codes),
                    asking.number("page"),
                    lambda begin, most: self.lists.stores(codes[begin : begin + most]),
                ),
                "assortments": self.assortments.codes(),
                "has": self.assortments.of_stores(),
                "code": asking.form.get("code", ""),
                "name": asking.form.get("name", ""),
                "most": STORE_NAME_MOST,
            },
        )

    def add_store(self, asking: Asking) -> Told:
        """One more store."""
        code, name = asking.told("code"), asking.told("name")[:STORE_NAME_MOST]
        self.administration.add_store(code, name, by=asking.who)
        return Moved(path="/console/stores", said="store_added")

    def rename_store(self, asking: Asking) -> Told:
        """Another name for a store."""
        self.administration.rename_store(
            asking.told("store"), asking.told("new_name"), by=asking.who
        )
        return Moved(path="/console/stores", said="store_renamed")

    def assort(self, asking: Asking) -> Told:
        """Another assortment for a store."""
        store, assortment = asking.told("store"), asking.told("assortment")
        self.assortments.move(store, assortment, by=asking.who)
        return Moved(path="/console/stores", said="store_assortment")

    def new_code(self, asking: Asking) -> Told:
        """A joining code, shown once."""
        store = asking.told("store")
        readmits = asking.session is not None and asking.session.may(Right.REVOKE)
        code = self.administration.new_code(store, by=asking.who, readmits=readmits)
        return Shown(template="code.html", facts={"code": code, "store": store})

    def tills(self, asking: Asking) -> Told:
        """Tills page by page, how far each one's journal is here and what waits there; those that
        somebody has to look at come first. `find` is a part of store and code.
        """
        clones = self.administration.clones()
        copied = {case.till_id for case in clones}
        find = asking.told("find")[:NAME_MOST]
        found = self.lists.tills(find)

        def read(begin: int, most: int) -> list[tuple[TillRow, str, int]]:
            return [
                (row, self.state(row, copied=row.till_id in copied), self.lag(row))
                for row in found.rows(begin, most)
            ]

        facts = {
            "tills": paged_by(len(found), asking.number("page"), read),
            "find": find,
            "any": bool(find or found),
            "clones": clones,
        }
        return Shown(template="tills.html", facts=facts)

    def keep(self, asking: Asking) -> Told:
        """Of two programs that speak as one till, this one is it."""
        self.administration.keep(asking.told("till"), asking.told("start"), by=asking.who)
        return Moved(path="/console/tills", said="start_kept")

    def till(self, asking: Asking) -> Told:
        """One till."""
        wanted = asking.told("till")
        row = self.administration.till(wanted)
        if row is None:
            raise NotThere
        copied = wanted in {case.till_id for case in self.administration.clones()}
        facts = {
            "till": row,
            "state": self.state(row, copied=copied),
            "days": self.lag(row),
            "lost_on": asking.told("lost_on"),
        }
        return Shown(template="till.html", facts=facts)

    def revoke(self, asking: Asking) -> Told:
        """No more from a till but into quarantine, and no cards since the day of its loss."""
        till, given = asking.told("till"), asking.told("lost_on")
        lost_on = day_of(given)
        if given and lost_on is None:
            raise ServiceRefusal("NO_SUCH_TIME", given=given[:40])
        self.administration.revoke(till, by=asking.who, lost_on=lost_on)
        return Moved(path=f"/console/till?till={quote(till)}", said="till_revoked")

    def gone(self, asking: Asking) -> Told:
        """A till is no more: its receipts may be keyed in elsewhere."""
        till = asking.told("till")
        self.administration.declare_gone(till, by=asking.who)
        return Moved(path=f"/console/till?till={quote(till)}", said="till_gone")

    def found(self, asking: Asking) -> Told:
        """It is there after all."""
        till = asking.told("till")
        self.administration.take_back_gone(till, by=asking.who)
        return Moved(path=f"/console/till?till={quote(till)}", said="till_found")

    def lag(self, row: TillRow) -> int:
        """For how many whole days a till was not heard of."""
        return days_since(row.seen_at, self.clock.now())

    def state(self, row: TillRow, *, copied: bool) -> str:
        """How a till stands, as a code; `copied` says that two programs speak as it."""
        if copied:
            return "copied"
        if row.revoked:
            return "revoked"
        if row.gone:
            return "back" if row.back else "gone"
        if row.forked:
            return "forked"
        return "quiet" if self.lag(row) >= 1 else "waits" if row.waiting else "ok"


def days_since(at: datetime, now: datetime) -> int:
    """Whole days between two instants, never less than none."""
    return max(0, (now - at).days)
