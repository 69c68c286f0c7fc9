"""Members and their history, and what is out on lease."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posloyalty.domain.engine.marked_members import TEST_MEMBER
from posloyalty.domain.ledger.right import Right as Owned
from posloyalty.domain.ledger.transfer import LONG_AGO
from posloyalty.domain.programme.declaration import called
from posloyalty.domain.values.money import format_amount
from posloyalty.headoffice.console.amounts import amounts_in, as_shown, wallets_shown
from posloyalty.headoffice.console.asking import Asking, Moved, NotThere, Page, Shown, Told
from posloyalty.headoffice.console.rendering import qr_picture
from posloyalty.headoffice.console.rights import Right
from posloyalty.headoffice.members.marks import Marks, Outstanding
from posloyalty.headoffice.members.members import Members
from posloyalty.headoffice.members.phone_keys import PhoneKeys
from posloyalty.headoffice.programmes.publishing import Publishing
from posloyalty.headoffice.tills.lifetime import Lifetime
from posloyalty.services.ports import Clock
from posloyalty.services.programmes.programmes import read_programme
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import Words

_MEMBERS = "/console/members"


@dataclass(frozen=True, slots=True)
class MemberPages:
    """What there is of members."""

    members: Members
    marks: Marks
    phone_keys: PhoneKeys
    publishing: Publishing
    lifetime: Lifetime
    clock: Clock

    def pages(self) -> tuple[Page, ...]:
        """The rows of the table."""
        see = Right.SEE_MEMBERS
        return (
            Page.shows(_MEMBERS, self.all, see),
            Page.changes(_MEMBERS, self.find, see, back=self.all),
            Page.shows("/console/member", self.one, see),
            Page.changes("/console/mark", self.mark, Right.KEEP_RECORDS, back=self.one),
            *(
                Page.changes(f"/console/phone/{what}", act, Right.KEEP_RECORDS, back=self.one)
                for what, act in (("give", self.give_key), ("withdraw", self.withdraw_key))
            ),
            Page.shows("/console/outstanding", self.outstanding, see),
            Page.shows("/console/leases", self.leases, Right.SEE),
        )

    def all(self, asking: Asking) -> Told:
        """The newest members, and a field to find one."""
        facts = {
            "members": self.members.newest(),
            "tests": self.marks.members(),
            "typed": asking.form.get("typed", ""),
        }
        return Shown(template="members.html", facts=facts)

    def find(self, asking: Asking) -> Told:
        """Somebody by id or receipt; refuses NOBODY_FOUND."""
        found = self.members.find(asking.told("typed"))
        if found is None:
            raise ServiceRefusal("NOBODY_FOUND")
        return Moved(path=f"/console/member?member={found}")

    def one(self, asking: Asking) -> Told:
        """Everything of a member."""
        found = self.members.history(asking.told("member"))
        if found is None:
            raise NotThere
        day = self.clock.now().astimezone(self.publishing.zone()).date()
        facts = {
            "history": found,
            "phone": self.phone_keys.kept(found.row.member_id),
            "is_test": found.row.member_id in self.marks.members(),
            "wallet": wallets_shown(self.publishing, asking.words),
            "rights": [
                (right, right.state(day).value)
                for right in found.rights
                if right.kind != TEST_MEMBER
            ],
            "kind": lambda right: _kind(right, asking.words),
            "named": self._rights_named(asking.words),
            "long_ago": LONG_AGO,
            "level": self._levels(asking.words),
        }
        return Shown(template="member.html", facts=facts)

    def mark(self, asking: Asking) -> Told:
        """Somebody is a test member, or no longer."""
        marks = asking.told("marks") == "1"
        decide = self.marks.mark if marks else self.marks.unmark
        member = decide(asking.told("member"), by=asking.who)
        said = "test_marked" if marks else "test_unmarked"
        return Moved(path=f"/console/member?member={member}", said=said)

    def give_key(self, asking: Asking) -> Told:
        """A key for somebody's phone, shown this once."""
        key = self.phone_keys.give(asking.told("member"), by=asking.who)
        facts = {
            "member": key.member_id.hex(),
            "text": key.text(),
            "picture": qr_picture(key.text()),
        }
        return Shown(template="phone_key.html", facts=facts)

    def withdraw_key(self, asking: Asking) -> Told:
        """It is good no more."""
        member = self.phone_keys.withdraw(asking.told("member"), by=asking.who)
        return Moved(path=f"/console/member?member={member}", said="phone_key_withdrawn")

    def outstanding(self, asking: Asking) -> Told:
        """What members have: a sum over all of them, and so a page of its own."""
        facts = {"outstanding": self._outstanding(asking.words)}
        return Shown(template="outstanding.html", facts=facts)

    def _outstanding(self, words: Words) -> list[tuple[str, str, str, str]]:
        """(wallet, what members have, its worth or nothing, what test members have)."""
        shown, running = wallets_shown(self.publishing, words), self.publishing.running()
        programme = None if running is None else read_programme(running)

        def worth(one: Outstanding) -> str:
            for wallet in () if programme is None else programme.wallets:
                if programme is not None and programme.ledger(wallet.id) == one.ledger:
                    if wallet.spend is None:
                        return ""
                    minor = wallet.spend.worth_minor(one.points)
                    return f"{format_amount(minor, programme.currency)} {programme.currency.code}"
            return ""

        return [
            (
                shown.name(one.ledger),
                shown.amount(one.ledger, one.points),
                worth(one),
                shown.amount(one.ledger, one.of_tests) if one.of_tests else "",
            )
            for one in self.marks.outstanding()
        ]

    def leases(self, asking: Asking) -> Told:
        """What is out."""
        leases = self.members.leases()
        amounts = amounts_in(self.publishing, asking.words)
        facts = {
            "leases": leases,
            "shown": len(leases),
            "lent": self.members.lent(),
            "wallet": amounts.wallets,
            "amount": lambda row, minor: as_shown(amounts.lent(row, minor)),
            "life": self.lifetime.stands(),
        }
        return Shown(template="leases.html", facts=facts)

    def _rights_named(self, words: Words) -> Callable[[Owned], str]:
        """How what a right is of is called; by its id where no programme that is kept names it."""
        names = {
            (programme.id, kind, item.id): item.names.in_language(words.language)
            for programme in self.publishing.of_each()
            for kind, items in programme.declared.items()
            for item in items
            if hasattr(item, "names")
        }
        return lambda right: names.get((right.programme, right.kind, right.of), right.of)

    def _levels(self, words: Words) -> Mapping[tuple[str, str], str]:
        """The names of levels; one that no programme names goes by its id."""
        return {
            (scheme.id, level.id): level.names.in_language(words.language)
            for programme in self.publishing.of_each()
            for scheme in programme.tier_schemes
            for level in scheme.levels
        }


def _kind(right: Owned, words: Words) -> str:
    """What kind of thing a right is, as the kind itself or the catalogue calls it; by its key where
    neither has words.
    """
    own, code = called(right.kind), f"console.owned_{right.kind}"
    if own is not None:
        return own.one.in_language(words.language)
    return words(code) if words.has(code) else right.kind
