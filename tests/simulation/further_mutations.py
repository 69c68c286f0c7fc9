"""More of what somebody might get wrong: of what is used, whom nobody knows any more, and what only
some kinds of worlds have.
"""

from __future__ import annotations

from typing import Final

from tests.simulation.kinds import (
    CLONES,
    CLONES_LATE,
    DAYS,
    FAMILIES,
    FAMILIES_LOST,
    FORGETS,
    JOINS,
    MEETS,
    OPEN_BURNS,
    PIECES,
    PUBLISHES,
    USES_KEPT,
)
from tests.simulation.mutating import Mutation

_OWNING: Final = "posloyalty.sync.office.owning:Owning"
_BEHIND: Final = "posloyalty.sync.comes_behind"
_OFFICE: Final = "posloyalty.sync.office.head_office:HeadOffice"
_RIGHTS: Final = "posloyalty.services.lending.lent_rights"
_CARDS: Final = "posloyalty.services.lending.lent_cards"
_CLONES: Final = "posloyalty.sync.office.clones"
_FEED: Final = "posloyalty.headoffice.members.profile_feed:ProfileFeed"

FURTHER: Final = (
    Mutation(
        "a use of a pass is written down without its lease",
        f"{_RIGHTS}:_uses_of_leases",
        "yield from uses",
        "yield from ()",
        USES_KEPT,
    ),
    Mutation(
        "what came to be at a till is known there alone for ever",
        f"{_RIGHTS}:_untold",
        "stored.seq > sent",
        "True",
        USES_KEPT,
    ),
    Mutation(
        "more uses of a right are lent than it has",
        f"{_OWNING}.owned",
        "known(one, asset, day, last_day)",
        "known(one, asset, day, last_day) + 5 * (asset.kind is AssetKind.RIGHT)",
        USES_KEPT,
    ),
    Mutation(
        "a card pays out of reach whatever was lent of it",
        f"{_CARDS}:card_uses",
        "if beyond:",
        "if False:",
        USES_KEPT,
    ),
    Mutation(
        "what a card pays uses none of its lease",
        f"{_CARDS}:card_uses",
        "yield from uses",
        "yield from ()",
        USES_KEPT,
    ),
    Mutation(
        "a till spends from a lease that has ended",
        "posloyalty.services.lending.held_leases:leases_among",
        "if one.good_on(day)",
        "if one.left and not one.cancelled",
        USES_KEPT,
    ),
    Mutation(
        "a sale is lent for head office's day, whatever its till's is",
        "posloyalty.sync.rule_time:lent_through",
        "max(today, tills)",
        "today",
        DAYS,
    ),
    Mutation(
        "a till is lent through a day past which its journal is known",
        f"{_OFFICE}.lease",
        "is_over or not",
        "not",
        DAYS,
    ),
    Mutation(
        "what is named comes behind who names it where its time says so",
        f"{_BEHIND}:in_order",
        "if not named or not",
        "if named or not",
        DAYS,
    ),
    Mutation(
        "points that come back do not say which spending they undo",
        f"{_BEHIND}:_named_by",
        "if transfer.link is not None",
        "if False",
        DAYS,
    ),
    Mutation(
        "a use that is given back does not say which one it was",
        f"{_BEHIND}:_named_by",
        "if entry.undoes is not None",
        "if False",
        DAYS,
    ),
    Mutation(
        "a late word brings an erased name back",
        f"{_FEED}.take",
        "continue  # erased",
        "row = None  # erased",
        FORGETS,
    ),
    Mutation(
        "who speaks again after a later start is never doubted",
        f"{_CLONES}:_again",
        "return tuple(replace(one, standing=Standing.DOUBTED) for one in late)",
        "return ()",
        CLONES,
    ),
    Mutation(
        "what the network held back is a word of whoever was left",
        f"{_CLONES}:spoke",
        "() if held_back else",
        "",
        CLONES,
    ),
    Mutation(
        "first words that the network held back put the till away",
        f"{_CLONES}:spoke",
        "if not follows and held_back:",
        "if False:",
        CLONES_LATE,
    ),
    Mutation(
        "what was said before the till of now was heard is a word beside it",
        f"{_CLONES}:_held_back",
        "off_s < 0 and now_s + off_s <= before.first_s",
        "False",
        CLONES_LATE,
    ),
    Mutation(
        "who is not the till may speak on",
        f"{_CLONES}:kept",
        "standing=Standing.SHUT",
        "standing=Standing.ENDED",
        CLONES,
    ),
    Mutation(
        "the rest of an event is not told to whom it concerns later",
        "posloyalty.sync.office.heard_in_part:unheard_of",
        "elif places.get(one.event_id, 0) is None:",
        "elif False:",
        MEETS,
    ),
    Mutation(
        "what a till hears again of what it lost is all of it",
        "posloyalty.sync.office.heard_in_part:only_heard",
        "if one not in own or one in again",
        "if one not in own",
        MEETS,
    ),
    Mutation(
        "a till that joined is alone until it hears of a policy",
        "posloyalty.services.lending.lending:Lending._read",
        "if policy is None and (joined or not sound):",
        "if policy is None and not sound:",
        JOINS,
    ),
    Mutation(
        "what comes late leaves a household without a head",
        f"{_OFFICE}.tidy",
        "self._homes.mend(homes, at)",
        "pass",
        FAMILIES,
    ),
    Mutation(
        "a head that is joined with another record leaves nobody",
        f"{_OFFICE}.merge",
        "self._homes.mend(self._homes.of_member(goes), at)",
        "pass",
        FAMILIES,
    ),
    Mutation(
        "a head that is erased leaves nobody",
        f"{_OFFICE}.erase",
        "self._homes.mend(self._homes.of_member(member_id), at)",
        "pass",
        FAMILIES,
    ),
    Mutation(
        "what a till sold alone is lent while the rest of it is on its way",
        f"{_OWNING}._folds",
        "if arriving:",
        "if False:",
        PIECES,
    ),
    Mutation(
        "what holds again when something ends is not told",
        "posloyalty.headoffice.programmes.publications:ahead",
        "while ends:",
        "while ends and coming is None:",
        PUBLISHES,
    ),
    Mutation(
        "a stop leaves what is to come as it was",
        "posloyalty.headoffice.programmes.publishing:Publishing.stop",
        "for row, at in held]",
        "for row, at in held[:1]]",
        PUBLISHES,
    ),
    Mutation(
        "the publication with the latest number holds",
        "posloyalty.sync.wire.publications:in_effect",
        "(one.begins, one.number)",
        "one.number",
        PUBLISHES,
    ),
    Mutation(
        "a till goes on by the list that it had",
        "posloyalty.services.programmes.hear_programmes:HearProgrammes._hear",
        "taken if believed else kept.publications",
        "kept.publications or taken",
        PUBLISHES,
    ),
    Mutation(
        "a till says what it is about to go by before it does",
        "posloyalty.services.programmes.hear_programmes:HearProgrammes._hear",
        "given = link.programmes(ask)",
        "given = link.programmes(ask); link.programmes(type(ask)(mark=given.mark))",
        PUBLISHES,
    ),
    Mutation(
        "a record that is no more heads a household",
        "posloyalty.sync.office.homes:Homes.mend",
        " if self._is_alive(one.owner)]",
        "]",
        FAMILIES_LOST,
    ),
    Mutation(
        "what is keyed in has the ids of its place alone",
        "posloyalty.sync.keyed_in:by_terms",
        "if not ids:",
        "if ids or not ids:",
        OPEN_BURNS,
    ),
    Mutation(
        "who was another's name never comes back",
        "posloyalty.services.office.heard_items:HeardItems._news",
        "returns = self._feed and",
        "returns = False and",
        OPEN_BURNS,
    ),
)
