"""Records that become one or are erased: who says what another says, forms, and who was erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from posloyalty.headoffice.console.amounts import wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Shown, Told
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.members.profile_matters import ProfileMatters
from posloyalty.headoffice.members.records import ID_SHOWN, RecordFacts, Records
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.services.refusal import ServiceRefusal

_RECORDS: Final = "/console/records"
_MERGE: Final = "/console/merge"
_TWO: Final = "/console/two"
_ERASE: Final = "/console/erase"
NAME_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class RecordPages:
    """What there is of records."""

    records: Records
    profiles: ProfileMatters
    publishing: Publishing

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        keep = Right.KEEP_RECORDS
        return (
            Page.shows(_RECORDS, self.all, Right.SEE_MEMBERS),
            Page.shows(_MERGE, self.merge_page, keep),
            Page.changes(_MERGE, self.merge, keep, back=self.merge_page, keeps=False),
            Page.changes(_TWO, self.keep_two, keep, back=self.merge_page),
            Page.shows(_ERASE, self.erase_page, keep),
            Page.changes(_ERASE, self.erase, keep, back=self.erase_page, keeps=False),
        )

    def all(self, asking: Asking) -> Told:
        """Who says the same as somebody else, and who was erased, with the tills waited for."""
        facts = {"shared": self.profiles.shared(), "erased": self.profiles.erased()}
        return Shown(template="records.html", facts=facts)

    def merge_page(self, asking: Asking) -> Told:
        """Both records side by side, and what merging does; or a form that asks for them."""
        stays, goes = asking.told("stays"), asking.told("goes")
        both, problem = None, ""
        if stays and goes:
            try:
                both = self._both(stays, goes)
            except ServiceRefusal as refused:
                problem = asking.words(f"refusal.{refused.reason}")
        facts = {
            "stays": stays,
            "goes": goes,
            "both": both,
            "problem": "" if asking.alert else problem,
            "wallet": wallets_shown(self.publishing, asking.words),
            "short": ID_SHOWN,
            "most": NAME_MOST,
        }
        return Shown(template="merge.html", facts=facts, status=422 if problem else 200)

    def merge(self, asking: Asking) -> Told:
        """Two become one."""
        stays = self.records.merge(
            asking.told("stays"), asking.told("goes"), asking.told("confirmed"), by=asking.who
        )
        return Moved(path=f"/console/member?member={quote(stays)}", said="members_merged")

    def keep_two(self, asking: Asking) -> Told:
        """They are two, and are not listed any more."""
        self.records.keep_two(asking.told("stays"), asking.told("goes"), by=asking.who)
        return Moved(path=_RECORDS, said="members_two")

    def _both(self, stays: str, goes: str) -> tuple[RecordFacts, RecordFacts]:
        both = (self.records.facts(stays), self.records.facts(goes))
        if both[0].member_id == both[1].member_id:
            raise ServiceRefusal("SAME_RECORD")
        return both

    def erase_page(self, asking: Asking) -> Told:
        """What erasing does."""
        try:
            found = self.records.facts(asking.told("member"))
        except ServiceRefusal:
            raise NotThere from None
        facts = {
            "record": found,
            "wallet": wallets_shown(self.publishing, asking.words),
            "short": ID_SHOWN,
            "most": NAME_MOST,
        }
        return Shown(template="erase.html", facts=facts)

    def erase(self, asking: Asking) -> Told:
        """A record ends."""
        self.records.erase(asking.told("member"), asking.told("confirmed"), by=asking.who)
        return Moved(path=_RECORDS, said="member_erased")
