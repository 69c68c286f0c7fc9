"""Every page of the console, as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posloyalty.headoffice.cases.matters import Matters
from posloyalty.headoffice.cases.reading_again import ReadingAgain
from posloyalty.headoffice.console.article_pages import ArticlePages
from posloyalty.headoffice.console.case_pages import CasePages
from posloyalty.headoffice.console.claim_pages import ClaimPages
from posloyalty.headoffice.console.credit_pages import CreditPages
from posloyalty.headoffice.console.dial_pages import DialPages
from posloyalty.headoffice.console.entry_pages import EntryPages
from posloyalty.headoffice.console.export_pages import ExportPages
from posloyalty.headoffice.console.held_pages import HeldPages
from posloyalty.headoffice.console.judging_pages import JudgingPages
from posloyalty.headoffice.console.member_pages import MemberPages
from posloyalty.headoffice.console.people_pages import PeoplePages
from posloyalty.headoffice.console.policy_pages import PolicyPages
from posloyalty.headoffice.console.programme_pages import ProgrammePages
from posloyalty.headoffice.console.record_pages import RecordPages
from posloyalty.headoffice.console.shop_pages import ShopPages
from posloyalty.headoffice.console.winding_pages import WindingPages
from posloyalty.headoffice.judging.variances import Variances
from posloyalty.headoffice.tills.shop_lists import ShopLists

if TYPE_CHECKING:
    from posloyalty.headoffice.console.asking import Page
    from posloyalty.headoffice.running.opening import OpenOffice


def console_pages(office: OpenOffice) -> tuple[Page, ...]:
    """The table of an open head office."""
    matters = Matters(office.database, office.clock)
    variances = Variances(office.database, office.clock)
    lists = ShopLists(office.database, office.clock)
    areas = (
        EntryPages(office.operators),
        ShopPages(
            office.administration,
            lists,
            matters,
            variances,
            office.holds,
            office.findings,
            office.credits,
            office.lifetime,
            office.assortments,
            office.clock,
        ),
        CasePages(
            matters,
            ReadingAgain(office.database, office.clock),
            office.findings,
            office.publishing,
        ),
        MemberPages(
            office.members,
            office.marks,
            office.phone_keys,
            office.publishing,
            office.lifetime,
            office.clock,
        ),
        RecordPages(office.records, office.profile_matters, office.publishing),
        ClaimPages(office.claims, office.publishing),
        CreditPages(office.credits, office.publishing),
        JudgingPages(variances, office.publishing),
        HeldPages(office.holds, office.publishing, office.clock),
        ArticlePages(office.articles, office.coming_changes, office.assortments),
        ProgrammePages(office.publishing, office.try_outs, office.clock),
        WindingPages(office.winding_downs, office.publishing),
        PolicyPages(office.policies, office.publishing),
        DialPages(office.dials, office.policies, office.publishing),
        PeoplePages(office.operators, office.database, lists, office.publishing),
        ExportPages(
            office.administration,
            matters,
            office.members,
            office.marks,
            variances,
            office.findings,
            office.winding_downs,
            office.publishing,
            office.database,
            office.clock,
        ),
    )
    return tuple(one for area in areas for one in area.pages())
