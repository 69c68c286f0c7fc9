"""The till's side of head office: joining it, sending the journal, hearing, reserving."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from posloyalty import __version__
from posloyalty.bootstrap.base import Base
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.lending.reserve_for_sale import BUDGET_S, ReserveForSale
from posloyalty.services.lending.reserve_return import ReserveReturn
from posloyalty.services.lending.reserve_use import ReserveUse
from posloyalty.services.lending.top_up import TopUp
from posloyalty.services.office.ask_about_card import AskAboutCard, AskAboutPhone
from posloyalty.services.office.ask_about_member import AskAboutMember
from posloyalty.services.office.ask_about_paper import AskAboutPaper
from posloyalty.services.office.ask_office import AskOffice
from posloyalty.services.office.hear_articles import HearArticles
from posloyalty.services.office.hear_card_keys import HearCardKeys
from posloyalty.services.office.hear_office import HearOffice
from posloyalty.services.office.hear_roll import HearRoll
from posloyalty.services.office.join_head_office import JoinHeadOffice
from posloyalty.services.office.listen_office import ListenOffice
from posloyalty.services.office.move_head_office import MoveHeadOffice
from posloyalty.services.office.send_journal import SendJournal
from posloyalty.services.office.share_profiles import ShareProfiles
from posloyalty.services.office.till_start import this_start
from posloyalty.services.ports.head_office import Connect, OfficeFacts, OfficeLink
from posloyalty.services.programmes.hear_programmes import HearProgrammes
from posloyalty.services.till import Connection, Till

if TYPE_CHECKING:
    from posloyalty.network.link import Links


def connection(base: Base, till: Till) -> Connection:
    """Make the area."""
    with base.book.read() as reader:
        boot = this_start(reader.settings)[0]

    def links() -> Links:
        # Late: HTTP and its TLS are loaded by a till that has a head office, and when it sends.
        from posloyalty.network.link import Links

        return Links(
            boot=boot, chance=till.chance, now_s=lambda: int(till.clock.wall().timestamp())
        )

    def introduce(url: str, key: SigningKey, till_id: bytes) -> OfficeLink:
        return links().introduce(url, key, till_id)

    def connect(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> OfficeLink:
        return links().connect(facts, key, till_id)

    def connect_briefly(facts: OfficeFacts, key: SigningKey, till_id: bytes) -> OfficeLink:
        return links().connect(facts, key, till_id, budget_s=BUDGET_S)

    hear = HearOffice(base.book, till.lending, changed=base.look_up.follow)
    reserving = ReserveForSale(
        base.ground,
        connect=connect_briefly,
        hear=hear,
        lending=till.lending,
        pause=Event().wait,
        would_do=till.check_out.would_do,
    )

    def joined() -> None:
        till.lending.forget()
        base.shop.forget()

    joining = JoinHeadOffice(
        book=base.book,
        ids=till.ids,
        introduce=introduce,
        app=__version__,
        changed=joined,
    )
    till.lending.asks = True
    return Connection(
        joining=joining,
        moving=MoveHeadOffice(book=base.book, connect=connect),
        office=hear,
        sending=_sending(base, till, connect, hear),
        listening=ListenOffice(book=base.book, chance=till.chance, connect=connect),
        about_papers=AskAboutPaper(book=base.book, connect=connect_briefly),
        about_cards=AskAboutCard(
            book=base.book, ids=till.ids, connect=connect_briefly, changed=base.look_up.follow
        ),
        about_phones=AskAboutPhone(
            book=base.book, ids=till.ids, connect=connect_briefly, changed=base.look_up.follow
        ),
        about_members=AskAboutMember(
            book=base.book,
            clock=till.clock,
            ids=till.ids,
            connect=connect_briefly,
            in_reach=lambda: till.lending.online,
            changed=base.look_up.follow,
        ),
        reserving=reserving,
        reserve_return=ReserveReturn(
            reserving=reserving, lending=till.lending, refunds=till.refunds
        ),
        reserve_use=ReserveUse(
            base.ground, reserving=reserving, acts=till.acts, claims=till.claims
        ),
    )


def _sending(base: Base, till: Till, connect: Connect, hear: HearOffice) -> SendJournal:
    """What sends the journal, and in quiet moments tells and hears everything else."""
    card_keys = HearCardKeys(book=base.book, clock=till.clock)
    roll = HearRoll(book=base.book, clock=till.clock, roll=base.roll)
    return SendJournal(
        book=base.book,
        clock=till.clock,
        ids=till.ids,
        chance=till.chance,
        connect=connect,
        app=__version__,
        programmes=HearProgrammes(
            book=base.book,
            clock=till.clock,
            ids=base.ground.ids,
            programmes=base.ground.programmes,
            app=__version__,
            keys_through=card_keys.told,
        ),
        card_keys=card_keys,
        profiles=ShareProfiles(
            book=base.book,
            clock=till.clock,
            ids=till.ids,
            meet=base.meet,
            changed=base.look_up.follow,
            roll=roll,
        ),
        roll=roll,
        articles=HearArticles(
            book=base.book,
            clock=till.clock,
            ids=base.ground.ids,
            app=__version__,
            coming=till.coming_articles,
            way=base.ground.way,
        ),
        way=base.ground.way,
        changed=till.lending.forget,
        asker=AskOffice(
            hear=hear,
            lending=till.lending,
            clock=till.clock,
            top_up=TopUp(base.ground, lending=till.lending),
            named=base.shop.hear_name,
        ),
    )
